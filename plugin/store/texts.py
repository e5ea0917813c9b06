"""The outbox of texts: written once for a key, claimed once, its rank never falling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from ..domain.texts import PRIORITY, RANK, Purpose, TextState, segments
from .engine import Tx, insert_new, insert_once
from .tables import attempt, text, text_event


@dataclass(frozen=True)
class TextRow:
    """A text as we hold it."""

    id: int
    purpose: Purpose
    person_id: int
    case_id: int | None
    meeting_id: int | None
    body: str
    state: TextState
    not_before: datetime
    expires_at: datetime
    attempts: int
    #: How often the carrier was asked for it after its answer was lost.
    looks: int
    carrier: str | None
    provider_id: str | None
    changed_at: datetime


@dataclass(frozen=True)
class NewText:
    """A text to be written."""

    dedupe_key: str
    purpose: Purpose
    person_id: int
    body: str
    state: TextState
    not_before: datetime
    expires_at: datetime
    case_id: int | None = None
    meeting_id: int | None = None


def write(tx: Tx, new: NewText, *, now: datetime) -> int | None:
    """Write a text unless its key was written before; return its id, or None."""
    return insert_once(
        tx,
        text,
        dedupe_key=new.dedupe_key,
        purpose=new.purpose,
        priority=PRIORITY[new.purpose],
        person_id=new.person_id,
        case_id=new.case_id,
        meeting_id=new.meeting_id,
        body=new.body,
        segments=segments(new.body),
        state=new.state,
        rank=RANK[new.state],
        not_before=new.not_before,
        expires_at=new.expires_at,
        attempts=0,
        looks=0,
        code="",
        written_at=now,
        changed_at=now,
    )


def due(tx: Tx, *, now: datetime, limit: int) -> list[int]:
    """Return the ids of texts that may leave now, by priority."""
    rows = tx.execute(
        sa.select(text.c.id)
        .where(text.c.state == TextState.PENDING, text.c.not_before <= now)
        .order_by(text.c.priority, text.c.not_before, text.c.id)
        .limit(limit)
    )
    return list(rows.scalars())


def expire(tx: Tx, *, now: datetime) -> int:
    """Give up texts whose time has passed before they left; return how many."""
    return tx.execute(
        sa.update(text)
        .where(text.c.state == TextState.PENDING, text.c.expires_at <= now)
        .values(state=TextState.EXPIRED, rank=RANK[TextState.EXPIRED], changed_at=now)
    ).rowcount


def cancel_pending(tx: Tx, *, now: datetime, meeting_id: int | None = None, case_id: int | None = None) -> int:
    """Cancel what has not left for the meeting or the case; return how many."""
    about = text.c.meeting_id == meeting_id if meeting_id is not None else text.c.case_id == case_id
    return tx.execute(
        sa.update(text)
        .where(about, text.c.state.in_([TextState.HELD, TextState.PENDING]))
        .values(state=TextState.CANCELED, rank=RANK[TextState.CANCELED], changed_at=now)
    ).rowcount


def suppress_pending(tx: Tx, person_id: int, *, now: datetime) -> int:
    """Hold back for good what has not left for a person who wants no texts; return how many."""
    mine = (text.c.person_id == person_id, text.c.state.in_([TextState.HELD, TextState.PENDING]))
    values = {"state": TextState.SUPPRESSED, "rank": RANK[TextState.SUPPRESSED], "changed_at": now}
    return tx.execute(sa.update(text).where(*mine).values(**values)).rowcount


def claim(tx: Tx, held: TextRow, *, carrier: str, now: datetime, lease: timedelta) -> TextRow | None:
    """Claim a due text for one hand-over and note the attempt; None when somebody else has it or it is over.

    The caller commits before it calls the carrier: after a crash the attempt is known, and the carrier is
    asked before anything is sent again.
    """
    given = {"text_id": held.id, "seen": held.attempts, "now": now, "until": now + lease, "by": carrier}
    if tx.execute(_CLAIM, given).rowcount != 1:
        return None
    tx.execute(_BEGIN, {"text_id": held.id, "number": held.attempts + 1, "started_at": now})
    return replace(held, state=TextState.SUBMITTING, attempts=held.attempts + 1, carrier=carrier, changed_at=now)


def settle(
    tx: Tx,
    held: TextRow,
    state: TextState,
    *,
    now: datetime,
    provider_id: str | None = None,
    code: str = "",
    outcome: str = "",
    not_before: datetime | None = None,
) -> bool:
    """Note how a hand-over ended; False when a callback was faster, whose news stands.

    A provider id is kept in any case.
    """
    _finish(tx, held, outcome, code, now)
    mine = sa.update(text).where(
        text.c.id == held.id,
        text.c.attempts == held.attempts,
        text.c.state.in_([TextState.SUBMITTING, TextState.UNKNOWN]),
    )
    values: dict[str, Any] = {"state": state, "rank": RANK[state], "code": code, "changed_at": now}
    if not_before is not None:
        values["not_before"] = not_before
    if provider_id:
        values["provider_id"] = provider_id
    if state is TextState.UNKNOWN:
        values["looks"] = text.c.looks + 1
    if tx.execute(mine.values(**values)).rowcount == 1:
        return True
    if provider_id:
        unnamed = (text.c.id == held.id, text.c.provider_id.is_(None))
        tx.execute(sa.update(text).where(*unnamed).values(provider_id=provider_id))
    return False


def _finish(tx: Tx, held: TextRow, outcome: str, code: str, now: datetime) -> None:
    if outcome:
        tx.execute(_FINISH, {"of": held.id, "n": held.attempts, "at": now, "end": outcome, "said": code})


def unclear(tx: Tx, *, now: datetime, grace: timedelta, limit: int) -> list[TextRow]:
    """Return texts whose end nobody knows and whose time to look has come.

    They are unknown, or claimed by somebody whose lease is over. *grace* is longer than the carrier may still
    take to accept what we gave up waiting for.
    """
    rows = tx.execute(
        sa.select(text)
        .where(
            sa.or_(
                sa.and_(text.c.state == TextState.UNKNOWN, text.c.changed_at <= now - grace),
                sa.and_(text.c.state == TextState.SUBMITTING, text.c.lease_until <= now),
            )
        )
        .order_by(text.c.priority, text.c.id)
        .limit(limit)
    )
    return [_read(row) for row in rows]


def without_news(tx: Tx, *, before: datetime, limit: int) -> list[TextRow]:
    """Return texts that a carrier has and of which nothing was heard since *before*."""
    rows = tx.execute(
        sa.select(text)
        .where(text.c.state.in_([TextState.ACCEPTED, TextState.SENT]), text.c.changed_at <= before)
        .order_by(text.c.changed_at)
        .limit(limit)
    )
    return [_read(row) for row in rows]


def touch(tx: Tx, text_id: int, *, now: datetime) -> None:
    """Note that the carrier was asked and had no news."""
    tx.execute(sa.update(text).where(text.c.id == text_id).values(changed_at=now))


def started_at(tx: Tx, text_id: int) -> datetime:
    """Return when the first hand-over of the text began."""
    first = sa.select(sa.func.min(attempt.c.started_at)).where(attempt.c.text_id == text_id)
    found: datetime = tx.execute(first).scalar_one()
    return found


def note_event(
    tx: Tx, carrier: str, provider_id: str, state: TextState, code: str, *, text_id: int | None, now: datetime
) -> bool:
    """Keep a carrier's news and apply it if it raises the text's rank; return whether it was applied.

    News comes unordered, doubled, early and of strangers; every one is kept once.
    """
    held = _known(tx, carrier, provider_id)
    if held is None and text_id is not None:
        held = _name(tx, carrier, provider_id, text_id)
    event = {"carrier": carrier, "provider_id": provider_id, "state": state, "code": code, "text_id": held, "at": now}
    insert_new(tx, text_event, [event])
    if held is None:
        return False
    given = {"text_id": held, "higher": RANK[state], "new": state, "said": code, "now": now}
    return tx.execute(_RAISE, given).rowcount == 1


def _known(tx: Tx, carrier: str, provider_id: str) -> int | None:
    return tx.execute(_BY_PROVIDER, {"by": carrier, "named": provider_id}).scalar_one_or_none()


def _name(tx: Tx, carrier: str, provider_id: str, text_id: int) -> int | None:
    """Give the carrier's id to the text whose news was faster than the answer to our call."""
    mine = (text.c.id == text_id, text.c.carrier == carrier, text.c.provider_id.is_(None))
    named = tx.execute(sa.update(text).where(*mine).values(provider_id=provider_id)).rowcount == 1
    return text_id if named else None


def prove_delivery(tx: Tx, person_id: int, *, now: datetime) -> None:
    """Mark what a carrier has for the person as delivered: an answer came from the phone."""
    tx.execute(
        sa.update(text)
        .where(text.c.person_id == person_id, text.c.state.in_([TextState.ACCEPTED, TextState.SENT]))
        .values(state=TextState.DELIVERED, rank=RANK[TextState.DELIVERED], changed_at=now)
    )


def sent_since(tx: Tx, person_id: int, since: datetime) -> int:
    """Return how many hand-overs to the person began at or after *since*, arrived or not."""
    return int(tx.execute(_SENT_SINCE, {"person": person_id, "since": since}).scalar_one())


def postpone(tx: Tx, text_id: int, until: datetime, *, now: datetime) -> None:
    """Let a pending text wait until *until*."""
    tx.execute(
        sa.update(text)
        .where(text.c.id == text_id, text.c.state == TextState.PENDING)
        .values(not_before=until, changed_at=now)
    )


def redact(tx: Tx, *, before: datetime) -> int:
    """Take the words from texts that are over and were last changed before *before*; return how many."""
    over = [state for state in TextState if RANK[state] == RANK[TextState.DELIVERED]]
    mine = (text.c.state.in_(over), text.c.changed_at < before, text.c.body != "")
    return tx.execute(sa.update(text).where(*mine).values(body="")).rowcount


def get(tx: Tx, text_id: int) -> TextRow:
    """Return the text."""
    return _read(tx.execute(_BY_ID, {"text_id": text_id}).one())


def of_meeting(tx: Tx, meeting_id: int) -> Sequence[TextRow]:
    """Return every text written for the meeting."""
    rows = tx.execute(sa.select(text).where(text.c.meeting_id == meeting_id).order_by(text.c.id))
    return [_read(row) for row in rows]


def failed(tx: Tx, *, since: datetime, limit: int) -> list[TextRow]:
    """Return texts that did not arrive, or whose end a person must settle, changed since *since*.

    A text that expired counts if the carrier was tried: one that was never due is no loss.
    """
    states = [TextState.UNDELIVERED, TextState.FAILED, TextState.NEEDS_OPERATOR, TextState.SUPPRESSED]
    rows = tx.execute(
        sa.select(text)
        .where(
            sa.or_(text.c.state.in_(states), sa.and_(text.c.state == TextState.EXPIRED, text.c.attempts > 0)),
            text.c.changed_at >= since,
        )
        .order_by(text.c.id)
        .limit(limit)
    )
    return [_read(row) for row in rows]


# Built once: these run for every text, and building a statement costs as much as running it.
_BY_ID = sa.select(text).where(text.c.id == sa.bindparam("text_id"))
_BY_PROVIDER = sa.select(text.c.id).where(
    text.c.carrier == sa.bindparam("by"), text.c.provider_id == sa.bindparam("named")
)
_CLAIM = (
    sa.update(text)
    .where(
        text.c.id == sa.bindparam("text_id"),
        text.c.state == TextState.PENDING,
        text.c.attempts == sa.bindparam("seen"),
        text.c.not_before <= sa.bindparam("now"),
        text.c.expires_at > sa.bindparam("now"),
    )
    .values(
        state=TextState.SUBMITTING,
        rank=RANK[TextState.SUBMITTING],
        attempts=text.c.attempts + 1,
        lease_until=sa.bindparam("until"),
        carrier=sa.bindparam("by"),
        changed_at=sa.bindparam("now"),
    )
)
_BEGIN = sa.insert(attempt)
_FINISH = (
    sa.update(attempt)
    .where(
        attempt.c.text_id == sa.bindparam("of"),
        attempt.c.number == sa.bindparam("n"),
        attempt.c.outcome.is_(None),
    )
    .values(finished_at=sa.bindparam("at"), outcome=sa.bindparam("end"), code=sa.bindparam("said"))
)
_SENT_SINCE = (
    sa.select(sa.func.count())
    .select_from(attempt.join(text, text.c.id == attempt.c.text_id))
    .where(text.c.person_id == sa.bindparam("person"), attempt.c.started_at >= sa.bindparam("since"))
)
_RAISE = (
    sa.update(text)
    .where(text.c.id == sa.bindparam("text_id"), text.c.rank < sa.bindparam("higher"))
    .values(
        state=sa.bindparam("new"),
        rank=sa.bindparam("higher"),
        code=sa.bindparam("said"),
        changed_at=sa.bindparam("now"),
    )
)


def _read(row: Any) -> TextRow:  # noqa: ANN401 (a row of `text`)
    return TextRow(
        id=row.id,
        purpose=Purpose(row.purpose),
        person_id=row.person_id,
        case_id=row.case_id,
        meeting_id=row.meeting_id,
        body=row.body,
        state=TextState(row.state),
        not_before=row.not_before,
        expires_at=row.expires_at,
        attempts=row.attempts,
        looks=row.looks,
        carrier=row.carrier,
        provider_id=row.provider_id,
        changed_at=row.changed_at,
    )
