"""Read the working calendar: China's public holidays and make-up days, and this place's own days off."""

from __future__ import annotations

from datetime import date, timedelta, tzinfo
from pathlib import Path

from chinese_calendar.constants import holidays, workdays

from ..plugin.domain.calendar import WorkingCalendar
from ..plugin.errors import ConfigError
from .settings import read_toml

CALENDAR_FILE = "calendar.toml"


def read_calendar(folder: Path | None, zone: tzinfo) -> WorkingCalendar:
    """Return the calendar: the State Council's yearly notices, changed by *folder*'s calendar.toml if it has one.

    That file may hold ``holidays`` and ``makeup_days``, lists of TOML dates.

    Raises:
        ConfigError: The file holds something else.
    """
    own_off, own_worked = _own(folder)
    return WorkingCalendar(
        zone,
        holidays=(frozenset(holidays) | own_off) - own_worked,
        makeup_days=(frozenset(workdays) | own_worked) - own_off,
    )


def known_until() -> date:
    """Return the last day whose public holidays are known; later years count weekends only."""
    return date(max(holidays).year, 12, 31)


def is_covered(day: date, *, ahead: timedelta = timedelta(days=60)) -> bool:
    """Return whether public holidays are known up to *ahead* after *day*."""
    return day + ahead <= known_until()


def _own(folder: Path | None) -> tuple[frozenset[date], frozenset[date]]:
    path = folder / CALENDAR_FILE if folder else None
    if path is None or not path.exists():
        return frozenset(), frozenset()
    faults: list[str] = []
    table = read_toml(path, faults)
    for key, days in table.items():
        if key not in {"holidays", "makeup_days"}:
            faults.append(f"{CALENDAR_FILE}: {key}: no such key: write holidays or makeup_days")
        elif not isinstance(days, list) or not all(type(day) is date for day in days):
            faults.append(f"{CALENDAR_FILE}: {key}: {days!r}: write a list of dates such as [2026-10-08]")
    if faults:
        raise ConfigError(faults)
    return frozenset(table.get("holidays", [])), frozenset(table.get("makeup_days", []))
