"""Running: the processes of an office, all in one or each alone, until they are asked to stop."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event

import structlog

from ..config.settings import Settings, read_settings
from ..config.street import read_cases, read_street, roster
from ..plugin.errors import ConfigError
from ..plugin.practice.seed import seed
from ..plugin.practice.world import World, serve
from ..plugin.store import rosters
from .actors import Actors, Crew, make_broker
from .scheduler import Beats
from .serving import WebServer
from .wiring import PRACTICE_PORT, Office, open_office

#: What each command runs.
_PARTS = {
    "up": frozenset({"web", "worker", "clock"}),
    "web": frozenset({"web"}),
    "worker": frozenset({"worker"}),
    "clock": frozenset({"clock"}),
}
#: How long a worker waits for a message before it looks whether it should stop.
_LOOK = timedelta(seconds=1)

log = structlog.get_logger()


def run(folder: Path, command: str) -> None:
    """Run *command* (up, web, worker, clock) until SIGTERM or SIGINT; finish what is under way.

    Raises:
        ConfigError: The settings are wrong, or separate processes are asked of the embedded queue.
    """
    parts = _PARTS[command]
    stopped = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    with ExitStack() as stack:
        stack.enter_context(practice_world(folder, alone=command != "up"))
        office = open_office(folder)
        stack.callback(office.close)
        _refuse_alone(office.settings, command)
        if office.host.name == "practice":
            _seat_practice_people(office)
        _start(stack, office, parts)
        log.info("process.started", command=command, mode=office.settings.site.mode)
        stopped.wait()
        log.info("process.stopping", command=command)


def _refuse_alone(settings: Settings, command: str) -> None:
    if command != "up" and settings.queue.broker == "embedded":
        raise ConfigError(
            [
                f"sanhui.toml: queue.broker: 'embedded' serves one process only: run `sanhui up` instead of "
                f"`sanhui {command}`, or name a redis:// or amqp:// broker"
            ]
        )


def _start(stack: ExitStack, office: Office, parts: frozenset[str]) -> None:
    broker = make_broker(office.settings)
    stack.callback(broker.close)
    actors = Actors(broker, office)
    if "worker" in parts:
        stack.callback(Crew(broker, threads=office.settings.queue.threads, look=_LOOK).stop)
    if "web" in parts:
        web = WebServer(office, port=office.settings.web.port, after_inbound=lambda: _after_inbound(actors))
        stack.callback(web.stop)
        log.info("web.listening", url=web.url)
    if "clock" in parts:
        beats = Beats(office, actors)
        beats.start()
        stack.callback(beats.stop)


def _after_inbound(actors: Actors) -> None:
    for step in ("inviting", "concluding", "following", "evaluating"):
        actors.nudge(step)


@contextmanager
def practice_world(folder: Path, *, alone: bool = False) -> Iterator[None]:
    """Run the built-in practice host and phones while the settings name no other address for them.

    Raises:
        ConfigError: Separate processes cannot share a built-in world: *alone* ones need its address.
    """
    settings = read_settings(folder)
    practises = "practice" in (settings.host.kind, settings.carrier.kind)
    if not practises or settings.host.url:
        yield
        return
    if alone:
        raise ConfigError(["sanhui.toml: host.url: is empty: only `sanhui up` starts the practice host by itself"])
    world = World(folder / "practice.db")
    serving = serve(world, PRACTICE_PORT)
    try:
        if not world.directory.areas():
            seed(world, read_cases(), read_street(), start=datetime.now(UTC))
        with world.store.changing():
            world.store.set("inbound_url", f"{settings.web.public_url}/carriers/{settings.carrier.name}/inbound")
        log.info("practice.listening", host=f"{serving.url}/host", phones=f"{serving.url}/phones")
        yield
    finally:
        serving.stop()
        world.close()


def _seat_practice_people(office: Office) -> None:
    """Fill the councils of the practice street, unless somebody has imported a roster."""
    with office.store.begin() as tx:
        names = {kind: one.name for kind, one in office.procedures.items()}
        rosters.take_over(tx, office.store.phones, roster(read_street()), names=names)
