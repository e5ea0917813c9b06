"""The web app: every route, every refusal, the frame around them."""

from __future__ import annotations

from collections.abc import Mapping

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from ..errors import SanhuiError, TransientError
from . import answering, callbacks, casefile, deciding, desk, health, login, screen, sessions
from .door import Door
from .framing import Frame
from .pages import show, style
from .passwords import Gate, hash_password

__all__ = ["Door", "create_app", "hash_password"]

#: Paths that programs call; the others are pages for people.
_PROGRAMS = ("/api/", "/carriers/", "/health", "/ready", "/openapi.json")
#: In seconds; a carrier or a browser asks again after it.
_RETRY_AFTER = "5"
_PROBLEMS = {
    400: "提交的内容不完整或有误，请返回检查。",
    403: "没有权限。",
    404: "没有这个页面。",
    405: "没有这个页面。",
    503: "系统暂时忙，请稍后再试。",
}


def create_app(door: Door) -> FastAPI:
    """Return the app.

    Raises:
        ConfigError: A secret or an operator in *door* is not fit.
    """
    door.check()
    # The documentation page of the framework loads scripts from a CDN; the schema itself stays.
    app = FastAPI(title="Sanhui", docs_url=None, redoc_url=None, redirect_slashes=False)
    app.state.door = door
    app.state.gate = Gate(door.operators)
    for part in (health, callbacks, answering, login, screen, desk, deciding, casefile):
        app.include_router(part.router)
    app.add_api_route("/web.css", _style, include_in_schema=False)
    app.add_exception_handler(HTTPException, _refuse)
    app.add_exception_handler(RequestValidationError, _refuse_input)
    app.add_exception_handler(SanhuiError, _fail)
    app.add_exception_handler(answering.Unanswerable, answering.refuse)
    app.add_middleware(Frame, base=door.base, embedded_by=door.embedded_by)
    return app


async def _style() -> Response:
    return Response(style(), media_type="text/css", headers={"Cache-Control": "max-age=3600"})


async def _refuse(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    if error.status_code < 400:
        return Response(status_code=error.status_code, headers=error.headers)
    known = error.detail if error.status_code == 403 else _PROBLEMS.get(error.status_code, error.detail)
    return _answer(request, error.status_code, known, error.headers)


async def _refuse_input(request: Request, error: Exception) -> Response:
    """Answer input that no form of ours sends; what is wrong in an address is a page that is not there."""
    if not isinstance(error, RequestValidationError):
        raise error
    status = 404 if any(fault["loc"][0] == "path" for fault in error.errors()) else 400
    return _answer(request, status, _PROBLEMS[status])


async def _fail(request: Request, error: Exception) -> Response:
    """Answer what no route foresaw: a database that does not answer, or settings that a person must mend."""
    status = 503 if isinstance(error, TransientError) or _is_program(request) else 409
    told = _PROBLEMS[503] if status == 503 else str(error)
    return _answer(request, status, told, {"Retry-After": _RETRY_AFTER} if status == 503 else None)


def _answer(request: Request, status: int, told: str, headers: Mapping[str, str] | None = None) -> Response:
    door: Door = request.app.state.door
    if _is_program(request):
        return JSONResponse({"error": told}, status, headers)
    page = show(door, "problem", sessions.read(door, request), status=status, problem=told)
    page.headers.update(headers or {})
    return page


def _is_program(request: Request) -> bool:
    path: str = request.scope["path"]
    return path.startswith(_PROGRAMS)
