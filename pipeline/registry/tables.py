"""The tables of the store, and what the database itself holds to.

    document ──< case >── run            a text, its patients, the program that read them last
                  │
                  ├──< fact              what a run said of one value of the record; never changed, never removed
                  ├──< review            what a person decided of it; never changed, never removed
                  └──< case_value        what stands now, and why; points at one fact, one review or both
    audit, export                        what was done to the store and what left it; never changed, never removed

A value is known by its case and its `key`, which outlives re-ordering, a changed value and a new run (`keys.py`).
Times are ISO 8601 in UTC. The migrations make these tables; a test holds them and this module together.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Float,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

AUTOMATIC, ACCEPTED, EDITED, REJECTED, WAITING = STATES = ("automatic", "accepted", "edited", "rejected", "waiting")
ACCEPT, EDIT, REJECT, REOPEN = DECISIONS = ("accept", "edit", "reject", "reopen")
# Why a value waits, the gravest first.
CAUSES = ("contradiction", "derived", "unmeasured", "never automatic", "below threshold", "reopened")
APPEND_ONLY = ("document", "fact", "review", "audit", "export")

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def one_of(column: str, allowed: tuple[str, ...]) -> str:
    """SQL that holds where the column has one of these values."""
    return f"{column} IN ({', '.join(map(repr, allowed))})"


def said(column: str) -> str:
    """SQL that holds where the column has more than white space."""
    return f"length(trim({column}, ' \t\r\n')) > 0"


document = Table(
    "document",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("sha256", Text, nullable=False, unique=True, doc="of the text in UTF-8"),
    Column("doc_id", Text, nullable=False, index=True),
    Column("path", Text, nullable=False, doc="where the program read it; empty where that is not known"),
    Column("licence", Text),
    Column("text", Text, nullable=False, doc="the text that all offsets count in, in code points"),
    CheckConstraint("length(sha256) = 64", name="sha256"),
    CheckConstraint(said("doc_id"), name="doc_id"),
)

run = Table(
    "run",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("digest", Text, nullable=False, unique=True, doc="SHA-256 of the other columns"),
    Column("version", Text, nullable=False),
    Column("config", Text, nullable=False, doc="SHA-256 of the components and of the least confidence"),
    Column("lexicons", Text, nullable=False),
    Column("code", Text, nullable=False),
    Column("ner", Text, nullable=False),
    Column("model", Text, nullable=False),
    CheckConstraint("length(digest) = 64", name="digest"),
    CheckConstraint(said("version"), name="version"),
)

case = Table(
    "case",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("case_id", Text, nullable=False, unique=True),
    Column("document_id", Integer, ForeignKey("document.id"), nullable=False, index=True),
    Column("run_id", Integer, ForeignKey("run.id"), nullable=False, index=True, doc="the newest"),
    Column("record", Text, nullable=False, doc="JSON of the newest run, and of lost items that were reviewed"),
    Column("joined_to", Integer, ForeignKey("case.id"), index=True, doc="the case of the same patient that counts"),
    CheckConstraint(said("case_id"), name="case_id"),
    CheckConstraint("joined_to <> id", name="joined_to"),
)

fact = Table(
    "fact",
    metadata,
    Column("case_id", Integer, ForeignKey("case.id"), nullable=False),
    Column("key", Text, nullable=False, doc="the stable id of the value within its case"),
    Column("version", Integer, nullable=False, doc="1 for what was said first; another for each other telling"),
    Column("digest", Text, nullable=False, doc="of what is said and where: two runs that agree share a fact"),
    Column("run_id", Integer, ForeignKey("run.id"), nullable=False, doc="the first that said so"),
    Column("document_id", Integer, ForeignKey("document.id"), nullable=False),
    Column("path", Text, nullable=False, doc="its place in the record of that run"),
    Column("slot", Text, nullable=False),
    Column("value", Text, nullable=False),
    Column("unit", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("specimen", Text, nullable=False),
    Column("interval", Text, nullable=False),
    Column("start", Integer, doc="code points, half-open; NULL where the record cites no place"),
    Column("end", Integer),
    Column("confidence", Float, doc="NULL where nobody measured how often such a value is right"),
    Column("rule", Text, nullable=False, doc="the rule by which it is derived; empty where the text says it"),
    PrimaryKeyConstraint("case_id", "key", "version"),
    CheckConstraint("version >= 1", name="version"),
    CheckConstraint(said("key"), name="key"),
    CheckConstraint(said("slot"), name="slot"),
    CheckConstraint("confidence BETWEEN 0 AND 1", name="confidence"),
    CheckConstraint('("start" IS NULL) = ("end" IS NULL)', name="span_whole"),
    CheckConstraint('"start" >= 0 AND "end" >= "start"', name="span"),
)

review = Table(
    "review",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_id", Integer, ForeignKey("case.id"), nullable=False),
    Column("key", Text, nullable=False),
    Column("number", Integer, nullable=False, doc="1, 2, 3 of this value"),
    Column("based_on", Integer, doc="the review that the person saw; NULL for the first"),
    Column("path", Text, nullable=False),
    Column("fact_version", Integer, doc="the telling that the person saw; NULL where there was none"),
    Column("decision", Text, nullable=False),
    Column("value", Text, doc="what stands by it; NULL where nothing does"),
    Column("who", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("why", Text, nullable=False),
    UniqueConstraint("case_id", "key", "number"),
    UniqueConstraint("case_id", "key", "id"),
    UniqueConstraint("based_on"),
    ForeignKeyConstraint(["case_id", "key", "fact_version"], ["fact.case_id", "fact.key", "fact.version"]),
    ForeignKeyConstraint(["case_id", "key", "based_on"], ["review.case_id", "review.key", "review.id"]),
    CheckConstraint(one_of("decision", DECISIONS), name="decision"),
    CheckConstraint("(decision IN ('reject', 'reopen')) = (value IS NULL)", name="value"),
    CheckConstraint("decision <> 'accept' OR fact_version IS NOT NULL", name="fact_version"),
    CheckConstraint("number >= 1 AND (number = 1) = (based_on IS NULL)", name="number"),
    CheckConstraint(said("who"), name="who"),
    CheckConstraint(said("why"), name="why"),
    CheckConstraint("length(at) >= 20", name="at"),
)

case_value = Table(
    "case_value",
    metadata,
    Column("case_id", Integer, ForeignKey("case.id"), nullable=False),
    Column("key", Text, nullable=False),
    Column("path", Text, nullable=False, doc="its place in the record of the case"),
    Column("slot", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("value", Text, doc="what stands; NULL where nothing does"),
    Column("cause", Text, doc="the kind of reason for which it waits"),
    Column("reason", Text),
    Column("fact_version", Integer, doc="the newest telling; NULL where no run ever had this value"),
    Column(
        "is_said",
        Boolean(create_constraint=True, name="boolean"),
        nullable=False,
        doc="whether the newest run says it",
    ),
    Column("review_id", Integer, doc="the newest decision"),
    PrimaryKeyConstraint("case_id", "key"),
    UniqueConstraint("case_id", "path"),
    ForeignKeyConstraint(["case_id", "key", "fact_version"], ["fact.case_id", "fact.key", "fact.version"]),
    ForeignKeyConstraint(["case_id", "key", "review_id"], ["review.case_id", "review.key", "review.id"]),
    CheckConstraint(one_of("state", STATES), name="state"),
    CheckConstraint(one_of("cause", CAUSES), name="cause"),
    CheckConstraint("state NOT IN ('accepted', 'edited', 'rejected') OR review_id IS NOT NULL", name="reviewed"),
    CheckConstraint("(state IN ('waiting', 'rejected')) = (value IS NULL)", name="value"),
    CheckConstraint("(state = 'waiting') = (cause IS NOT NULL)", name="waiting"),
    CheckConstraint("(cause IS NULL) = (reason IS NULL)", name="reason"),
    CheckConstraint("fact_version IS NOT NULL OR review_id IS NOT NULL", name="grounds"),
    CheckConstraint("fact_version IS NOT NULL OR NOT is_said", name="is_said"),
    Index(None, "slot", "state"),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("operation", Text, nullable=False, index=True, doc="one load, decision, join or export"),
    Column("at", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("case_id", Integer, ForeignKey("case.id"), index=True),
    Column("path", Text),
    Column("before", Text),
    Column("after", Text),
    Column("about", Text, nullable=False),
    CheckConstraint(said("operation"), name="operation"),
    CheckConstraint(said("action"), name="action"),
    CheckConstraint(said("who"), name="who"),
    CheckConstraint("length(at) >= 20", name="at"),
)

export = Table(
    "export",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Text, nullable=False),
    Column("who", Text, nullable=False),
    Column("form", Text, nullable=False),
    Column("folder", Text, nullable=False),
    Column("which", Text, nullable=False, doc="the values that it took"),
    Column("program", Text, nullable=False),
    Column("cases", Integer, nullable=False),
    Column("traced", Integer, nullable=False, doc="values whose way back is in provenance.csv"),
    Column("counts", Text, nullable=False, doc="JSON"),
    Column("files", Text, nullable=False, doc="JSON: the SHA-256 of each"),
    CheckConstraint(one_of("which", ("standing", "reviewed", "with waiting")), name="which"),
    CheckConstraint("cases >= 0 AND traced >= 0", name="counts"),
    CheckConstraint(said("form"), name="form"),
    CheckConstraint(said("who"), name="who"),
)
