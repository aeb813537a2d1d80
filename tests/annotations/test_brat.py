"""brat standoff: what is read, what is refused, and that what is written is read back (see test_properties)."""

import pytest

from pipeline.annotations.brat import read_brat, write_brat
from pipeline.annotations.checks import check

TEXT = "The tumour was ER positive.\nShe took letrozole."
GOOD = (
    "T1\tMarker 15 17\tER\n"
    "A1\tsubject T1 patient\n"
    "#1\tnorm T1\tER\n"
    "#2\tspecimen T1\tmetastasis:axillary lymph node\n"
    "T2\tResult 18 26\tpositive\n"
    "#3\tnorm T2\tpositive\n"
    "R1\tResultOf Arg1:T2 Arg2:T1\n"
)


def test_lines_are_an_annotation() -> None:
    found = check("a", read_brat(GOOD, TEXT), TEXT)
    marker, result = found.entities
    assert (marker.label, marker.span, marker.norm, marker.subject) == ("Marker", (15, 17), "ER", "patient")
    assert marker.specimen == "metastasis:axillary lymph node"
    assert (result.text, result.status) == ("positive", None)
    assert found.relations == (("T2", "ResultOf", "T1"),)


def test_what_is_written_is_read_back() -> None:
    found = check("a", read_brat(GOOD, TEXT), TEXT)
    assert check("a", read_brat(write_brat(found), TEXT), TEXT) == found


def test_windows_line_ends_blank_lines_and_remarks() -> None:
    content = GOOD.replace("\n", "\r\n") + "\r\n#9\tAnnotatorNotes T1\tsee the caption\r\n*\tEquiv T1 T2\r\n"
    assert read_brat(content, TEXT) == read_brat(GOOD, TEXT)


def test_events_stand_for_their_trigger_and_pieces_for_the_stretch() -> None:
    content = (
        "T1\tMedication 37 46\tletrozole\nE1\tMedication:T1 \nT2\tDosage 15 17;28 31\tER She\n"
        "R1\tMODIFY Arg1:T2 Arg2:E1\t\nA1\tPOLARITY E1 NEG\n"
    )
    found = read_brat(content, TEXT, foreign=True)
    assert found["entities"][1] == {"id": "T2", "label": "Dosage", "start": 15, "end": 31, "text": TEXT[15:31]}
    assert found["relations"] == [["T2", "MODIFY", "T1"]]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("T3 Drug 37 46 letrozole", "is no line of standoff: 'T3 Drug"),
        ("T3\tDrug 37\tletrozole", "is no line of standoff"),
        ("T3\tDrug 37 x\tletrozole", "is no line of standoff"),
        ("T3\tDrug 37 99\tletrozole", "T3 goes past the end of the text, which has 47 characters"),
        ("T3\tDrug 36 45\tletrozole", "T3: the text there is ' letrozol'"),
        ("T1\tDrug 37 46\tletrozole", "another entity has the id T1"),
        ("X1\tDrug 37 46\tletrozole", "lines begin with T, R, E, A, M, N, * or #"),
        ("R2\tDoseOf Arg1:T2", "a relation has two arguments"),
        ("R2\tDoseOf", "a relation has two arguments"),
        ("R2\tDoseOf Arg1:T2 Other:T1", "a relation has two arguments"),
        ("A2\tPOLARITY T1 NEG", "an attribute is one of subject, status"),
        ("A2\tsubject T1", "an attribute is one of subject, status"),
        ("E1\tDrug", "is no line of standoff"),
    ],
)
def test_bad_lines_are_named(line: str, reason: str) -> None:
    with pytest.raises(ValueError, match="line 8: ") as caught:
        read_brat(GOOD + line, TEXT)
    assert reason in str(caught.value)


def test_an_attribute_of_nothing() -> None:
    with pytest.raises(ValueError, match="A2: there is no entity T9"):
        read_brat(GOOD + "A2\tsubject T9 other\n", TEXT)


def test_one_thing_is_said_once() -> None:
    with pytest.raises(ValueError, match="A2: T1 has the subject 'patient' already"):
        read_brat(GOOD + "A2\tsubject T1 other\n", TEXT)
    with pytest.raises(ValueError, match="#4: T1 has the norm 'ER' already"):
        read_brat(GOOD + "#4\tnorm T1\tPR\n", TEXT)


def test_arguments_are_known_by_their_names() -> None:
    assert read_brat(GOOD.replace("Arg1:T2 Arg2:T1", "Arg2:T1 Arg1:T2"), TEXT) == read_brat(GOOD, TEXT)


def test_a_tab_in_a_mention_is_written_as_a_blank() -> None:
    text = "ER\tpositive"
    raw = {"entities": [{"id": "T1", "label": "Result", "start": 0, "end": 11, "norm": "positive"}], "relations": []}
    found = check("a", raw, text)
    assert found.entities[0].text == text  # which the file leaves out
    assert check("a", read_brat(write_brat(found), text), text) == found
