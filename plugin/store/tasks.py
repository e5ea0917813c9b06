"""Tasks: what waits for a person, opened once for its key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from .engine import Tx, insert_once
from .tables import task


class TaskKind(StrEnum):
    """What a person is wanted for."""

    #: A diverted case that the duty officer must acknowledge.
    DUTY = "duty"
    #: A record of the host that cannot be read.
    UNREADABLE = "unreadable"
    #: The whole host cannot be read.
    HOST = "host"
    #: A case whose area no council covers, or a council that cannot sit.
    NO_COUNCIL = "no_council"
    #: A case changed on the host after it was judged.
    CHANGED = "changed"
    #: A meeting may miss its quorum.
    QUORUM = "quorum"
    #: A result that the convener has not given.
    RESULT = "result"
    #: A text that did not arrive, or whose end nobody knows.
    TEXT = "text"
    #: An answer that a person must read.
    ANSWER = "answer"
    #: A write-back that the host refuses.
    WRITEBACK = "writeback"
    #: A promised action that meets trouble or is overdue.
    ACTION = "action"
    #: A dissatisfied resident: somebody not involved looks once more.
    REVIEW = "review"


@dataclass(frozen=True)
class Task:
    """One thing that waits for a person."""

    id: int
    kind: TaskKind
    key: str
    case_id: int | None
    meeting_id: int | None
    why: str
    opened_at: datetime
    due_at: datetime | None


def open_once(
    tx: Tx,
    kind: TaskKind,
    subject: str,
    *,
    why: str,
    now: datetime,
    case_id: int | None = None,
    meeting_id: int | None = None,
    due_at: datetime | None = None,
) -> bool:
    """Open a task for *subject* unless one was opened before; return whether it was opened now."""
    made = insert_once(
        tx,
        task,
        key=f"{kind}:{subject}"[:160],
        kind=kind,
        case_id=case_id,
        meeting_id=meeting_id,
        why=why,
        opened_at=now,
        due_at=due_at,
        resolution="",
    )
    return made is not None


def close(tx: Tx, task_id: int, *, who: str, resolution: str, now: datetime) -> bool:
    """Close the task; return whether it was open."""
    return _close(tx, task.c.id == task_id, who=who, resolution=resolution, now=now) == 1


def close_for(tx: Tx, kind: TaskKind, subject: str, *, who: str, resolution: str, now: datetime) -> bool:
    """Close the open task of *kind* for *subject*; return whether there was one."""
    return _close(tx, task.c.key == f"{kind}:{subject}"[:160], who=who, resolution=resolution, now=now) == 1


def close_case(tx: Tx, case_id: int, *, who: str, resolution: str, now: datetime) -> None:
    """Close every open task about the case."""
    _close(tx, task.c.case_id == case_id, who=who, resolution=resolution, now=now)


def close_kind(tx: Tx, kind: TaskKind, case_id: int, *, who: str, resolution: str, now: datetime) -> None:
    """Close the open tasks of *kind* about the case."""
    which = sa.and_(task.c.case_id == case_id, task.c.kind == kind)
    _close(tx, which, who=who, resolution=resolution, now=now)


def _close(tx: Tx, which: sa.ColumnElement[bool], *, who: str, resolution: str, now: datetime) -> int:
    """Close the open ones of *which*; return how many."""
    done = sa.update(task).where(which, task.c.done_at.is_(None))
    return tx.execute(done.values(done_at=now, done_by=who, resolution=resolution)).rowcount


def waiting(tx: Tx, *, kind: TaskKind | None = None, limit: int = 200) -> Sequence[Task]:
    """Return open tasks, the most urgent first."""
    rows = sa.select(task).where(task.c.done_at.is_(None))
    if kind is not None:
        rows = rows.where(task.c.kind == kind)
    ordered = rows.order_by(sa.func.coalesce(task.c.due_at, task.c.opened_at), task.c.id).limit(limit)
    return [_read(row) for row in tx.execute(ordered)]


def find(tx: Tx, task_id: int) -> Task | None:
    """Return the task if it is open."""
    row = tx.execute(sa.select(task).where(task.c.id == task_id, task.c.done_at.is_(None))).first()
    return None if row is None else _read(row)


def _read(row: Any) -> Task:  # noqa: ANN401 (a row of `task`)
    return Task(row.id, TaskKind(row.kind), row.key, row.case_id, row.meeting_id, row.why, row.opened_at, row.due_at)
