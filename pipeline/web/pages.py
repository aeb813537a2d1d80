"""The pages that are only looked at: cases, one case, its picture, figures."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from starlette.exceptions import HTTPException
from starlette.responses import Response

from pipeline.patient.model import Record
from pipeline.registry.engine import reading
from pipeline.registry.standing import WITH_WAITING, standing
from pipeline.registry.status import disputes, status
from pipeline.registry.tables import CAUSES, STATES
from pipeline.web.case_view import CaseView, case_view
from pipeline.web.listing import SHOWN, listing
from pipeline.web.signing import signed_in
from pipeline.web.stored import Stored, stored

if TYPE_CHECKING:
    from collections.abc import Mapping

    from starlette.requests import Request

    from pipeline.web.sessions import Session
    from pipeline.web.site import Site

_DONE = ("accept", "edit", "reject", "reopen", "undo")
_SHOWN_DISPUTES = 50
_drawing = threading.Lock()  # matplotlib's settings are of the whole process


@signed_in
def cases(site: Site, request: Request, session: Session) -> Response:
    """The list of cases."""
    asked = request.query_params
    page = asked.get("page", "1")
    number = int(page) if page.isascii() and page.isdecimal() and len(page) < 9 else 1
    with reading(site.engine) as connection:
        found = listing(connection, asked.get("state", ""), asked.get("search", ""), number)
    return site.page("cases.html", session, found=found, shown=SHOWN, states=STATES)


@signed_in
def case(site: Site, request: Request, session: Session) -> Response:
    """One case. `value` lights up what a value cites, `done` says what was just decided of it."""
    view = view_of(site, request.path_params["case_id"])
    done = request.query_params.get("done")
    return case_page(site, session, view, request.query_params.get("value"), done if done in _DONE else None)


def view_of(site: Site, case_id: str) -> CaseView:
    """The view of a case. Raises `HTTPException` where there is none."""
    return case_view(_stored(site, case_id))


def case_page(
    site: Site,
    session: Session,
    view: CaseView,
    lit: str | None,
    done: str | None = None,
    attempt: Mapping[str, str] | None = None,
) -> Response:
    """The page of a case; `attempt` is a form that could not be taken, with its `problem`."""
    number, chosen = (view.number(lit), view.value(lit)) if lit else (None, None)
    told: dict[str, Any] = {"number": number, "chosen": chosen, "done": done, "attempt": attempt, "states": STATES}
    return site.page("case.html", session, 422 if attempt else 200, view=view, **told)


@signed_in
def picture(site: Site, request: Request, session: Session) -> Response:
    """The timeline of a case as SVG, of what stands and what waits. It may have its own styles, and nothing else."""
    from pipeline.series.timeline import figure
    from pipeline.series.timeline.marks import story

    found = _stored(site, request.path_params["case_id"])
    record, _ = standing(found.record, found.values, WITH_WAITING)
    with _drawing:
        drawn = figure.draw(found.case_id, story(Record.model_validate(record)), ("svg",))["svg"]
    policy = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
    return Response(drawn, media_type="image/svg+xml", headers={"Content-Security-Policy": policy})


@signed_in
def figures(site: Site, request: Request, session: Session) -> Response:
    """Counts of the store, and scores where a report was given."""
    with reading(site.engine) as connection:
        found = status(connection)
        disputed = [one for one, _ in zip(disputes(connection), range(_SHOWN_DISPUTES), strict=False)]
    told: dict[str, Any] = {
        "found": found,
        "disputed": disputed,
        "states": STATES,
        "causes": CAUSES,
        "scores": site.scores,
    }
    return site.page("figures.html", session, **told)


def _stored(site: Site, case_id: str) -> Stored:
    found = None
    if "\0" not in case_id:
        with reading(site.engine) as connection:
            found = stored(connection, case_id)
    if found is None:
        raise HTTPException(404, "There is no such case in the registry.")
    return found
