"""The assertion rules: every row's examples, the lexicon's lint, the engine, and statuses in sentences."""

import itertools
import re
from collections import Counter

import pytest
from medspacy.context.context_modifier import ConTextModifier
from spacy.language import Language
from spacy.tokens import Doc, Span

from pipeline.context.assertion import CATEGORIES, DIRECTIONS, MARKERS, Assertion, Rule, load_rules, status_of
from pipeline.language.sentences import Sentences
from pipeline.language.tokens import make as tokenizer
from pipeline.lexicons import rows

LABELS = {"Marker", "Stage", "Drug", "Radiotherapy", "Date", "RelativeDate", "Site", "Condition"}
RULES = load_rules()


@pytest.fixture(scope="module")
def nlp() -> Language:
    nlp = Language()
    nlp.tokenizer = tokenizer()(nlp)
    return nlp


@pytest.fixture(scope="module")
def assertion(nlp: Language) -> Assertion:
    return Assertion(nlp)


def marked(nlp: Language, sentence: str, label: str) -> tuple[Doc, list[Span]]:
    """The text without its [brackets] and the bracketed targets; a sentence with none is an error."""
    parts = re.split(r"\[([^\[\]]+)\]", sentence)
    assert len(parts) > 1, f"no [target] in {sentence!r}"
    doc = Sentences()(nlp.make_doc("".join(parts)))
    targets = []
    at = 0
    for number, part in enumerate(parts):
        if number % 2:
            target = doc.char_span(at, at + len(part), label=label)
            assert target is not None, f"[{part}] is not whole tokens"
            targets.append(target)
        at += len(part)
    return doc, targets


def found(nlp: Language, assertion: Assertion, sentence: str, label: str) -> list[frozenset[tuple[str, str]]]:
    return assertion.explain(*marked(nlp, sentence, label))


def label_of(rule: Rule) -> str:
    """A label the rule acts on, for its examples."""
    return min(rule.labels) if rule.labels else "Condition"


@pytest.mark.parametrize("rule", [r for r in RULES if r.category in CATEGORIES], ids=lambda rule: rule.id)
def test_rule_fires_on_its_example_and_not_on_its_counter_example(
    nlp: Language, assertion: Assertion, rule: Rule
) -> None:
    for pairs in found(nlp, assertion, rule.example, label_of(rule)):
        assert (rule.category, rule.id) in pairs
    for pairs in found(nlp, assertion, rule.counter_example, label_of(rule)):
        assert rule.category not in {category for category, _ in pairs}


@pytest.mark.parametrize("rule", [r for r in RULES if r.category in MARKERS], ids=lambda rule: rule.id)
def test_marker_keeps_its_example_free(nlp: Language, assertion: Assertion, rule: Rule) -> None:
    without = Assertion(nlp, [other for other in RULES if other is not rule])
    assert found(nlp, assertion, rule.example, label_of(rule)) == [frozenset()]
    assert found(nlp, without, rule.example, label_of(rule)) != [frozenset()], "the marker makes no difference"
    assert found(nlp, assertion, rule.counter_example, label_of(rule)) != [frozenset()]


def test_rows_are_well_formed() -> None:
    assert all(all(row[key] for key in ("id", "literal", "example", "source", "licence")) for row in rows("context"))
    assert not [number for number, n in Counter(rule.id for rule in RULES).items() if n > 1]
    assert {rule.category for rule in RULES} <= CATEGORIES | MARKERS
    assert {rule.direction for rule in RULES} <= DIRECTIONS
    for rule in RULES:
        assert rule.labels | rule.excluded <= LABELS, rule.id
        assert not (rule.labels and rule.excluded), rule.id
        assert rule.terminated_by <= MARKERS, rule.id
        assert (rule.category in MARKERS) == (rule.direction in ("terminate", "pseudo")), rule.id
        assert (rule.category == "TERMINATE") == (rule.direction == "terminate"), rule.id
        assert rule.max_scope is None or rule.max_scope > 0, rule.id
        assert rule.literal == rule.literal.lower(), rule.id


def test_no_cue_stands_twice_for_the_same_labels() -> None:
    seen: dict[tuple[str, str], list[Rule]] = {}
    for rule in RULES:
        for literal in rule.literals:
            seen.setdefault((literal, rule.category), []).append(rule)
    for (literal, _), same in seen.items():
        for a, b in itertools.combinations(same, 2):
            acts_a = a.labels or LABELS - a.excluded
            acts_b = b.labels or LABELS - b.excluded
            assert not acts_a & acts_b or {a.direction, b.direction} == {"forward", "backward"}, (literal, a.id, b.id)


def test_every_variant_of_every_rule_is_matched(nlp: Language, assertion: Assertion) -> None:
    """A cue that a tokenizer cuts otherwise, or that another swallows, could never fire."""
    for rule in RULES:
        for literal in rule.literals:
            doc = nlp.make_doc(f"x {literal} x")
            whole = [cue for cue in assertion.cues(doc) if (cue[1], cue[2]) == (1, len(doc) - 1)]
            assert len(whole) == 1, (rule.id, literal)
            assert rule.id in assertion.rule_ids(whole[0][0]), (rule.id, literal)


def test_a_marker_that_asserts_nothing_is_somewhere_asked_for() -> None:
    asked = set().union(*(rule.terminated_by for rule in RULES))
    assert asked == MARKERS - {"TERMINATE", "PSEUDO"}


def test_cost_grows_linearly(nlp: Language, assertion: Assertion, monkeypatch: pytest.MonkeyPatch) -> None:
    sentence = "There was no [liver] metastasis, but suspected [lung] lesions were seen. "
    calls: Counter[int] = Counter()
    original = {name: getattr(ConTextModifier, name) for name in ("modifies", "limit_scope")}
    size = 0
    for name, method in original.items():

        def counted(self: ConTextModifier, other: object, method: object = method) -> bool:
            calls[size] += 1
            return method(self, other)  # type: ignore[operator]

        monkeypatch.setattr(ConTextModifier, name, counted)
    for size in (1, 20, 200):
        assertion.categories(*marked(nlp, sentence * size, "Site"))
    assert calls[1] > 0
    assert calls[20] == 20 * calls[1]
    assert calls[200] == 200 * calls[1]


def test_a_sentence_without_end_is_cut(nlp: Language, assertion: Assertion) -> None:
    doc, targets = marked(nlp, "no fever or " * 210 + "[ascites]" + " and cough or no pain" * 200, "Condition")
    assert assertion.categories(doc, targets) == [frozenset({"NEGATED"})]
    doc, targets = marked(nlp, "no fever" + " or cough" * 300 + " or [ascites]", "Condition")
    assert assertion.categories(doc, targets) == [frozenset()]


def test_blanks_and_line_breaks_inside_a_cue(nlp: Language, assertion: Assertion) -> None:
    doc, targets = marked(nlp, "CT showed no  evidence\n of   [ascites].", "Condition")
    assert assertion.explain(doc, targets) == [frozenset({("NEGATED", "negated_02")})]


def test_targets_keep_their_order_and_may_repeat(nlp: Language, assertion: Assertion) -> None:
    doc, targets = marked(nlp, "No [fever] was seen. She had [cough]. No [pain].", "Condition")
    order = [2, 1, 0, 1, 2]
    expected = [frozenset({"NEGATED"}), frozenset(), frozenset({"NEGATED"})]
    assert assertion.categories(doc, [targets[i] for i in order]) == [expected[i] for i in order]
    assert assertion.categories(doc, []) == []
    assert assertion.categories(nlp.make_doc(""), []) == []


def test_a_cue_does_not_act_on_the_target_that_holds_it(nlp: Language, assertion: Assertion) -> None:
    doc, targets = marked(nlp, "There was [pain without fever].", "Condition")
    assert assertion.categories(doc, targets) == [frozenset()]


def test_family_history_ends_with_its_sentence(nlp: Language, assertion: Assertion) -> None:
    doc, targets = marked(nlp, "Family history: [asthma]. She had [cough].", "Condition")
    first, second = assertion.categories(doc, targets)
    assert "FAMILY" in first
    assert second == frozenset()


def test_other_labels_keep_their_default() -> None:
    assert status_of("Marker", frozenset({"NEGATED"}), "x") == "x"
    assert status_of("Drug", frozenset({"POSSIBLE", "RESOLVED"}), "given") == "given"


def test_an_unknown_category_is_named(nlp: Language) -> None:
    from pipeline.context.assertion import make_rule

    row = dict(rows("context")[0]) | {"category": "NOPE"}
    with pytest.raises(ValueError, match=r"negated_01 has category 'NOPE'; allowed are AFFIRMED"):
        make_rule(row)
    with pytest.raises(ValueError, match=r"direction 'sideways'"):
        make_rule(row | {"category": "NEGATED", "direction": "sideways"})


DRUGS = """
given       | The patient received [tamoxifen] for five years.
given       | [Trastuzumab] was stopped after two cycles.
given       | [Capecitabine] was withheld because of diarrhea.
given       | Docetaxel was not tolerated and [paclitaxel] was given.
given       | She had no recurrence after [letrozole].
given       | There was no response to [cisplatin] and [gemcitabine].
given       | No [trastuzumab]-related cardiotoxicity was seen.
given       | The tumour progressed despite [fulvestrant].
given       | Surgery was declined and she received [letrozole].
given       | She declined surgery but took [anastrozole].
given       | He refused to continue [sunitinib].
given       | Without delay [dexamethasone] was started.
given       | After two cycles no progression was seen, and [sorafenib] was continued.
given       | She developed an allergic reaction to [paclitaxel].
given       | Her CEA level declined after [capecitabine].
given       | [Everolimus] was considered to be responsible for the pneumonitis.
given       | The recommended dose of [olaparib] was reduced.
given       | The patient did not respond to [oxaliplatin].
given       | [Pembrolizumab] was discontinued, and surgery was planned.
given       | There was no contraindication to [doxorubicin].
given       | She had not only [tamoxifen] but also [goserelin].
given       | Neither lesion responded to [vinorelbine].
given       | Surgery was not possible; [eribulin] was started.
given       | Because surgery was refused, she was treated with [exemestane].
given       | No metastases were found, and adjuvant [letrozole] was begun.
given       | She was treated with [carboplatin] without improvement.
planned     | Adjuvant [trastuzumab] is planned.
planned     | She will receive [letrozole] for five years.
planned     | The patient is scheduled to start [palbociclib].
planned     | It was decided to treat with [lapatinib] and [capecitabine].
planned     | [Pertuzumab] will be added.
planned     | We plan to treat her with [fulvestrant].
considered  | [Olaparib] was considered.
considered  | Adjuvant [tamoxifen] was recommended.
considered  | [Everolimus] could be an option.
considered  | The oncologist recommended [anastrozole].
considered  | She was offered [docetaxel].
considered  | [Bevacizumab] should be considered in such tumours.
declined    | The patient refused [tamoxifen].
declined    | She declined adjuvant [letrozole].
declined    | [Trastuzumab] was declined by the patient.
declined    | [Docetaxel] was recommended, but she declined.
declined    | She was offered [capecitabine], which she refused.
not_given   | She did not receive [trastuzumab].
not_given   | [Cisplatin] could not be administered.
not_given   | No [tamoxifen] was given.
not_given   | Carboplatin was used instead of [cisplatin].
not_given   | [Doxorubicin] was contraindicated.
not_given   | He was not eligible for [bevacizumab].
not_given   | She had never received [tamoxifen].
not_given   | [Trastuzumab] was not given because of heart failure.
not_given   | Surgery was done without preoperative [docetaxel].
not_given   | Neither [tamoxifen] nor [letrozole] was given.
allergy     | She was allergic to [penicillin].
allergy     | Her history included a [penicillin] allergy.
allergy     | He had a known hypersensitivity to [carboplatin].
given       | She had been treated with [tamoxifen] but did not tolerate it.
given       | [Tamoxifen] was planned for five years but was stopped after two.
given       | Having declined surgery, the patient was given [letrozole].
given       | She was not a candidate for surgery and received [capecitabine].
given       | Because chemotherapy was contraindicated, [letrozole] was started.
given       | The patient could not undergo surgery; therefore [sorafenib] was initiated.
given       | No dose-limiting toxicity was observed with [T-DM1].
given       | He had never smoked and was treated with [gefitinib].
given       | Instead of surgery, [imatinib] was given.
given       | There was no improvement, so [rituximab] was added.
given       | The patient had no known allergies and took [metformin].
given       | It was decided to discontinue [trastuzumab].
given       | We decided to switch from [docetaxel] to paclitaxel.
given       | The scheduled [docetaxel] was completed.
given       | After completion of [FEC], radiotherapy was planned.
given       | Without [trastuzumab] interruption, the heart recovered.
given       | The patient was considered refractory to [cisplatin].
given       | Neoadjuvant [docetaxel] failed to shrink the tumour.
given       | The patient refused chemotherapy and was started on [letrozole].
given       | She refused chemotherapy; [letrozole] was prescribed.
given       | The patient refused chemotherapy, therefore [letrozole] was administered.
given       | She refused surgery but accepted [tamoxifen].
planned     | Treatment with [palbociclib] and [letrozole] is planned.
planned     | The plan was to give [carboplatin] after recovery.
planned     | She is going to receive [pertuzumab].
considered  | [Everolimus] was considered but not started because of pneumonitis.
declined    | Adjuvant therapy with [tamoxifen] was offered but the patient refused.
declined    | The patient, however, refused [trastuzumab] treatment.
declined    | She declined endocrine therapy with [anastrozole].
not_given   | [Trastuzumab] was not administered due to low ejection fraction.
not_given   | She received AC without [trastuzumab].
not_given   | Owing to her age, neither chemotherapy nor [trastuzumab] was administered.
not_given   | Adjuvant [tamoxifen] had not been given.
not_given   | The patient did not undergo adjuvant chemotherapy with [docetaxel].
"""

RADIOTHERAPY = """
given       | She underwent [whole-brain radiotherapy].
given       | [Radiotherapy] was completed without complications.
given       | No recurrence was seen after [radiotherapy].
given       | He refused surgery and received [radiotherapy].
given       | There was no evidence of disease following [chest wall radiotherapy].
planned     | She was scheduled for [radiotherapy].
planned     | [Radiotherapy] planning is underway.
planned     | [Stereotactic radiosurgery] was planned.
considered  | Adjuvant [radiotherapy] was discussed.
considered  | Palliative [radiotherapy] was proposed.
declined    | The patient declined [radiotherapy].
declined    | [Radiotherapy] was recommended but the patient refused it.
not_given   | Postoperative [radiotherapy] was omitted.
not_given   | She did not undergo [radiotherapy].
not_given   | Mastectomy was done without adjuvant [radiotherapy].
declined    | The patient refused chemotherapy and [radiotherapy].
not_given   | No adjuvant [radiotherapy] was performed.
not_given   | She received neither chemotherapy nor [radiotherapy].
not_given   | Mastectomy was performed and no [radiotherapy] was administered.
not_given   | The patient did not receive adjuvant chemotherapy or [radiation therapy].
given       | She refused chemotherapy but agreed to [radiotherapy].
planned     | The patient is currently awaiting [radiotherapy].
planned     | She is planned for adjuvant [radiotherapy].
planned     | [Whole brain radiotherapy] was scheduled.
considered  | Palliative [radiotherapy] was suggested.
"""

SITES = """
present     | CT showed multiple [liver] metastases.
present     | CT showed no increase in [lung] metastases.
present     | She had not only [bone] but [liver] metastases.
present     | There was no progression of the [brain] metastases.
present     | No additional lesions were found, and the patient developed [meningeal] metastases.
present     | No liver metastases were found, but [bone] metastases were seen.
present     | There was no metastasis other than in the [spine].
present     | No treatment was given for the [scalp] metastases because of age.
present     | The [skin] lesions partially resolved.
present     | The [lung] nodules had almost completely disappeared.
present     | HER2-negative [liver] metastases were found.
present     | The [lung] metastases did not respond.
present     | The [liver] metastases showed a partial response.
present     | Without treatment, she developed [peritoneal] carcinomatosis.
present     | There was no response of the [liver] metastases.
present     | CT showed a mass, which was consistent with [adrenal] metastasis.
present     | The patient was not suspected of cancer until [bone] metastases appeared.
present     | Biopsy confirmed [pleural] metastasis, and infection was ruled out.
present     | No more than two [brain] metastases were treated.
absent      | There was no evidence of [liver] metastasis.
absent      | CT did not reveal any [lung] metastasis.
absent      | The [axillary lymph nodes] were negative.
absent      | The [ovaries] were not invaded.
absent      | [Bone] metastases were ruled out.
absent      | Every [lymph node] was free of cancer.
absent      | No [lung], [liver] or [bone] metastases were found.
absent      | There was neither [liver] nor [lung] involvement.
absent      | She was alive without [recurrence].
absent      | PET-CT was negative for [distant] metastasis.
absent      | CT failed to demonstrate [brain] metastases.
absent      | Suspected [liver] metastasis was excluded.
absent      | No suspicious lesions were seen in the [liver].
possible    | CT showed suspected [lung] metastases.
possible    | A [liver] lesion suspicious for metastasis was found.
possible    | [Bone] metastasis could not be excluded.
possible    | There was possible [pleural] involvement.
possible    | Shadows suggestive of [lung] metastasis were seen.
possible    | [Adrenal] metastasis was suspected.
possible    | Biopsy was taken to rule out [peritoneal] spread.
resolved    | The [liver] metastases disappeared.
resolved    | The [brain] metastases had completely resolved.
resolved    | There was a complete response of the [lung] metastases.
resolved    | The [skin] nodules were no longer visible.
resolved    | The [lung] metastases showed a complete response.
resolved    | The [lung] and [liver] metastases had regressed completely.
absent      | Staging with CT and bone scintigraphy showed no distant spread to [liver], [lungs] or [bones].
absent      | There was no lymphadenopathy in the [axilla].
absent      | Sentinel [lymph node] biopsy was negative for malignancy.
absent      | None of the 15 [lymph nodes] removed contained metastases.
absent      | 0 of 14 [axillary lymph nodes] were involved and there was no [skin] invasion.
absent      | Bone marrow biopsy showed no [bone marrow] infiltration.
absent      | PET/CT excluded other [distant] metastases.
absent      | The patient remains free of [recurrence] 3 years after surgery.
absent      | She has been disease-free, without signs of local [recurrence] or [distant] metastases.
absent      | No evidence of metastatic disease was found in the [brain], although headache persisted.
present     | Although there were no pulmonary lesions, the [liver] was extensively infiltrated.
present     | The patient denied pain; CT revealed [vertebral] metastases.
present     | CT scan revealed multiple [lung] nodules consistent with metastases and no liver lesions.
present     | She died with [liver] metastases without further therapy.
present     | No adjuvant treatment was given, and two years later [lung] metastases appeared.
present     | The tumour was triple negative and metastasized to the [brain].
present     | ER-negative, HER2-positive breast cancer metastatic to the [liver] was diagnosed.
present     | Despite no evidence of systemic disease, [leptomeningeal] metastases were diagnosed.
present     | The lesion was negative for GATA3, confirming [skin] metastasis of lung cancer.
present     | The patient did not receive chemotherapy and developed [peritoneal] metastases.
present     | Unfortunately, [bone] metastases could not be resected.
present     | There was no sign of response in the [liver] metastases.
present     | Stable disease was seen in the [liver] without new lesions.
present     | Metastasis to the [stomach] is rare and is not usually suspected.
present     | Biopsy of the liver lesion confirmed [liver] metastasis rather than infection.
possible    | MRI raised the possibility of [leptomeningeal] disease.
possible    | CT showed a [lung] nodule, suspicious for metastasis.
possible    | Presumed [bone] metastases were treated.
possible    | An enlarged [axillary lymph node], probably metastatic, was noted.
resolved    | Complete resolution of the [pleural] effusion was achieved.
resolved    | Follow-up CT showed that the [lung] and [liver] metastases had disappeared.
resolved    | PET showed a complete metabolic response in the [liver].
"""


def cases(table: str, label: str) -> list[tuple[str, str, str]]:
    lines = [line.split("|", 1) for line in table.strip().splitlines()]
    return [(label, status.strip(), sentence.strip()) for status, sentence in lines]


@pytest.mark.parametrize(
    ("label", "status", "sentence"),
    [*cases(DRUGS, "Drug"), *cases(RADIOTHERAPY, "Radiotherapy"), *cases(SITES, "Site")],
)
def test_status_in_a_sentence(nlp: Language, assertion: Assertion, label: str, status: str, sentence: str) -> None:
    default = "present" if label == "Site" else "given"
    explained = found(nlp, assertion, sentence, label)
    got = [status_of(label, frozenset(category for category, _ in pairs), default) for pairs in explained]
    assert got == [status] * len(explained), explained
