"""Kill the office with SIGKILL wherever it hurts: nothing is lost, nothing happens twice."""

import json
import random
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sanhui.config.settings import read_settings
from sanhui.config.street import read_cases, read_street
from sanhui.jobs.demo import START, configure, remote
from sanhui.jobs.serving import WebServer
from sanhui.jobs.wiring import open_store
from sanhui.plugin.domain.cases import ENDS, WITH_A_PERSON
from sanhui.plugin.domain.texts import TextState
from sanhui.plugin.practice.remote import RemoteWorld, WorldProcess
from sanhui.plugin.store import Store, audit
from sanhui.plugin.store.tables import case, text, writeback
from sanhui.plugin.store.writebacks import WriteState

_JOURNEY = Path(__file__).with_name("journey.py")
#: About this many statements take all the cases to their ends when nobody is killed.
STATEMENTS = 70_000
KILLS = 20
#: Where a kill hurts most: anywhere, in a migration or a look; after the carrier's answer, before it is noted;
#: around a write to the host; in a callback of the carrier; while an answer is taken; at a commit.
PLACES = ("", "UPDATE sanhui_attempt", "UPDATE sanhui_writeback", "sanhui_text_event", "sanhui_inbound", "COMMIT")
LONGEST = "2026-05-25T00:00"


@dataclass(frozen=True)
class Practice:
    """An office that nobody has opened yet, and its world in a process of its own."""

    folder: Path
    world: RemoteWorld

    def live(self, *lives: dict[str, Any]) -> list[int]:
        """Live one life after the other and return how each ended."""
        given = json.dumps({"folder": str(self.folder), "lives": lives})
        ran = subprocess.run([sys.executable, str(_JOURNEY), given], stdout=subprocess.PIPE, check=True)
        return list(json.loads(ran.stdout))

    def doubled_texts(self) -> int:
        return sum(count > 1 for count in self.world.sent().values())


def _practice(folder: Path, process: WorldProcess, *, every: int) -> Practice:
    configure(folder, process.url, WebServer.free_port())
    world = remote(process.url, read_settings(folder))
    world.seed({"case": read_cases()["case"][::every]}, read_street(), start=START)
    world.advance(START)
    return Practice(folder, world)


@pytest.fixture
def process(tmp_path: Path) -> Iterator[WorldProcess]:
    world = WorldProcess(tmp_path / "practice.db", fast=True)
    yield world
    world.stop()


@dataclass(frozen=True)
class Survived:
    """A journey of forty cases in which the office was killed again and again, and then came to its end."""

    practice: Practice
    store: Store
    #: How each life ended.
    ends: list[int]

    def states(self, column: sa.Column[str]) -> Counter[str]:
        with self.store.begin() as tx:
            return Counter(tx.execute(sa.select(column)).scalars())


@pytest.fixture(scope="module")
def survived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Survived]:
    folder = tmp_path_factory.mktemp("killed")
    process = WorldProcess(folder / "practice.db", fast=True)
    try:
        practice = _practice(folder, process, every=8)
        ends = practice.live(*_lives(random.Random(20260302)))  # noqa: S311 (where to kill is no secret)
        store = open_store(read_settings(folder), folder)
        yield Survived(practice, store, ends)
        store.close()
    finally:
        process.stop()


def _lives(chance: random.Random) -> Iterator[dict[str, Any]]:
    """Yield the lives: the first dies while it makes its tables, the last one dies no more."""
    yield {"after": chance.randrange(60), "on": "", "until": LONGEST}
    for number in range(1, KILLS):
        after = chance.randrange(2 * STATEMENTS * 7 // (10 * KILLS))
        yield {"after": after, "on": PLACES[number % len(PLACES)], "until": LONGEST}
    yield {"until": LONGEST}


def test_every_life_but_the_last_was_killed(survived: Survived) -> None:
    assert survived.ends == [-signal.SIGKILL] * KILLS + [0]


def test_every_case_of_the_host_is_held_once(survived: Survived) -> None:
    with survived.store.begin() as tx:
        held = sorted(tx.execute(sa.select(case.c.ref)).scalars())

    assert held == sorted(one["id"] for one in survived.practice.world.cases())


def test_every_case_is_at_an_end_or_with_a_person(survived: Survived) -> None:
    states = survived.states(case.c.state)

    assert states.keys() <= ENDS | WITH_A_PERSON


def test_no_text_reached_a_phone_twice(survived: Survived) -> None:
    assert survived.practice.doubled_texts() == 0


def test_every_text_that_counts_as_taken_is_with_the_carrier(survived: Survived) -> None:
    with survived.store.begin() as tx:
        taken = tx.execute(sa.select(sa.func.count()).where(text.c.provider_id.is_not(None))).scalar_one()

    assert taken == survived.practice.world.sent().total()


def test_no_text_and_no_write_stays_half_done(survived: Survived) -> None:
    texts, writes = survived.states(text.c.state), survived.states(writeback.c.state)

    assert texts.keys().isdisjoint({TextState.PENDING, TextState.SUBMITTING, TextState.UNKNOWN})
    assert writes.keys() == {WriteState.DONE}


def test_every_step_stands_once_on_the_host(survived: Survived) -> None:
    with survived.store.begin() as tx:
        written = tx.execute(sa.select(case.c.ref, writeback.c.key).join(case, case.c.id == writeback.c.case_id)).all()

    assert survived.practice.world.keys_on_host() == Counter((ref, key) for ref, key in written)


def test_people_of_diverted_cases_got_no_text(survived: Survived) -> None:
    with survived.store.begin() as tx:
        exposed = audit.texts_about_diverted(tx)

    assert exposed == 0


@pytest.mark.parametrize("careless", [False, True])
def test_only_a_careless_sender_doubles_a_text_whose_answer_was_lost(
    tmp_path: Path, process: WorldProcess, careless: bool
) -> None:
    practice = _practice(tmp_path, process, every=40)
    with (tmp_path / "sanhui.toml").open("a") as settings:
        settings.write("[texts]\ndaily = 99\n")  # the day's budget must not put the second try off
    killed = {"after": 0, "on": "UPDATE sanhui_attempt", "until": "2026-03-03T00:00"}

    ends = practice.live(killed, {"careless": careless, "until": "2026-03-03T00:00"})

    assert ends == [-signal.SIGKILL, 0]
    assert (practice.doubled_texts() > 0) is careless
