"""Lives of one office on its world, each in a process of its own that kills itself at a given SQL statement.

Run as a script with one JSON argument, it prints how each life ended: 0, or the signal.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import traceback
from datetime import datetime
from itertools import count
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import structlog
from sanhui.jobs.demo import ZONE, Stage, moments, resume
from sanhui.plugin.domain.texts import TextState
from sanhui.plugin.store import Store, cases, writebacks
from sanhui.plugin.store.tables import text
from sqlalchemy import event

_IN_FLIGHT = (TextState.PENDING, TextState.SUBMITTING, TextState.UNKNOWN)


def kill_me(*, after: int, on: str) -> None:
    """Die by SIGKILL at the first statement that contains *on* after *after* others, on any thread."""
    seen = count(1)

    def look(statement: str) -> None:
        if next(seen) > after and on in statement:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(sa.Engine, "before_cursor_execute", lambda *given: look(given[2]))
    event.listen(sa.Engine, "commit", lambda _connection: look("COMMIT"))


def live(folder: Path, *, until: datetime, careless: bool) -> None:
    """Walk on from where the world stands until nothing is under way, at the latest to *until*.

    A *careless* sender takes whatever it does not know for not sent, and sends it again.
    """
    with resume(folder, {}) as running:
        if careless:
            _forget_what_was_tried(running.office.store)
        today = running.clock.now().astimezone(ZONE).date()
        for at in moments(running.clock.now()):
            if at >= until or (at.date() != today and not _is_busy(running)):
                return
            running.tick(at)
            today = at.date()


def _is_busy(running: Stage) -> bool:
    with running.office.store.begin() as tx:
        texts = tx.execute(sa.select(sa.func.count()).where(text.c.state.in_(_IN_FLIGHT))).scalar_one()
        return cases.under_way(tx) + texts + len(writebacks.waiting(tx, limit=1)) > 0


def _forget_what_was_tried(store: Store) -> None:
    with store.begin() as tx:
        tx.execute(sa.update(text).where(text.c.state == TextState.SUBMITTING).values(state=TextState.PENDING))


def fork(folder: Path, life: dict[str, Any]) -> int:
    """Live *life* in a process of its own; return how it ended, as `os.waitstatus_to_exitcode` says it."""
    pid = os.fork()
    if pid:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    try:
        if "on" in life:
            kill_me(after=life["after"], on=life["on"])
        until = datetime.fromisoformat(life["until"]).replace(tzinfo=ZONE)
        live(folder, until=until, careless=life.get("careless", False))
    except BaseException:  # noqa: BLE001 (the outermost loop of this process; its parent must not go on in it)
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def main() -> None:
    """Live every life of the argument, one after the other, whatever becomes of them."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    given = json.loads(sys.argv[1])
    ends = [fork(Path(given["folder"]), life) for life in given["lives"]]
    sys.stdout.write(json.dumps(ends))


if __name__ == "__main__":
    main()
