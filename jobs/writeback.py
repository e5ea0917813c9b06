"""Writeback: tell the host every step, in order for each case, verified by reading back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from ..plugin.errors import HostRefused, HostUnavailable
from ..plugin.ports import Clock, Host, WriteBack, WriteResult, Written
from ..plugin.store import Store, Tx, tasks, writebacks
from ..plugin.store.tasks import TaskKind
from ..plugin.store.writebacks import WriteRow, WriteState
from .tally import Tally

_DONE = frozenset({Written.APPLIED, Written.ALREADY, Written.NOTE_ONLY})
_PARKED = frozenset({Written.REJECTED, Written.GONE})
#: The first wait after a failed try; it doubles up to the longest.
_FIRST_WAIT = timedelta(seconds=5)
_LONGEST_WAIT = timedelta(minutes=30)
#: After so many tries a person is told; the tries go on.
_PATIENCE = 12


def due_writes(store: Store, *, clock: Clock, limit: int) -> Sequence[int]:
    """Return the ids of write-backs that may leave now, one a case."""
    with store.begin() as tx:
        return writebacks.due(tx, now=clock.now(), limit=limit)


def write_back(store: Store, host: Host, ids: Sequence[int], *, clock: Clock, lease: timedelta) -> Tally:
    """Write the steps in *ids* to the host.

    At least once, harmless by the step's key: the host is searched for it before anything is written, so a
    crash between the write and our record costs one more look.
    """
    tally = Tally()
    for write_id in ids:
        with store.begin() as tx:
            held = writebacks.claim(tx, write_id, now=clock.now(), lease=lease)
        if held is None:
            continue
        result = _write(host, held)
        with store.begin() as tx:
            tally[str(result.written)] += 1
            now = clock.now()
            state = _state(result)
            wait = now + _wait(held.attempts) if state is WriteState.PENDING else None
            writebacks.settle(tx, held, state, detail=result.detail, now=now, not_before=wait)
            if state is WriteState.PARKED or held.attempts == _PATIENCE:
                _report(tx, held, result, now)
    return tally


def _write(host: Host, held: WriteRow) -> WriteResult:
    try:
        return host.write(held.ref, WriteBack(held.key, held.note, held.host_state))
    except (HostUnavailable, HostRefused) as error:
        return WriteResult(Written.UNKNOWN, str(error))


def _state(result: WriteResult) -> WriteState:
    if result.written in _DONE:
        return WriteState.DONE
    return WriteState.PARKED if result.written in _PARKED else WriteState.PENDING


def _wait(attempts: int) -> timedelta:
    doublings = min(attempts - 1, 12)
    return min(_FIRST_WAIT * (1 << doublings), _LONGEST_WAIT)


def _report(tx: Tx, held: WriteRow, result: WriteResult, now: datetime) -> None:
    why = (
        f"case {held.ref}: step {held.step} is not on the host after {held.attempts} tries ({result.written}: "
        f"{result.detail}): mend it there and run `sanhui outbox retry`, or `sanhui outbox drop`"
    )
    tasks.open_once(tx, TaskKind.WRITEBACK, str(held.id), why=why, now=now, case_id=held.case_id)
