"""One practice world put together: its parts, its web application, and its server."""

import argparse
import signal
import socket
import sqlite3
import sys
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from threading import Event, Thread

import uvicorn
from fastapi import FastAPI

from .calling import Calls
from .carrier import CarrierDoor
from .cases import Cases
from .clock import WorldClock, WorldTime, instant, system_time
from .control import ControlDoor
from .directory import Directory
from .faults import Faults
from .forms import Secrets
from .host import HostDoor
from .living import Life
from .pages import Pages
from .people import Answer, answer
from .refusing import answer_refusals
from .store import Store
from .texts import Texts
from .twilio_shape import TwilioDoor

#: Seconds of real time between two looks at what is due, while the world runs on the system's time.
BEAT_S = 1.0


class World:
    """A host, a carrier and their people in the database file at *path*.

    With *fast*, scripted people answer the texts; without, only who sits at the phone pages does.
    """

    def __init__(
        self,
        path: Path,
        *,
        clock: WorldClock = system_time,
        seed: int = 0,
        fast: bool = False,
        secrets: Secrets | None = None,
    ) -> None:
        self.seed = seed
        self.secrets = secrets or Secrets()
        self.faults = Faults()
        self.store = Store(path)
        self.time = WorldTime(self.store, clock)
        self.directory = Directory(self.store)
        self.cases = Cases(self.store, self.time)
        self.calls = Calls(self.store, self.time, secrets=self.secrets, faults=self.faults)
        self.texts = Texts(self.store, self.time, directory=self.directory, calls=self.calls, seed=seed)
        reply = self._scripted if fast else _silent
        self.life = Life(self.store, self.time, texts=self.texts, calls=self.calls, reply=reply)

    def now(self) -> datetime:
        """Return the world's time."""
        return self.time.now()

    def advance(self, to: datetime) -> None:
        """Live up to *to* and stand still there.

        Raises:
            Backwards: The world is already past that.
        """
        self.life.freeze(to)

    def close(self) -> None:
        """Close the database file."""
        self.store.close()

    def _scripted(self, message: sqlite3.Row) -> Answer | None:
        earlier = self.texts.earlier(message)
        # From the instant of delivery, not from now: the same answers however far time is set at once.
        at = instant(message["updated_at"])
        return answer(message["body"], seed=self.seed, phone=message["phone"], now=at, earlier=earlier)


def create_app(world: World) -> FastAPI:
    """Return the web application of *world*: both doors, the switches and the pages."""
    app = FastAPI(title="Practice world", openapi_url="/practice/openapi.json", docs_url=None, redoc_url=None)
    answer_refusals(app)
    faults, secrets = world.faults, world.secrets
    host = HostDoor(world.cases, world.directory, time=world.time, faults=faults, token=secrets.host_token)
    carrier = CarrierDoor(world.texts, faults=faults, token=secrets.carrier_token)
    twilio = TwilioDoor(world.texts, faults=faults, token=secrets.twilio_token)
    control = ControlDoor(world, life=world.life, faults=faults)
    for door in (host, carrier, twilio, control, Pages(world, texts=world.texts, life=world.life)):
        app.include_router(door.router())
    return app


class Serving:
    """A world that answers on 127.0.0.1 until it is stopped."""

    def __init__(self, world: World, listening: socket.socket) -> None:
        #: Where it answers, without a slash at the end.
        self.url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        self._world = world
        self._stopped = Event()
        settings = uvicorn.Config(create_app(world), log_level="warning", timeout_graceful_shutdown=2)
        self._server = uvicorn.Server(settings)
        self._web = Thread(target=self._server.run, args=([listening],), name="practice-web", daemon=True)
        self._heart = Thread(target=self._beat, name="practice-heart", daemon=True)
        self._web.start()
        self._heart.start()

    def stop(self) -> None:
        """Stop answering; the world itself stays open."""
        self._stopped.set()
        self._server.should_exit = True
        self._web.join()
        self._heart.join()

    def _beat(self) -> None:
        while not self._stopped.wait(BEAT_S):
            self._world.life.catch_up()


def serve(world: World, port: int = 0) -> Serving:
    """Serve *world* in threads on 127.0.0.1; port 0 takes a free one."""
    # With the protocol named, asyncio sets TCP_NODELAY; without, every kept connection waits 40 ms.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", port))
    listening.listen(1024)
    return Serving(world, listening)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a world in a process of its own until SIGTERM or SIGINT; the first line written is its address."""
    parser = argparse.ArgumentParser(prog="python -m sanhui.plugin.practice")
    parser.add_argument("--db", type=Path, required=True)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--fast", action="store_true", help="scripted people answer the texts")
    given = parser.parse_args(arguments)
    world = World(given.db, seed=given.seed, fast=given.fast)
    ended = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    serving = serve(world, given.port)
    sys.stdout.write(serving.url + "\n")
    sys.stdout.flush()
    ended.wait()
    serving.stop()
    world.close()
    return 0


def _silent(_message: sqlite3.Row) -> Answer | None:
    return None
