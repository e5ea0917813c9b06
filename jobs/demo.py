"""The demo: the whole journey on the practice host and the practice phones; weeks pass in seconds.

The driver is the clock: it sets the world's time, lets every step run through the real actors, and plays the
clerk at the desk. Everything else is the product: real HTTP, real web app, real queue, real database.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from ..config import starting
from ..config.settings import Settings, read_settings
from ..config.street import read_cases, read_street, roster
from ..plugin.practice.remote import RemoteWorld, WorldProcess
from ..plugin.store import cases, rosters
from .actors import Actors, Crew, embedded_broker
from .demo_desk import Desk
from .serving import WebServer
from .steps import STEPS
from .wiring import Office, open_office

ZONE = ZoneInfo("Asia/Shanghai")
#: A Monday morning outside public holidays.
START = datetime(2026, 3, 2, 9, 0, tzinfo=ZONE)
#: When the driver looks at the clock each day, local time.
HOURS = (time(8), time(10, 30), time(13, 30), time(18), time(20))
#: Later on little happens: cases wait for publicity, promises and residents.
LATER_HOURS = (time(8), time(13, 30), time(20))
BUSY = timedelta(days=21)
_LOOK = timedelta(milliseconds=50)
#: The operator's password: a demo on loopback, printed for whoever runs it.
PASSWORD = "practice"  # noqa: S105
#: The journey is over at the latest after this.
LONGEST = timedelta(days=84)


class DemoClock:
    """The time that the driver sets."""

    def __init__(self, now: datetime) -> None:
        self._now = now

    def now(self) -> datetime:
        """Return the driver's time in UTC."""
        return self._now.astimezone(UTC)

    def set(self, now: datetime) -> None:
        """Go on to *now*."""
        self._now = now


@dataclass
class Stage:
    """A running demo: the office, the world it practises on, and their addresses."""

    office: Office
    world: RemoteWorld
    clock: DemoClock
    actors: Actors
    crew: Crew
    desk: Desk
    web_url: str
    #: The operator's password for the screen.
    password: str
    #: The file's ids by the host's, to compare routes with what a clerk would decide.
    ids: dict[str, str]

    def tick(self, at: datetime) -> None:
        """Let the world live up to *at*, run every step, and let the clerk work."""
        self.world.advance(at)
        self.clock.set(at)
        for step in STEPS:
            self.actors.nudge(step)
        self.crew.settle()
        self.desk.work(at)


@contextmanager
def stage(folder: Path, *, texts: Path | None = None, number: int = 0) -> Iterator[Stage]:
    """Set up a demo in *folder*: settings, world, street, roster, web server and worker.

    With *texts*, a file of JSON lines, the world holds those texts instead of our own.
    """
    process = WorldProcess(folder / "practice.db", fast=True, seed=number)
    try:
        configure(folder, process.url, WebServer.free_port())
        world = remote(process.url, read_settings(folder))
        ids = _fill(world, texts)
        world.advance(START)
        with resume(folder, ids) as running:
            yield running
    finally:
        process.stop()


@contextmanager
def resume(folder: Path, ids: dict[str, str]) -> Iterator[Stage]:
    """Set up the office in *folder* on its world, at the world's time; what a killed one left is taken up.

    *ids* are the file's ids by the host's.
    """
    settings = read_settings(folder)
    world = remote(settings.host.url, settings)
    clock = DemoClock(world.now())
    office = open_office(folder, clock=clock)
    broker = embedded_broker()
    actors = Actors(broker, office)
    crew = Crew(broker, threads=2, look=_LOOK)
    web = WebServer(office, port=settings.web.port, after_inbound=lambda: None)
    try:
        with office.store.begin() as tx:
            names = {kind: one.name for kind, one in office.procedures.items()}
            rosters.take_over(tx, office.store.phones, roster(read_street()), names=names)
        world.bring_answers_to(f"{web.url}/carriers/{office.carrier.name}/inbound")
        yield Stage(office, world, clock, actors, crew, Desk(office), web.url, PASSWORD, ids)
    finally:
        crew.stop()
        web.stop()
        office.close()


def remote(url: str, settings: Settings) -> RemoteWorld:
    """Return the world at *url*, opened with the tokens that the settings name."""
    secrets = settings.secrets
    return RemoteWorld(
        url,
        host_token=secrets.host_token.get_secret_value(),
        carrier_token=secrets.carrier_token.get_secret_value(),
    )


def _fill(world: RemoteWorld, texts: Path | None) -> dict[str, str]:
    street = read_street()
    if texts is None:
        return world.seed(read_cases(), street, start=START)
    world.seed({"case": []}, street, start=START)
    return world.seed_lines(texts.read_text(encoding="utf-8").splitlines(), start=START)


def configure(folder: Path, world_url: str, web_port: int) -> None:
    """Write the settings of a live office on the practice parts."""
    text = f"""
[site]
area_code = "509901001"
mode = "live"
[web]
port = {web_port}
public_url = "http://127.0.0.1:{web_port}"
[host]
url = "{world_url}"
[carrier]
url = "{world_url}"
"""
    (folder / "sanhui.toml").write_text(text, encoding="utf-8")
    starting.write_secrets(folder, PASSWORD)


def moments(start: datetime) -> Iterator[datetime]:
    """Yield the driver's moments from *start* on, day by day."""
    day = start.astimezone(ZONE).date()
    while True:
        for hour in HOURS if day < (START + BUSY).date() else LATER_HOURS:
            at = datetime.combine(day, hour, ZONE)
            if at >= start:
                yield at
        day += timedelta(days=1)


def walk(running: Stage, *, say: Callable[[str], object]) -> int:
    """Walk the journey to its end and return how many days passed; *say* is told what happened each day."""
    before: Counter[str] = Counter()
    today = START.date()
    for at in moments(START):
        if at.date() != today:
            now = _said(running.office)
            say(f"{today:%m-%d}  " + (", ".join(f"{n} {what}" for what, n in (now - before).items()) or "quiet"))
            before, today = now, at.date()
            if not _is_busy(running.office) or at > START + LONGEST:
                break
        running.tick(at)
    return (today - START.date()).days


def _said(office: Office) -> Counter[str]:
    with office.store.begin() as tx:
        return cases.moves(tx)


def _is_busy(office: Office) -> bool:
    with office.store.begin() as tx:
        return cases.under_way(tx) > 0


def serve_on(running: Stage, *, until: Callable[[], bool]) -> None:
    """Go on in real time from where the demo ended, until *until* says so; people may answer and report cases."""
    import time as real

    began, at = real.monotonic(), running.clock.now()
    while not until():
        running.tick(at + timedelta(seconds=real.monotonic() - began))
        real.sleep(1)
