"""Pages: how a template becomes an answer, and how times, shares and quoted words are shown."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from functools import cache
from typing import Any

from fastapi.responses import HTMLResponse, RedirectResponse

from ..words import Environment, pages
from .door import Door
from .sessions import Session

#: A mobile, or a citizen's number: the host has them, the page needs none of their middle.
_PRIVATE = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)|(?<!\d)(\d{6})\d{8}(\d{3}[\dXx])(?!\d)")


def show(door: Door, name: str, session: Session | None = None, *, status: int = 200, **values: object) -> HTMLResponse:
    """Return the page *name* with *values*; times are told in the door's zone."""
    template = _templates().get_template(f"{name}.html.j2")
    now = door.clock.now().astimezone(door.zone)

    def when(moment: datetime) -> str:
        return local(moment.astimezone(door.zone), now)

    common: dict[str, object] = {"base": door.base, "mode": door.mode, "session": session, "when": when, "now": now}
    common |= {"day": lambda moment: f"{moment.astimezone(door.zone):%Y-%m-%d}"}
    common |= {"landline": door.letters.words.landline, "is_leader": session_is_leader(door, session)}
    return HTMLResponse(template.render(common | values), status)


def style() -> str:
    """Return the one style sheet."""
    return _templates().get_template("web.css").render()


def go(door: Door, path: str) -> RedirectResponse:
    """Return the answer that leads on to *path* after a form was taken."""
    return RedirectResponse(f"{door.base}{path}", 303)


def session_is_leader(door: Door, session: Session | None) -> bool:
    """Return whether the session is of somebody who sees aggregates only."""
    return session is not None and session.name in door.leaders


def local(moment: datetime, now: datetime) -> str:
    """Return a local time as people read it, 3月2日 09:05, with the year where it is not this one."""
    year = "" if moment.year == now.year else f"{moment.year}年"
    return f"{year}{moment.month}月{moment.day}日 {moment:%H:%M}"


def masked(text: str) -> str:
    """Return *text* with the middle of mobiles and citizens' numbers hidden, every character in its place."""

    def hide(match: re.Match[str]) -> str:
        first, last = (match[1], match[2]) if match[1] else (match[3], match[4])
        return f"{first}{'•' * (len(match[0]) - len(first) - len(last))}{last}"

    return _PRIVATE.sub(hide, text)


def quoted(text: str, decision: Mapping[str, Any], field: str = "text") -> list[tuple[str, str]]:
    """Return *text* cut into pieces: the words, and the rule or guard that they speak for, else nothing."""
    return list(_pieces(masked(text), text, decision, field))


def _pieces(shown: str, text: str, decision: Mapping[str, Any], field: str) -> Iterator[tuple[str, str]]:
    at = 0
    hits = [hit for hit in decision.get("because", ()) if hit.get("field", "text") == field]
    for hit in sorted(hits, key=lambda hit: (hit["start"], -hit["end"])):
        start, end = hit["start"], hit["end"]
        # The host may have changed the words since they were judged.
        if start < at or text[start:end] != hit["phrase"]:
            continue
        yield shown[at:start], ""
        yield shown[start:end], hit["rule"]
        at = end
    yield shown[at:], ""


@cache
def _templates() -> Environment:
    templates = pages("web")
    templates.filters |= {"masked": masked}
    return templates
