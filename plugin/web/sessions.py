"""Sessions: who is at the page, kept in one signed cookie, with the token that every form must carry."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Form, HTTPException, Request, Response
from itsdangerous import BadData, URLSafeTimedSerializer

from .door import AnyDoor, Door

#: The cookie's name.
COOKIE = "sanhui_session"
#: A session ends after a working day, in seconds. Of wall time: a practice clock runs days in a minute.
LASTS_S = 10 * 60 * 60


@dataclass(frozen=True)
class Session:
    """A browser, and the operator behind it once somebody has logged in."""

    #: Empty before the login.
    name: str
    #: What every form of this session carries.
    csrf: str


def start(door: Door, response: Response, name: str = "") -> Session:
    """Begin a session with a token of its own and put it into the cookie of *response*."""
    session = Session(name, secrets.token_urlsafe(18))
    kept = str(_serializer(door).dumps([session.name, session.csrf, _mark(door, name)]))
    response.set_cookie(
        COOKIE,
        kept,
        max_age=LASTS_S,
        path=door.base or "/",
        secure=door.is_https,
        httponly=True,
        samesite="lax",
    )
    return session


def end(door: Door, response: Response) -> None:
    """Take the cookie away."""
    response.delete_cookie(COOKIE, path=door.base or "/", secure=door.is_https, httponly=True, samesite="lax")


def read(door: Door, request: Request) -> Session | None:
    """Return the session of the cookie; None without one, or with one that is old, forged or of a former password."""
    try:
        name, csrf, mark = _serializer(door).loads(request.cookies.get(COOKIE, ""), max_age=LASTS_S)
    except BadData:
        return None
    if name and (name not in door.operators or mark != _mark(door, name)):
        return None
    return Session(name, csrf)


def _serializer(door: Door) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(door.session_secret, salt="sanhui.session")


def _mark(door: Door, name: str) -> str:
    """Return a mark of the operator's password, so that a new one ends the old sessions."""
    return hashlib.sha256(door.operators.get(name, "").encode()).hexdigest()[:16]


async def _visitor(door: AnyDoor, request: Request) -> Session | None:
    return read(door, request)


#: The session, if there is one; nobody need have logged in.
Visitor = Annotated[Session | None, Depends(_visitor)]


async def _operator(door: AnyDoor, visitor: Visitor) -> Session:
    if visitor is None or not visitor.name:
        raise HTTPException(303, headers={"Location": f"{door.base}/login"})
    return visitor


#: Somebody who has logged in; others are sent to the login.
Operator = Annotated[Session, Depends(_operator)]


async def _caller(visitor: Visitor) -> Session:
    if visitor is None or not visitor.name:
        raise HTTPException(401, "log in first")
    return visitor


#: A program with an operator's session; others get 401.
Caller = Annotated[Session, Depends(_caller)]


async def _clerk(door: AnyDoor, operator: Operator) -> Session:
    if operator.name in door.leaders:
        raise HTTPException(403, "您的账号只看总览，不看单个事项。")
    return operator


#: An operator who may see single cases.
Clerk = Annotated[Session, Depends(_clerk)]


async def checked(visitor: Visitor, csrf: Annotated[str, Form()] = "") -> Session:
    """Return the session if the form carries its token.

    Raises:
        HTTPException: 403; the form came from elsewhere, or the session is over.
    """
    if visitor is None or not hmac.compare_digest(csrf.encode(), visitor.csrf.encode()):
        raise HTTPException(403, "页面已过期，请返回重新打开后再提交。")
    return visitor


#: A session whose form carries its token; nobody need have logged in.
Checked = Annotated[Session, Depends(checked)]


async def _acting(clerk: Clerk, _checked: Checked) -> Session:
    return clerk


#: A clerk whose form carries the session's token: what every act asks for.
Acting = Annotated[Session, Depends(_acting)]
