"""The record of a patient as pydantic models: what is in `records/<id>.json`.

Dates are ISO 8601 with unknown parts left out (`2020-11`), intervals `2018-03/2018-04`, `2020-11/..` (then or
later), `../2016-04`. None is 'not reported'.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, RootModel

Date = str
Status = Literal[
    "died", "no evidence of disease", "progression", "stable disease", "complete response", "partial response",
    "lost to follow-up", "alive",
]  # fmt: skip


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", validate_assignment=False)


class Evidence(_Model):
    """A place of the text, code points, half-open, and what stands there."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    start: int
    end: int
    text: str


class Cited(_Model):
    """What every object of a record carries.

    `evidence` holds the sentences that say it, `cites` the exact places of single values by their key,
    `derived` the keys of values that the text does not say, `how` their rules, `confidence` in 0..1.
    """

    evidence: list[Evidence] = Field(default_factory=list)
    cites: dict[str, list[Evidence]] = Field(default_factory=dict)
    derived: list[str] = Field(default_factory=list)
    how: dict[str, str] = Field(default_factory=dict)
    confidence: float = 1.0
    note: str | None = None

    def derive(self, key: str, how: str) -> None:
        """Mark a value as derived by a rule."""
        if key not in self.derived:
            self.derived.append(key)
        self.how[key] = how


class Case(Cited):
    """Who the patient is and what the primary tumour was. `morphology` is ICD-O-3; `grade` is histological."""

    sex: Literal["female", "male"] | None = None
    age_at_diagnosis: int | None = None
    primary_site: str | None = None
    quadrant: str | None = None
    laterality: Literal["right", "left", "bilateral"] | None = None
    histology: str | None = None
    morphology: str | None = None
    grade: Literal["1", "2", "3"] | None = None


class MarkerResult(_Model):
    """What one test said of one marker: `status` as word or by rule, `percent`, `score`, `ish`."""

    status: str | None = None
    percent: str | None = None
    score: str | None = None
    ish: Literal["amplified", "not amplified"] | None = None


class Panel(Cited):
    """The receptors of one specimen at one date.

    `her2_category` tells HER2 0, ultralow and low apart, `subtype` is the surrogate subtype, `conversion` names
    markers whose status differs from an earlier panel; all three are derived.
    """

    specimen: str = "unstated"
    procedure: Literal["biopsy", "surgery", "cytology"] | None = None
    date: Date | None = None
    results: dict[str, MarkerResult] = Field(default_factory=dict)
    her2_category: str | None = None
    subtype: str | None = None
    conversion: list[str] = Field(default_factory=list)


class Stage(Cited):
    """A stage as the text states it; `derived_group` is the AJCC-7 anatomic group by SEER's table."""

    tnm: str | None = None
    group: str | None = None
    basis: Literal["clinical", "pathological", "post-neoadjuvant", "recurrence", "unstated"] | None = None
    date: Date | None = None
    edition: str | None = None
    derived_group: str | None = None
    problems: list[str] = Field(default_factory=list)


class Treatment(Cited):
    """One course of a drug or regimen, of radiation, or an operation."""

    kind: Literal["drug", "radiotherapy", "surgery", "other"]
    name: str
    site: str | None = None
    dose: str | None = None
    frequency: str | None = None
    cycles: str | None = None
    duration: str | None = None
    start: Date | None = None
    end: Date | None = None
    intent: Literal["neoadjuvant", "adjuvant", "palliative", "supportive", "other"] | None = None
    line: int | None = None
    status: str | None = None
    response: Literal["complete response", "partial response", "stable disease", "progressive disease"] | None = None


class Metastasis(Cited):
    """A site of spread, or one said to be free of it. `nodal_yield` is positive/examined nodes."""

    site: str
    icd_o: str | None = None
    laterality: Literal["right", "left", "bilateral"] | None = None
    status: Literal["present", "absent", "possible", "resolved"] = "present"
    date: Date | None = None
    confirmed_by: Literal["biopsy", "cytology", "surgery", "imaging", "autopsy"] | None = None
    nodal_yield: str | None = None


class Event(_Model):
    """A step of the story, its date None where the text gives none; `derived` where it is not said as a calendar date,
    `how` then."""

    date: Date | None
    derived: bool = False
    how: str | None = None
    what: str
    evidence: list[Evidence]
    confidence: float = 1.0


class Outcome(Cited):
    """How the report leaves the patient, and when where that is dated."""

    status: Status
    date: Date | None = None


class Contradiction(_Model):
    """Two values of one fact that cannot both hold, with both places."""

    what: str
    slot: Literal["receptor", "stage", "drug", "dose", "date", "site", "laterality", "treatment", "outcome", "other"]
    evidence: list[Evidence]
    confidence: float = 1.0


class LiteratureCase(Cited):
    """A published case: a row of a table, or a case told in the discussion. `other` holds columns of no key."""

    subject: Literal["other"] = "other"
    reference: str | None = None
    year: int | None = None
    age: int | None = None
    sex: Literal["female", "male"] | None = None
    histology: str | None = None
    subtype: str | None = None
    sites: list[str] = Field(default_factory=list)
    treatments: list[str] = Field(default_factory=list)
    outcome: str | None = None
    other: dict[str, str] = Field(default_factory=dict)


class Record(_Model):
    """One patient."""

    case_id: str | None = None
    case: Case
    receptor_panels: list[Panel] = Field(default_factory=list)
    stages: list[Stage] = Field(default_factory=list)
    treatments: list[Treatment] = Field(default_factory=list)
    metastases: list[Metastasis] = Field(default_factory=list)
    events: list[Event] = Field(default_factory=list)
    contradictions: list[Contradiction] = Field(default_factory=list)
    literature_cases: list[LiteratureCase] = Field(default_factory=list)
    outcome: Outcome | None = None


class Records(RootModel[list[Record]]):
    """The patients of one report in the order in which it tells of them."""
