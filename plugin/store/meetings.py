"""Meetings with their agenda and invitations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ..domain.codes import meeting_code
from ..domain.matters import CouncilKind
from ..domain.meetings import ENDS, Invitation, InvitationState, Meeting, MeetingState, checked_move
from ..domain.outcomes import Result
from .engine import Tx, insert_once, insert_one
from .tables import council, history, invitation, item, meeting


@dataclass(frozen=True)
class MeetingRow:
    """A meeting as we hold it."""

    id: int
    council_id: int
    kind: CouncilKind
    council_name: str
    area_code: str
    state: MeetingState
    starts_at: datetime
    place: str
    quorum: int
    #: 1 when planned; one more with every change that people must be told of.
    version: int
    planned_at: datetime
    asked_at: datetime | None
    #: How many answers and other changes had come when it was read.
    changes: int
    reason: str

    @property
    def code(self) -> str:
        """The four digits by which texts name the meeting."""
        return meeting_code(self.id)

    @property
    def moved(self) -> int:
        """How often the meeting was moved."""
        return self.version - 1


@dataclass(frozen=True)
class InvitationRow:
    """One person's place at one meeting, as we hold it."""

    id: int
    meeting_id: int
    person_id: int
    role: str
    votes: bool
    state: InvitationState
    stands_for_id: int | None
    reminded_at: datetime | None


@dataclass(frozen=True)
class Item:
    """A case on an agenda."""

    id: int
    meeting_id: int
    case_id: int
    result: Result | None
    open: bool


def plan(tx: Tx, council_id: int, *, starts_at: datetime, place: str, quorum: int, now: datetime) -> int:
    """Make a meeting in which nobody has been asked yet; return its id."""
    return insert_one(
        tx,
        meeting,
        council_id=council_id,
        state=MeetingState.PLANNED,
        starts_at=starts_at,
        place=place,
        quorum=quorum,
        planned_at=now,
    )


def put_item(tx: Tx, meeting_id: int, case_id: int) -> None:
    """Put the case on the agenda."""
    tx.execute(sa.insert(item).values(meeting_id=meeting_id, case_id=case_id))


def put_invitation(
    tx: Tx, meeting_id: int, person_id: int, *, role: str, votes: bool, stands_for_id: int | None = None
) -> int | None:
    """Give the person a place; None when they have one already."""
    return insert_once(
        tx,
        invitation,
        meeting_id=meeting_id,
        person_id=person_id,
        role=role,
        votes=votes,
        state=InvitationState.ASKED,
        stands_for_id=stands_for_id,
    )


def move(
    tx: Tx,
    held: MeetingRow,
    new: MeetingState,
    *,
    who: str,
    why: str,
    now: datetime,
    **values: object,
) -> bool:
    """Move the meeting from the state it was read in; return False when somebody else moved it first.

    Raises:
        IllegalMove: *new* cannot follow.
    """
    checked_move(held.state, new)
    mine = sa.update(meeting).where(
        meeting.c.id == held.id, meeting.c.state == held.state, meeting.c.version == held.version
    )
    if tx.execute(mine.values(state=new, **values)).rowcount != 1:
        return False
    tx.execute(sa.insert(history).values(meeting_id=held.id, at=now, who=who, old=held.state, new=new, why=why))
    return True


def reschedule(tx: Tx, held: MeetingRow, starts_at: datetime, *, who: str, why: str, now: datetime) -> bool:
    """Move the meeting to another time; everybody still invited is asked again.

    Returns False when somebody else changed the meeting first.
    """
    mine = sa.update(meeting).where(
        meeting.c.id == held.id, meeting.c.state == held.state, meeting.c.version == held.version
    )
    values = {
        "state": MeetingState.INVITING,
        "starts_at": starts_at,
        "version": held.version + 1,
        "reason": why,
    }
    if tx.execute(mine.values(**values, asked_at=now)).rowcount != 1:
        return False
    tx.execute(
        sa.update(invitation)
        .where(invitation.c.meeting_id == held.id, invitation.c.state != InvitationState.RECUSED)
        .values(state=InvitationState.ASKED, reminded_at=None)
    )
    tx.execute(
        sa.insert(history).values(
            meeting_id=held.id, at=now, who=who, old=held.state, new=MeetingState.INVITING, why=why
        )
    )
    return True


def call_off(tx: Tx, meeting_id: int) -> None:
    """Mark every place of the meeting as called off."""
    tx.execute(
        sa.update(invitation).where(invitation.c.meeting_id == meeting_id).values(state=InvitationState.CALLED_OFF)
    )


def answer(tx: Tx, invitation_id: int, state: InvitationState, *, now: datetime) -> bool:
    """Note what the person said; False once the meeting was called off."""
    mine = sa.update(invitation).where(
        invitation.c.id == invitation_id, invitation.c.state != InvitationState.CALLED_OFF
    )
    if tx.execute(mine.values(state=state, answered_at=now)).rowcount != 1:
        return False
    its = sa.select(invitation.c.meeting_id).where(invitation.c.id == invitation_id).scalar_subquery()
    _wake(tx, meeting.c.id == its)
    return True


def mark_reminded(tx: Tx, invitation_id: int, *, now: datetime) -> bool:
    """Note that the silent person is reminded; False when somebody else did, or the person has answered."""
    mine = sa.update(invitation).where(
        invitation.c.id == invitation_id,
        invitation.c.reminded_at.is_(None),
        invitation.c.state == InvitationState.ASKED,
    )
    return tx.execute(mine.values(reminded_at=now)).rowcount == 1


def mark_silent(tx: Tx, invitation_id: int) -> None:
    """Note that the person gave no answer in time; an answer that comes later still counts."""
    tx.execute(
        sa.update(invitation)
        .where(invitation.c.id == invitation_id, invitation.c.state == InvitationState.ASKED)
        .values(state=InvitationState.SILENT)
    )


def get(tx: Tx, meeting_id: int) -> MeetingRow:
    """Return the meeting."""
    return _read(tx.execute(_ROWS.where(meeting.c.id == meeting_id)).one())


def due(tx: Tx, states: Sequence[MeetingState], *, now: datetime, limit: int) -> list[MeetingRow]:
    """Return meetings in one of *states* that an answer or the clock calls for a look at, the next to start first."""
    time_has_come = sa.or_(meeting.c.next_at.is_(None), meeting.c.next_at <= now)
    rows = _ROWS.where(meeting.c.state.in_(states), time_has_come)
    return [_read(row) for row in tx.execute(rows.order_by(meeting.c.starts_at, meeting.c.id).limit(limit))]


def look_again(tx: Tx, held: MeetingRow, at: datetime) -> bool:
    """Put the next look off until *at*; False when something came since the meeting was read, so that it is due."""
    mine = (meeting.c.id == held.id, meeting.c.changes == held.changes)
    return tx.execute(sa.update(meeting).where(*mine).values(next_at=at)).rowcount == 1


def _wake(tx: Tx, which: sa.ColumnElement[bool]) -> None:
    """Let the clock look at once at the meetings that *which* names."""
    tx.execute(sa.update(meeting).where(which).values(next_at=None, changes=meeting.c.changes + 1))


def in_states(tx: Tx, states: Sequence[MeetingState], *, limit: int) -> list[MeetingRow]:
    """Return meetings in one of *states*, the next to start first."""
    rows = _ROWS.where(meeting.c.state.in_(states)).order_by(meeting.c.starts_at, meeting.c.id).limit(limit)
    return [_read(row) for row in tx.execute(rows)]


def busy_starts(tx: Tx, council_id: int, persons: Sequence[int], *, since: datetime) -> set[datetime]:
    """Return the starts of meetings not yet ended, of the council or of anybody in *persons*."""
    theirs = sa.select(invitation.c.meeting_id).where(invitation.c.person_id.in_(list(persons)))
    rows = tx.execute(
        sa.select(meeting.c.starts_at).where(
            meeting.c.state.not_in(list(ENDS)),
            meeting.c.starts_at >= since,
            sa.or_(meeting.c.council_id == council_id, meeting.c.id.in_(theirs)),
        )
    )
    return {row.starts_at for row in rows}


def items(tx: Tx, meeting_id: int) -> list[Item]:
    """Return the agenda."""
    rows = tx.execute(sa.select(item).where(item.c.meeting_id == meeting_id).order_by(item.c.id))
    return [_read_item(row) for row in rows]


def get_item(tx: Tx, item_id: int) -> Item:
    """Return one item."""
    return _read_item(tx.execute(sa.select(item).where(item.c.id == item_id)).one())


def take_off(tx: Tx, case_id: int) -> None:
    """Take the case off whatever agenda it is on."""
    _wake(tx, meeting.c.id.in_(sa.select(item.c.meeting_id).where(item.c.case_id == case_id, item.c.open)))
    tx.execute(sa.update(item).where(item.c.case_id == case_id, item.c.open).values(open=False))


def record(tx: Tx, item_id: int, result: Result, *, who: str, now: datetime) -> bool:
    """Record an item's result; False when one is recorded and acted on, or the item was taken off."""
    mine = sa.update(item).where(item.c.id == item_id, item.c.open)
    return tx.execute(mine.values(result=result, recorded_by=who, recorded_at=now)).rowcount == 1


def act_on(tx: Tx, item_id: int) -> bool:
    """Claim an item's result for acting on it, once."""
    mine = sa.update(item).where(item.c.id == item_id, item.c.open, item.c.result.is_not(None))
    return tx.execute(mine.values(open=False)).rowcount == 1


def last_result(tx: Tx, case_id: int) -> tuple[int, Result] | None:
    """Return the case's last sitting that had a result, and the result."""
    row = tx.execute(
        sa.select(item.c.meeting_id, item.c.result)
        .where(item.c.case_id == case_id, item.c.result.is_not(None))
        .order_by(item.c.id.desc())
    ).first()
    return None if row is None else (row.meeting_id, Result(row.result))


def convener(tx: Tx, meeting_id: int) -> int | None:
    """Return who convenes: whoever has the convener's place, or stands for it, and has said to come."""
    found = tx.execute(
        sa.select(invitation.c.person_id).where(
            invitation.c.meeting_id == meeting_id,
            invitation.c.role == "convener",
            invitation.c.state == InvitationState.ACCEPTED,
        )
    ).scalars()
    return next(iter(found), None)


def invitations(tx: Tx, meeting_id: int) -> list[InvitationRow]:
    """Return everybody's place at the meeting."""
    rows = tx.execute(sa.select(invitation).where(invitation.c.meeting_id == meeting_id).order_by(invitation.c.id))
    return [_read_invitation(row) for row in rows]


def get_invitation(tx: Tx, invitation_id: int) -> InvitationRow:
    """Return one place."""
    return _read_invitation(tx.execute(sa.select(invitation).where(invitation.c.id == invitation_id)).one())


def as_meeting(
    held: MeetingRow,
    places: Sequence[InvitationRow],
    *,
    needed_roles: frozenset[str],
    substitutes_left: int,
) -> Meeting:
    """Return the meeting as the domain sees it."""
    replaced = {one.stands_for_id for one in places}
    return Meeting(
        state=held.state,
        starts_at=held.starts_at,
        quorum=held.quorum,
        needed_roles=needed_roles,
        invitations=tuple(
            Invitation(one.person_id, one.role, one.votes, one.state, replaced=one.person_id in replaced)
            for one in places
        ),
        substitutes_left=substitutes_left,
        moved=held.moved,
    )


def counts(tx: Tx) -> Mapping[MeetingState, int]:
    """Return how many meetings stand in each state."""
    rows = tx.execute(sa.select(meeting.c.state, sa.func.count()).group_by(meeting.c.state))
    return {MeetingState(row[0]): row[1] for row in rows}


_ROWS = sa.select(meeting, council.c.kind, council.c.name.label("council_name"), council.c.area_code).join(
    council, council.c.id == meeting.c.council_id
)


def _read(row: Any) -> MeetingRow:  # noqa: ANN401 (a row of `_ROWS`)
    return MeetingRow(
        id=row.id,
        council_id=row.council_id,
        kind=CouncilKind(row.kind),
        council_name=row.council_name,
        area_code=row.area_code,
        state=MeetingState(row.state),
        starts_at=row.starts_at,
        place=row.place,
        quorum=row.quorum,
        version=row.version,
        planned_at=row.planned_at,
        asked_at=row.asked_at,
        changes=row.changes,
        reason=row.reason,
    )


def _read_item(row: Any) -> Item:  # noqa: ANN401 (a row of `item`)
    return Item(row.id, row.meeting_id, row.case_id, Result(row.result) if row.result else None, row.open)


def _read_invitation(row: Any) -> InvitationRow:  # noqa: ANN401 (a row of `invitation`)
    return InvitationRow(
        row.id,
        row.meeting_id,
        row.person_id,
        row.role,
        row.votes,
        InvitationState(row.state),
        row.stands_for_id,
        row.reminded_at,
    )
