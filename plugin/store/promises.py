"""Promised actions: who does what by when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from ..domain.outcomes import ActionState, Promise
from .engine import Tx, insert_once
from .tables import action


@dataclass(frozen=True)
class Action:
    """A promised action as we hold it."""

    id: int
    case_id: int
    meeting_id: int
    owner_id: int
    what: str
    due: date
    state: ActionState
    reminded_at: datetime | None


def promise(tx: Tx, case_id: int, meeting_id: int, promised: Promise) -> int | None:
    """Keep a promise; None when its owner has one for this sitting already."""
    return insert_once(
        tx,
        action,
        case_id=case_id,
        meeting_id=meeting_id,
        owner_id=promised.owner_id,
        what=promised.what,
        due=promised.due,
        state=ActionState.OPEN,
    )


def answer(tx: Tx, action_id: int, state: ActionState, *, now: datetime) -> bool:
    """Note what the owner says; a blocked action may still be done, one that is done stays so."""
    mine = sa.update(action).where(
        action.c.id == action_id, action.c.state.in_([ActionState.OPEN, ActionState.BLOCKED])
    )
    return tx.execute(mine.values(state=state, answered_at=now)).rowcount == 1


def drop_open(tx: Tx, case_id: int) -> list[int]:
    """Give up what is still promised for the case; return the ids of the actions given up."""
    mine = (action.c.case_id == case_id, action.c.state.in_([ActionState.OPEN, ActionState.BLOCKED]))
    dropped = list(tx.execute(sa.select(action.c.id).where(*mine)).scalars())
    tx.execute(sa.update(action).where(*mine).values(state=ActionState.DROPPED))
    return dropped


def extend(tx: Tx, action_id: int, due: date) -> bool:
    """Give a blocked or open action a new date; False when it is over."""
    mine = sa.update(action).where(
        action.c.id == action_id, action.c.state.in_([ActionState.OPEN, ActionState.BLOCKED])
    )
    return tx.execute(mine.values(state=ActionState.OPEN, due=due, reminded_at=None)).rowcount == 1


def mark_reminded(tx: Tx, action_id: int, *, now: datetime) -> bool:
    """Note that the owner is reminded; False when somebody else did."""
    mine = sa.update(action).where(action.c.id == action_id, action.c.reminded_at.is_(None))
    return tx.execute(mine.values(reminded_at=now)).rowcount == 1


def to_remind(tx: Tx, *, due_by: date, limit: int) -> list[Action]:
    """Return open actions due by *due_by* whose owner was not reminded."""
    rows = tx.execute(
        sa.select(action)
        .where(action.c.state == ActionState.OPEN, action.c.due <= due_by, action.c.reminded_at.is_(None))
        .order_by(action.c.due, action.c.id)
        .limit(limit)
    )
    return [_read(row) for row in rows]


def overdue(tx: Tx, *, before: date, limit: int) -> list[Action]:
    """Return open actions whose date is before *before*."""
    rows = tx.execute(
        sa.select(action)
        .where(action.c.state == ActionState.OPEN, action.c.due < before)
        .order_by(action.c.due, action.c.id)
        .limit(limit)
    )
    return [_read(row) for row in rows]


def of_case(tx: Tx, case_id: int) -> list[Action]:
    """Return everything promised for the case."""
    rows = tx.execute(sa.select(action).where(action.c.case_id == case_id).order_by(action.c.id))
    return [_read(row) for row in rows]


def get(tx: Tx, action_id: int) -> Action:
    """Return the action."""
    return _read(tx.execute(sa.select(action).where(action.c.id == action_id)).one())


def _read(row: Any) -> Action:  # noqa: ANN401 (a row of `action`)
    return Action(
        row.id,
        row.case_id,
        row.meeting_id,
        row.owner_id,
        row.what,
        row.due,
        ActionState(row.state),
        row.reminded_at,
    )
