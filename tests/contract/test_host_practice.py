"""The practice host's adapter keeps the port's promises against the real practice world."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import httpx2
import pytest
from sanhui.plugin.domain.cases import HostState
from sanhui.plugin.errors import HostRefused, HostUnavailable, HostUnreadable
from sanhui.plugin.hosts.practice import MAX_NOTE, PracticeHost
from sanhui.plugin.hosts.practice_records import read_case, read_listing
from sanhui.plugin.hosts.practice_users import HostPost
from sanhui.plugin.ports import Contact, Host, HostCase, Unreadable, WriteBack, WriteResult, Written
from sanhui.plugin.practice.cases import NewCase, NewNote, Party
from sanhui.plugin.practice.clock import iso
from sanhui.plugin.practice.directory import Person
from sanhui.plugin.practice.world import World, serve
from sanhui.plugin.transport import Answer

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
ALICE = Party("Alice", "+8619900100001")
BOB = Party("Bob", "+8619900100002")
STEP = WriteBack("step-1", "已转社区评议会", HostState.IN_PROGRESS)
RECORD: Mapping[str, object] = {
    "id": "JP1",
    "title": "",
    "text": "楼道堆了杂物",
    "category": "",
    "source": "居民自报",
    "area_code": "509901001001003",
    "status": "open",
    "reporter": {"name": "Alice", "phone": "+8619900100001"},
    "affected": [],
    "created_at": "2026-01-05T17:00:00+08:00",
    "updated_at": "2026-01-05T17:00:00+08:00",
    "due_at": None,
    "version": 1,
}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "world.db")
    world.advance(START)
    yield world
    world.close()


@pytest.fixture
def url(world: World) -> Iterator[str]:
    serving = serve(world)
    yield serving.url
    serving.stop()


@contextmanager
def connected(url: str, world: World, *, token: str = "", page_size: int = 100) -> Iterator[PracticeHost]:
    host = PracticeHost(
        "practice",
        url,
        token or world.secrets.host_token,
        timeout_s=5,
        page_size=page_size,
        now=lambda: START,
    )
    try:
        yield host
    finally:
        host.close()


@pytest.fixture
def host(url: str, world: World) -> Iterator[PracticeHost]:
    with connected(url, world) as host:
        yield host


class Between:
    """Stands between the adapter and the host and does something to each write."""

    def __init__(
        self,
        url: str,
        *,
        before: Callable[[], object] = lambda: None,
        instead: tuple[int, bytes] | None = None,
        is_lost: bool = False,
    ) -> None:
        forwarder = _forwarder(url, before, instead, is_lost)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), forwarder)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def __enter__(self) -> str:
        return self.url

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def _forwarder(
    url: str, before: Callable[[], object], instead: tuple[int, bytes] | None, is_lost: bool
) -> type[BaseHTTPRequestHandler]:
    class Forwarder(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = httpx2.get(url + self.path, headers=self._headers(), trust_env=False)
            self._hand_back(answer.status_code, answer.content)

        def do_POST(self) -> None:
            before()
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if instead is not None:
                return self._hand_back(*instead)
            answer = httpx2.post(url + self.path, content=body, headers=self._headers(), trust_env=False)
            return None if is_lost else self._hand_back(answer.status_code, answer.content)

        def log_message(self, format: str, *args: object) -> None:
            pass

        def _headers(self) -> dict[str, str]:
            return {"Authorization": self.headers["Authorization"], "Content-Type": "application/json"}

        def _hand_back(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

    return Forwarder


@contextmanager
def saying(status: int, body: bytes) -> Iterator[str]:
    """Serve a host that answers every read alike."""

    class Same(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Same)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def opened(world: World, count: int = 1) -> list[str]:
    new = [NewCase(f"第{n}件", "509901001001003", ALICE, affected=[BOB]) for n in range(count)]
    return [str(world.cases.add(case, who="office")["id"]) for case in new]


def drained(host: Host, cursor: Mapping[str, str] | None = None) -> tuple[list[HostCase], Mapping[str, str]]:
    """Pull until there is no more; return the cases and where the next run begins."""
    cases: list[HostCase] = []
    for _ in range(100):
        page = host.pull(cursor, limit=100)
        cases += page.cases
        cursor = page.cursor
        if not page.more:
            return cases, page.cursor
    raise AssertionError("the list never ends")


def texts(world: World, ref: str) -> list[object]:
    return [note["text"] for note in world.cases.notes(ref)]


# ── pulling ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_case_comes_in_our_words(host: PracticeHost, world: World) -> None:
    due = START + timedelta(days=15)
    new = NewCase("楼道堆了杂物", "509901001001003", ALICE, title="杂物", affected=[BOB], due_at=due)
    ref = str(world.cases.add(new, who="office")["id"])

    assert host.pull(None, limit=10).cases == (
        HostCase(
            ref=ref,
            title="杂物",
            text="楼道堆了杂物",
            category="",
            source="居民自报",
            area_code="509901001001003",
            state=HostState.OPEN,
            raw_state="open",
            created_at=START,
            updated_at=START,
            due_at=due,
            version="1",
            contacts=(Contact(ALICE.phone, "reporter"), Contact(BOB.phone, "affected")),
        ),
    )


def test_all_pages_come_in_the_order_of_change(url: str, world: World) -> None:
    refs = opened(world, 7)
    with connected(url, world, page_size=3) as host:
        pages = [host.pull(None, limit=100)]
        while pages[-1].more:
            pages.append(host.pull(pages[-1].cursor, limit=100))

    assert [len(page.cases) for page in pages] == [3, 3, 1]
    assert [case.ref for page in pages for case in page.cases] == refs


def test_a_page_is_no_larger_than_asked(host: PracticeHost, world: World) -> None:
    opened(world, 3)
    page = host.pull(None, limit=2)

    assert (len(page.cases), page.more) == (2, True)


def test_an_unchanged_overlap_comes_again_in_the_same_version_and_ends(url: str, world: World) -> None:
    opened(world, 7)
    with connected(url, world, page_size=3) as host:
        first, cursor = drained(host)
        again, cursor = drained(host, cursor)
        third, _ = drained(host, cursor)

    assert [(case.ref, case.version) for case in again] == [(case.ref, case.version) for case in first]
    assert third == again


def test_a_quiet_host_shows_nothing_again_after_the_overlap(host: PracticeHost, world: World) -> None:
    opened(world, 5)
    world.advance(START + timedelta(seconds=121))
    _, cursor = drained(host)

    assert host.pull(cursor, limit=100).cases == ()
    assert host.pull(cursor, limit=100).cursor == cursor


def test_a_change_after_the_end_is_seen_by_the_next_run(host: PracticeHost, world: World) -> None:
    _, second = opened(world, 2)
    world.advance(START + timedelta(hours=1))
    _, cursor = drained(host)
    world.cases.change(second, who="office", version=1, status="closed")
    cases, _ = drained(host, cursor)

    assert [(case.ref, case.state, case.version) for case in cases] == [(second, HostState.CLOSED, "2")]


@pytest.mark.parametrize(("late_s", "is_seen"), [(119, True), (121, False)])
def test_a_change_committed_late_is_seen_within_the_overlap(
    host: PracticeHost, world: World, late_s: int, is_seen: bool
) -> None:
    old, _ = opened(world, 2)
    world.advance(START + timedelta(minutes=10))
    opened(world)
    _, cursor = drained(host)
    at = iso(START + timedelta(minutes=10) - timedelta(seconds=late_s))
    world.store.run("UPDATE cases SET updated_at = ?, version = 9 WHERE id = ?", (at, old))
    cases, _ = drained(host, cursor)

    assert ((old, "9") in [(case.ref, case.version) for case in cases]) == is_seen


def test_nothing_is_lost_while_cases_change_between_pages(url: str, world: World) -> None:
    refs = opened(world, 9)
    with connected(url, world, page_size=3) as host:
        first = host.pull(None, limit=100)
        world.cases.touch(refs[:2] + refs[5:6])
        rest, _ = drained(host, first.cursor)

    assert {case.ref for case in (*first.cases, *rest)} == set(refs)


def test_more_cases_than_a_page_at_one_instant_all_come(url: str, world: World) -> None:
    refs = opened(world, 8)
    world.cases.touch(refs)
    with connected(url, world, page_size=3) as host:
        cases, _ = drained(host)

    assert sorted(case.ref for case in cases) == sorted(refs)


@pytest.mark.parametrize(
    ("faults", "why"),
    [
        ({"unknown_status": ["JP20260105-0002"]}, "status '待研判' is not known: add it to the host's status map"),
        ({"bad_time": ["JP20260105-0002"]}, "updated_at '2026-13-45 99:00' is no time: let the host send"),
        ({"missing_field": {"JP20260105-0002": "title"}}, "missing required field `title`: let the host send"),
    ],
)
def test_a_bad_record_is_told_and_spoils_no_other(
    host: PracticeHost, world: World, faults: dict[str, Any], why: str
) -> None:
    opened(world, 3)
    for name, value in faults.items():
        setattr(world.faults.host, name, value)
    page = host.pull(None, limit=10)

    assert [case.ref for case in page.cases] == ["JP20260105-0001", "JP20260105-0003"]
    assert [(bad.ref, why in bad.why) for bad in page.unreadable] == [("JP20260105-0002", True)]


def test_a_record_without_an_id_is_told_without_one(host: PracticeHost, world: World) -> None:
    (ref,) = opened(world)
    world.faults.host.missing_field = {ref: "id"}
    page = host.pull(None, limit=10)

    assert [(bad.ref, "`id`" in bad.why) for bad in page.unreadable] == [("", True)]


def test_a_bad_record_does_not_hold_up_the_list(url: str, world: World) -> None:
    refs = opened(world, 5)
    world.faults.host.bad_time = refs[:2]
    with connected(url, world, page_size=2) as host:
        cases, _ = drained(host)

    assert [case.ref for case in cases] == refs[2:]


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("updated_at", "2026-01-05 17:00:00", "updated_at '2026-01-05 17:00:00' has no zone"),
        ("created_at", "0001-01-01T00:00:00+08:00", "created_at '0001-01-01T00:00:00+08:00' is no time"),
        ("due_at", "soon", "due_at 'soon' is no time"),
        ("version", "1", "`$.version` '1'"),
        ("text", None, "`$.text`"),
        ("affected", [{"name": "Bob"}], "`$.affected[0]`"),
        ("id", "", "id '' names no case"),
    ],
)
def test_a_field_that_means_nothing_is_named(field: str, value: object, why: str) -> None:
    found = read_case(json.dumps({**RECORD, field: value}).encode())

    assert isinstance(found, Unreadable)
    assert why in found.why
    assert ": let the host send" in found.why


def test_no_words_or_number_of_a_person_stand_in_the_reason() -> None:
    bad = {**RECORD, "text": ["楼道堆了杂物"], "reporter": {"phone": 19900100001}}
    found = read_case(json.dumps(bad).encode())

    assert isinstance(found, Unreadable)
    assert not any(word in found.why for word in ("楼道", "19900100001"))


@pytest.mark.parametrize("text", [b'"\\ud83d"', b'"\xff"'])
def test_half_a_character_spoils_only_its_own_record(text: bytes) -> None:
    good = json.dumps(RECORD).encode()
    bad = json.dumps({**RECORD, "id": "JP2", "text": "QQ"}).encode().replace(b'"QQ"', text)
    body = b'{"items":[%s,%s],"next":null,"server_time":"2026-01-05T17:00:00+08:00"}' % (bad, good)
    listing = read_listing(Answer(200, body))

    assert [case.ref for case in listing.cases] == ["JP1"]
    assert [bad.ref for bad in listing.unreadable] == ["JP2"]


def test_a_broken_page_leaves_the_cursor_alone(host: PracticeHost, world: World) -> None:
    refs = opened(world, 3)
    world.faults.host.broken_json = 1

    with pytest.raises(HostUnreadable, match="no page"):
        host.pull(None, limit=10)
    assert [case.ref for case in host.pull(None, limit=10).cases] == refs


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        b"null",
        b"<html>",
        b'{"items":{}}',
        b'{"items":[]}',
        b'{"items":[],"next":null,"server_time":"2026-01-05 17:00:00"}',
        b'{"items":["\\ud83d"],"next":null}',
    ],
)
def test_what_is_no_page_is_refused_as_a_whole(body: bytes) -> None:
    with pytest.raises(HostUnreadable):
        read_listing(Answer(200, body))


@pytest.mark.parametrize("answer", [Answer(302, b""), Answer(404, b"{}"), Answer(200, b"", is_whole=False)])
def test_an_answer_of_another_kind_is_no_page(answer: Answer) -> None:
    with pytest.raises(HostUnreadable):
        read_listing(answer)


def test_a_list_that_does_not_move_is_told(world: World) -> None:
    pair = {"updated_since": "2026-01-05T17:00:00+08:00", "after_id": "JP1"}
    body = {"items": [RECORD], "next": pair, "server_time": "2026-01-05T17:00:00+08:00"}
    with saying(200, json.dumps(body).encode()) as url, connected(url, world) as host:
        cursor = host.pull(None, limit=10).cursor
        with pytest.raises(HostUnreadable, match="does not move on"):
            host.pull(cursor, limit=10)


@pytest.mark.parametrize(("status", "error"), [(429, HostUnavailable), (500, HostUnavailable), (403, HostRefused)])
def test_an_answer_about_the_caller_is_told_apart(world: World, status: int, error: type[Exception]) -> None:
    with saying(status, b"{}") as url, connected(url, world) as host, pytest.raises(error, match=str(status)):
        host.pull(None, limit=10)


def test_a_wrong_token_is_refused_with_the_mend(url: str, world: World) -> None:
    with (
        connected(url, world, token="wrong") as host,
        pytest.raises(HostRefused, match="practice answered 401: check its token"),
    ):
        host.pull(None, limit=10)


def test_a_host_that_is_down_is_unavailable(host: PracticeHost, world: World) -> None:
    world.faults.host.down = 1

    with pytest.raises(HostUnavailable, match="503"):
        host.pull(None, limit=10)


def test_a_host_that_is_not_there_is_unavailable(world: World) -> None:
    with connected("http://127.0.0.1:1", world) as host, pytest.raises(HostUnavailable):
        host.pull(None, limit=10)


# ── one case ──────────────────────────────────────────────────────────────────────────────────────────────


def test_one_case_comes_as_it_stands_now(host: PracticeHost, world: World) -> None:
    (ref,) = opened(world)
    world.cases.change(ref, who="office", version=1, status="waiting")
    case = host.get(ref)

    assert isinstance(case, HostCase)
    assert (case.state, case.version) == (HostState.WAITING, "2")


@pytest.mark.parametrize("ref", ["JP20260105-0001", "../me", "楼/1?x=#", " "])
def test_a_case_that_is_not_there_is_none(host: PracticeHost, world: World, ref: str) -> None:
    world.cases.delete(opened(world)[0], who="office")

    assert host.get(ref) is None


def test_one_case_that_cannot_be_read_is_told(host: PracticeHost, world: World) -> None:
    (ref,) = opened(world)
    world.faults.host.missing_field = {ref: "id"}
    found = host.get(ref)

    assert isinstance(found, Unreadable)
    assert found.ref == ref


# ── writing ───────────────────────────────────────────────────────────────────────────────────────────────


def test_a_step_stands_on_the_host_with_its_key_and_its_state(host: PracticeHost, world: World) -> None:
    (ref,) = opened(world)
    result = host.write(ref, STEP)

    assert result == WriteResult(Written.APPLIED, "note 1")
    assert [(note["text"], note["key"]) for note in world.cases.notes(ref)] == [(STEP.note, STEP.key)]
    assert world.cases.get(ref)["status"] == "in_progress"


def test_a_step_is_written_once_however_often_it_is_asked_for(host: PracticeHost, world: World) -> None:
    (ref,) = opened(world)
    results = [host.write(ref, STEP).written for _ in range(3)]

    assert results == [Written.APPLIED, Written.ALREADY, Written.ALREADY]
    assert texts(world, ref) == [STEP.note]


@pytest.mark.parametrize("state", [None, HostState.OPEN])
def test_a_step_without_a_new_state_leaves_the_old(host: PracticeHost, world: World, state: HostState | None) -> None:
    (ref,) = opened(world)
    result = host.write(ref, WriteBack("k", "约了时间", state))

    assert result.written is Written.APPLIED
    assert (world.cases.get(ref)["status"], texts(world, ref)) == ("open", ["约了时间"])


def test_a_case_that_is_gone_takes_nothing(host: PracticeHost, world: World) -> None:
    (ref,) = opened(world)
    world.cases.delete(ref, who="office")

    assert host.write(ref, STEP) == WriteResult(Written.GONE)


def test_a_case_deleted_between_reading_and_writing_is_gone(url: str, world: World) -> None:
    (ref,) = opened(world)
    with (
        Between(url, before=lambda: world.cases.delete(ref, who="office")) as between,
        connected(between, world) as host,
    ):
        result = host.write(ref, STEP)

    assert result == WriteResult(Written.GONE)


@pytest.mark.parametrize("status", ["closed", "cancelled"])
def test_a_case_that_ended_there_takes_the_note_and_keeps_its_state(
    host: PracticeHost, world: World, status: str
) -> None:
    (ref,) = opened(world)
    world.cases.change(ref, who="office", version=1, status=status)
    result = host.write(ref, STEP)

    assert result == WriteResult(Written.NOTE_ONLY, f"the case is {status} on the host")
    assert (world.cases.get(ref)["status"], texts(world, ref)) == (status, [STEP.note])


def test_a_state_that_cannot_follow_leaves_the_note_alone(host: PracticeHost, world: World) -> None:
    (ref,) = opened(world)
    world.cases.change(ref, who="office", version=1, status="waiting")
    result = host.write(ref, WriteBack("k", "撤回", HostState.CANCELLED))

    assert result == WriteResult(Written.NOTE_ONLY, "waiting cannot become cancelled")
    assert (world.cases.get(ref)["status"], texts(world, ref)) == ("waiting", ["撤回"])


def test_who_wrote_in_between_is_a_conflict_and_the_next_try_stands(url: str, world: World) -> None:
    (ref,) = opened(world)
    others = iter([NewNote("邻居来过")])

    def interfere() -> None:
        for note in others:
            world.cases.change(ref, who="office", version=None, note=note)

    with Between(url, before=interfere) as between, connected(between, world) as host:
        results = [host.write(ref, STEP).written for _ in range(2)]

    assert results == [Written.CONFLICT, Written.APPLIED]
    assert texts(world, ref) == ["邻居来过", STEP.note]


def test_a_note_too_long_is_refused_with_both_numbers_and_never_cut(host: PracticeHost, world: World) -> None:
    (ref,) = opened(world)
    fits = host.write(ref, WriteBack("k1", "议" * MAX_NOTE, None))
    long = host.write(ref, WriteBack("k2", "议" * (MAX_NOTE + 1), None))

    assert (fits.written, long.written) == (Written.APPLIED, Written.REJECTED)
    assert "501 characters, the host takes 1 to 500" in long.detail
    assert texts(world, ref) == ["议" * MAX_NOTE]


def test_a_case_that_cannot_be_read_is_not_written_to(host: PracticeHost, world: World) -> None:
    (ref,) = opened(world)
    world.faults.host.unknown_status = [ref]
    result = host.write(ref, STEP)

    assert result.written is Written.REJECTED
    assert "待研判" in result.detail
    assert texts(world, ref) == []


def test_an_error_after_the_effect_is_found_out(host: PracticeHost, world: World) -> None:
    (ref,) = opened(world)
    world.faults.host.after_effect_500 = 1
    result = host.write(ref, STEP)

    assert result.written is Written.APPLIED
    assert texts(world, ref) == [STEP.note]


def test_an_answer_lost_after_the_effect_is_found_out(url: str, world: World) -> None:
    (ref,) = opened(world)
    with Between(url, is_lost=True) as between, connected(between, world) as host:
        result = host.write(ref, STEP)

    assert result.written is Written.APPLIED
    assert texts(world, ref) == [STEP.note]


def test_an_error_before_the_effect_is_unclear_and_the_next_try_stands(url: str, world: World) -> None:
    (ref,) = opened(world)
    downs = iter([1])

    def fall() -> None:
        world.faults.host.down = next(downs, 0)

    with Between(url, before=fall) as between, connected(between, world) as host:
        results = [host.write(ref, STEP) for _ in range(2)]

    assert [result.written for result in results] == [Written.UNKNOWN, Written.APPLIED]
    assert results[0].detail == "the host answered 503, and the note is not there"
    assert texts(world, ref) == [STEP.note]


def test_a_write_whose_look_fails_too_stays_unclear(url: str, world: World) -> None:
    (ref,) = opened(world)

    def fall() -> None:
        world.faults.host.down = 2

    with Between(url, before=fall) as between, connected(between, world) as host:
        result = host.write(ref, STEP)

    assert result.written is Written.UNKNOWN
    assert texts(world, ref) == []


def test_a_success_without_the_note_is_unclear(url: str, world: World) -> None:
    (ref,) = opened(world)
    with Between(url, instead=(200, b"{}")) as between, connected(between, world) as host:
        result = host.write(ref, STEP)

    assert result == WriteResult(Written.UNKNOWN, "the host answered 200, and the note is not there")


def test_a_success_that_left_the_state_is_told(url: str, world: World) -> None:
    (ref,) = opened(world)

    def only_note() -> None:
        world.cases.change(ref, who="office", version=None, note=NewNote(STEP.note, STEP.key))

    answer = (200, b'{"case":{"status":"open"}}')
    with Between(url, before=only_note, instead=answer) as between, connected(between, world) as host:
        result = host.write(ref, STEP)

    assert result == WriteResult(Written.NOTE_ONLY, "the host left the status at open")


@pytest.mark.parametrize(
    ("body", "detail"),
    [(b'{"error":"no notes on Sundays"}', "400: no notes on Sundays"), (b"<p>", "400: the host gave no reason")],
)
def test_another_no_is_rejected_with_the_reason(url: str, world: World, body: bytes, detail: str) -> None:
    (ref,) = opened(world)
    with Between(url, instead=(400, body)) as between, connected(between, world) as host:
        result = host.write(ref, STEP)

    assert result == WriteResult(Written.REJECTED, detail)


@pytest.mark.parametrize(("status", "error"), [(403, HostRefused), (429, HostUnavailable)])
def test_a_write_that_was_not_let_in_raises(url: str, world: World, status: int, error: type[Exception]) -> None:
    (ref,) = opened(world)

    with (
        Between(url, instead=(status, b"{}")) as between,
        connected(between, world) as host,
        pytest.raises(error),
    ):
        host.write(ref, STEP)
    assert texts(world, ref) == []


def test_a_host_that_is_down_before_the_write_took_nothing(host: PracticeHost, world: World) -> None:
    (ref,) = opened(world)
    world.faults.host.down = 1

    with pytest.raises(HostUnavailable):
        host.write(ref, STEP)
    assert texts(world, ref) == []


def test_a_wrong_token_writes_nothing(url: str, world: World) -> None:
    (ref,) = opened(world)

    with connected(url, world, token="wrong") as host, pytest.raises(HostRefused):
        host.write(ref, STEP)
    assert texts(world, ref) == []


# ── people and the doctor ─────────────────────────────────────────────────────────────────────────────────


def test_everybody_who_works_there_comes_with_their_posts(host: PracticeHost, world: World) -> None:
    seat = {"council": "joint", "area": "509901001", "role": "convener", "order": 0}
    for n in range(205):
        phone = f"+86199000{n:05d}"
        world.directory.add(Person(f"P{n:03d}", "Alice", phone, "509901001", posts=[seat], is_user=True))
    users = host.contacts()

    assert [user.id for user in users] == [f"P{n:03d}" for n in range(205)]
    assert users[0].posts == (HostPost("joint", "509901001", "convener", 0),)


def test_the_doctor_proves_identity_rights_and_clock(host: PracticeHost) -> None:
    lines = host.check()

    assert [line.verdict for line in lines] == ["ok"] * 4
    assert [line.seen for line in lines][::3] == ["sanhui", "+0 s"]


def test_the_doctor_warns_of_a_clock_that_is_off(host: PracticeHost, world: World) -> None:
    world.advance(START + timedelta(seconds=31))
    clock = host.check()[-1]

    assert (clock.verdict, clock.seen) == ("warn", "+31 s")
    assert clock.remedy == "synchronise both clocks by NTP"


def test_the_doctor_tells_of_a_wrong_token(url: str) -> None:
    host = PracticeHost("practice", url, "wrong")
    lines = host.check()
    host.close()

    assert [(line.verdict, "401" in line.seen) for line in lines] == [("fail", True)]


def test_the_doctor_writes_nothing(host: PracticeHost, world: World) -> None:
    (ref,) = opened(world)
    before = world.cases.history(ref)
    host.check()

    assert world.cases.history(ref) == before
