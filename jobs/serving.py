"""Serving: the web app of an office on a socket, in a thread or until stopped."""

from __future__ import annotations

import socket
from collections.abc import Callable
from threading import Thread

import uvicorn

from ..plugin.web.app import Door, create_app
from .wiring import Office


def door(office: Office, *, after_inbound: Callable[[], None]) -> Door:
    """Return what the pages need of *office*."""
    settings, secrets = office.settings, office.settings.secrets
    return Door(
        store=office.store,
        letters=office.letters,
        carriers={office.carrier.name: office.carrier},
        clock=office.clock,
        public_url=settings.web.public_url,
        session_secret=secrets.session_key.get_secret_value(),
        link_keys=tuple(key.get_secret_value() for key in secrets.link_keys),
        operators={name: hashed.get_secret_value() for name, hashed in secrets.operators.items()},
        zone=settings.site.zone,
        mode=settings.site.mode,
        rules={rule.id: rule.name for rule in office.judge.table.rules},
        after_inbound=after_inbound,
    )


class WebServer:
    """The web door of an office, answering in a thread until it is stopped."""

    def __init__(self, office: Office, *, port: int, after_inbound: Callable[[], None]) -> None:
        host = office.settings.web.host
        listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(1024)
        #: Where it answers, without a slash at the end.
        self.url = f"http://{host}:{listening.getsockname()[1]}"
        app = create_app(door(office, after_inbound=after_inbound))
        self._server = uvicorn.Server(uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=3))
        self._thread = Thread(target=self._server.run, args=([listening],), name="sanhui-web", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Finish what is under way and stop answering."""
        self._server.should_exit = True
        self._thread.join()

    def wait(self) -> None:
        """Wait until the server stops by itself."""
        self._thread.join()

    @staticmethod
    def free_port() -> int:
        """Return a port on loopback that is free now."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            return int(probe.getsockname()[1])
