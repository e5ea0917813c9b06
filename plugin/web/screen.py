"""The screen: how many, of what kind, from where, how far, and whether it helped; counts only."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response

from ..store import figures
from ..store.figures import Figures
from .door import AnyDoor, Door
from .pages import show
from .sessions import Caller, Operator

router = APIRouter()

#: How far the figures reach back, in days; 0: everything.
Days = Annotated[int, Query(ge=0, le=36500)]
_YEAR = 365


@router.get("/", include_in_schema=False)
def screen(door: AnyDoor, operator: Operator, days: Days = _YEAR) -> Response:
    """Show the figures, what waits first."""
    return show(door, "screen", operator, figures=_read(door, days), days=days, rules=door.rules)


@router.get("/api/stats", tags=["figures"])
def stats(door: AnyDoor, _caller: Caller, days: Days = _YEAR) -> dict[str, Any]:
    """Return the figures of the last *days* days, of everything with 0; no figure tells of a single case."""
    return figures.as_json(_read(door, days))


def _read(door: Door, days: int) -> Figures:
    now = door.clock.now()
    since = now - timedelta(days) if days else figures.EVER
    with door.store.begin() as tx:
        return figures.read(tx, now=now, since=max(since, figures.EVER))
