"""Actors: the queue's side of the steps; a message is a nudge, the rows are the truth.

Every actor can run twice and may be lost: a lost message costs one beat, a doubled one finds nothing to claim.
No delays and no retries of the queue are used; the database owns time.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Sequence
from datetime import timedelta

import dramatiq
import structlog
from dramatiq.brokers.stub import StubBroker
from dramatiq.middleware import AgeLimit, Middleware, Retries, ShutdownNotifications, TimeLimit

from ..config.settings import Settings
from ..plugin.errors import TransientError
from ..plugin.store import leases
from . import delivering
from . import writeback as writing
from .steps import FOLLOWERS, LIMIT, reconcile, runners, send_texts, write_steps
from .tally import Tally
from .wiring import Office

#: Every name we put outside carries ours.
QUEUE = "sanhui"
#: Ids that one message carries.
BATCH = 50
#: One step runs once at a time; a holder that died is replaced after this.
_STEP_LEASE = timedelta(seconds=60)
#: A nudge that waited so long in milliseconds is worthless: later beats have done its work.
_MAX_AGE_MS = 600_000

log = structlog.get_logger()


def make_broker(settings: Settings) -> dramatiq.Broker:
    """Return the broker that the settings name, with no retries in it."""
    address = settings.queue.broker
    if address == "embedded":
        return embedded_broker()
    if address.startswith("redis"):
        from dramatiq.brokers.redis import RedisBroker

        return RedisBroker(url=address, middleware=_middleware(), namespace=QUEUE)  # type: ignore[no-untyped-call] # its signature has no types
    from dramatiq.brokers.rabbitmq import RabbitmqBroker

    return RabbitmqBroker(url=address, middleware=_middleware())


def embedded_broker() -> StubBroker:
    """Return a broker in this process's memory: a mere waker, for it loses its messages with the process."""
    return StubBroker(middleware=_middleware())


def _middleware() -> list[Middleware]:
    # Without Retries a message whose actor raised would count as done; with none allowed it is kept as dead.
    return [AgeLimit(max_age=_MAX_AGE_MS), TimeLimit(), ShutdownNotifications(), Retries(max_retries=0)]


class Crew:
    """The worker threads of this process on a broker."""

    def __init__(self, broker: dramatiq.Broker, *, threads: int, look: timedelta) -> None:
        """Start *threads* threads, which look every *look* whether they should stop."""
        self._broker = broker
        self._worker = dramatiq.Worker(broker, worker_threads=threads, worker_timeout=int(look.total_seconds() * 1000))
        broker.emit_after("process_boot")  # time limits are not kept in this process without it
        self._worker.start()

    def settle(self) -> None:
        """Wait until an embedded queue is empty and nothing runs.

        Raises:
            Exception: Whatever an actor raised.
        """
        if isinstance(self._broker, StubBroker):
            self._broker.join(QUEUE, fail_fast=True)
        self._worker.join()

    def stop(self) -> None:
        """Finish what is under way and stop."""
        self._worker.stop()


class Actors:
    """The actors of one office on one broker."""

    def __init__(self, broker: dramatiq.Broker, office: Office) -> None:
        self.broker = broker
        self._office = office
        self._runners = runners(office)
        self._holder = f"{os.getpid()}-{secrets.token_hex(4)}"
        self._step = self._actor(self.run_step, "sanhui_step")
        self._send = self._actor(self.send, "sanhui_send")
        self._write = self._actor(self.write, "sanhui_write")

    def _actor(self, function: object, name: str) -> dramatiq.Actor[..., None]:
        return dramatiq.actor(function, broker=self.broker, actor_name=name, queue_name=QUEUE)  # type: ignore[call-overload, no-any-return] # bound methods are not in its overloads

    def nudge(self, step: str) -> None:
        """Ask a worker to run *step* now."""
        self._step.send(step)

    def run_step(self, step: str) -> None:
        """Run *step* unless somebody else does, and nudge what follows from what it moved."""
        lease = f"step:{step}"
        holder = f"{self._holder}-{secrets.token_hex(4)}"
        store, clock = self._office.store, self._office.clock
        try:
            with store.begin() as tx:
                if not leases.take(tx, lease, holder, now=clock.now(), length=_STEP_LEASE):
                    return
            try:
                tally = self._run(step)
            finally:
                with store.begin() as tx:
                    leases.give_back(tx, lease, holder, now=clock.now())
        except TransientError as error:
            log.warning("step.put_off", step=step, error=str(error))
            return
        if tally.total():
            log.info(
                "step.ran",
                step=step,
                **{key.replace(" ", "_").replace(",", ""): n for key, n in tally.items()},
            )
            for follower in FOLLOWERS.get(step, ()):
                self.nudge(follower)

    def _run(self, step: str) -> Tally:
        """Run a step; the two that talk to the outside are cut into batches for every worker."""
        office = self._office
        if step == "delivering":
            if office.is_shadow:
                return Tally()
            self._cut(self._send, delivering.due_texts(office.store, clock=office.clock, limit=LIMIT))
            return reconcile(office)
        if step == "writeback":
            if not office.is_shadow:
                self._cut(self._write, writing.due_writes(office.store, clock=office.clock, limit=LIMIT))
            return Tally()
        return self._runners[step]()

    def _cut(self, actor: dramatiq.Actor[..., None], ids: Sequence[int]) -> None:
        for start in range(0, len(ids), BATCH):
            actor.send(list(ids[start : start + BATCH]))

    def send(self, ids: list[int]) -> None:
        """Send the texts in *ids* that are still due."""
        try:
            send_texts(self._office, ids)
        except TransientError as error:
            log.warning("texts.put_off", count=len(ids), error=str(error))

    def write(self, ids: list[int]) -> None:
        """Write the steps in *ids* that are still due; each may have a next one that waited for it."""
        try:
            tally = write_steps(self._office, ids)
        except TransientError as error:
            log.warning("writes.put_off", count=len(ids), error=str(error))
            return
        if tally.total():
            self.nudge("writeback")
