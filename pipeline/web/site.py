"""What every page needs: the store, the settings, who is signed in; and how a page is made and refused."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, quote, urlencode

from sqlalchemy import insert
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, RedirectResponse

from pipeline import __version__
from pipeline.registry.engine import now, writing
from pipeline.registry.tables import audit
from pipeline.web.case_view import anchor
from pipeline.web.guard import body_of
from pipeline.web.sessions import Sessions, Tries

if TYPE_CHECKING:
    from jinja2 import Environment
    from sqlalchemy import Engine
    from starlette.requests import Request
    from starlette.responses import Response

    from pipeline.web.figures import Scores
    from pipeline.web.sessions import Session
    from pipeline.web.settings import Settings

_MOST_FIELDS = 20
_FORM = "application/x-www-form-urlencoded"
_OURS = re.compile(r"/(?![/\\])[^\x00-\x20\x7f\\]*")


@dataclass(frozen=True)
class Site:
    """One server."""

    engine: Engine
    settings: Settings
    scores: Scores | None = None
    sessions: Sessions = field(default_factory=Sessions)
    tries: Tries = field(default_factory=Tries)

    def session(self, request: Request) -> Session | None:
        """The session of a request, signed in or not."""
        return self.sessions.find(request.cookies.get(self.settings.cookie))

    def keep(self, response: Response, session: Session) -> Response:
        """The answer that makes a browser keep a session."""
        response.set_cookie(
            self.settings.cookie,
            session.token,
            path="/",
            secure=self.settings.secure,
            httponly=True,
            samesite="strict",
        )
        return response

    def page(self, name: str, session: Session | None, status: int = 200, **told: Any) -> HTMLResponse:
        """A page from its template."""
        common = {"session": session, "with_sign_out": self.settings.reviewer is None, "version": __version__}
        return HTMLResponse(_templates().get_template(name).render(common | told), status)

    def log(self, action: str, who: str, about: str) -> None:
        """A line of the store's audit that is of no case."""
        row = {"operation": uuid.uuid4().hex, "at": now(), "who": who, "action": action, "about": about}
        with writing(self.engine) as connection:
            connection.execute(insert(audit), row)


def form(request: Request, session: Session | None) -> dict[str, str]:
    """The fields of a form that this session was given. Raises `HTTPException` for any other."""
    if request.headers.get("content-type", "").split(";")[0].strip().lower() != _FORM:
        raise HTTPException(415, "Only a form of this page can be sent here.")
    try:
        text = body_of(request.scope).decode()
        fields = dict(
            parse_qsl(text, keep_blank_values=True, strict_parsing=True, max_num_fields=_MOST_FIELDS, errors="strict")
        )
    except ValueError as error:
        raise HTTPException(400, "The form is broken; go back and send it again.") from error
    if session is None or not session.is_from_us(fields.get("csrf", "")):
        raise HTTPException(403, "The form is no longer valid; go back, load the page anew and send it again.")
    return fields


def inside(place: str | None) -> str:
    """A place of this site to go on to, else its first page: nobody is sent elsewhere."""
    return place if place and _OURS.fullmatch(place) else "/"


def case_url(case_id: str, value: str | None = None, done: str | None = None) -> str:
    """The page of a case, and on it a value."""
    told = {name: said for name, said in (("value", value), ("done", done)) if said}
    at = f"#{anchor(value)}" if value else ""
    return f"/case/{quote(case_id, safe='')}" + (f"?{urlencode(told)}" if told else "") + at


def to(url: str) -> RedirectResponse:
    """On to another page, after a form was taken."""
    return RedirectResponse(url, 303)


@cache
def _templates() -> Environment:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("pipeline.web", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.globals |= {"case_url": case_url, "anchor": anchor, "urlencode": urlencode}
    made.filters["quoted"] = lambda text: quote(str(text), safe="")
    return made
