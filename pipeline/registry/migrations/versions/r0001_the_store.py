"""The tables of the store, and the triggers by which the database keeps what may not be changed.

Revision ID: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# Tables of rows that stay as they were written, and what tells two rows of each apart.
_KEPT = {
    "document": (("id",), ("sha256",)),
    "fact": (("case_id", "key", "version"),),
    "review": (("id",), ("case_id", "key", "number"), ("based_on",)),
    "audit": (("id",),),
    "export": (("id",),),
}
_LOST = "case_value: what a person decided stands until a newer decision"


def upgrade() -> None:
    _sources()
    _said()
    _stands()
    _log()
    if op.get_bind().dialect.name == "sqlite":
        _sqlite_triggers()
    else:
        _postgresql_triggers()


def _sources() -> None:
    op.create_table(
        "document",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("doc_id", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("licence", sa.Text(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.CheckConstraint("length(trim(doc_id, ' \t\r\n')) > 0", name="ck_document_doc_id"),
        sa.CheckConstraint("length(sha256) = 64", name="ck_document_sha256"),
        sa.PrimaryKeyConstraint("id", name="pk_document"),
        sa.UniqueConstraint("sha256", name="uq_document_sha256"),
    )
    op.create_index("ix_document_doc_id", "document", ["doc_id"], unique=False)
    op.create_table(
        "run",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("config", sa.Text(), nullable=False),
        sa.Column("lexicons", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("ner", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.CheckConstraint("length(trim(version, ' \t\r\n')) > 0", name="ck_run_version"),
        sa.CheckConstraint("length(digest) = 64", name="ck_run_digest"),
        sa.PrimaryKeyConstraint("id", name="pk_run"),
        sa.UniqueConstraint("digest", name="uq_run_digest"),
    )
    op.create_table(
        "case",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("case_id", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("joined_to", sa.Integer(), nullable=True),
        sa.CheckConstraint("length(trim(case_id, ' \t\r\n')) > 0", name="ck_case_case_id"),
        sa.CheckConstraint("joined_to <> id", name="ck_case_joined_to"),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name="fk_case_document_id"),
        sa.ForeignKeyConstraint(["joined_to"], ["case.id"], name="fk_case_joined_to"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_case_run_id"),
        sa.PrimaryKeyConstraint("id", name="pk_case"),
        sa.UniqueConstraint("case_id", name="uq_case_case_id"),
    )
    op.create_index("ix_case_document_id", "case", ["document_id"], unique=False)
    op.create_index("ix_case_joined_to", "case", ["joined_to"], unique=False)
    op.create_index("ix_case_run_id", "case", ["run_id"], unique=False)


def _said() -> None:
    op.create_table(
        "fact",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=False),
        sa.Column("document_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("slot", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("specimen", sa.Text(), nullable=False),
        sa.Column("interval", sa.Text(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=True),
        sa.Column("end", sa.Integer(), nullable=True),
        sa.Column("confidence", sa.Float(), nullable=True),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.CheckConstraint("length(trim(key, ' \t\r\n')) > 0", name="ck_fact_key"),
        sa.CheckConstraint("length(trim(slot, ' \t\r\n')) > 0", name="ck_fact_slot"),
        sa.CheckConstraint('"start" >= 0 AND "end" >= "start"', name="ck_fact_span"),
        sa.CheckConstraint('("start" IS NULL) = ("end" IS NULL)', name="ck_fact_span_whole"),
        sa.CheckConstraint("confidence BETWEEN 0 AND 1", name="ck_fact_confidence"),
        sa.CheckConstraint("version >= 1", name="ck_fact_version"),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_fact_case_id"),
        sa.ForeignKeyConstraint(["document_id"], ["document.id"], name="fk_fact_document_id"),
        sa.ForeignKeyConstraint(["run_id"], ["run.id"], name="fk_fact_run_id"),
        sa.PrimaryKeyConstraint("case_id", "key", "version", name="pk_fact"),
    )
    op.create_table(
        "review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("based_on", sa.Integer(), nullable=True),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("fact_version", sa.Integer(), nullable=True),
        sa.Column("decision", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.CheckConstraint("(decision IN ('reject', 'reopen')) = (value IS NULL)", name="ck_review_value"),
        sa.CheckConstraint("decision <> 'accept' OR fact_version IS NOT NULL", name="ck_review_fact_version"),
        sa.CheckConstraint("decision IN ('accept', 'edit', 'reject', 'reopen')", name="ck_review_decision"),
        sa.CheckConstraint("length(trim(who, ' \t\r\n')) > 0", name="ck_review_who"),
        sa.CheckConstraint("length(trim(why, ' \t\r\n')) > 0", name="ck_review_why"),
        sa.CheckConstraint("length(at) >= 20", name="ck_review_at"),
        sa.CheckConstraint("number >= 1 AND (number = 1) = (based_on IS NULL)", name="ck_review_number"),
        sa.ForeignKeyConstraint(
            ["case_id", "key", "based_on"],
            ["review.case_id", "review.key", "review.id"],
            name="fk_review_case_id_key_based_on",
        ),
        sa.ForeignKeyConstraint(
            ["case_id", "key", "fact_version"],
            ["fact.case_id", "fact.key", "fact.version"],
            name="fk_review_case_id_key_fact_version",
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_review_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_review"),
        sa.UniqueConstraint("based_on", name="uq_review_based_on"),
        sa.UniqueConstraint("case_id", "key", "id", name="uq_review_case_id_key_id"),
        sa.UniqueConstraint("case_id", "key", "number", name="uq_review_case_id_key_number"),
    )


def _stands() -> None:
    op.create_table(
        "case_value",
        sa.Column("case_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("slot", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("cause", sa.Text(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("fact_version", sa.Integer(), nullable=True),
        sa.Column("is_said", sa.Boolean(create_constraint=True, name="boolean"), nullable=False),
        sa.Column("review_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("(state = 'waiting') = (cause IS NOT NULL)", name="ck_case_value_waiting"),
        sa.CheckConstraint(
            "state NOT IN ('accepted', 'edited', 'rejected') OR review_id IS NOT NULL", name="ck_case_value_reviewed"
        ),
        sa.CheckConstraint("(state IN ('waiting', 'rejected')) = (value IS NULL)", name="ck_case_value_value"),
        sa.CheckConstraint(
            "cause IN ('contradiction', 'derived', 'unmeasured', 'never automatic', 'below threshold', 'reopened')",
            name="ck_case_value_cause",
        ),
        sa.CheckConstraint(
            "state IN ('automatic', 'accepted', 'edited', 'rejected', 'waiting')", name="ck_case_value_state"
        ),
        sa.CheckConstraint("(cause IS NULL) = (reason IS NULL)", name="ck_case_value_reason"),
        sa.CheckConstraint("fact_version IS NOT NULL OR NOT is_said", name="ck_case_value_is_said"),
        sa.CheckConstraint("fact_version IS NOT NULL OR review_id IS NOT NULL", name="ck_case_value_grounds"),
        sa.ForeignKeyConstraint(
            ["case_id", "key", "fact_version"],
            ["fact.case_id", "fact.key", "fact.version"],
            name="fk_case_value_case_id_key_fact_version",
        ),
        sa.ForeignKeyConstraint(
            ["case_id", "key", "review_id"],
            ["review.case_id", "review.key", "review.id"],
            name="fk_case_value_case_id_key_review_id",
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_case_value_case_id"),
        sa.PrimaryKeyConstraint("case_id", "key", name="pk_case_value"),
        sa.UniqueConstraint("case_id", "path", name="uq_case_value_case_id_path"),
    )
    op.create_index("ix_case_value_slot_state", "case_value", ["slot", "state"], unique=False)


def _log() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("operation", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("case_id", sa.Integer(), nullable=True),
        sa.Column("path", sa.Text(), nullable=True),
        sa.Column("before", sa.Text(), nullable=True),
        sa.Column("after", sa.Text(), nullable=True),
        sa.Column("about", sa.Text(), nullable=False),
        sa.CheckConstraint("length(trim(action, ' \t\r\n')) > 0", name="ck_audit_action"),
        sa.CheckConstraint("length(trim(operation, ' \t\r\n')) > 0", name="ck_audit_operation"),
        sa.CheckConstraint("length(trim(who, ' \t\r\n')) > 0", name="ck_audit_who"),
        sa.CheckConstraint("length(at) >= 20", name="ck_audit_at"),
        sa.ForeignKeyConstraint(["case_id"], ["case.id"], name="fk_audit_case_id"),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_case_id", "audit", ["case_id"], unique=False)
    op.create_index("ix_audit_operation", "audit", ["operation"], unique=False)
    op.create_table(
        "export",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("which", sa.Text(), nullable=False),
        sa.Column("program", sa.Text(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("traced", sa.Integer(), nullable=False),
        sa.Column("counts", sa.Text(), nullable=False),
        sa.Column("files", sa.Text(), nullable=False),
        sa.CheckConstraint("length(trim(form, ' \t\r\n')) > 0", name="ck_export_form"),
        sa.CheckConstraint("length(trim(who, ' \t\r\n')) > 0", name="ck_export_who"),
        sa.CheckConstraint("which IN ('standing', 'reviewed', 'with waiting')", name="ck_export_which"),
        sa.CheckConstraint("cases >= 0 AND traced >= 0", name="ck_export_counts"),
        sa.PrimaryKeyConstraint("id", name="pk_export"),
    )


def _sqlite_triggers() -> None:
    for table, keys in _KEPT.items():
        for what in ("UPDATE", "DELETE"):
            _sqlite_trigger(f"{table}_no_{what.lower()}", f'{what} ON "{table}"', "1", f"{table}: is append-only")
        # INSERT OR REPLACE takes the older row away without a DELETE that a trigger would see.
        same = " OR ".join(f'EXISTS (SELECT 1 FROM "{table}" WHERE {_same(key)})' for key in keys)
        _sqlite_trigger(f"{table}_no_replace", f'INSERT ON "{table}"', same, f"{table}: is append-only")
    reviewed = "review_id IS NOT NULL"
    _sqlite_trigger("case_value_no_delete", "DELETE ON case_value", f"OLD.{reviewed}", _LOST)
    lost = (
        f"OLD.{reviewed} AND (NEW.review_id IS NULL OR NEW.review_id < OLD.review_id OR NEW.case_id <> OLD.case_id"
        " OR NEW.key <> OLD.key OR NEW.review_id = OLD.review_id"
        " AND (NEW.state <> OLD.state OR NEW.value IS NOT OLD.value))"
    )
    _sqlite_trigger("case_value_no_update", "UPDATE ON case_value", lost, _LOST)
    known = f"EXISTS (SELECT 1 FROM case_value WHERE {{}} AND {reviewed})"
    replaced = " OR ".join(known.format(_same(key)) for key in (("case_id", "key"), ("case_id", "path")))
    _sqlite_trigger("case_value_no_replace", "INSERT ON case_value", replaced, _LOST)


def _sqlite_trigger(name: str, when: str, condition: str, message: str) -> None:
    op.execute(f"CREATE TRIGGER {name} BEFORE {when} WHEN {condition} BEGIN SELECT RAISE(ABORT, '{message}'); END")


def _same(key: tuple[str, ...]) -> str:
    return " AND ".join(f"{column} = NEW.{column}" for column in key)


def _postgresql_triggers() -> None:
    _postgresql_function("append_only", "RAISE EXCEPTION '%: is append-only', TG_TABLE_NAME;")
    _postgresql_function(
        "review_stands",
        "IF TG_OP = 'TRUNCATE' THEN"
        f" RAISE EXCEPTION '{_LOST}';"
        " ELSIF OLD.review_id IS NOT NULL THEN"
        " IF TG_OP = 'DELETE' OR NEW.review_id IS NULL OR NEW.review_id < OLD.review_id"
        " OR NEW.case_id <> OLD.case_id OR NEW.key <> OLD.key OR NEW.review_id = OLD.review_id"
        " AND (NEW.state <> OLD.state OR NEW.value IS DISTINCT FROM OLD.value) THEN"
        f" RAISE EXCEPTION '{_LOST}';"
        " END IF; END IF;"
        " IF TG_OP = 'DELETE' THEN RETURN OLD; END IF; RETURN NEW;",
    )
    for table, function in [*((table, "append_only") for table in _KEPT), ("case_value", "review_stands")]:
        does = f"EXECUTE FUNCTION {function}()"
        op.execute(f'CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE ON "{table}" FOR EACH ROW {does}')
        op.execute(f'CREATE TRIGGER {table}_full BEFORE TRUNCATE ON "{table}" FOR EACH STATEMENT {does}')


def _postgresql_function(name: str, body: str) -> None:
    op.execute(f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$")
