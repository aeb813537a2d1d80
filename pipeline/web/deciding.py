"""A form becomes a decision, or a page that says why not: what was decided meanwhile is shown, never overruled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.exceptions import HTTPException

from pipeline.errors import OvertakenError, UsageError
from pipeline.registry.review import decide, places
from pipeline.registry.tables import ACCEPT, DECISIONS, EDIT
from pipeline.registry.undo import undo
from pipeline.web.pages import case_page, view_of
from pipeline.web.signing import signed_in
from pipeline.web.site import case_url, form, to

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from pipeline.web.sessions import Session
    from pipeline.web.site import Site

UNDO = "undo"
MOST_VALUE, MOST_WHY = 2000, 1000
# What is said where the person says nothing; to change or refuse a value needs a reason of their own.
_REASONS = {ACCEPT: "as the text says", UNDO: "undone"}


@signed_in
def decision(site: Site, request: Request, session: Session) -> Response:
    """Take a decision on one value."""
    told = form(request, session)
    case_id, path, said = request.path_params["case_id"], told.get("path", ""), told.get("decision", "")
    why = told.get("why", "").strip() or _REASONS.get(said, "")
    given = told | {"why": why, "value": told.get("value", "").strip()}
    view_of(site, case_id)  # 404 before anything else
    if said not in (*DECISIONS, UNDO):
        raise HTTPException(400, "The form is broken; go back and send it again.")
    try:
        _check(given)
        _decide(site, case_id, given, session.who or "")
    except OvertakenError:
        return _conflict(site, case_id, given, session)
    except UsageError as error:
        attempt = given | {"problem": _plain(str(error), case_id, path)}
        return case_page(site, session, view_of(site, case_id), path, attempt=attempt)
    return to(case_url(case_id, path, said))


def _check(given: Mapping[str, str]) -> None:
    if not given["why"]:
        raise UsageError("Give a reason: it stands beside the decision.")
    if len(given["why"]) > MOST_WHY or len(given["value"]) > MOST_VALUE:
        raise UsageError(f"A value has {MOST_VALUE} characters at most, a reason {MOST_WHY}.")


def _decide(site: Site, case_id: str, given: Mapping[str, str], who: str) -> None:
    based_on, path, said = _based_on(given), given.get("path", ""), given["decision"]
    here = next((one for one in places(site.engine, case_id, path) if one.path == path), None)
    if here is None:
        raise UsageError(f"{path}: is no place of this record")
    if said == UNDO:
        undo(site.engine, case_id, here.key, who, given["why"], based_on)
        return
    value = given["value"] if said == EDIT else None
    decide(site.engine, case_id, here.key, said, value, who, given["why"], based_on, path)


def _based_on(given: Mapping[str, str]) -> int | None:
    text = given.get("based_on", "")
    if not text:
        return None
    if not (text.isascii() and text.isdecimal() and len(text) < 16):
        raise HTTPException(400, "The form is broken; go back and send it again.")
    return int(text)


def _conflict(site: Site, case_id: str, given: Mapping[str, str], session: Session) -> Response:
    """Both decisions, and the form once more, based on what was decided meanwhile."""
    view = view_of(site, case_id)
    value = view.value(given["path"])
    if value is None or not value.decisions:
        raise HTTPException(409, "The value has changed meanwhile; go back and load the page anew.")
    told = {"view": view, "value": value, "given": given, "newest": value.decisions[-1]}
    return site.page("conflict.html", session, 409, **told)


def _plain(said: str, case_id: str, path: str) -> str:
    """The message without what the page says itself."""
    return said.removeprefix(f"{case_id} ").removeprefix(f"{path}: ").removeprefix("--why: ")
