"""Rosters: who sits where, taken over in one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..domain.matters import CouncilKind
from . import councils, people
from .engine import Tx
from .phones import PhoneSealer


@dataclass(frozen=True)
class Entry:
    """One seat of one person, or one post."""

    #: A council kind, or a post such as duty_officer.
    kind: str
    area_code: str
    place: str
    name: str
    #: E.164.
    phone: str
    role: str
    #: 0 is a standing seat; 1, 2, … the order of substitutes and of posts.
    order: int


def take_over(
    tx: Tx, phones: PhoneSealer, entries: Iterable[Entry], *, names: Mapping[CouncilKind, str]
) -> dict[str, int]:
    """Put every entry in place and return counts; *names* are what councils are called in texts.

    Running it again changes nothing; a seat that is not in the file stays.
    """
    made = {"persons": 0, "councils": 0, "seats": 0, "posts": 0}
    seen: dict[tuple[str, str], int] = {}
    persons = set()
    for entry in entries:
        person = people.put(tx, phones, entry.phone, name=entry.name)
        persons.add(person)
        if entry.kind not in set(CouncilKind):
            people.put_post(tx, entry.kind, entry.area_code, person, order=entry.order)
            made["posts"] += 1
            continue
        kind = CouncilKind(entry.kind)
        key = (entry.kind, entry.area_code)
        if key not in seen:
            seen[key] = councils.put(tx, kind, entry.area_code, name=names[kind], place=entry.place)
        made["seats"] += councils.put_seat(tx, seen[key], person, role=entry.role, order=entry.order)
    return {**made, "persons": len(persons), "councils": len(seen)}
