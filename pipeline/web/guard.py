"""Around every request: the host must be ours (another name that leads here is another site's trick), the body small;
and every answer carries the headers that keep it from being framed, cached, sniffed or scripted."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from pipeline.web.settings import Settings

MOST_BYTES = 64 * 1024
_POLICY = "; ".join(
    (
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self'", "connect-src 'self'",
        "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'",
    )
)  # fmt: skip
HEADERS = {
    "content-security-policy": _POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # Nothing to others; with `no-referrer` browsers would send the forms of this site as from nowhere, too.
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    "cache-control": "no-store",
}
_BODY = "oncocase.body"


class Guard:
    """ASGI middleware. The body of a request is read whole, and handed on in its scope (`body_of`)."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._names = settings.names
        self._secure = settings.secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return

        async def keep(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = self._headers(message.get("headers", []))
            await send(message)

        refusal = self._refusal(scope)
        if refusal is None:
            body = await _read(receive)
            if body is None:
                refusal = PlainTextResponse("The form is too large.", 413)
            else:
                scope[_BODY] = body
        await (refusal or self._app)(scope, receive, keep)

    def _headers(self, said: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
        """What an answer says itself goes before ours."""
        own = {name.lower() for name, _ in said}
        ours = HEADERS | ({"strict-transport-security": "max-age=31536000"} if self._secure else {})
        return said + [(name.encode(), value.encode()) for name, value in ours.items() if name.encode() not in own]

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        told: dict[bytes, list[str]] = {}
        for name, value in scope["headers"]:
            told.setdefault(name, []).append(value.decode("latin-1"))
        hosts = told.get(b"host", [])
        if len(hosts) != 1 or _name(f"//{hosts[0]}") not in self._names:
            return PlainTextResponse("This server does not go by that name; start it with --name to allow it.", 421)
        if scope["method"] not in ("GET", "HEAD") and any(
            _name(origin) not in self._names for origin in told.get(b"origin", [])
        ):
            return PlainTextResponse("This form comes from another site.", 403)
        if any(not length.isdecimal() or int(length) > MOST_BYTES for length in told.get(b"content-length", [])):
            return PlainTextResponse("The form is too large.", 413)
        return None


def body_of(scope: Scope) -> bytes:
    """The body of a request that came through the guard."""
    body: bytes = scope[_BODY]
    return body


def _name(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return None


async def _read(receive: Receive) -> bytes | None:
    """The whole body; None where it is too large."""
    body: bytes = b""
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return body
        body += message.get("body", b"")
        if len(body) > MOST_BYTES:
            return None
        if not message.get("more_body"):
            return body
