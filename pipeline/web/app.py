"""The application: which address is which page."""

from __future__ import annotations

import sys
from functools import partial
from importlib.resources import files
from typing import TYPE_CHECKING

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from pipeline.errors import OncocaseError
from pipeline.web import deciding, pages, signing
from pipeline.web.guard import Guard

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.types import ASGIApp

    from pipeline.web.sessions import Session
    from pipeline.web.signing import Handler
    from pipeline.web.site import Site

# The files that pages load: these and no others.
STATIC = {
    "page.css": "text/css; charset=utf-8",
    "page.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}


def app(site: Site) -> ASGIApp:
    """The review page of a site."""

    def route(path: str, handler: Handler, method: str = "GET") -> Route:
        def endpoint(request: Request) -> Response:  # no coroutine: runs in a thread, so that the store may wait
            return handler(site, request)

        return Route(path, endpoint, methods=[method], name=f"{method} {path}")

    routes = [
        route("/", pages.cases),
        route("/case/{case_id:path}", pages.case),
        route("/decide/{case_id:path}", deciding.decision, "POST"),
        route("/picture/{case_id:path}", pages.picture),
        route("/figures", pages.figures),
        route("/sign-out", signing.signed_in(signing.sign_out), "POST"),
        *(Route(f"/static/{name}", partial(_static, name), methods=["GET"]) for name in STATIC),
        route("/sign-in", signing.sign_in_form),
        route("/sign-in", signing.sign_in, "POST"),
    ]
    refused = {HTTPException: partial(_refused, site), OncocaseError: partial(_troubled, site), 500: _broken}
    return Guard(Starlette(routes=routes, exception_handlers=refused), site.settings)  # type: ignore[arg-type]


def _static(name: str, request: Request) -> Response:
    data = (files("pipeline.web") / "static" / name).read_bytes()
    return Response(data, media_type=STATIC[name], headers={"Cache-Control": "no-cache"})


def _refused(site: Site, request: Request, error: HTTPException) -> Response:
    words = {404: "There is no such page.", 405: "This page cannot be asked in that way."}
    said = error.detail if "." in error.detail else words.get(error.status_code, error.detail)
    answer = site.page("refused.html", _known(site, request), error.status_code, said=said)
    answer.headers.update(error.headers or {})
    return answer


def _troubled(site: Site, request: Request, error: OncocaseError) -> Response:
    """The store cannot be used: whoever runs the server reads why, its address is not shown to others."""
    print(f"error: {error}", file=sys.stderr)
    said = "The registry cannot be used now. Nothing was changed; try again in a minute."
    return site.page("refused.html", _known(site, request), 503, said=said)


def _known(site: Site, request: Request) -> Session | None:
    session = site.session(request)
    return session if session is not None and session.who else None


def _broken(request: Request, error: Exception) -> Response:
    return Response("Something went wrong; nothing was changed.", 500, media_type="text/plain")
