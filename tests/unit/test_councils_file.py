"""councils.toml: what is shipped, what a street changes, and how every fault is told."""

from datetime import time, timedelta
from fractions import Fraction
from pathlib import Path

import pytest
from sanhui.config.councils import read_councils
from sanhui.plugin.domain.councils import Procedure, Quorum, StandingDate
from sanhui.plugin.domain.matters import CouncilKind
from sanhui.plugin.errors import ConfigError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def own(folder: Path, text: str) -> Path:
    (folder / "councils.toml").write_text(text, encoding="utf-8")
    return folder


def test_the_shipped_community_council_works_as_published() -> None:
    assert read_councils()[CouncilKind.COMMUNITY] == Procedure(
        kind=CouncilKind.COMMUNITY,
        name="社区评议会",
        quorum=Quorum(Fraction(2, 3), more_than=False),
        notice=timedelta(hours=72),
        within_days=5,
        slots=(time(9, 30), time(14, 30), time(19, 30)),
        batch=5,
        needed_roles=frozenset({"convener"}),
        watching_roles=frozenset({"supervisor"}),
        remind_before=timedelta(hours=24),
        substitute_before=timedelta(hours=12),
        decide_before=timedelta(hours=4),
        reschedules=2,
        publicity=timedelta(days=10),
        gather=timedelta(hours=24),
        action_days=10,
        length=timedelta(hours=2),
        standing=StandingDate(frozenset(range(1, 13)), weekday=3, nth=3),
    )


def test_all_three_councils_are_shipped() -> None:
    assert set(read_councils()) == set(CouncilKind)


def test_a_folder_without_the_file_has_the_shipped_councils(folder: Path) -> None:
    assert read_councils(folder) == read_councils()


def test_a_street_changes_one_key_and_keeps_the_others(folder: Path) -> None:
    changed = read_councils(own(folder, "[joint]\nbatch = 3\n"))
    shipped = read_councils()

    assert changed[CouncilKind.JOINT].batch == 3
    assert changed[CouncilKind.JOINT].notice == shipped[CouncilKind.JOINT].notice
    assert changed[CouncilKind.COMMUNITY] == shipped[CouncilKind.COMMUNITY]


def test_a_neighbourhood_council_has_no_standing_date() -> None:
    assert read_councils()[CouncilKind.NEIGHBOURHOOD].standing is None


@pytest.mark.parametrize(
    ("text", "quorum"),
    [
        ("over 1/2", Quorum(Fraction(1, 2), more_than=True)),
        ("at least 2/3", Quorum(Fraction(2, 3), more_than=False)),
        ("at least 1/1", Quorum(Fraction(1), more_than=False)),
    ],
)
def test_a_quorum_is_written_in_words(folder: Path, text: str, quorum: Quorum) -> None:
    assert read_councils(own(folder, f'[joint]\nquorum = "{text}"\n'))[CouncilKind.JOINT].quorum == quorum


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("joint = 3", "joint: 3 Input should be a valid dictionary"),
        ('[joint]\nquorum = "half"', "joint.quorum: 'half' is no quorum: write \"over 1/2\""),
        ('[joint]\nquorum = "{half}"', "joint.quorum: '{half}' is no quorum"),
        ('[joint]\nquorum = "at least 3/2"', "joint.quorum: 'at least 3/2' is no quorum"),
        ('[joint]\nquorum = "over 1/1"', "joint.quorum: 'over 1/1' is no quorum"),
        ('[joint]\nquorum = "over 0/2"', "joint.quorum: 'over 0/2' is no quorum"),
        ('[joint]\nslots = ["9:30"]', "joint.slots.0: '9:30' is no time of day: write \"09:30\""),
        ('[joint]\nslots = ["09:30", "09:30+08:00"]', "joint.slots.1: '09:30+08:00' has a zone"),
        ("[joint]\nslots = []", "joint.slots: [] List should have at least 1 item"),
        ("[joint]\nbatch = 0", "joint.batch: 0 Input should be greater than or equal to 1"),
        ("[joint]\nbatch = 1.5", "joint.batch: 1.5 Input should be a valid integer"),
        ("[joint]\nnotice_hours = inf", "joint.notice_hours: inf Input should be a finite number"),
        ("[joint]\ngather_hours = 1e9", "joint.gather_hours: 1000000000.0 Input should be less than or equal to"),
        ("[joint]\nreschedules = 6", "joint.reschedules: 6 Input should be less than or equal to 5"),
        ('[joint]\nname = "会"', "joint.name: '会' String should have at least 2 characters"),
        ("[joint]\nchairs = 3", "joint.chairs: 3 no such key: take it out, or mend its spelling"),
        ("[joint]\nstanding = {months=[13], weekday='monday', nth=1}", "joint.standing.months.0: 13 Input should be"),
        ("[joint]\nstanding = {months=[1], weekday='someday', nth=1}", "joint.standing.weekday: 'someday' is not one"),
        ("[joint]\nstanding = {months=[1], weekday='monday', nth=5}", "joint.standing.nth: 5 Input should be"),
        ("[joint]\nremind_hours = 11", "joint: remind_hours 11.0, substitute_hours 12.0, decide_hours 4.0: each must"),
        ("[joint]\nnotice_hours = 3", "joint: notice_hours 3.0 is less than decide_hours 4.0"),
        ('[joint]\nwatching_roles = ["convener"]', "joint: convener cannot both be needed and only watch"),
        ("[joint", "is not TOML: "),
    ],
)
def test_a_fault_is_one_line_with_file_key_value_and_mend(folder: Path, text: str, fault: str) -> None:
    with pytest.raises(ConfigError) as refused:
        read_councils(own(folder, text))

    (found,) = refused.value.faults
    assert found.startswith(f"councils.toml: {fault}")


def test_times_at_their_bounds_are_taken(folder: Path) -> None:
    text = "[joint]\nnotice_hours = 4\nremind_hours = 4\nsubstitute_hours = 4\ndecide_hours = 4\n"

    joint = read_councils(own(folder, text))[CouncilKind.JOINT]

    assert joint.notice == joint.remind_before == joint.substitute_before == joint.decide_before


def test_every_fault_is_told_at_once(folder: Path) -> None:
    text = '[joint]\nbatch = 0\n[community]\nquorum = "all"\n[mayor]\nname = "市长"\n'

    with pytest.raises(ConfigError) as refused:
        read_councils(own(folder, text))

    keys = [fault.split(": ")[1] for fault in refused.value.faults]
    assert {"joint.batch", "community.quorum", "mayor.[key]"} <= set(keys)
