"""The frame of every answer: a small body in, strict headers out."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: The longest body that is read, in bytes; a carrier's callback has about 1 KiB.
LONGEST_BODY = 64 * 1024


class Frame:
    """Reads the body whole before the app sees it, and puts the security headers on what goes out.

    A body longer than `LONGEST_BODY` is answered with 413, whether it says so or not. *embedded_by* is the one
    origin that may hold our pages in a frame; empty: none. *base* is the path below which a proxy puts us; it is
    taken off where the proxy left it on.
    """

    def __init__(self, app: ASGIApp, *, base: str, embedded_by: str) -> None:
        self._app = app
        self._base = base
        ancestors = embedded_by or "'none'"
        self._headers = {
            "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; "
            f"base-uri 'none'; frame-ancestors {ancestors}",
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cross-Origin-Opener-Policy": "same-origin",
        }
        if not embedded_by:
            self._headers["X-Frame-Options"] = "DENY"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = await _whole_body(scope, receive)
        if body is None:
            await PlainTextResponse("too long", 413)(scope, receive, self._framed(send))
            return
        if self._base and scope["path"].startswith(f"{self._base}/"):
            scope = {**scope, "path": scope["path"].removeprefix(self._base)}
        await self._app(scope, _replay(body, receive), self._framed(send))

    def _framed(self, send: Send) -> Send:
        async def framed(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.update(self._headers)
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        return framed


async def _whole_body(scope: Scope, receive: Receive) -> bytes | None:
    """Return the body; None when it is too long."""
    said = Headers(scope=scope).get("content-length", "0")
    if not (said.isascii() and said.isdigit()) or int(said[:20]) > LONGEST_BODY:
        return None
    body = bytearray()
    more = True
    while more:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > LONGEST_BODY:
            return None
        more = message["type"] == "http.request" and message.get("more_body", False)
    return bytes(body)


def _replay(body: bytes, receive: Receive) -> Receive:
    """Return a receiver that gives *body* once and then whatever really comes."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay
