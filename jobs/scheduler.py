"""The scheduler: beats that nudge steps; among several clocks the one with the lease beats."""

from __future__ import annotations

import os
import secrets
import socket
from datetime import timedelta

import structlog
from apscheduler.schedulers.background import BackgroundScheduler

from ..plugin.errors import TransientError
from ..plugin.ports import Clock
from ..plugin.store import Store, leases
from .actors import Actors
from .steps import STEPS
from .wiring import Office, SystemClock

#: The name of the lease that the beating clock holds.
LEASE = "clock"
#: A clock that died is replaced after this time.
LENGTH = timedelta(seconds=15)
#: The lease is renewed three times as often.
_RENEW_S = 5

log = structlog.get_logger()


class Beats:
    """The clock of an office: one job a step, each only while this process holds the lease.

    Leases count the machine's time, also where the office's own clock is a practice one.
    """

    def __init__(self, office: Office, actors: Actors, *, clock: Clock | None = None) -> None:
        self._store: Store = office.store
        self._actors = actors
        self._clock = clock or SystemClock()
        self._holder = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"[:64]
        self.leads = False
        self._scheduler = BackgroundScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
        )
        self._scheduler.add_job(self.renew, "interval", seconds=_RENEW_S)
        for step in STEPS:
            seconds = getattr(office.settings.beats, step)
            self._scheduler.add_job(self.beat, "interval", seconds=seconds, args=[step], id=step)

    def start(self) -> None:
        """Begin to beat; every step is nudged once at once."""
        self.renew()
        self._scheduler.start()
        for step in STEPS:
            self.beat(step)

    def stop(self) -> None:
        """Stop beating and let another clock take over at once."""
        self._scheduler.shutdown(wait=True)
        with self._store.begin() as tx:
            leases.give_back(tx, LEASE, self._holder, now=self._clock.now())

    def renew(self) -> None:
        """Take or keep the lease; a database that does not answer costs the lead."""
        led = self.leads
        try:
            with self._store.begin() as tx:
                self.leads = leases.take(tx, LEASE, self._holder, now=self._clock.now(), length=LENGTH)
        except TransientError as error:
            self.leads = False
            log.warning("clock.lost", error=str(error))
        if self.leads and not led:
            log.info("clock.leads", holder=self._holder)

    def beat(self, step: str) -> None:
        """Nudge *step* if this clock leads."""
        if self.leads:
            self._actors.nudge(step)
