"""How the world says no: a status and a JSON body, raised anywhere, answered in one place."""

from collections.abc import Awaitable, Callable, Mapping
from secrets import compare_digest

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse, Response


class Refusal(Exception):
    """A request that is answered with *status* and *body* instead of what it asked for."""

    def __init__(self, status: int, body: Mapping[str, object]) -> None:
        super().__init__(f"refused with {status}")
        self.status = status
        self.body = dict(body)


def answer_refusals(app: FastAPI) -> None:
    """Make *app* answer every `Refusal` with its status and body."""

    async def refuse(_request: Request, error: Exception) -> Response:
        if not isinstance(error, Refusal):
            raise error
        return JSONResponse(error.body, status_code=error.status)

    app.add_exception_handler(Refusal, refuse)


def bearer(token: str) -> Callable[[Request], Awaitable[None]]:
    """Return a dependency that lets through only requests that carry *token*."""
    wanted = f"Bearer {token}".encode()

    async def check(request: Request) -> None:
        given = request.headers.get("authorization", "").encode()
        if not compare_digest(given, wanted):
            raise Refusal(401, {"error": "missing or wrong bearer token"})

    return check
