"""What comes in wrong: a host that misbehaves, settings that cannot be, a carrier whose answer is lost."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from sanhui.config.street import read_cases, read_street, roster
from sanhui.jobs.demo import START, DemoClock, configure, remote
from sanhui.jobs.steps import runners
from sanhui.jobs.tally import Tally
from sanhui.jobs.wiring import Office, open_office
from sanhui.plugin.domain.cases import CaseState
from sanhui.plugin.domain.texts import TextState
from sanhui.plugin.errors import HostUnavailable
from sanhui.plugin.practice.faults import CarrierFaults, Faults, HostFaults
from sanhui.plugin.practice.remote import RemoteWorld
from sanhui.plugin.practice.seed import seed
from sanhui.plugin.practice.world import World, serve
from sanhui.plugin.store import cursors, rosters, tasks
from sanhui.plugin.store.tables import case, meeting, text, writeback
from sanhui.plugin.store.tasks import Task, TaskKind
from sanhui.plugin.store.writebacks import WriteState

#: A quarrel in one building, which the rules are sure of, and others of the same grid.
GRID = "509901001001001"
CASES = [one for one in read_cases()["case"] if one["kind"] == "easy" and one["matter"] == "family"][:6]
#: Longer than a lost answer waits to be looked up, and than a refused text or step waits to be tried again.
_LATER = timedelta(minutes=2)
_COMMAND = "from sanhui.jobs.cli import main; main()"


@dataclass
class Place:
    """A world, the office that works on it, and the time of both."""

    folder: Path
    world: World
    office: Office
    clock: DemoClock

    def run(self, *steps: str) -> Tally:
        """Run each step once; return what the last one did."""
        tally = Tally()
        for step in steps:
            tally = runners(self.office)[step]()
        return tally

    def wait(self, time: timedelta) -> None:
        self.clock.set(self.clock.now() + time)
        self.world.advance(self.clock.now())

    def host_does(self, faults: HostFaults) -> None:
        self.world.faults.take_over(Faults(host=faults))

    def carrier_does(self, faults: CarrierFaults) -> None:
        self.world.faults.take_over(Faults(carrier=faults))

    def refs_on_host(self) -> list[str]:
        return sorted(one["id"] for one in self.remote().cases())

    def refs_held(self) -> list[str]:
        with self.office.store.begin() as tx:
            return sorted(tx.execute(sa.select(case.c.ref)).scalars())

    def state_of(self, ref: str) -> CaseState:
        with self.office.store.begin() as tx:
            return CaseState(tx.execute(sa.select(case.c.state).where(case.c.ref == ref)).scalar_one())

    def waiting(self, kind: TaskKind) -> list[Task]:
        with self.office.store.begin() as tx:
            return list(tasks.waiting(tx, kind=kind))

    def text_states(self) -> set[str]:
        with self.office.store.begin() as tx:
            return set(tx.execute(sa.select(text.c.state)).scalars())

    def remote(self) -> RemoteWorld:
        return remote(self.office.settings.host.url, self.office.settings)


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.setenv("SANHUI_ROUTING__POLICY", "auto")
    clock = DemoClock(START)
    world = World(tmp_path / "practice.db")
    serving = serve(world)
    seed(world, {"case": [one | {"area": GRID} for one in CASES]}, read_street(), start=START)
    world.advance(START)
    configure(tmp_path, serving.url, 1)
    office = open_office(tmp_path, clock=clock)
    with office.store.begin() as tx:
        names = {kind: one.name for kind, one in office.procedures.items()}
        rosters.take_over(tx, office.store.phones, roster(read_street()), names=names)
    yield Place(tmp_path, world, office, clock)
    office.close()
    serving.stop()
    world.close()


# ── at the host's door ──


def test_a_broken_page_leaves_the_cursor_where_it_was_and_opens_a_task(place: Place) -> None:
    place.host_does(HostFaults(broken_json=1))

    place.run("intake")

    with place.office.store.begin() as tx:
        assert cursors.load(tx, "practice") is None
    assert place.refs_held() == []
    assert [one.why.partition(":")[0] for one in place.waiting(TaskKind.HOST)] == [
        "the host's list of cases is no page"
    ]


def test_the_run_after_a_broken_page_takes_everything(place: Place) -> None:
    place.host_does(HostFaults(broken_json=1))
    place.run("intake")

    tally = place.run("intake")

    assert tally["new"] == len(CASES)
    assert place.refs_held() == place.refs_on_host()


def _spoil(fault: str, ref: str) -> HostFaults:
    return {
        "status": HostFaults(unknown_status=[ref]),
        "field": HostFaults(missing_field={ref: "area_code"}),
        "time": HostFaults(bad_time=[ref]),
    }[fault]


@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("status", ("status", "'待研判'", "add it to the host's status map")),
        ("field", ("area_code", "missing", "let the host send the field")),
        ("time", ("updated_at", "'2026-13-45 99:00'", "let the host send ISO 8601 with its zone")),
    ],
)
def test_one_bad_record_is_told_with_its_mend_and_the_others_are_kept(
    place: Place, fault: str, told: tuple[str, ...]
) -> None:
    bad, *others = place.refs_on_host()
    place.host_does(_spoil(fault, bad))

    place.run("intake")

    assert place.refs_held() == others
    (task,) = place.waiting(TaskKind.UNREADABLE)
    assert bad in task.key
    assert [part for part in told if part not in task.why] == []


@pytest.mark.parametrize("fault", ["status", "field", "time"])
def test_a_record_that_was_mended_is_taken_and_its_task_closed(place: Place, fault: str) -> None:
    place.host_does(_spoil(fault, place.refs_on_host()[0]))
    place.run("intake")
    place.host_does(HostFaults())

    place.run("intake")

    assert place.refs_held() == place.refs_on_host()
    assert place.waiting(TaskKind.UNREADABLE) == []


def test_a_record_that_stays_bad_has_one_task_however_often_it_is_read(place: Place) -> None:
    place.host_does(_spoil("status", place.refs_on_host()[0]))

    place.run("intake", "intake", "intake")

    assert len(place.waiting(TaskKind.UNREADABLE)) == 1


@pytest.mark.parametrize("area", ["509902009009001", "509901", "柳岸社区", "", "5099010010010013'--"])
def test_a_case_from_where_no_council_sits_goes_to_a_person(place: Place, area: str) -> None:
    seed(place.world, {"case": [CASES[0] | {"area": area, "id": "stray"}]}, read_street(), start=START)
    (stray,) = set(place.refs_on_host()) - set(_refs_of_grid(place))

    place.run("intake", "routing")
    place.wait(timedelta(days=3))
    place.run("convening")

    assert place.refs_held() == place.refs_on_host()
    assert place.state_of(stray) is CaseState.CONFIRMING
    assert stray in " ".join(one.why for one in place.waiting(TaskKind.NO_COUNCIL))


def _refs_of_grid(place: Place) -> list[str]:
    return [one["id"] for one in place.remote().cases() if one["area_code"] == GRID]


def test_a_host_that_is_down_loses_nothing(place: Place) -> None:
    place.host_does(HostFaults(down=1))

    with pytest.raises(HostUnavailable, match="answered 503"):
        place.run("intake")
    place.run("intake")

    assert place.refs_held() == place.refs_on_host()


def test_steps_for_a_host_that_is_down_reach_it_once_later(place: Place) -> None:
    place.run("intake", "routing")
    place.host_does(HostFaults(down=3))
    place.run("writeback")
    at_first = _write_states(place)

    place.wait(_LATER)
    place.run("writeback")

    assert at_first == {WriteState.PENDING, WriteState.DONE}
    assert _write_states(place) == {WriteState.DONE}
    assert set(place.remote().keys_on_host().values()) == {1}


def test_steps_that_the_host_took_without_saying_so_stand_there_once(place: Place) -> None:
    place.run("intake", "routing")
    place.host_does(HostFaults(after_effect_500=3))

    place.run("writeback")

    assert set(place.remote().keys_on_host().values()) == {1}
    assert _write_states(place) == {WriteState.DONE}


def _write_states(place: Place) -> set[str]:
    with place.office.store.begin() as tx:
        return set(tx.execute(sa.select(writeback.c.state)).scalars())


def test_a_token_that_the_host_refuses_opens_a_task_that_names_it(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SANHUI_SECRETS__HOST_TOKEN", "an-old-token")
    stranger = open_office(place.folder, clock=place.clock)

    runners(stranger)["intake"]()
    stranger.close()

    assert place.refs_held() == []
    (task,) = place.waiting(TaskKind.HOST)
    assert "check its token" in task.why
    assert "an-old-token" not in task.why


# ── at the settings' door ──


@dataclass(frozen=True)
class Ran:
    """How a command ended, and the faults that it told."""

    code: int
    faults: list[str]


def _run(folder: Path, **variables: str) -> Ran:
    arguments = [sys.executable, "-c", _COMMAND, "run", "intake", "--dir", str(folder)]
    ran = subprocess.run(arguments, env=os.environ | variables, capture_output=True, text=True, check=False)
    return Ran(ran.returncode, ran.stderr.splitlines())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    configure(tmp_path, "http://127.0.0.1:1", 1)
    return tmp_path


def _add(path: Path, lines: str) -> None:
    path.write_text(path.read_text(encoding="utf-8") + lines, encoding="utf-8")


def test_every_fault_of_the_settings_is_one_line_of_one_refusal(folder: Path) -> None:
    _add(folder / "sanhui.toml", '[queue]\nthreads = "many"\n[routing]\nplicy = "auto"\n[texts]\ndialy = 3\n')

    ran = _run(folder)

    assert ran.code == 2
    assert sorted(ran.faults) == [
        "sanhui.toml: queue.threads: 'many' is no whole number",
        "sanhui.toml: routing.plicy: 'auto' no such key: take it out, or mend its spelling",
        "sanhui.toml: texts.dialy: 3 no such key: take it out, or mend its spelling",
    ]


def test_broken_files_and_strange_variables_are_told_together(folder: Path) -> None:
    _add(folder / "sanhui.toml", "[queue\n")

    ran = _run(folder, SANHUI_WEBB__PORT="80")

    assert ran.code == 2
    assert [fault.split(": ")[:2] for fault in ran.faults] == [
        ["sanhui.toml", "is not TOML"],
        ["environment", "SANHUI_WEBB__PORT"],
    ]


def test_a_refusal_never_shows_a_secret(folder: Path) -> None:
    secret = "what-nobody-may-read"
    secrets = (folder / "secrets.toml").read_text(encoding="utf-8")
    (folder / "secrets.toml").write_text(secrets.replace('phone_keys = ["', f'phone_keys = "{secret}" #'))

    ran = _run(folder, SANHUI_SECRETS__SESSION_KEYS=secret)

    assert ran.code == 2
    assert "secrets.phone_keys" in "".join(ran.faults)
    assert secret not in "".join(ran.faults)


# ── at the carrier's door ──


def _invite(place: Place) -> None:
    """Bring the cases on the agenda of a meeting whose invitations are written and have not left."""
    place.run("intake", "routing", "delivering", "convening")
    while not _meetings(place):
        place.wait(timedelta(hours=24))
        place.run("convening")
    place.run("inviting")


def _meetings(place: Place) -> int:
    with place.office.store.begin() as tx:
        return tx.execute(sa.select(sa.func.count(meeting.c.id))).scalar_one()


@pytest.mark.parametrize(
    ("faults", "then"),
    [
        (CarrierFaults(after_effect_500=3), TextState.UNKNOWN),
        (CarrierFaults(before_effect_500=3), TextState.UNKNOWN),
        (CarrierFaults(down=3), TextState.PENDING),
    ],
    ids=["taken-unsaid", "lost", "down"],
)
def test_every_invitation_reaches_its_phone_once_whatever_the_carrier_says(
    place: Place, faults: CarrierFaults, then: TextState
) -> None:
    _invite(place)
    place.carrier_does(faults)

    place.run("delivering")
    at_first = place.text_states()
    for _ in range(4):
        place.wait(_LATER)
        place.run("delivering")

    assert then in at_first
    assert place.text_states() <= {TextState.ACCEPTED, TextState.SENT, TextState.DELIVERED, TextState.UNDELIVERED}
    assert _times_taken(place) == {1}


def _times_taken(place: Place) -> set[int]:
    with place.office.store.begin() as tx:
        written = tx.execute(sa.select(sa.func.count(text.c.id))).scalar_one()
    sent = place.remote().sent()
    assert len(sent) == written
    return set(sent.values())


def test_an_invitation_that_the_carrier_loses_again_and_again_goes_to_a_person(place: Place) -> None:
    _invite(place)
    place.carrier_does(CarrierFaults(before_effect_500=1000))

    for _ in range(8):
        place.run("delivering")
        place.wait(_LATER)

    assert TextState.NEEDS_OPERATOR in place.text_states()
    assert place.waiting(TaskKind.TEXT) != []
