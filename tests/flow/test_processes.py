"""Two clocks, two workers and a web door, each a process of its own, on one database and one broker."""

import json
import re
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest
import sqlalchemy as sa
from sanhui.config import starting
from sanhui.config.settings import read_settings
from sanhui.config.street import read_cases, read_street
from sanhui.jobs.demo import remote
from sanhui.jobs.scheduler import LENGTH
from sanhui.jobs.serving import WebServer
from sanhui.jobs.wiring import open_store
from sanhui.plugin.domain.cases import CaseState
from sanhui.plugin.domain.meetings import InvitationState, MeetingState
from sanhui.plugin.domain.texts import Purpose, TextState
from sanhui.plugin.practice.remote import RemoteWorld, WorldProcess
from sanhui.plugin.store import Store, people
from sanhui.plugin.store.tables import case, inbound, invitation, item, meeting, question, text, writeback
from sanhui.plugin.store.writebacks import WriteState

pytestmark = pytest.mark.services

#: Every eleventh practice case.
CASES = read_cases()["case"][::11]
#: People who answer their invitation by hand.
ANSWERS = 12
_COMMAND = "from sanhui.jobs.cli import main; main()"
_PATIENCE_S = 45
_BEAT_S = 0.5
_BEATS = ("intake", "routing", "convening", "inviting", "delivering", "concluding", "following", "evaluating")


class Running:
    """One `sanhui` process and its log."""

    def __init__(self, folder: Path, command: str, number: int) -> None:
        self._log = folder / f"{command}-{number}.log"
        with self._log.open("wb") as log:
            arguments = [sys.executable, "-c", _COMMAND, command, "--dir", str(folder)]
            self.process = subprocess.Popen(arguments, stdout=log, stderr=log)

    def said(self, event: str) -> bool:
        """Return whether the process logged *event*; one that ended by itself fails the test with its log."""
        log = self._log.read_text()
        assert self.process.returncode is not None or self.process.poll() is None, log
        return re.search(rf'"event": "{re.escape(event)}"', log) is not None

    def end(self) -> int:
        """Ask the process to stop and return its exit code."""
        self.process.terminate()
        return self.process.wait(_PATIENCE_S)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(_PATIENCE_S)


def until(condition: Callable[[], bool], *, within_s: float = _PATIENCE_S) -> None:
    """Wait until *condition* holds; the test fails when it does not in time."""
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, f"{condition.__name__} did not come true within {within_s} s"
        time.sleep(0.1)


@contextmanager
def running(folder: Path, *commands: str) -> Iterator[list[Running]]:
    """Start a process for each of *commands*, all at the same time, and end those that are left."""
    started = [Running(folder, command, number) for number, command in enumerate(commands)]
    try:

        def all_have_started() -> bool:
            return all(one.said("process.started") for one in started)

        until(all_have_started)
        yield started
    finally:
        for one in started:
            if one.process.poll() is None:
                one.kill()


@pytest.fixture
def world_url(tmp_path: Path) -> Iterator[str]:
    """A world that goes by the machine's time, in which people answer by hand only."""
    process = WorldProcess(tmp_path / "practice.db", fast=False)
    yield process.url
    process.stop()


def _settle_in(folder: Path, world_url: str, *, store: str, broker: str) -> RemoteWorld:
    """Write the settings of a live office without quiet hours, and fill its world."""
    port = WebServer.free_port()
    beats = "\n".join(f"{step} = {_BEAT_S}" for step in (*_BEATS, "writeback"))
    settings = f"""
        [site]
        area_code = "509901001"
        mode = "live"
        [store]
        url = "{store}"
        [queue]
        broker = "{broker}"
        [web]
        port = {port}
        public_url = "http://127.0.0.1:{port}"
        [host]
        url = "{world_url}"
        [carrier]
        url = "{world_url}"
        [texts]
        quiet_from = 00:00:00
        quiet_until = 00:00:00
        daily = 1000
        [routing]
        policy = "auto"
        [beats]
        {beats}
        """
    (folder / "sanhui.toml").write_text(settings, encoding="utf-8")
    starting.write_secrets(folder, "practice")
    world = remote(world_url, read_settings(folder))
    world.seed({"case": CASES}, read_street(), start=datetime.now(UTC))
    world.bring_answers_to(f"http://127.0.0.1:{port}/carriers/practice/inbound")
    return world


@contextmanager
def opened(folder: Path) -> Iterator[Store]:
    store = open_store(read_settings(folder), folder)
    try:
        yield store
    finally:
        store.close()


def _count(store: Store, query: sa.Select[int]) -> int:
    with store.begin() as tx:
        return tx.execute(query).scalar_one()


def _number(column: sa.Column[int], *conditions: sa.ColumnElement[bool]) -> sa.Select[int]:
    return sa.select(sa.func.count(column)).where(*conditions)


def _wait_for_invitations(store: Store) -> None:
    """Wait until every case went its first way, every text is on its phone and every step on the host."""
    over = (TextState.DELIVERED, TextState.UNDELIVERED, TextState.CANCELED)

    def everybody_is_invited() -> bool:
        return (
            _count(store, _number(case.c.id, case.c.state != CaseState.IMPORTED)) == len(CASES)
            and _count(store, _number(case.c.id, case.c.state == CaseState.SCHEDULED)) > 0
            and _count(store, _number(meeting.c.id, meeting.c.state == MeetingState.PLANNED)) == 0
            and _count(store, _number(text.c.id, text.c.purpose == Purpose.INVITE)) > 0
            and _count(store, _number(text.c.id, text.c.state.not_in(over))) == 0
            and _count(store, _number(writeback.c.id, writeback.c.state != WriteState.DONE)) == 0
        )

    until(everybody_is_invited)


def _asked_once(store: Store) -> list[tuple[int, str]]:
    """Return the invitations, with the phones, of some whom nothing else was asked."""
    alone = sa.select(question.c.person_id).group_by(question.c.person_id).having(sa.func.count() == 1)
    rows = sa.select(invitation.c.id, invitation.c.person_id).where(
        invitation.c.person_id.in_(alone), invitation.c.state == InvitationState.ASKED
    )
    with store.begin() as tx:
        found = tx.execute(rows.order_by(invitation.c.id).limit(ANSWERS)).all()
        return [(row.id, people.phone_of(tx, store.phones, row.person_id)) for row in found]


def _say(world_url: str, phone: str, body: str) -> None:
    connection = HTTPConnection(urlsplit(world_url).netloc, timeout=_PATIENCE_S)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", f"/phones/{phone}", urlencode({"body": body}), form)
    assert connection.getresponse().status == 303
    connection.close()


def _wait_for_answers(store: Store, invitations: Sequence[int]) -> None:
    mine = (invitation.c.id.in_(invitations), invitation.c.state == InvitationState.ACCEPTED)

    def every_answer_is_applied() -> bool:
        return _count(store, _number(invitation.c.id, *mine)) == len(invitations)

    until(every_answer_is_applied)


@pytest.mark.parametrize("broker", ["redis_url", "rabbitmq_url"])
def test_several_processes_do_everything_exactly_once(
    tmp_path: Path, world_url: str, postgres_url: str, broker: str, request: pytest.FixtureRequest
) -> None:
    world = _settle_in(tmp_path, world_url, store=postgres_url, broker=request.getfixturevalue(broker))
    with running(tmp_path, "clock", "clock", "worker", "worker", "web") as processes, opened(tmp_path) as store:
        _wait_for_invitations(store)
        asked = _asked_once(store)

        for _, phone in asked:
            _say(world_url, phone, "1")
        _wait_for_answers(store, [place for place, _ in asked])
        _wait_for_invitations(store)
        ends = [one.end() for one in processes]

        assert ends == [0] * len(processes)
        _assert_once(store, world)
        assert _count(store, _number(inbound.c.id, inbound.c.handled == "applied")) == len(asked) == ANSWERS


def _assert_once(store: Store, world: RemoteWorld) -> None:
    with store.begin() as tx:
        refs = tx.execute(sa.select(case.c.ref)).scalars().all()
        agendas = Counter(tx.execute(sa.select(item.c.case_id).where(item.c.open)).scalars())
        steps = tx.execute(sa.select(case.c.ref, writeback.c.key).join(case, case.c.id == writeback.c.case_id)).all()
        taken = tx.execute(_number(text.c.id, text.c.provider_id.is_not(None))).scalar_one()
    sent = world.sent()
    assert sorted(refs) == sorted(one["id"] for one in world.cases())
    assert set(agendas.values()) == {1}
    assert set(sent.values()) == {1}
    assert sent.total() == taken
    assert world.keys_on_host() == Counter((ref, key) for ref, key in steps)


def test_another_clock_leads_when_the_leading_one_is_killed(
    tmp_path: Path, world_url: str, postgres_url: str, redis_url: str
) -> None:
    world = _settle_in(tmp_path, world_url, store=postgres_url, broker=redis_url)
    with running(tmp_path, "clock", "clock", "worker") as processes, opened(tmp_path) as store:
        _wait_for_cases(store, len(CASES))
        first, second = sorted(processes[:2], key=lambda one: not one.said("clock.leads"))
        led_alone = first.said("clock.leads") and not second.said("clock.leads")

        first.kill()
        world.seed_lines([json.dumps({"id": "late", "text": "小区门口路灯坏了没人修"})], start=datetime.now(UTC))

        def the_other_leads() -> bool:
            return second.said("clock.leads")

        until(the_other_leads, within_s=LENGTH.total_seconds() + 10)
        _wait_for_cases(store, len(CASES) + 1)

    assert led_alone


def _wait_for_cases(store: Store, wanted: int) -> None:
    def every_case_is_here() -> bool:
        return _count(store, _number(case.c.id)) == wanted

    until(every_case_is_here)
