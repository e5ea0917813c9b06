"""What `sanhui outbox` does: show what waits for the host or the carrier, and why; retry or drop."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from ..config.settings import read_settings
from ..plugin.store import tasks, texts, writebacks
from ..plugin.store.tasks import TaskKind
from ..plugin.store.writebacks import WriteState
from .wiring import SystemClock, open_store

_LIMIT = 500
_LATELY = timedelta(days=14)


def waiting(folder: Path) -> str:
    """Return a line for each write-back that is not on the host and each text that did not arrive."""
    store = open_store(read_settings(folder), folder)
    try:
        with store.begin() as tx:
            writes = writebacks.waiting(tx, limit=_LIMIT)
            failed = texts.failed(tx, since=SystemClock().now() - _LATELY, limit=_LIMIT)
    finally:
        store.close()
    lines = [
        f"write-back {row.id}: case {row.ref}, {row.step}, {row.state} after {row.attempts} tries: {row.detail or '-'}"
        for row in writes
    ]
    lines += [f"text {row.id}: {row.purpose} to person {row.person_id}, {row.state}" for row in failed]
    return "\n".join(lines) or "nothing waits"


def decide(folder: Path, number: int, *, retry: bool) -> bool:
    """Let a write-back be tried again, or give it up; return False when it does not wait."""
    store = open_store(read_settings(folder), folder)
    state, detail = (WriteState.PENDING, "retried by hand") if retry else (WriteState.DROPPED, "dropped by hand")
    now = SystemClock().now()
    try:
        with store.begin() as tx:
            done = writebacks.decide(tx, number, state, detail=detail, now=now)
            if done:
                tasks.close_for(tx, TaskKind.WRITEBACK, str(number), who="command", resolution=detail, now=now)
            return done
    finally:
        store.close()
