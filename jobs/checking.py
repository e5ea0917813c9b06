"""Checking: the doctor; every line tells what was seen, what is expected, and the remedy."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from rich.console import Console
from rich.table import Table

from ..config.calendar import is_covered, known_until
from ..config.settings import SECRETS_FILE
from ..plugin.errors import ConfigError, SanhuiError
from ..plugin.ports import CheckLine
from ..plugin.store import councils, leases, people, tasks, writebacks
from .running import practice_world
from .scheduler import LEASE
from .wiring import Office, SystemClock, open_office

_COLOURS = {"ok": "green", "warn": "yellow", "fail": "red"}


def check_office(folder: Path) -> list[CheckLine]:
    """Return the report on the installation in *folder*; nothing is sent or written."""
    try:
        with practice_world(folder):
            office = open_office(folder)
            try:
                return [CheckLine("settings", "ok", f"{folder}"), *_lines(office, folder)]
            finally:
                office.close()
    except ConfigError as error:
        return [CheckLine("settings", "fail", fault, remedy="mend what the line names") for fault in error.faults]
    except OSError as error:
        return [CheckLine("practice world", "fail", str(error), remedy="free its port, or set host.url")]


def _lines(office: Office, folder: Path) -> Iterator[CheckLine]:
    yield _secrets(folder)
    yield from _store(office)
    yield from _outside("host", office.host.check)
    yield from _outside("carrier", office.carrier.check)
    faults = office.letters.words.lint()
    yield CheckLine(
        "texts",
        "warn" if faults else "ok",
        "; ".join(faults[:3]) or "every text is short and neutral",
        remedy="sanhui sms lint" if faults else "",
    )
    yield _calendar()
    yield CheckLine("mode", "ok", office.settings.site.mode)


def _secrets(folder: Path) -> CheckLine:
    mode = stat.S_IMODE((folder / SECRETS_FILE).stat().st_mode)
    if mode & 0o077:
        return CheckLine("secrets", "fail", f"mode {mode:o}", "mode 600", f"chmod 600 {folder / SECRETS_FILE}")
    return CheckLine("secrets", "ok", "readable by their owner only")


def _store(office: Office) -> Iterator[CheckLine]:
    with office.store.begin() as tx:
        seats = councils.sizes(tx)
        all_councils = councils.everyone(tx)
        duty = people.at_post(tx, people.DUTY_OFFICER, office.settings.site.area_code)
        held = leases.holder(tx, LEASE)
        waiting = len(tasks.waiting(tx))
        parked = [row for row in writebacks.waiting(tx, limit=200) if row.state == "parked"]
    empty = [one.name for one in all_councils if not seats.get(one.id)]
    if not all_councils or empty:
        seen = f"{len(all_councils)} councils, without members: {', '.join(empty) or 'all'}"
        yield CheckLine("councils", "warn", seen, "every council has members", "sanhui roster import FILE")
    else:
        yield CheckLine("councils", "ok", f"{len(all_councils)} councils, {sum(seats.values())} seats")
    if duty:
        yield CheckLine("duty officer", "ok", f"{len(duty)} at the post")
    else:
        remedy = "add rows with 值班员 to the roster and import it"
        yield CheckLine("duty officer", "fail", "nobody", "somebody who is told of emergencies", remedy)
    beating = held is not None and held[1] > SystemClock().now()
    yield CheckLine(
        "clock",
        "ok" if beating else "warn",
        f"held by {held[0]}" if held and beating else "nobody beats",
        remedy="" if beating else "sanhui up, or sanhui clock",
    )
    yield CheckLine("desk", "ok", f"{waiting} tasks wait for a person")
    if parked:
        yield CheckLine("outbox", "warn", f"{len(parked)} write-backs are parked", "none", "sanhui outbox list")


def _outside(name: str, check: Callable[[], Sequence[CheckLine]]) -> Iterator[CheckLine]:
    try:
        yield from check()
    except SanhuiError as error:
        yield CheckLine(name, "fail", str(error), "an answer", f"mend {name}.url and the secrets, then check again")


def _calendar() -> CheckLine:
    today = SystemClock().now().date()
    if is_covered(today):
        return CheckLine("calendar", "ok", f"public holidays are known until {known_until()}")
    return CheckLine(
        "calendar",
        "warn",
        f"public holidays are known until {known_until()}",
        "60 days ahead",
        "upgrade the package chinesecalendar, or write calendar.toml",
    )


def show(lines: Sequence[CheckLine]) -> str:
    """Return the report as a table for a terminal."""
    table = Table(box=None, pad_edge=False)
    for heading in ("", "what", "seen", "expected", "remedy"):
        table.add_column(heading, overflow="fold")
    for line in lines:
        colour = _COLOURS[line.verdict]
        table.add_row(f"[{colour}]{line.verdict}[/]", line.name, line.seen, line.expected, line.remedy)
    console = Console(width=140, highlight=False)
    with console.capture() as capture:
        console.print(table)
    return capture.get().rstrip()
