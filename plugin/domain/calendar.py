"""The working calendar: which days count, which hours a meeting may start, how far a deadline lies."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

_SATURDAY = 5
#: No deadline of ours lies further away; a calendar without a working day in it is a fault.
_HORIZON = timedelta(days=400)


@dataclass(frozen=True)
class WorkingCalendar:
    """Working days of one place: weekends off, but for public holidays and make-up days."""

    #: Local time of the office.
    zone: tzinfo
    #: Days off that are no weekend (国务院办公厅 notices, once a year).
    holidays: frozenset[date] = frozenset()
    #: Weekend days that are worked instead (调休).
    makeup_days: frozenset[date] = frozenset()

    def is_working(self, day: date) -> bool:
        """Return whether the office works on *day*."""
        if day in self.makeup_days:
            return True
        return day.weekday() < _SATURDAY and day not in self.holidays

    def working_days(self, after: date) -> Iterator[date]:
        """Yield the working days after *after*, the nearest first, up to a bit over a year ahead."""
        day = after
        while day < after + _HORIZON:
            day += timedelta(days=1)
            if self.is_working(day):
                yield day

    def add_working_days(self, start: datetime, count: int) -> datetime:
        """Return the instant at the same local time *count* working days after *start*; the start's day is 0.

        Raises:
            ValueError: *count* is negative, or the calendar has not that many working days within a year.
        """
        if count < 0:
            raise ValueError(f"{count} is not a number of working days to add: give 0 or more")
        local = start.astimezone(self.zone)
        if count == 0:
            return start
        for number, day in enumerate(self.working_days(local.date()), start=1):
            if number == count:
                return datetime.combine(day, local.timetz().replace(tzinfo=None), self.zone).astimezone(start.tzinfo)
        raise ValueError(f"the calendar has no {count} working days within a year after {local.date()}")

    def working_days_between(self, start: date, end: date) -> int:
        """Return how many working days lie after *start* up to and including *end*; 0 when *end* is not later."""
        days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
        return sum(self.is_working(day) for day in days)

    def first_slot(self, earliest: datetime, slots: tuple[time, ...]) -> datetime:
        """Return the first of the day's *slots* on a working day that starts at or after *earliest*.

        Raises:
            ValueError: There is no slot, or no working day within a year.
        """
        return next(self.slots(earliest, slots))

    def slots(self, earliest: datetime, slots: tuple[time, ...]) -> Iterator[datetime]:
        """Yield every slot on a working day at or after *earliest*, the nearest first.

        Raises:
            ValueError: There is no slot, or no working day within a year.
        """
        if not slots:
            raise ValueError("no time of day is given at which a meeting may start")
        local = earliest.astimezone(self.zone)
        for day in self.working_days(local.date() - timedelta(days=1)):
            for slot in sorted(slots):
                start = datetime.combine(day, slot, self.zone)
                if start >= earliest:
                    yield start.astimezone(earliest.tzinfo)
        raise ValueError(f"no working day within a year after {local.date()}")
