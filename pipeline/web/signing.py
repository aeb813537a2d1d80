"""Signing in and out: a name for every decision, and the password where there is one."""

from __future__ import annotations

from functools import wraps
from math import ceil
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from pipeline.registry.incoming import unfit
from pipeline.web.site import form, inside, to

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from pipeline.web.sessions import Session
    from pipeline.web.site import Site

    Page = Callable[[Site, Request, Session], Response]
    Handler = Callable[[Site, Request], Response]

MOST_NAME = 80
_NO_NAME = "somebody"


def signed_in(page: Page) -> Handler:
    """A page for those who are signed in; others are sent to sign in and come back."""

    @wraps(page)
    def handler(site: Site, request: Request) -> Response:
        session = site.session(request)
        if session is not None and session.who:
            return page(site, request, session)
        if site.settings.reviewer is not None:
            session = site.sessions.begin(site.settings.reviewer)
            return site.keep(page(site, request, session), session)
        place = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        return to("/sign-in?" + urlencode({"next": place if request.method in ("GET", "HEAD") else "/"}))

    return handler


def sign_in_form(site: Site, request: Request) -> Response:
    """The form, with a session of nobody so that it cannot be sent from elsewhere."""
    session = site.session(request)
    if session is not None and session.who:
        return to(inside(request.query_params.get("next")))
    session = session or site.sessions.begin(None)
    return site.keep(_form(site, session, inside(request.query_params.get("next"))), session)


def sign_in(site: Site, request: Request) -> Response:
    """A wrong password is counted, slowed down and logged."""
    session = site.session(request)
    told = form(request, session)
    assert session is not None, "form() refuses what has no session"
    who, place = " ".join(told.get("who", "").split()), inside(told.get("next"))
    if problem := name_problem(who):
        return _form(site, session, place, who, problem, 422)
    if site.settings.secret is not None:
        address = request.client.host if request.client else "unknown"
        if wait := site.tries.begin(address):
            answer = _form(site, session, place, who, f"Too many wrong tries. Wait {ceil(wait / 60)} minutes.", 429)
            answer.headers["Retry-After"] = str(ceil(wait))
            return answer
        if not site.settings.secret.is_it(told.get("password", "")):
            site.log("sign-in refused", who, f"wrong password, from {address}")
            return _form(site, session, place, who, "That is not the password.", 403)
        site.tries.forgive(address)
    site.sessions.end(session)
    new = site.sessions.begin(who)
    site.log("sign-in", who, "review page")
    return site.keep(to(place), new)


def sign_out(site: Site, request: Request, session: Session) -> Response:
    """The session is forgotten."""
    form(request, session)
    site.sessions.end(session)
    site.log("sign-out", session.who or _NO_NAME, "review page")
    answer = to("/sign-in")
    answer.delete_cookie(site.settings.cookie, path="/", secure=site.settings.secure, httponly=True, samesite="strict")
    return answer


def name_problem(who: str) -> str | None:
    """What is wrong with a name that is to stand at decisions."""
    if not who:
        return "Say who you are: your name stands at each of your decisions."
    if len(who) > MOST_NAME:
        return f"A name here has {MOST_NAME} characters at most."
    return "A name here is plain text." if unfit(who) or not who.isprintable() else None


def _form(
    site: Site, session: Session, place: str, who: str = "", problem: str | None = None, status: int = 200
) -> Response:
    told = {"next": place, "who": who, "problem": problem, "csrf": session.csrf}
    return site.page("sign_in.html", None, status, with_password=site.settings.secret is not None, **told)
