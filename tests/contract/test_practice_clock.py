"""The practice world's time and its database survive whatever happens to its process."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from sanhui.plugin.practice.clock import Backwards, instant
from sanhui.plugin.practice.texts import NewText
from sanhui.plugin.practice.world import World

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
TOKEN = {"Authorization": "Bearer practice-carrier-token"}


@contextmanager
def process(db: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Run a world of its own process and give its address."""
    command = [sys.executable, "-m", "sanhui.plugin.practice", "--db", str(db), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        try:
            yield running.stdout.readline().strip(), running
        finally:
            running.kill()


def test_a_world_that_was_never_set_tells_the_systems_time(tmp_path: Path) -> None:
    world = World(tmp_path / "world.db", clock=lambda: START)

    assert (world.now(), world.time.is_frozen) == (START, False)
    world.close()


def test_a_set_time_stands_still_and_outlives_the_process(tmp_path: Path) -> None:
    first = World(tmp_path / "world.db")
    first.advance(START)
    first.close()
    second = World(tmp_path / "world.db")

    assert (second.now(), second.time.is_frozen) == (START, True)
    second.close()


def test_time_never_goes_backwards(tmp_path: Path) -> None:
    world = World(tmp_path / "world.db")
    world.advance(START)

    with pytest.raises(Backwards):
        world.advance(START - timedelta(microseconds=1))
    world.close()


def test_time_cannot_be_set_before_what_already_happened(tmp_path: Path) -> None:
    world = World(tmp_path / "world.db", clock=lambda: START)
    world.texts.accept(NewText("+8619900000001", "你好"))

    with pytest.raises(Backwards):
        world.advance(START - timedelta(seconds=1))
    world.advance(START)
    world.close()


def test_a_world_on_the_systems_time_lives_when_it_catches_up(tmp_path: Path) -> None:
    now = [START]
    world = World(tmp_path / "world.db", clock=lambda: now[0])
    row = world.texts.accept(NewText("+8619900000001", "你好"))
    now[0] += timedelta(minutes=1)
    world.life.catch_up()
    found = world.texts.get(row["id"])

    assert found is not None
    assert (found["state"], world.time.is_frozen) == ("delivered", False)
    world.close()


def test_the_door_tells_sets_and_guards_the_clock(tmp_path: Path) -> None:
    with process(tmp_path / "world.db") as (url, _):
        moved = httpx2.put(f"{url}/practice/clock", json={"now": START.isoformat()})
        back = httpx2.put(f"{url}/practice/clock", json={"now": (START - timedelta(1)).isoformat()})
        told = httpx2.get(f"{url}/practice/clock")

    assert (moved.status_code, back.status_code) == (200, 409)
    assert instant(told.json()["now"]) == START


def test_what_was_answered_survives_a_killed_process(tmp_path: Path) -> None:
    with process(tmp_path / "world.db") as (url, running):
        httpx2.put(f"{url}/practice/clock", json={"now": START.isoformat()})
        body = {"to": "+8619900000001", "body": "你好"}
        sent = [httpx2.post(f"{url}/carrier/v1/messages", json=body, headers=TOKEN).json()["id"] for _ in range(5)]
        running.kill()
    with process(tmp_path / "world.db") as (url, _):
        kept = httpx2.get(f"{url}/carrier/v1/messages", headers=TOKEN).json()["items"]
        now = httpx2.get(f"{url}/practice/clock").json()["now"]

    assert [message["id"] for message in kept] == sent
    assert instant(now) == START
