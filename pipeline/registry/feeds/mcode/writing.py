"""Writes the bundles of cases into a folder."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

from pipeline.errors import WritingError
from pipeline.registry.cases import Written
from pipeline.registry.feeds.mcode.bundle import fill
from pipeline.registry.feeds.mcode.check import problems

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from pipeline.registry.cases import RegistryCase, Tracer
    from pipeline.registry.feeds.mcode.fhir import Json

# What some file system does not take in a name, and '%' itself, so that no two cases have one name.
_UNSAFE = re.compile(r'[\x00-\x1f\x7f/\\:*?"<>|%\ud800-\udfff]|^\.|[. ]$')
_MAX_BYTES = 240


def write(cases: Iterable[RegistryCase], folder: Path, trace: Tracer, *, snomed: bool = False) -> Written:
    """One bundle a case into `folder`; `snomed` adds the optional SNOMED CT codes.

    `counts` is of resources by profile (`PrimaryCancerCondition`), `left_out` names what a case says and the bundle
    does not, and each problem of a case that was not written. Raises `WritingError` where the folder takes no file.
    """
    written = Written()
    for case in cases:
        sheet = fill(case, snomed)
        bundle = sheet.bundle()
        if wrong := problems(bundle):
            written.left_out += [f"{case.case_id}: not written: {problem}" for problem in wrong]
            continue
        path = folder / f"{file_name(case.case_id)}.json"
        _save(path, bundle)
        written.files.append(path)
        written.left_out += sheet.left_out
        for entry in bundle["entry"]:
            name = slot(entry["resource"])
            written.counts[name] = written.counts.get(name, 0) + 1
        for item in sheet.traces:
            trace(item)
    return written


def slot(resource: Json) -> str:
    """A resource by its profile, `mcode-tumor-marker-test` as `TumorMarkerTest`; by its type where it has none."""
    profiles = resource.get("meta", {}).get("profile")
    if not profiles:
        return str(resource["resourceType"])
    name = str(profiles[0]).rsplit("/", 1)[-1].removeprefix("mcode-")
    return "".join("TNM" if part == "tnm" else part.capitalize() for part in name.split("-"))


def file_name(case_id: str) -> str:
    """A case id as a file name: what file systems refuse in percent codes, a long one cut and told apart by a hash."""
    name = _UNSAFE.sub(lambda found: "".join(f"%{byte:02X}" for byte in _bytes(found.group())), case_id) or "%"
    if len(_bytes(name)) <= _MAX_BYTES:
        return name
    told_apart = "%" + hashlib.sha256(_bytes(name)).hexdigest()[:16]
    return _bytes(name)[: _MAX_BYTES - len(told_apart)].decode("utf-8", "ignore") + told_apart


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _save(path: Path, bundle: Json) -> None:
    """Written beside and moved to its name in one step: a bundle is whole or not there."""
    beside = path.with_name(".mcode.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(json.dumps(bundle, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        reason = f"cannot be written ({error.strerror}); name a folder that you can write to"
        raise WritingError(path, reason) from error
