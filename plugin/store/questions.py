"""Questions we asked phones, and the texts that came back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ..domain.answers import Asking, Meaning, Question, allot
from .engine import Tx, insert_once, insert_one
from .tables import inbound, person, question


@dataclass(frozen=True)
class Asked:
    """A question with what it is about."""

    question: Question
    person_id: int
    #: The row asked about: an invitation, an action, an item, a case.
    subject_id: int
    open_until: datetime


def ask(tx: Tx, person_id: int, asking: Asking, subject_id: int, *, code: str, until: datetime) -> Question:
    """Return the question, opened now or opened again, with digits that no other open one of the phone has.

    Others who ask the same person wait until the caller's transaction ends: two at once would take the same digits.
    """
    if tx.dialect.name != "sqlite":  # which has one writer at a time
        tx.execute(sa.select(person.c.id).where(person.c.id == person_id).with_for_update(key_share=True))
    mine = (
        question.c.person_id == person_id,
        question.c.asking == asking,
        question.c.subject_id == subject_id,
    )
    taken = {
        int(digit)
        for one in tx.execute(
            sa.select(question.c.digits).where(question.c.person_id == person_id, question.c.open, ~sa.and_(*mine))
        ).scalars()
        for digit in one
    }
    digits = "".join(str(digit) for digit in allot(asking, taken))
    values = {"code": code, "digits": digits, "open_until": until, "open": True, "meaning": None}
    again = tx.execute(sa.update(question).where(*mine).values(**values).returning(question.c.id)).scalar()
    if again is None:
        made = insert_one(tx, question, person_id=person_id, asking=asking, subject_id=subject_id, **values)
        again = made
    return Question(int(again), asking, code, tuple(int(digit) for digit in digits))


def open_of(tx: Tx, person_id: int, *, now: datetime) -> list[Asked]:
    """Return the phone's open questions whose time is not over, the oldest first."""
    rows = tx.execute(
        sa.select(question)
        .where(question.c.person_id == person_id, question.c.open, question.c.open_until > now)
        .order_by(question.c.id)
    )
    return [_read(row) for row in rows]


def get(tx: Tx, question_id: int) -> Asked | None:
    """Return the question if it is open; None otherwise."""
    row = tx.execute(sa.select(question).where(question.c.id == question_id, question.c.open)).first()
    return None if row is None else _read(row)


def find(tx: Tx, asking: Asking, subject_id: int, person_id: int) -> Asked | None:
    """Return the question about the subject if it is open; None otherwise."""
    row = tx.execute(
        sa.select(question).where(
            question.c.asking == asking,
            question.c.subject_id == subject_id,
            question.c.person_id == person_id,
            question.c.open,
        )
    ).first()
    return None if row is None else _read(row)


def was_asked(tx: Tx, asking: Asking, subject_id: int) -> bool:
    """Return whether anybody was ever asked about the subject."""
    mine = (question.c.asking == asking, question.c.subject_id == subject_id)
    return tx.execute(sa.select(question.c.id).where(*mine)).first() is not None


def note_answer(tx: Tx, question_id: int, meaning: Meaning, *, closes: bool) -> None:
    """Keep the last answer; an invitation stays open for a change of mind, other questions close."""
    values = {"meaning": meaning, "open": False} if closes else {"meaning": meaning}
    tx.execute(sa.update(question).where(question.c.id == question_id).values(**values))


def close(tx: Tx, asking: Asking, subjects: Sequence[int]) -> None:
    """Close the questions about *subjects*: an answer that comes now changes nothing."""
    tx.execute(
        sa.update(question)
        .where(question.c.asking == asking, question.c.subject_id.in_(list(subjects)))
        .values(open=False)
    )


def close_overdue(tx: Tx, *, now: datetime) -> int:
    """Close every question whose time is over, so that its digits are free; return how many."""
    return tx.execute(
        sa.update(question).where(question.c.open, question.c.open_until <= now).values(open=False)
    ).rowcount


def keep_inbound(
    tx: Tx,
    carrier: str,
    provider_id: str,
    *,
    person_id: int | None,
    body: str,
    at: datetime,
    meaning: Meaning,
    question_id: int | None,
    handled: str,
    why: str,
) -> bool:
    """Keep a text from a phone, once; return False when it had come before."""
    made = insert_once(
        tx,
        inbound,
        carrier=carrier,
        provider_id=provider_id,
        person_id=person_id,
        body=body,
        at=at,
        meaning=meaning,
        question_id=question_id,
        handled=handled,
        why=why,
    )
    return made is not None


def has_inbound(tx: Tx, carrier: str, provider_id: str) -> bool:
    """Return whether the text has come before."""
    mine = (inbound.c.carrier == carrier, inbound.c.provider_id == provider_id)
    return tx.execute(sa.select(inbound.c.id).where(*mine)).first() is not None


def redact(tx: Tx, *, before: datetime) -> int:
    """Take the words from answers that came before *before*; return how many."""
    mine = (inbound.c.at < before, inbound.c.body != "")
    return tx.execute(sa.update(inbound).where(*mine).values(body="")).rowcount


def _read(row: Any) -> Asked:  # noqa: ANN401 (a row of `question`)
    return Asked(
        Question(row.id, Asking(row.asking), row.code, tuple(int(digit) for digit in row.digits)),
        row.person_id,
        row.subject_id,
        row.open_until,
    )
