"""The store: its tables, its transactions, what it keeps of a phone number, and its leases."""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import given
from hypothesis import strategies as st
from sanhui.config.street import read_street, roster
from sanhui.plugin.domain.cases import CaseState, HostState
from sanhui.plugin.domain.matters import CouncilKind
from sanhui.plugin.domain.meetings import InvitationState, MeetingState
from sanhui.plugin.domain.outcomes import Result
from sanhui.plugin.errors import ConfigError, IllegalMove, StoreUnavailable
from sanhui.plugin.store import Store, cases, councils, cursors, leases, meetings, meta, people, rosters
from sanhui.plugin.store.engine import insert_new
from sanhui.plugin.store.phones import NotAPhone, PhoneSealer, new_key, normal
from sanhui.plugin.store.tables import case as case_table
from sanhui.plugin.store.tables import metadata, person

from .conftest import GRID, NOW, Records

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
SEALER = PhoneSealer([new_key()], "an-invented-hash-key")
NAMES = {
    CouncilKind.JOINT: "街道联席会",
    CouncilKind.COMMUNITY: "社区评议会",
    CouncilKind.NEIGHBOURHOOD: "网格邻里会",
}


def cells(store: Store) -> Iterator[tuple[str, object]]:
    """Yield every value in every table of the database, with its place."""
    with store.begin() as tx:
        for table in metadata.sorted_tables:
            for row in tx.execute(sa.select(table)).mappings():
                yield from ((f"{table.name}.{name}", value) for name, value in row.items())


# ── tables ──


def test_the_migrations_make_exactly_the_tables(store: Store) -> None:
    with store.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": "sanhui_alembic"})

        assert compare_metadata(context, metadata) == []


def test_nothing_is_made_without_our_name_before_it(store: Store) -> None:
    names = sa.inspect(store.engine).get_table_names()

    assert set(names) == {*metadata.tables, "sanhui_alembic"}
    assert all(name.startswith("sanhui_") for name in names)


def test_an_upgrade_of_what_is_up_to_date_changes_nothing(store: Store, records: Records) -> None:
    records.case()
    before = list(cells(store))

    store.upgrade()

    assert list(cells(store)) == before


def test_a_store_is_ready_once_it_is_upgraded(store_url: str) -> None:
    store = Store(store_url, SEALER)
    seen = [store.is_ready()]

    store.upgrade()

    assert [*seen, store.is_ready()] == [False, True]
    store.close()


def test_processes_that_start_at_once_all_find_the_tables(store_url: str) -> None:
    upgrade = (
        "import sys; from sanhui.plugin.store import Store\n"
        "from sanhui.plugin.store.phones import PhoneSealer, new_key\n"
        "store = Store(sys.argv[1], PhoneSealer([new_key()], 'k')); sys.stdin.readline()\n"
        "store.upgrade(); store.close()"
    )
    started = [
        subprocess.Popen([sys.executable, "-c", upgrade, store_url], stdin=subprocess.PIPE, stderr=subprocess.PIPE)
        for _ in range(3)
    ]
    for process in started:
        assert process.stdin is not None
        process.stdin.write(b"go\n")
        process.stdin.flush()

    assert [process.communicate(timeout=60)[1].decode() for process in started] == [""] * 3


# ── transactions ──


def test_an_error_undoes_the_whole_transaction(store: Store, records: Records) -> None:
    case_id = records.case()

    def fail_half_way() -> None:
        with store.begin() as tx:
            cases.move(tx, cases.get(tx, case_id), CaseState.ROUTED, who="auto", why="sure", now=NOW)
            cases.move(tx, cases.get(tx, case_id), CaseState.ARCHIVED, who="auto", why="", now=NOW)

    with pytest.raises(IllegalMove):
        fail_half_way()

    with store.begin() as tx:
        assert cases.get(tx, case_id).state is CaseState.IMPORTED
        assert cases.past(tx, case_id) == []


def test_a_move_is_kept_in_the_history(store: Store, records: Records) -> None:
    case_id = records.case()

    with store.begin() as tx:
        cases.move(tx, cases.get(tx, case_id), CaseState.CONFIRMING, who="auto", why="unsure", now=NOW)

    with store.begin() as tx:
        assert cases.past(tx, case_id) == [(NOW, "auto", "imported", "confirming", "unsure")]


def test_a_move_from_a_state_that_has_passed_does_nothing(store: Store, records: Records) -> None:
    case_id = records.case()
    with store.begin() as tx:
        stale = cases.get(tx, case_id)
        cases.move(tx, stale, CaseState.CONFIRMING, who="auto", why="unsure", now=NOW)

    with store.begin() as tx:
        assert not cases.move(tx, stale, CaseState.ROUTED, who="Alice", why="", now=NOW)
        assert not cases.set_values(tx, stale, now=NOW, rule="G1")

    with store.begin() as tx:
        assert cases.get(tx, case_id).state is CaseState.CONFIRMING
        assert len(cases.past(tx, case_id)) == 1


def test_what_stands_is_left_as_it_is_and_the_rest_is_inserted(store: Store, records: Records) -> None:
    first = records.case("HB-001", title="before")

    with store.begin() as tx:
        again = [records.incoming("HB-001", title="after"), records.incoming("HB-002")]
        cases.insert(tx, "practice", again, now=NOW + MINUTE)

    with store.begin() as tx:
        held = cases.known(tx, "practice", ["HB-001", "HB-002", "HB-003"])
    assert (held["HB-001"].id, held["HB-001"].title, held["HB-001"].imported_at) == (first, "before", NOW)
    assert set(held) == {"HB-001", "HB-002"}


def test_inserting_nothing_does_nothing(store: Store) -> None:
    with store.begin() as tx:
        insert_new(tx, case_table, [])

    assert list(cells(store)) == []


def test_the_same_reference_of_two_hosts_is_two_cases(store: Store, records: Records) -> None:
    with store.begin() as tx:
        cases.insert(tx, "one", [records.incoming()], now=NOW)
        cases.insert(tx, "other", [records.incoming()], now=NOW)

        ids = {cases.known(tx, host, ["HB-001"])["HB-001"].id for host in ("one", "other")}
    assert len(ids) == 2


@pytest.mark.parametrize(
    ("change", "judged_again"), [({"text": "四栋楼顶漏水"}, True), ({"host_state": HostState.WAITING}, False)]
)
def test_a_case_is_judged_again_when_the_host_changed_its_words(
    store: Store, records: Records, change: dict[str, Any], judged_again: bool
) -> None:
    case_id = records.case()
    with store.begin() as tx:
        cases.move(tx, cases.get(tx, case_id), CaseState.CONFIRMING, who="auto", why="", now=NOW)

    with store.begin() as tx:
        changed = cases.refresh(tx, cases.get(tx, case_id), records.incoming(**change), now=NOW)

    with store.begin() as tx:
        assert [one.id for one in cases.to_rejudge(tx, limit=9)] == ([case_id] if judged_again else [])
    assert changed is judged_again


def test_a_case_waits_until_its_time_has_come(store: Store, records: Records) -> None:
    case_id = records.case()
    with store.begin() as tx:
        cases.set_values(tx, cases.get(tx, case_id), now=NOW, next_at=NOW + MINUTE)

        found = [cases.due(tx, CaseState.IMPORTED, now=NOW + wait, limit=9) for wait in (MINUTE - SECOND, MINUTE)]

    assert [[one.id for one in due] for due in found] == [[], [case_id]]


def test_the_nearest_deadline_comes_first(store: Store, records: Records) -> None:
    late, none, soon = (
        records.case("HB-001", due_at=NOW + timedelta(days=9)),
        records.case("HB-002", due_at=None),
        records.case("HB-003", due_at=NOW + timedelta(days=1)),
    )

    with store.begin() as tx:
        due = cases.due(tx, CaseState.IMPORTED, now=NOW, limit=9)

    assert [one.id for one in due] == [none, soon, late]


@pytest.mark.parametrize("moment", [datetime(2026, 1, 5, 17), datetime.min])  # noqa: DTZ001, DTZ901 - naive on purpose
def test_a_time_without_a_zone_is_refused(store: Store, moment: datetime) -> None:
    with pytest.raises(sa.exc.StatementError, match="has no zone: give an aware time"), store.begin() as tx:
        leases.take(tx, "clock", "one", now=moment, length=MINUTE)


def test_a_time_comes_back_as_the_same_instant_in_utc(store: Store, records: Records) -> None:
    local = datetime(2026, 1, 5, 17, 0, 0, 123456, tzinfo=ZoneInfo("Asia/Shanghai"))
    case_id = records.case(due_at=local)

    with store.begin() as tx:
        due_at = cases.get(tx, case_id).due_at

    assert due_at == local
    assert due_at is not None
    assert due_at.tzinfo is UTC


def test_a_dry_store_sees_what_it_does_and_leaves_nothing(store: Store, store_url: str, records: Records) -> None:
    case_id = records.case()
    before = list(cells(store))
    store.close()
    dry = Store(store_url, SEALER, dry=True)

    with dry.begin() as tx:
        cases.move(tx, cases.get(tx, case_id), CaseState.CONFIRMING, who="auto", why="", now=NOW)
    with dry.begin() as tx:
        people.put(tx, dry.phones, "19900000001")
        seen = cases.get(tx, case_id).state
    dry.close()

    assert seen is CaseState.CONFIRMING
    assert list(cells(store)) == before


def test_an_error_in_a_dry_store_undoes_one_transaction_only(store: Store, store_url: str, records: Records) -> None:
    case_id = records.case()
    store.close()
    dry = Store(store_url, SEALER, dry=True)
    with dry.begin() as tx:
        people.put(tx, dry.phones, "19900000001", name="Alice")

    def fail_half_way() -> None:
        with dry.begin() as tx:
            people.put(tx, dry.phones, "19900000002", name="Bob")
            cases.move(tx, cases.get(tx, case_id), CaseState.ARCHIVED, who="auto", why="", now=NOW)

    with pytest.raises(IllegalMove):
        fail_half_way()

    with dry.begin() as tx:
        assert list(tx.execute(sa.select(person.c.name)).scalars()) == ["Alice"]
    dry.close()


@pytest.mark.parametrize(
    "url", ["sqlite:////nowhere/at/all.db", "postgresql://root@127.0.0.1:1/nothing?connect_timeout=2"]
)
def test_a_database_that_does_not_answer_is_unavailable(url: str) -> None:
    store = Store(url, SEALER)

    with pytest.raises(StoreUnavailable, match="the database does not answer"), store.begin():
        pass
    with pytest.raises(StoreUnavailable, match="the database does not answer"):
        store.upgrade()


@pytest.mark.parametrize(
    ("url", "fault"),
    [
        ("sanhui.db", "store.url: is no database URL: write sqlite:///FILE or postgresql://…"),
        ("postgresql://root:a-password@host:port/x", "store.url: is no database URL: write sqlite:///FILE or"),
        ("mysql://root:a-password@host/x", "store.url: 'mysql' is not supported: use sqlite or postgresql"),
    ],
)
def test_an_address_that_cannot_be_used_is_a_fault_that_shows_no_password(url: str, fault: str) -> None:
    with pytest.raises(ConfigError) as refused:
        Store(url, SEALER)

    assert str(refused.value).startswith(fault)
    assert "a-password" not in str(refused.value)


# ── phones ──


def test_no_phone_number_stands_anywhere_in_the_database(store: Store, records: Records) -> None:
    entries = list(roster(read_street()))
    with store.begin() as tx:
        rosters.take_over(tx, store.phones, entries, names=NAMES)
        resident = people.put(tx, store.phones, "199 9999 0001")
    case_id = records.case()
    with store.begin() as tx:
        cases.put_party(tx, case_id, resident, "reporter")
    numbers = {number[-11:] for number in [*(entry.phone for entry in entries), "19999990001"]}

    found = [place for place, value in cells(store) for number in numbers if number in str(value)]

    assert len(numbers) > 50
    assert found == []


def test_no_phone_number_stands_in_the_file(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'sanhui.db'}", SEALER)
    store.upgrade()
    with store.begin() as tx:
        people.put(tx, store.phones, "19900000001", name="Alice")
    store.close()

    held = b"".join(path.read_bytes() for path in tmp_path.iterdir())

    assert b"Alice" in held
    assert b"9900000001" not in held


def test_a_person_is_found_by_any_spelling_of_the_number(store: Store) -> None:
    with store.begin() as tx:
        ids = {people.put(tx, store.phones, number) for number in ("19900000001", "+86 199 0000 0001", "199-0000-0001")}
        found = people.by_phone(tx, store.phones, "+8619900000001")

    assert found is not None
    assert ids == {found.id}


def test_a_name_once_known_is_kept_and_kept_up_to_date(store: Store) -> None:
    names = []
    for name in ("", "Alice", "", "Alice Li"):
        with store.begin() as tx:
            names.append(people.get(tx, people.put(tx, store.phones, "19900000001", name=name)).name)

    assert names == ["", "Alice", "Alice", "Alice Li"]


def test_a_new_key_in_front_opens_what_the_old_one_sealed(store: Store, store_url: str) -> None:
    old, new = new_key(), new_key()
    before = Store(store_url, PhoneSealer([old], "k"))
    with before.begin() as tx:
        alice = people.put(tx, before.phones, "19900000001")
    before.close()
    both = Store(store_url, PhoneSealer([new, old], "k"))

    with both.begin() as tx:
        found = people.by_phone(tx, both.phones, "+8619900000001")
        bob = people.put(tx, both.phones, "19900000002")
        assert people.phone_of(tx, both.phones, alice) == "+8619900000001"
    both.close()

    assert found is not None
    assert found.id == alice
    only_new = PhoneSealer([new], "k")
    with store.begin() as tx:
        assert people.phone_of(tx, only_new, bob) == "+8619900000002"
        with pytest.raises(ConfigError, match="no key opens a stored number: put the former key back"):
            people.phone_of(tx, only_new, alice)


@given(st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True))
def test_a_sealed_number_opens_again_and_is_never_sealed_alike(number: str) -> None:
    phone = normal(number)
    sealed = {SEALER.seal(phone), SEALER.seal(phone)}

    assert {SEALER.open(one) for one in sealed} == {phone} == {f"+86{number}"}
    assert len(sealed) == 2
    assert not any(number in one for one in sealed)


@pytest.mark.parametrize("text", ["", "Alice", "12", "1990000000019900000002", "110-"])
def test_what_is_no_number_is_refused_and_not_shown(text: str) -> None:
    with pytest.raises(NotAPhone) as refused:
        normal(text)

    assert len(text) <= 4 or text not in str(refused.value)


@pytest.mark.parametrize("keys", [["short"], [new_key(), ""], []])
def test_a_key_of_the_wrong_length_is_a_fault(keys: list[str]) -> None:
    with pytest.raises(ConfigError, match=r"secrets\.phone_keys: a key is not 32 bytes") as refused:
        PhoneSealer(keys, "k")

    assert not any(key and key in str(refused.value) for key in keys)


# ── councils, cursors, facts ──


def test_a_roster_taken_over_again_changes_nothing(store: Store) -> None:
    entries = list(roster(read_street()))
    with store.begin() as tx:
        rosters.take_over(tx, store.phones, entries, names=NAMES)
    before = list(cells(store))

    with store.begin() as tx:
        counts = rosters.take_over(tx, store.phones, entries, names=NAMES)

    assert list(cells(store)) == before
    assert (counts["councils"], counts["seats"]) == (16, 0)


@pytest.mark.parametrize(
    ("kind", "area", "found"),
    [
        (CouncilKind.JOINT, GRID, "509901001"),
        (CouncilKind.COMMUNITY, GRID, "509901001001"),
        (CouncilKind.NEIGHBOURHOOD, GRID, GRID),
        (CouncilKind.NEIGHBOURHOOD, "509901001001", None),
        (CouncilKind.COMMUNITY, "509901001009", None),
        (CouncilKind.JOINT, "509901", None),
        (CouncilKind.JOINT, "nowhere", None),
    ],
)
def test_a_case_has_the_council_of_its_area(store: Store, kind: CouncilKind, area: str, found: str | None) -> None:
    with store.begin() as tx:
        rosters.take_over(tx, store.phones, roster(read_street()), names=NAMES)

        council = councils.covering(tx, kind, area)

    assert (council.area_code if council else None) == found


def test_the_officer_of_the_smallest_area_is_told(store: Store) -> None:
    with store.begin() as tx:
        alice, bob, charlie = (people.put(tx, store.phones, f"1990000000{n}", name=str(n)) for n in range(3))
        people.put_post(tx, people.CLERK, "509901001", alice, order=1)
        people.put_post(tx, people.CLERK, "509901001001", bob, order=2)
        people.put_post(tx, people.CLERK, "509901001001", charlie, order=1)

        told = {
            area: [one.id for one in people.at_post(tx, people.CLERK, area)] for area in (GRID, "509901001002", "x")
        }

    assert told == {GRID: [charlie, bob], "509901001002": [alice], "x": [charlie, bob]}


def test_a_cursor_is_what_was_saved_last(store: Store) -> None:
    with store.begin() as tx:
        never = cursors.load(tx, "practice")
        cursors.save(tx, "practice", {"page": "1"}, now=NOW)
        cursors.save(tx, "practice", {"page": "2", "since": "昨天"}, now=NOW)

    with store.begin() as tx:
        assert (never, cursors.load(tx, "practice")) == (None, {"page": "2", "since": "昨天"})


def test_a_fact_is_set_once(store: Store) -> None:
    with store.begin() as tx:
        assert [meta.once(tx, "mode", mode) for mode in ("shadow", "live")] == ["shadow", "shadow"]


# ── leases ──


def test_a_lease_is_taken_and_renewed_by_its_holder_and_refused_to_others(store: Store) -> None:
    with store.begin() as tx:
        taken = [
            leases.take(tx, "clock", "one", now=NOW, length=MINUTE),
            leases.take(tx, "clock", "other", now=NOW, length=MINUTE),
            leases.take(tx, "clock", "one", now=NOW + SECOND, length=MINUTE),
        ]

        assert leases.holder(tx, "clock") == ("one", NOW + SECOND + MINUTE)
    assert taken == [True, False, True]


@pytest.mark.parametrize(("waited", "taken"), [(MINUTE - SECOND, False), (MINUTE, True), (MINUTE + SECOND, True)])
def test_a_lease_is_taken_over_when_its_time_is_over_and_not_before(
    store: Store, waited: timedelta, taken: bool
) -> None:
    with store.begin() as tx:
        leases.take(tx, "clock", "one", now=NOW, length=MINUTE)

        assert leases.take(tx, "clock", "other", now=NOW + waited, length=MINUTE) is taken
        assert leases.holder(tx, "clock") == (("other", NOW + waited + MINUTE) if taken else ("one", NOW + MINUTE))


def test_a_lease_given_back_is_free_at_once(store: Store) -> None:
    with store.begin() as tx:
        leases.take(tx, "clock", "one", now=NOW, length=MINUTE)
        leases.give_back(tx, "clock", "other", now=NOW)
        refused = leases.take(tx, "clock", "other", now=NOW, length=MINUTE)
        leases.give_back(tx, "clock", "one", now=NOW)

        assert leases.take(tx, "clock", "other", now=NOW, length=MINUTE)
    assert not refused


def test_leases_of_two_names_are_independent(store: Store) -> None:
    with store.begin() as tx:
        assert leases.take(tx, "clock", "one", now=NOW, length=MINUTE)
        assert leases.take(tx, "another", "other", now=NOW, length=MINUTE)
        assert leases.holder(tx, "nobody's") is None


# ── meetings ──


def test_a_moved_meeting_asks_everybody_again_but_those_who_stepped_back(store: Store, records: Records) -> None:
    meeting = records.meeting()
    places = [records.invitation(meeting, records.person(number)) for number in range(3)]
    said = [InvitationState.ACCEPTED, InvitationState.DECLINED, InvitationState.RECUSED]
    with store.begin() as tx:
        meetings.move(tx, meetings.get(tx, meeting), MeetingState.INVITING, who="auto", why="", now=NOW)
        for place, state in zip(places, said, strict=True):
            meetings.answer(tx, place, state, now=NOW)

    with store.begin() as tx:
        later = NOW + timedelta(days=3)
        assert meetings.reschedule(tx, meetings.get(tx, meeting), later, who="auto", why="no quorum", now=NOW)

        states = [one.state for one in meetings.invitations(tx, meeting)]
        moved = meetings.get(tx, meeting)
    assert states == [InvitationState.ASKED, InvitationState.ASKED, InvitationState.RECUSED]
    assert (moved.starts_at, moved.version, moved.moved) == (later, 2, 1)


def test_an_answer_after_a_meeting_was_called_off_changes_nothing(store: Store, records: Records) -> None:
    meeting = records.meeting()
    place = records.invitation(meeting, records.person())
    with store.begin() as tx:
        meetings.call_off(tx, meeting)

        assert not meetings.answer(tx, place, InvitationState.ACCEPTED, now=NOW)
        assert meetings.get_invitation(tx, place).state is InvitationState.CALLED_OFF


def test_a_result_is_acted_on_once_and_cannot_be_changed_afterwards(store: Store, records: Records) -> None:
    item = records.item(records.meeting(), records.case())
    with store.begin() as tx:
        early = meetings.act_on(tx, item)
        recorded = [meetings.record(tx, item, one, who="Alice", now=NOW) for one in (Result.ADJOURNED, Result.AGREED)]
        acted = [meetings.act_on(tx, item), meetings.act_on(tx, item)]
        late = meetings.record(tx, item, Result.NO_CONSENSUS, who="Bob", now=NOW)

        assert meetings.get_item(tx, item).result is Result.AGREED
    assert (early, recorded, acted, late) == (False, [True, True], [True, False], False)


def test_a_decision_comes_back_as_it_was_kept(store: Store, records: Records) -> None:
    case_id = records.case()
    decision = {"because": [{"rule": "S4", "phrase": "楼顶漏水", "start": 2}], "guards": []}
    with store.begin() as tx:
        cases.set_values(tx, cases.get(tx, case_id), now=NOW, decision=json.dumps(decision))

    with store.begin() as tx:
        assert cases.get(tx, case_id).decision == decision
