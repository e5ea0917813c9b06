"""Views: rows as the pages show them, joined and named; nothing here changes anything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from ..domain.meetings import InvitationState, MeetingState
from ..domain.outcomes import ActionState
from .engine import Tx
from .tables import action, case, council, inbound, invitation, item, meeting, person, text, writeback
from .tasks import Task, TaskKind
from .writebacks import WriteState


@dataclass(frozen=True)
class MissingResult:
    """An item of a meeting that has begun, without its result."""

    item_id: int
    case_id: int
    title: str
    meeting_id: int
    council: str
    starts_at: datetime


@dataclass(frozen=True)
class TroubledAction:
    """A promised action that meets trouble or is overdue."""

    id: int
    case_id: int
    title: str
    #: Empty for somebody whose name we do not keep.
    owner: str
    what: str
    due: date
    state: ActionState


@dataclass(frozen=True)
class StuckWrite:
    """A step that the host refused, or has not taken so far."""

    id: int
    case_id: int
    ref: str
    step: str
    state: WriteState
    attempts: int
    detail: str


@dataclass(frozen=True)
class SentText:
    """A text about a case, without its words and without a number."""

    purpose: str
    #: Empty for a resident.
    name: str
    state: str
    segments: int
    changed_at: datetime


@dataclass(frozen=True)
class Sitting:
    """A meeting that had the case on its agenda."""

    meeting_id: int
    council: str
    starts_at: datetime
    place: str
    state: MeetingState
    #: Empty while there is none.
    result: str
    came: int
    invited: int


@dataclass(frozen=True)
class ToldStep:
    """A step for the host, and whether the host has it."""

    step: str
    state: WriteState
    attempts: int
    detail: str
    changed_at: datetime


@dataclass(frozen=True)
class Answer:
    """A text from a phone that a person must read; its words go when their time is over."""

    name: str
    body: str
    at: datetime


def answers(tx: Tx) -> bool:
    """Return whether the database answers; it raises when it does not."""
    return bool(tx.execute(sa.select(1)).scalar_one())


def missing_results(tx: Tx, *, limit: int) -> list[MissingResult]:
    """Return the items of meetings that have begun and that have no result, the earliest meeting first."""
    rows = tx.execute(
        sa.select(item.c.id, case.c.id, case.c.title, meeting.c.id, council.c.name, meeting.c.starts_at)
        .join(meeting, meeting.c.id == item.c.meeting_id)
        .join(council, council.c.id == meeting.c.council_id)
        .join(case, case.c.id == item.c.case_id)
        .where(meeting.c.state == MeetingState.CONVENED, item.c.open, item.c.result.is_(None))
        .order_by(meeting.c.starts_at, item.c.id)
        .limit(limit)
    )
    return [MissingResult(*row) for row in rows]


def troubled_actions(tx: Tx, *, today: date, limit: int) -> list[TroubledAction]:
    """Return promised actions that are blocked, or open with a date before *today*."""
    late = sa.and_(action.c.state == ActionState.OPEN, action.c.due < today)
    rows = tx.execute(
        sa.select(action, case.c.title, person.c.name)
        .join(case, case.c.id == action.c.case_id)
        .join(person, person.c.id == action.c.owner_id)
        .where(sa.or_(action.c.state == ActionState.BLOCKED, late))
        .order_by(action.c.due, action.c.id)
        .limit(limit)
    )
    return [
        TroubledAction(row.id, row.case_id, row.title, row.name, row.what, row.due, ActionState(row.state))
        for row in rows
    ]


def stuck_writes(tx: Tx, *, limit: int) -> list[StuckWrite]:
    """Return the write-backs that were tried and are not on the host, the refused ones first."""
    tried = sa.and_(writeback.c.state == WriteState.PENDING, writeback.c.attempts > 0)
    rows = tx.execute(
        sa.select(writeback, case.c.ref)
        .join(case, case.c.id == writeback.c.case_id)
        .where(sa.or_(writeback.c.state == WriteState.PARKED, tried))
        .order_by(writeback.c.state != WriteState.PARKED, writeback.c.id)
        .limit(limit)
    )
    return [
        StuckWrite(row.id, row.case_id, row.ref, row.step, WriteState(row.state), row.attempts, row.detail)
        for row in rows
    ]


def answer_of(tx: Tx, waiting: Task) -> Answer | None:
    """Return the text that *waiting* wants read; None when the task is about no text of a phone."""
    kind, _, subject = waiting.key.partition(":")
    carrier, _, provider_id = subject.partition(":")
    if kind != TaskKind.ANSWER:
        return None
    row = tx.execute(
        sa.select(inbound.c.body, inbound.c.at, person.c.name)
        .outerjoin(person, person.c.id == inbound.c.person_id)
        .where(inbound.c.carrier == carrier, inbound.c.provider_id == provider_id)
    ).first()
    return None if row is None else Answer(row.name or "", row.body, row.at)


def texts_about(tx: Tx, case_id: int, *, limit: int) -> list[SentText]:
    """Return the texts about the case, the newest first."""
    rows = tx.execute(
        sa.select(text.c.purpose, person.c.name, text.c.state, text.c.segments, text.c.changed_at)
        .join(person, person.c.id == text.c.person_id)
        .where(text.c.case_id == case_id)
        .order_by(text.c.id.desc())
        .limit(limit)
    )
    return [SentText(*row) for row in rows]


def sittings_of(tx: Tx, case_id: int) -> list[Sitting]:
    """Return the meetings that had the case on their agenda, the first one first."""
    came = sa.func.sum(sa.case((invitation.c.state == InvitationState.ACCEPTED, 1), else_=0))
    places = (
        sa.select(invitation.c.meeting_id, came.label("came"), sa.func.count().label("invited"))
        .group_by(invitation.c.meeting_id)
        .where(invitation.c.meeting_id.in_(sa.select(item.c.meeting_id).where(item.c.case_id == case_id)))
        .subquery()
    )
    rows = tx.execute(
        sa.select(meeting, council.c.name, item.c.result, places.c.came, places.c.invited)
        .join(item, item.c.meeting_id == meeting.c.id)
        .join(council, council.c.id == meeting.c.council_id)
        .outerjoin(places, places.c.meeting_id == meeting.c.id)
        .where(item.c.case_id == case_id)
        .order_by(meeting.c.id)
    )
    return [_sitting(row) for row in rows]


def _sitting(row: Any) -> Sitting:  # noqa: ANN401 (a row of `sittings_of`)
    return Sitting(
        meeting_id=row.id,
        council=row.name,
        starts_at=row.starts_at,
        place=row.place,
        state=MeetingState(row.state),
        result=row.result or "",
        came=int(row.came or 0),
        invited=int(row.invited or 0),
    )


def steps_told(tx: Tx, case_id: int) -> list[ToldStep]:
    """Return the case's steps for the host, the first one first."""
    rows = tx.execute(sa.select(writeback).where(writeback.c.case_id == case_id).order_by(writeback.c.id))
    return [ToldStep(row.step, WriteState(row.state), row.attempts, row.detail, row.changed_at) for row in rows]


def agenda(tx: Tx, meeting_id: int) -> Sequence[int]:
    """Return the ids of the cases still on the agenda of the meeting."""
    mine = (item.c.meeting_id == meeting_id, item.c.open)
    return list(tx.execute(sa.select(item.c.case_id).where(*mine).order_by(item.c.id)).scalars())


_TABLES = {"item": item, "action": action, "invitation": invitation, "writeback": writeback}


def has(tx: Tx, what: str, row_id: int) -> bool:
    """Return whether there is such a row; *what* is item, action, invitation or writeback."""
    table = _TABLES[what]
    return tx.execute(sa.select(table.c.id).where(table.c.id == row_id)).first() is not None
