"""The figures: what is drawn when, and that no two labels overlap."""

from __future__ import annotations

from datetime import date
from itertools import combinations

import pytest
from made_series import GOLD, case, told
from matplotlib.backends.backend_agg import FigureCanvasAgg

from pipeline.patient.model import Record
from pipeline.series.cases import read
from pipeline.series.timeline import figure, swimmer
from pipeline.series.timeline.marks import Lane, Mark, Story, story

EVIDENCE = [told("It was so.")]


def treatment(name: str, **more: object) -> dict[str, object]:
    return {"kind": "drug", "name": name, "status": "given", "intent": "adjuvant", "evidence": EVIDENCE} | more


def marks(**parts: object) -> list[Mark]:
    return story(case(**parts).record).marks


def day(year: int, month: int, of: int = 1) -> int:
    return date(year, month, of).toordinal()


def test_a_month_is_all_its_days() -> None:
    (mark,) = marks(treatments=[treatment("mastectomy", kind="surgery", start="2020-02", end="2020-02")])
    assert (mark.start, mark.end) == ((day(2020, 2), day(2020, 2, 29)), None)


def test_a_course_with_both_ends() -> None:
    (mark,) = marks(treatments=[treatment("tamoxifen", start="2015-03-02", end="2016")])
    assert mark.start == (day(2015, 3, 2), day(2015, 3, 2))
    assert mark.end == (day(2016, 1), day(2016, 12, 31))


def test_an_open_date_gets_no_later_day() -> None:
    (mark,) = marks(treatments=[treatment("letrozole", start="2020-08-11/..")])
    assert mark.start == (day(2020, 8, 11), day(2020, 8, 11))
    assert mark.later


@pytest.mark.parametrize("start", ["../2016-04", None])
def test_what_has_no_first_day_is_listed_and_not_drawn(start: str | None) -> None:
    dated = treatment("tamoxifen", start="2015")
    found = story(case(treatments=[dated, treatment("letrozole", start=start)]).record)
    assert [mark.label for mark in found.marks] == ["tamoxifen"]
    assert found.undated == [(Lane.SYSTEMIC, "letrozole")]


@pytest.mark.parametrize("status", ["planned", "declined", "not_given", "considered", "allergy"])
def test_what_was_not_given_is_not_drawn(status: str) -> None:
    assert marks(treatments=[treatment("letrozole", start="2015", status=status)]) == []


def test_drugs_of_one_sentence_are_one_course() -> None:
    together = [treatment("docetaxel", start="2020"), treatment("epirubicin", start="2020")]
    assert [mark.label for mark in marks(treatments=together)] == ["docetaxel + epirubicin"]
    elsewhere = treatment("epirubicin", start="2020") | {"evidence": [told("And so.", 50)]}
    assert len(marks(treatments=[together[0], elsewhere])) == 2


def test_absent_sites_are_no_metastases() -> None:
    sites = [{"site": "liver", "status": "absent", "date": "2020", "evidence": EVIDENCE}]
    assert marks(metastases=sites) == []


def test_without_dates_the_order_is_drawn() -> None:
    found = story(case(treatments=[treatment("tamoxifen"), treatment("letrozole", line=2)]).record)
    assert not found.by_date
    assert [(mark.label, mark.first) for mark in found.marks] == [("tamoxifen", 1), ("letrozole", 2)]


def overlaps(told_story: Story) -> list[tuple[str, str]]:
    """Pairs of labels of the drawn figure that cover each other."""
    made, _ = figure.build("a", told_story)
    renderer = FigureCanvasAgg(made).get_renderer()
    labels = [text for text in made.axes[0].texts if text.get_gid() == "label"]
    boxes = [(text.get_text(), text.get_window_extent(renderer)) for text in labels]
    width, height = made.bbox.width, made.bbox.height
    for text, box in boxes:
        assert box.x0 >= -1, text
        assert box.x1 <= width + 1, text
        assert box.y1 <= height, text
    return [(a, b) for (a, one), (b, two) in combinations(boxes, 2) if one.overlaps(two)]


@pytest.mark.parametrize("path", GOLD, ids=lambda path: path.stem)
def test_no_label_covers_another(path) -> None:
    for one in read(path.parents[1], path):
        assert overlaps(story(one.record)) == []


def test_no_label_covers_another_in_a_crowd() -> None:
    drugs = [
        treatment("a long name of a drug " * (1 + n % 3), start=f"20{10 + n % 9}-0{1 + n % 9}", line=n + 1)
        for n in range(40)
    ]
    assert overlaps(story(case(treatments=drugs).record)) == []


def test_a_record_without_anything_has_a_figure() -> None:
    drawn = figure.draw("a", story(case().record), ["svg", "png", "pdf"])
    assert all(len(data) > 500 for data in drawn.values())


def test_swimmer_places_only_what_is_dated_to_the_month() -> None:
    dated = case(treatments=[treatment("tamoxifen", start="2015-03")])
    vague = case(treatments=[treatment("tamoxifen", start="2015")])
    rows, left_out = swimmer.swimmers([dated, vague])
    assert [row.begin for row in rows] == [day(2015, 3)]
    assert left_out == ["a"]


def test_swimmer_tells_death() -> None:
    end = {"status": "died", "date": "2016-03", "evidence": EVIDENCE}
    (row,), _ = swimmer.swimmers([case(treatments=[treatment("tamoxifen", start="2015-03")], outcome=end)])
    assert (row.died, row.alive) == (day(2016, 3), None)
    assert isinstance(case().record, Record)
