"""The outbox of steps told to the host: written once for a key, in order for each case, at least once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from ..domain.cases import HostState
from .engine import Tx, insert_once
from .tables import case, writeback


class WriteState(StrEnum):
    """Where a write-back stands."""

    PENDING = "pending"
    #: Claimed by one process, which talks to the host now.
    WRITING = "writing"
    #: Read back from the host.
    DONE = "done"
    #: The host refuses it, or has the case no more; a person was told.
    PARKED = "parked"
    #: Written in shadow mode; never leaves.
    SHADOWED = "shadowed"
    #: A person decided that the host need not know.
    DROPPED = "dropped"


@dataclass(frozen=True)
class WriteRow:
    """A write-back as we hold it."""

    id: int
    key: str
    case_id: int
    host: str
    ref: str
    step: str
    note: str
    host_state: HostState | None
    state: WriteState
    attempts: int
    detail: str


def key_of(host: str, ref: str, step: str, subject: str) -> str:
    """Return the key of a step: the same step of the same case always has the same."""
    return hashlib.sha256(f"{host}|{ref}|{step}|{subject}".encode()).hexdigest()[:16]


def write(
    tx: Tx,
    case_id: int,
    *,
    key: str,
    step: str,
    note: str,
    host_state: HostState | None,
    state: WriteState,
    now: datetime,
) -> bool:
    """Write a step down for the host unless its key was written before; return whether it was."""
    made = insert_once(
        tx,
        writeback,
        key=key,
        case_id=case_id,
        step=step,
        note=note,
        host_state=host_state,
        state=state,
        not_before=now,
        attempts=0,
        detail="",
        written_at=now,
        changed_at=now,
    )
    return made is not None


def due(tx: Tx, *, now: datetime, limit: int) -> list[int]:
    """Return the ids of write-backs that may leave: for each case the oldest open one only, and one at a time."""
    other = writeback.alias("other")
    is_older = sa.and_(other.c.id < writeback.c.id, other.c.state.in_([WriteState.PENDING, WriteState.WRITING]))
    # A parked one that a person lets go is older than the one that is in flight meanwhile.
    is_in_flight = sa.and_(other.c.state == WriteState.WRITING, other.c.lease_until > now)
    waits = (
        sa.select(other.c.id)
        .where(
            other.c.case_id == writeback.c.case_id,
            other.c.id != writeback.c.id,
            sa.or_(is_older, is_in_flight),
        )
        .exists()
    )
    rows = tx.execute(
        sa.select(writeback.c.id)
        .where(
            sa.or_(
                sa.and_(writeback.c.state == WriteState.PENDING, writeback.c.not_before <= now),
                sa.and_(writeback.c.state == WriteState.WRITING, writeback.c.lease_until <= now),
            ),
            ~waits,
        )
        .order_by(writeback.c.id)
        .limit(limit)
    )
    return list(rows.scalars())


def claim(tx: Tx, write_id: int, *, now: datetime, lease: timedelta) -> WriteRow | None:
    """Claim a due write-back; None when somebody else has it. An expired claim of a dead process is taken over."""
    held = get(tx, write_id)
    mine = sa.update(writeback).where(
        writeback.c.id == write_id,
        writeback.c.attempts == held.attempts,
        sa.or_(
            writeback.c.state == WriteState.PENDING,
            sa.and_(writeback.c.state == WriteState.WRITING, writeback.c.lease_until <= now),
        ),
    )
    values = {
        "state": WriteState.WRITING,
        "attempts": held.attempts + 1,
        "lease_until": now + lease,
        "changed_at": now,
    }
    if tx.execute(mine.values(**values)).rowcount != 1:
        return None
    return replace(held, state=WriteState.WRITING, attempts=held.attempts + 1)


def settle(
    tx: Tx,
    held: WriteRow,
    state: WriteState,
    *,
    detail: str,
    now: datetime,
    not_before: datetime | None = None,
) -> bool:
    """Note how a write ended; False when the claim was taken over meanwhile."""
    mine = sa.update(writeback).where(
        writeback.c.id == held.id,
        writeback.c.state == WriteState.WRITING,
        writeback.c.attempts == held.attempts,
    )
    values: dict[str, Any] = {"state": state, "detail": detail, "changed_at": now}
    if not_before is not None:
        values["not_before"] = not_before
    return tx.execute(mine.values(**values)).rowcount == 1


def decide(tx: Tx, write_id: int, state: WriteState, *, detail: str, now: datetime) -> bool:
    """Let a person retry (PENDING) or drop a parked or pending write-back; False when it is neither."""
    mine = sa.update(writeback).where(
        writeback.c.id == write_id, writeback.c.state.in_([WriteState.PARKED, WriteState.PENDING])
    )
    return tx.execute(mine.values(state=state, detail=detail, not_before=now, changed_at=now)).rowcount == 1


def get(tx: Tx, write_id: int) -> WriteRow:
    """Return the write-back."""
    return _read(tx.execute(_ROWS.where(writeback.c.id == write_id)).one())


def waiting(tx: Tx, *, limit: int) -> list[WriteRow]:
    """Return what has not reached the host, the oldest first."""
    states = [WriteState.PENDING, WriteState.WRITING, WriteState.PARKED]
    rows = _ROWS.where(writeback.c.state.in_(states)).order_by(writeback.c.id).limit(limit)
    return [_read(row) for row in tx.execute(rows)]


_ROWS = sa.select(writeback, case.c.host, case.c.ref).join(case, case.c.id == writeback.c.case_id)


def _read(row: Any) -> WriteRow:  # noqa: ANN401 (a row of `_ROWS`)
    return WriteRow(
        id=row.id,
        key=row.key,
        case_id=row.case_id,
        host=row.host,
        ref=row.ref,
        step=row.step,
        note=row.note,
        host_state=HostState(row.host_state) if row.host_state else None,
        state=WriteState(row.state),
        attempts=row.attempts,
        detail=row.detail,
    )
