"""Logging in and out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from starlette.concurrency import run_in_threadpool

from . import sessions
from .door import AnyDoor
from .pages import go, show
from .passwords import LOCKED_S, Gate
from .sessions import Checked, Visitor

router = APIRouter(include_in_schema=False)


@router.get("/login")
async def form(door: AnyDoor, visitor: Visitor) -> Response:
    """Show the form; its token belongs to a session of nobody."""
    if visitor is not None and visitor.name:
        return go(door, "/")
    holder = Response()
    session = sessions.start(door, holder)
    page = show(door, "login", session, problem="")
    page.headers["set-cookie"] = holder.headers["set-cookie"]
    return page


@router.post("/login")
async def log_in(
    door: AnyDoor,
    request: Request,
    session: Checked,
    name: Annotated[str, Form(max_length=100)] = "",
    password: Annotated[str, Form(max_length=1000)] = "",
) -> Response:
    """Let an operator in; a name is locked for a while after too many wrong passwords."""
    gate: Gate = request.app.state.gate
    if gate.is_locked(name):
        minutes = round(LOCKED_S / 60)
        problem = f"密码多次输错，该账号已锁定，请 {minutes} 分钟后再试。"
        return show(door, "login", session, status=429, problem=problem)
    async with gate.turn:
        admitted = await run_in_threadpool(gate.admits, name, password)
    if not admitted:
        return show(door, "login", session, status=403, problem="账号或密码不对。")
    answer = go(door, "/")
    sessions.start(door, answer, name)
    return answer


@router.post("/logout")
async def log_out(door: AnyDoor, _session: Checked) -> Response:
    """End the session in this browser."""
    answer = go(door, "/login")
    sessions.end(door, answer)
    return answer
