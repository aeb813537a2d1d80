"""What exactly was wrong, and which label was taken for which."""

from made import document, entity, pair

from pipeline.scoring import confusion
from pipeline.scoring.mistakes import mistakes

TEXT = "She took letrozole 2.5 mg and fulvestrant."
DRUG = entity("Drug", 9, 18, "letrozole", "patient", status="given")


def kinds(gold: object, pred: object) -> list[str]:
    return [m.kind for m in mistakes(pair(gold, pred, text=TEXT))]  # type: ignore[arg-type]


def test_nothing_is_wrong_with_the_same() -> None:
    assert kinds(document(DRUG), document(DRUG)) == []


def test_each_way_of_being_wrong_has_its_name() -> None:
    assert kinds(document(DRUG), document()) == ["miss"]
    assert kinds(document(), document(DRUG)) == ["extra"]
    assert kinds(document(DRUG), document(entity("Drug", 9, 15, "letrozole", "patient", status="given"))) == [
        "boundary"
    ]
    assert kinds(document(DRUG), document(entity("Drug", 9, 18, "lapatinib", "other", status="given"))) == [
        "value",
        "subject",
    ]
    assert kinds(document(DRUG), document(entity("Site", 9, 18))) == ["miss", "extra"]


def test_an_attribute_that_the_gold_leaves_out_is_not_asked_for() -> None:
    assert kinds(document(entity("Drug", 9, 18, "letrozole")), document(DRUG)) == []


def test_confusion_takes_the_best_fit() -> None:
    dose = entity("Dose", 19, 25)
    found = confusion.compare(document(DRUG, dose), document(entity("Site", 9, 18), entity("Drug", 9, 25)))
    # The drug's own label fits it best though its ends do not; the dose is met by the drug alone.
    assert found == {("Drug", "Drug"): 1, ("Dose", "Drug"): 1}
    found = confusion.compare(document(DRUG), document(dose))
    assert found == {("Drug", "nothing"): 1, ("nothing", "Dose"): 1}
