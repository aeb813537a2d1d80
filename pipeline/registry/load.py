"""OUT into the store, in one transaction: all of it, or the store stands as it was.

Documents are read a hundred at a time, and what the store has of them is asked for at once, so that memory stays flat
and time grows with the number of cases.
"""

from __future__ import annotations

import json
import uuid
from collections import Counter
from dataclasses import asdict, dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, insert, select

from pipeline.errors import ReadingError
from pipeline.patient.model import Case, Record
from pipeline.registry.batch import Batch
from pipeline.registry.engine import now, writing
from pipeline.registry.judge import Judge
from pipeline.registry.known import StoredCase, stored_cases, stored_documents
from pipeline.registry.plan import Known, plan
from pipeline.registry.tables import audit, case, document, run

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import Connection, Engine

    from pipeline.console import Console
    from pipeline.registry.incoming import Incoming, OutFolder
    from pipeline.registry.judge import Policy

Row = dict[str, Any]
_AT_ONCE = 100
_NOBODY = Record(case=Case()).model_dump(mode="json")


@dataclass(slots=True)
class Loaded:
    """What a load did. `problems` are documents left as they stood, each with why; `copies` are texts that the store
    has under another name. `operation` finds its changes in `audit`."""

    operation: str
    counts: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    copies: list[str] = field(default_factory=list)


def load(
    engine: Engine, out: OutFolder, policy: Policy, who: str, console: Console, texts_changed: bool = False
) -> Loaded:
    """Load every document of OUT. `texts_changed` says that a text may take the place of another of its name.

    Raises `UsageError` and `WritingError` as `writing` does, and then nothing was loaded.
    """
    done = Loaded(uuid.uuid4().hex)
    names = out.doc_ids()
    with writing(engine) as connection:
        loader = _Loader(connection, done, policy, who, _run_id(connection, out), texts_changed)
        for some in _batches(console.track(names), _AT_ONCE):
            loader.take(list(_read(out, some, done)))
        about = {"run": asdict(out.run), "counts": done.counts, "thresholds": dict(policy.thresholds)}
        connection.execute(insert(audit), loader.log("load", about=json.dumps(about)))
    return done


class _Loader:
    """Loads documents batch by batch on one connection."""

    def __init__(
        self, connection: Connection, done: Loaded, policy: Policy, who: str, run_id: int, texts_changed: bool
    ) -> None:
        self._connection = connection
        self._done = done
        self._policy = policy
        self._who = who
        self._at = now()
        self._run = run_id
        self._texts_changed = texts_changed
        self._next_document = _next_id(connection, document)
        self._next_case = _next_id(connection, case)

    def take(self, incoming: list[Incoming]) -> None:
        stored = stored_cases(self._connection, incoming)
        documents = stored_documents(self._connection, [one.sha256 for one in incoming])
        by_text: dict[str, list[StoredCase]] = {}
        by_name: dict[str, list[StoredCase]] = {}
        for found in stored:
            by_text.setdefault(found.sha256, []).append(found)
            by_name.setdefault(found.doc_id, []).append(found)
        taken = {found.case_id: found.sha256 for found in stored}
        seen: dict[str, str] = {}
        batch = Batch()
        for one in incoming:
            if one.sha256 in seen:
                self._done.copies.append(f"{one.doc_id}: the text of {seen[one.sha256]}")
                continue
            seen[one.sha256] = one.doc_id
            cases = by_text.get(one.sha256) or by_name.get(one.doc_id) or []
            if problem := self._problem(one, cases, taken):
                self._done.problems.append(problem)
                continue
            self._document(batch, one, cases, documents)
            taken |= dict.fromkeys(batch.case_ids(), one.sha256)
        batch.write(self._connection)

    def log(self, action: str, **more: Any) -> Row:
        """A row of `audit`."""
        row = {"case_id": None, "path": None, "before": None, "after": None, "about": ""}
        about = {"operation": self._done.operation, "at": self._at, "who": self._who, "action": action}
        return row | about | more

    def _problem(self, one: Incoming, cases: list[StoredCase], taken: dict[str, str]) -> str | None:
        """Why a document is not loaded: two patients behind one name would make one of them wrong."""
        if cases and cases[0].sha256 != one.sha256 and not self._texts_changed:
            return (
                f"{one.path}: {one.doc_id} stands in the registry with another text; rename the file if it is another "
                "report, or load with --texts-changed if it is this one, corrected or read anew"
            )
        if cases:
            return None
        clash = next((n for suffix, _ in one.patients if (n := one.doc_id + suffix) in taken), None)
        return f"{one.path}: its case {clash} is already that of another document; rename the file" if clash else None

    def _document(self, batch: Batch, one: Incoming, cases: list[StoredCase], documents: dict[str, int]) -> None:
        """All patients of one document, those that the store has and this run has not, too."""
        if not cases and not one.patients:
            self._done.counts["without a patient"] += 1
            return
        name = cases[0].doc_id if cases else one.doc_id
        if name != one.doc_id:
            self._done.copies.append(f"{one.doc_id}: the text of {name}")
        document_id = documents.get(one.sha256)
        if document_id is None:
            document_id = documents[one.sha256] = self._next_document
            self._next_document += 1
            batch.documents.append(
                {"id": document_id, "sha256": one.sha256, "doc_id": name, "path": one.path, "licence": one.licence,
                 "text": one.text}
            )  # fmt: skip
        self._done.counts["documents"] += 1
        known = {found.suffix: found for found in cases}
        told = dict(one.patients)
        judge = Judge(self._policy, one.mentions)
        for suffix in sorted(known.keys() | told.keys()):
            record = told.get(suffix) or json.loads(json.dumps(_NOBODY))
            self._case(batch, one, name + suffix, document_id, known.get(suffix), record, judge)

    def _case(
        self,
        batch: Batch,
        one: Incoming,
        case_id: str,
        document_id: int,
        known: StoredCase | None,
        record: Row,
        judge: Judge,
    ) -> None:
        made = plan(known.known if known else Known(), record, judge, one)
        row = {"document_id": document_id, "run_id": self._run, "record": json.dumps(made.record, ensure_ascii=False)}
        if known is None:
            number = self._next_case
            self._next_case += 1
            batch.cases.append(row | {"id": number, "case_id": case_id, "joined_to": None})
        else:
            number = known.id
            if any(getattr(known, name) != value for name, value in row.items()):
                batch.changed_cases.append(row | {"the_id": number})
        batch.add(number, made, {"run_id": self._run, "document_id": document_id})
        batch.log += [
            self.log(c.action, case_id=number, path=c.path, before=c.before, after=c.after, about=c.about)
            for c in made.changes
        ]
        self._done.counts["cases"] += 1
        self._done.counts += made.counts
        self._done.counts += Counter(change.action for change in made.changes)


def _read(out: OutFolder, names: Iterable[str], done: Loaded) -> Iterator[Incoming]:
    for name in names:
        try:
            yield out.read(name)
        except ReadingError as error:
            done.problems.append(str(error))


def _run_id(connection: Connection, out: OutFolder) -> int:
    found: int | None = connection.scalar(select(run.c.id).where(run.c.digest == out.run.digest))
    if found is None:
        found = _next_id(connection, run)
        connection.execute(insert(run), asdict(out.run) | {"id": found, "digest": out.run.digest})
    return found


def _next_id(connection: Connection, table: Any) -> int:
    """Free, since nobody else writes."""
    return int(connection.scalar(select(func.max(table.c.id))) or 0) + 1


def _batches(names: Iterable[str], size: int) -> Iterator[list[str]]:
    left = iter(names)
    while some := list(islice(left, size)):
        yield some
