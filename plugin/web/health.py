"""Health: whether we run and the database answers, for whoever watches over machines."""

from __future__ import annotations

from importlib.metadata import version

from fastapi import APIRouter
from fastapi.responses import JSONResponse

from ..errors import StoreUnavailable
from ..store import views
from .door import AnyDoor, Door

router = APIRouter(tags=["health"])
_VERSION = version("sanhui")


@router.get("/health")
def health(door: AnyDoor) -> JSONResponse:
    """Tell whether the database answers: 200 if it does, 503 if not."""
    answers = _answers(door)
    body = {
        "ok": answers,
        "store": "ok" if answers else "unavailable",
        "mode": door.mode,
        "version": _VERSION,
    }
    return JSONResponse(body, 200 if answers else 503)


@router.get("/ready")
def ready(door: AnyDoor) -> JSONResponse:
    """Tell whether requests can be taken: 200 once the database answers and its tables are there."""
    is_ready = _answers(door) and door.store.is_ready()
    return JSONResponse({"ok": is_ready}, 200 if is_ready else 503)


def _answers(door: Door) -> bool:
    try:
        with door.store.begin() as tx:
            return views.answers(tx)
    except StoreUnavailable:
        return False
