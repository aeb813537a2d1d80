"""In how many cycles a drug was given: each case has a counter-example beside it."""

from __future__ import annotations

import pytest
from spacy.language import Language
from told import record, treatment

BASE = "A 52-year-old woman had breast cancer. In March 2021, CT showed liver metastases. "


@pytest.mark.parametrize(
    ("text", "name", "cycles"),
    [
        # what is taken every day beside a drug given in cycles has no count of its own
        ("Gemcitabine 1000 mg/m2 was given on days 1 and 8 every 21 days with erlotinib 100 mg daily. After 4 cycles "
         "the mass was smaller.", "erlotinib", None),
        ("Gemcitabine 1000 mg/m2 was given on days 1 and 8 every 21 days with erlotinib 100 mg daily. After 4 cycles "
         "the mass was smaller.", "gemcitabine", "4"),
        ("Palbociclib 125 mg was begun. After four cycles the mass was smaller.", "palbociclib", "4"),
        ("She took temozolomide 200 mg/m2 plus erlotinib 150 mg daily, but after one cycle fell.", "erlotinib", None),
        # an ordinal told later goes on from 'after two cycles'; a cycle that was not reached does not
        ("Eribulin 1.4 mg/m2 was begun. After two cycles the mass was smaller. On day 2 of the seventh cycle she had a "
         "fever.", "eribulin", "7"),
        ("Eribulin 1.4 mg/m2 was begun. After two cycles the mass was smaller. Fever came before the seventh cycle.",
         "eribulin", "2"),
        ("Eribulin 1.4 mg/m2 was begun. After two cycles the mass was smaller. The third cycle was postponed.",
         "eribulin", "2"),
        ("Two cycles of eribulin were given. The dose of the first cycle was low.", "eribulin", "2"),
        # stopped after the fifth is five; an event in the first is no count
        ("Eribulin was begun. Eribulin was stopped after the fifth cycle.", "eribulin", "5"),
        ("Eribulin was begun. She had a fever after the first cycle of eribulin.", "eribulin", None),
        ("Eribulin was begun. A rash led to discontinuation of eribulin after the ninth cycle.", "eribulin", "9"),
        # more are added, where they were given
        ("She received three cycles of eribulin. Two further cycles of eribulin were given.", "eribulin", "5"),
        ("She received three cycles of eribulin. Two further cycles were planned.", "eribulin", "3"),
        ("She received three cycles of eribulin and three further cycles of capecitabine.", "capecitabine", "3"),
        # some of the cycles are not their number
        ("Eribulin was begun. In the two other courses eribulin was reduced.", "eribulin", None),
        ("Eribulin was begun in a low dose. Two courses of eribulin were given.", "eribulin", "2"),
    ],
)  # fmt: skip
def test_cycles(nlp: Language, text: str, name: str, cycles: str | None) -> None:
    assert treatment(record(nlp, BASE + text), name).cycles == cycles


def test_what_was_begun_with_a_counted_drug_ends_with_it(nlp: Language) -> None:
    text = "She received pembrolizumab 400 mg every six weeks with carboplatin AUC 2 on days 1 and 8, eight cycles. "
    made = record(nlp, BASE + text + "She is alive.")
    assert treatment(made, "carboplatin").cycles == "8"
    assert treatment(made, "pembrolizumab").cycles is None
    assert treatment(made, "pembrolizumab").status == "given"
