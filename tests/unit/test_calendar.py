"""The working calendar: which days count, and how far a number of them reaches."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sanhui.config.calendar import is_covered, known_until, read_calendar
from sanhui.plugin.domain.calendar import WorkingCalendar
from sanhui.plugin.errors import ConfigError

ZONE = ZoneInfo("Asia/Shanghai")
#: Thursday and Friday off, the Sunday after them worked.
CALENDAR = WorkingCalendar(
    ZONE, holidays=frozenset({date(2026, 1, 8), date(2026, 1, 9)}), makeup_days=frozenset({date(2026, 1, 11)})
)
MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
SLOTS = (time(14, 30), time(9, 30))
SECOND = timedelta(seconds=1)

DAYS = st.dates(date(2026, 1, 1), date(2026, 12, 31))
CALENDARS = st.builds(
    WorkingCalendar,
    st.just(ZONE),
    holidays=st.frozensets(DAYS, max_size=60),
    makeup_days=st.frozensets(DAYS.filter(lambda day: day.weekday() >= 5), max_size=30),
)
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=364)).map(lambda passed: MONDAY + passed)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 1, 7), True),
        (date(2026, 1, 8), False),
        (date(2026, 1, 9), False),
        (date(2026, 1, 10), False),
        (date(2026, 1, 11), True),
        (date(2026, 1, 12), True),
        (date(2026, 1, 18), False),
    ],
)
def test_holidays_and_weekends_are_off_and_makeup_days_are_worked(day: date, works: bool) -> None:
    assert CALENDAR.is_working(day) is works


@pytest.mark.parametrize(
    ("count", "day"),
    [
        (0, date(2026, 1, 5)),
        (1, date(2026, 1, 6)),
        (2, date(2026, 1, 7)),
        (3, date(2026, 1, 11)),
        (4, date(2026, 1, 12)),
    ],
)
def test_working_days_are_counted_over_days_off(count: int, day: date) -> None:
    assert CALENDAR.add_working_days(MONDAY, count).astimezone(ZONE).date() == day


def test_a_deadline_keeps_the_local_time_and_the_zone_that_was_given() -> None:
    deadline = CALENDAR.add_working_days(MONDAY, 3)

    assert deadline == datetime(2026, 1, 11, 9, tzinfo=UTC)
    assert deadline.tzinfo is UTC


def test_the_local_day_counts_where_it_differs_from_the_day_in_utc() -> None:
    late_on_tuesday_in_utc = datetime(2026, 1, 6, 23, tzinfo=UTC)

    assert CALENDAR.add_working_days(late_on_tuesday_in_utc, 1) == datetime(2026, 1, 10, 23, tzinfo=UTC)


def test_a_negative_number_of_days_is_refused() -> None:
    with pytest.raises(ValueError, match="-1 is not a number of working days"):
        CALENDAR.add_working_days(MONDAY, -1)


def test_more_working_days_than_a_year_has_are_refused() -> None:
    with pytest.raises(ValueError, match="no 300 working days within a year"):
        CALENDAR.add_working_days(MONDAY, 300)


@pytest.mark.parametrize(
    ("earliest", "slot"),
    [
        ("2026-01-05T00:00:00", "2026-01-05T09:30:00"),
        ("2026-01-05T09:30:00", "2026-01-05T09:30:00"),
        ("2026-01-05T09:30:01", "2026-01-05T14:30:00"),
        ("2026-01-05T14:30:00", "2026-01-05T14:30:00"),
        ("2026-01-05T14:30:01", "2026-01-06T09:30:00"),
        ("2026-01-07T14:30:01", "2026-01-11T09:30:00"),
    ],
)
def test_a_meeting_starts_at_the_first_slot_that_is_not_too_early(earliest: str, slot: str) -> None:
    assert CALENDAR.first_slot(local(earliest), SLOTS) == local(slot)


def test_a_meeting_without_a_slot_is_refused() -> None:
    with pytest.raises(ValueError, match="no time of day"):
        CALENDAR.first_slot(MONDAY, ())


def test_a_year_without_a_working_day_is_refused() -> None:
    never = WorkingCalendar(ZONE, holidays=frozenset(date(2026, 1, 1) + timedelta(days=n) for n in range(800)))

    with pytest.raises(ValueError, match="no working day within a year"):
        never.first_slot(MONDAY, SLOTS)


@given(CALENDARS, MOMENTS, st.integers(1, 60))
def test_a_deadline_lies_on_a_working_day_and_so_many_of_them_later(
    calendar: WorkingCalendar, start: datetime, count: int
) -> None:
    end = calendar.add_working_days(start, count)
    first, last = start.astimezone(ZONE).date(), end.astimezone(ZONE).date()

    assert calendar.is_working(last)
    assert calendar.working_days_between(first, last) == count
    assert calendar.working_days_between(first, last - timedelta(days=1)) == count - 1


@given(CALENDARS, DAYS, DAYS)
def test_no_working_day_lies_between_a_day_and_one_that_is_not_later(
    calendar: WorkingCalendar, one: date, other: date
) -> None:
    assert calendar.working_days_between(max(one, other), min(one, other)) == 0


@given(CALENDARS, MOMENTS)
def test_slots_come_in_order_on_working_days_and_none_is_too_early(calendar: WorkingCalendar, now: datetime) -> None:
    slots = list(islice(calendar.slots(now, SLOTS), 20))

    assert slots == sorted(set(slots))
    assert slots[0] >= now
    assert all(calendar.is_working(slot.astimezone(ZONE).date()) for slot in slots)


def test_the_public_holidays_of_2026_are_known() -> None:
    calendar = read_calendar(None, ZONE)

    assert not calendar.is_working(date(2026, 10, 1))
    assert not calendar.is_working(date(2026, 2, 17))
    assert calendar.is_working(date(2026, 2, 14))


def test_a_place_has_days_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "calendar.toml").write_text("holidays = [2026-03-04]\nmakeup_days = [2026-10-01]\n", encoding="utf-8")

    calendar = read_calendar(tmp_path, ZONE)

    assert not calendar.is_working(date(2026, 3, 4))
    assert calendar.is_working(date(2026, 10, 1))
    assert not calendar.is_working(date(2026, 10, 2))


def test_every_fault_of_a_calendar_is_told_at_once(tmp_path: Path) -> None:
    text = 'holidays = ["2026-03-04"]\nmakeup_days = 3\nhollidays = []\n'
    (tmp_path / "calendar.toml").write_text(text, encoding="utf-8")

    with pytest.raises(ConfigError) as refused:
        read_calendar(tmp_path, ZONE)

    assert [fault.split(": ")[:2] for fault in refused.value.faults] == [
        ["calendar.toml", "holidays"],
        ["calendar.toml", "makeup_days"],
        ["calendar.toml", "hollidays"],
    ]


def test_a_day_is_covered_up_to_sixty_days_before_the_holidays_end() -> None:
    last = known_until() - timedelta(days=60)

    assert is_covered(last)
    assert not is_covered(last + timedelta(days=1))
