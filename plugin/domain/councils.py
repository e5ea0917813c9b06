"""Councils: their seats, the procedure they keep, and who is called to a sitting."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from fractions import Fraction

from .matters import CouncilKind

#: The role of those who come when somebody on a standing seat cannot.
SUBSTITUTE = "substitute"
#: The role of residents whom a case concerns; they are heard, they hold no seat.
PARTY = "party"


@dataclass(frozen=True)
class Quorum:
    """How many of the voting seats must come."""

    share: Fraction
    #: True: more than the share ("over half"); False: the share is enough ("at least two thirds").
    more_than: bool

    def needed(self, seats: int) -> int:
        """Return the least number of persons out of *seats* that makes a quorum."""
        exact = self.share * seats
        floor = exact.numerator // exact.denominator
        if self.more_than:
            return floor + 1
        return floor if floor == exact else floor + 1


@dataclass(frozen=True)
class StandingDate:
    """The day on which a council meets without being called: the n-th weekday of certain months."""

    #: 1 to 12.
    months: frozenset[int]
    #: Monday is 0.
    weekday: int
    #: 1 is the first of the month.
    nth: int

    def is_on(self, day: date) -> bool:
        """Return whether the council meets on *day*."""
        nth = (day.day - 1) // 7 + 1
        return day.month in self.months and day.weekday() == self.weekday and nth == self.nth


@dataclass(frozen=True)
class Procedure:
    """How one kind of council works; every number is a setting of `councils.toml`, with its source there."""

    kind: CouncilKind
    #: Neutral name for texts; carriers refuse party and government words.
    name: str
    quorum: Quorum
    #: Least time from the first invitation to the meeting.
    notice: timedelta
    #: An ad hoc meeting is held within this many working days after the case was routed.
    within_days: int
    #: Local times at which a meeting may start.
    slots: tuple[time, ...]
    #: How many cases one meeting takes at most.
    batch: int
    #: Roles without which no quorum stands.
    needed_roles: frozenset[str]
    #: Roles that watch and never vote.
    watching_roles: frozenset[str]
    #: Before the start: when the silent are reminded, when substitutes are called for them, when it is decided.
    remind_before: timedelta
    substitute_before: timedelta
    decide_before: timedelta
    #: How often a meeting is moved before it is given up.
    reschedules: int
    #: Length of the publicity period of an agreement; zero: none.
    publicity: timedelta
    #: How long routed cases wait for others before an agenda that is not full is closed.
    gather: timedelta
    #: Working days that the keeper of a promise has when the meeting named no date.
    action_days: int
    #: How long a meeting lasts; afterwards the convener is asked for its results.
    length: timedelta
    #: The standing date, if the council has one.
    standing: StandingDate | None = None


#: How each kind of council works.
Procedures = Mapping[CouncilKind, Procedure]


@dataclass(frozen=True)
class Seat:
    """One person's place in a council."""

    person_id: int
    role: str
    #: 0 is a standing seat; 1, 2, … the order in which substitutes are called.
    order: int
    votes: bool


@dataclass(frozen=True)
class Bench:
    """Whom a sitting calls, and who waits to be called."""

    called: tuple[Seat, ...]
    substitutes: tuple[Seat, ...]

    def voting(self) -> int:
        """Return how many of the called may vote."""
        return sum(seat.votes for seat in self.called)


def bench(seats: Iterable[Seat], *, recused: Collection[int] = ()) -> Bench:
    """Return who is called, one place a person, those in *recused* left out.

    A person on several seats is called once, for the seat that stands first, and has one vote if any of the
    seats votes. A standing seat goes before a substitute's.
    """
    by_person: dict[int, Seat] = {}
    for seat in sorted(seats, key=lambda seat: (seat.order, seat.role != "convener")):
        if seat.person_id in recused:
            continue
        first = by_person.setdefault(seat.person_id, seat)
        if seat.votes and not first.votes and first.order == 0 == seat.order:
            by_person[seat.person_id] = Seat(first.person_id, first.role, first.order, votes=True)
    places = by_person.values()
    return Bench(
        called=tuple(seat for seat in places if seat.order == 0),
        substitutes=tuple(sorted((seat for seat in places if seat.order > 0), key=lambda seat: seat.order)),
    )
