"""What a new run changes in one case: the rows to write, and what there is to tell a person.

A value that nobody reviewed follows the run. A value that somebody reviewed stands as it was decided; that the run
says something else, or nothing, is told. An item that the run no longer has stays in the record of the case as long as
something of it was reviewed, so that what was decided can be exported, and is found again when a run has it anew.
"""

from __future__ import annotations

import copy
import hashlib
import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from pipeline.registry.keys import item_keys, keyed, value_key
from pipeline.registry.slots import split
from pipeline.registry.tables import AUTOMATIC, WAITING
from pipeline.registry.values import items, values

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from pipeline.registry.incoming import Incoming
    from pipeline.registry.judge import Judge, Verdict
    from pipeline.registry.values import Value

Row = dict[str, Any]

# What there is to tell, as the action of its row in `audit`.
CHANGED, RESTATED, LOST = "value changed", "state changed", "value lost"
DISAGREES, GONE = "disagrees with review", "reviewed value gone"
TOLD = (CHANGED, RESTATED, LOST, DISAGREES, GONE)


class Change(NamedTuple):
    """`before` and `after` are values; of a changed state they are states."""

    action: str
    path: str
    before: str | None
    after: str | None
    about: str = ""


@dataclass(frozen=True, slots=True)
class Known:
    """A case as it stood: rows of `case_value` by key, and every telling by key and version.

    `reviewed` has by review the version that the person saw. `is_same_text` is False where the text was replaced.
    """

    record: Row | None = None
    values: Mapping[str, Row] = field(default_factory=dict)
    facts: Mapping[str, Mapping[int, Row]] = field(default_factory=dict)
    reviewed: Mapping[int, int | None] = field(default_factory=dict)
    is_same_text: bool = True


@dataclass(slots=True)
class Plan:
    """The rows of one case to write; the case's own id is still to be set in them."""

    record: Row
    facts: list[Row] = field(default_factory=list)
    new: list[Row] = field(default_factory=list)
    updated: list[Row] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


def plan(known: Known, record: Row, judge: Judge, source: Incoming) -> Plan:
    """What `record`, of the newest run and a patient of `source`, changes in a case."""
    old_keys = item_keys((row["path"], key) for key, row in known.values.items())
    paths = keyed(record, known.record, old_keys, known.is_same_text)
    said = [(value_key(paths[value.item], value.key), value) for value in values(record)]
    kept = copy.copy(record)
    _carry(kept, known, paths, source.text)
    made = Plan(kept)
    for key, value in said:
        verdict = judge(value, record["contradictions"])
        _say(made, known, _fact(source, key, value, verdict), value, verdict)
    _miss(made, known, {key for key, _ in said}, {key: path for path, key in paths.items()})
    return made


def _say(made: Plan, known: Known, fact: Row, value: Value, verdict: Verdict) -> None:
    """A value that the run has."""
    key = fact["key"]
    row = known.values.get(key)
    version = _version(made, known.facts.get(key, {}), fact)
    target = {"key": key, "path": value.path, "slot": fact["slot"], "fact_version": version, "is_said": True}
    if row is not None and row["review_id"] is not None:
        stands = {name: row[name] for name in ("state", "value", "cause", "reason", "review_id")}
        _compare(made, known, row, fact, version)
    else:
        stands = {"state": WAITING if verdict.cause else AUTOMATIC, "value": None if verdict.cause else value.text}
        stands |= {"cause": verdict.cause, "reason": verdict.reason, "review_id": None}
        made.counts["waiting"] += verdict.cause is not None
    target |= stands
    if row is None:
        made.new.append(target)
        made.counts["new"] += 1
        return
    if row["review_id"] is None:
        _tell(made, known.facts[key][row["fact_version"]]["value"], row["state"], target, value)
    _update(made, row, target)


def _tell(made: Plan, before: str, state: str, target: Row, value: Value) -> None:
    """What changed in a value that nobody reviewed."""
    if before != value.text:
        made.counts["changed"] += 1
        made.changes.append(Change(CHANGED, value.path, before, value.text, target["state"]))
        return
    made.counts["unchanged"] += 1
    if state != target["state"]:
        made.changes.append(Change(RESTATED, value.path, state, target["state"], target["reason"] or ""))


def _compare(made: Plan, known: Known, row: Row, fact: Row, version: int) -> None:
    """Whether the run says another thing than the reviewer saw and decided; told when it begins to."""
    made.counts["reviewed"] += 1
    seen_version = known.reviewed[row["review_id"]]
    facts = known.facts.get(row["key"], {})
    seen = facts[seen_version] if seen_version is not None else None
    context = [] if seen is None else [name for name in ("status", "specimen") if seen[name] != fact[name]]
    is_other = fact["value"] != row["value"] and (seen is None or fact["value"] != seen["value"])
    is_news = row["fact_version"] != version or not row["is_said"]
    if is_news and (is_other or context):
        about = "; ".join(f"{name} {seen[name]!r} is now {fact[name]!r}" for name in context) if seen else ""
        made.changes.append(Change(DISAGREES, row["path"], row["value"], fact["value"], about or row["state"]))


def _miss(made: Plan, known: Known, said: set[str], path_of: Mapping[str, str]) -> None:
    """The values that the run no longer has."""
    for key, row in sorted(known.values.items(), key=lambda known: str(known[1]["path"])):
        if key in said:
            continue
        if row["review_id"] is None:
            made.removed.append(key)
            before = known.facts[key][row["fact_version"]]["value"]
            made.changes.append(Change(LOST, row["path"], before, None, row["state"]))
            continue
        made.counts["reviewed"] += 1
        place = split(row["path"])
        assert place is not None, "the store holds paths of records"
        path = f"{path_of[key.rsplit('/', 1)[0]]}.{place[1]}"
        _update(made, row, row | {"path": path, "is_said": False})
        if row["is_said"]:
            made.changes.append(Change(GONE, path, row["value"], None, row["state"]))


def _update(made: Plan, row: Row, target: Row) -> None:
    if any(row[name] != value for name, value in target.items()):
        made.updated.append(row | target)
        if row["path"] != target["path"]:
            made.moved.append(row["key"])


def _carry(record: Row, known: Known, paths: dict[str, str], text: str) -> None:
    """Take over from the record that stood the items which this one has not, where somebody reviewed them."""
    reviewed = {key.rsplit("/", 1)[0] for key, row in known.values.items() if row["review_id"] is not None}
    lost = reviewed - set(paths.values())
    if not lost or known.record is None:
        return
    key_of = item_keys((row["path"], key) for key, row in known.values.items())
    for part, path, item in items(known.record):
        if key_of.get(path) in lost:
            record[part] = [*record[part], item if known.is_same_text else _placed(item, text)]
            paths[f"{part}.{len(record[part]) - 1}"] = key_of[path]


def _placed(item: Row, text: str) -> Row:
    """An item of a text that was replaced: what it cites is looked for in the new text, the nearest first."""

    def find(places: Sequence[Row]) -> list[Row]:
        found = []
        for place in places:
            words, start = place["text"], place["start"]
            before, after = text.rfind(words, 0, start + len(words)), text.find(words, start)
            at = before if after < 0 or (before >= 0 and start - before < after - start) else after
            if at >= 0:
                found.append({"start": at, "end": at + len(words), "text": words})
        return found

    cites = {key: find(places) for key, places in item.get("cites", {}).items()}
    return item | {"evidence": find(item["evidence"])} | ({"cites": cites} if "cites" in item else {})


def _fact(source: Incoming, key: str, value: Value, verdict: Verdict) -> Row:
    start, end = value.span or (None, None)
    said = {
        "slot": value.slot.name(value.of), "value": value.text, "unit": value.unit, "status": value.status,
        "specimen": value.specimen, "interval": value.interval, "start": start, "end": end,
        "confidence": verdict.confidence, "rule": value.rule or "",
    }  # fmt: skip
    digest = hashlib.sha256(json.dumps([source.sha256, *said.values()]).encode()).hexdigest()[:32]
    return said | {"key": key, "digest": digest, "path": value.path}


def _version(made: Plan, facts: Mapping[int, Row], fact: Row) -> int:
    """The version of a telling: an earlier one that says the same of the same text, else one that is new."""
    for version, row in facts.items():
        if row["digest"] == fact["digest"]:
            return version
    version = max(facts, default=0) + 1
    made.facts.append(fact | {"version": version})
    return version
