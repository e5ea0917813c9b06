"""People: members, officers and residents, one row a phone number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from .engine import Tx, insert_once
from .phones import PhoneSealer, normal
from .tables import person, post


@dataclass(frozen=True)
class Person:
    """Somebody we may text."""

    id: int
    #: Empty for residents, whom texts do not name.
    name: str
    opted_out: bool


def put(tx: Tx, phones: PhoneSealer, phone: str, *, name: str = "") -> int:
    """Return the id of the person with *phone*, made now if new; a name, once known, is kept up to date.

    Raises:
        NotAPhone: *phone* is none.
    """
    number = normal(phone)
    digest = phones.hash(number)
    row = tx.execute(sa.select(person.c.id, person.c.name).where(person.c.phone_hash == digest)).first()
    if row is None:
        return _insert(tx, digest, phones.seal(number), name)
    if name and row.name != name:
        tx.execute(sa.update(person).where(person.c.id == row.id).values(name=name))
    return int(row.id)


def _insert(tx: Tx, digest: str, sealed: str, name: str) -> int:
    made = insert_once(tx, person, name=name, phone_sealed=sealed, phone_hash=digest)
    if made is not None:
        return made
    return int(tx.execute(sa.select(person.c.id).where(person.c.phone_hash == digest)).scalar_one())


def by_phone(tx: Tx, phones: PhoneSealer, number: str) -> Person | None:
    """Return the person with *number* (E.164); None for a stranger."""
    row = tx.execute(sa.select(person).where(person.c.phone_hash == phones.hash(number))).first()
    return None if row is None else Person(row.id, row.name, row.opted_out_at is not None)


def get(tx: Tx, person_id: int) -> Person:
    """Return the person."""
    row = tx.execute(sa.select(person).where(person.c.id == person_id)).one()
    return Person(row.id, row.name, row.opted_out_at is not None)


def phone_of(tx: Tx, phones: PhoneSealer, person_id: int) -> str:
    """Return the number (E.164), opened for a text that leaves now."""
    sealed = tx.execute(sa.select(person.c.phone_sealed).where(person.c.id == person_id)).scalar_one()
    return phones.open(sealed)


def opt(tx: Tx, person_id: int, *, out: bool, now: datetime) -> None:
    """Stop or start texts to the person; the seat stays either way."""
    value = now if out else None
    tx.execute(sa.update(person).where(person.c.id == person_id).values(opted_out_at=value))


#: The post of the duty officer, who acknowledges diverted cases.
DUTY_OFFICER = "duty_officer"
#: The post of the clerk (议事联络员).
CLERK = "clerk"


def put_post(tx: Tx, kind: str, area_code: str, person_id: int, *, order: int) -> None:
    """Give the person the post for the area; a second call changes the order."""
    mine = (post.c.kind == kind, post.c.area_code == area_code, post.c.person_id == person_id)
    if tx.execute(sa.update(post).where(*mine).values(order=order)).rowcount == 0:
        insert_once(tx, post, kind=kind, area_code=area_code, person_id=person_id, order=order)


def at_post(tx: Tx, kind: str, area_code: str) -> list[Person]:
    """Return who holds the post for the smallest area that holds *area_code*, the first in order first.

    An unknown or malformed area falls back to whoever holds the post at all: somebody must be told.
    """
    rows = tx.execute(
        sa.select(person.c.id, person.c.name, person.c.opted_out_at, post.c.area_code)
        .join(post, post.c.person_id == person.c.id)
        .where(post.c.kind == kind)
        .order_by(post.c.order, post.c.id)
    ).all()
    holding = [row for row in rows if area_code.startswith(row.area_code)] or list(rows)
    nearest = max((len(row.area_code) for row in holding), default=0)
    return [Person(row.id, row.name, row.opted_out_at is not None) for row in holding if len(row.area_code) == nearest]
