"""The practice host keeps the promises that its adapter builds on, through its real server."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest
from sanhui.plugin.practice.cases import MOVES, NewCase, Party
from sanhui.plugin.practice.world import World, serve

START = datetime(2026, 1, 5, 9, tzinfo=UTC)


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "world.db")
    world.advance(START)
    yield world
    world.close()


@pytest.fixture
def host(world: World) -> Iterator[httpx2.Client]:
    serving = serve(world)
    headers = {"Authorization": f"Bearer {world.secrets.host_token}"}
    with httpx2.Client(base_url=f"{serving.url}/host/api/v1", headers=headers) as client:
        yield client
    serving.stop()


def opened(host: httpx2.Client, text: str = "楼道堆了杂物") -> str:
    alice = {"name": "Alice", "phone": "+8619900100001"}
    body = {"text": text, "area_code": "509901001001003", "reporter": alice, "affected": [alice]}
    return str(host.post("/cases", json=body).json()["id"])


def misbehave(host: httpx2.Client, **faults: object) -> None:
    root = str(host.base_url).removesuffix("/host/api/v1/")
    httpx2.put(f"{root}/practice/faults", json={"host": faults}).raise_for_status()


def moved_to(host: httpx2.Client, status: str) -> tuple[str, int]:
    """Open a case, bring it to *status* by the shortest way, and return its id and version."""
    case_id = opened(host)
    if status == "open":
        return case_id, 1
    host.patch(f"/cases/{case_id}", json={"status": status, "version": 1}).raise_for_status()
    return case_id, 2


@pytest.mark.parametrize("authorization", ["", "Bearer wrong", "Basic practice-host-token", "practice-host-token"])
def test_a_request_without_the_right_token_is_refused_as_json(host: httpx2.Client, authorization: str) -> None:
    answer = host.get("/cases", headers={"Authorization": authorization})

    assert (answer.status_code, list(answer.json())) == (401, ["error"])


def test_a_case_is_shown_as_it_was_opened(host: httpx2.Client) -> None:
    case = host.get(f"/cases/{opened(host)}").json()

    assert case == {
        "id": "JP20260105-0001",
        "title": "",
        "text": "楼道堆了杂物",
        "category": "",
        "source": "居民自报",
        "area_code": "509901001001003",
        "status": "open",
        "reporter": {"name": "Alice", "phone": "+8619900100001"},
        "affected": [{"name": "Alice", "phone": "+8619900100001"}],
        "created_at": "2026-01-05T17:00:00.000000+08:00",
        "updated_at": "2026-01-05T17:00:00.000000+08:00",
        "due_at": None,
        "version": 1,
    }


def test_walking_by_time_and_id_loses_nothing_while_cases_are_touched(host: httpx2.Client) -> None:
    ids = [opened(host) for _ in range(9)]
    first = host.get("/cases", params={"limit": 4}).json()
    for case_id in (ids[0], ids[7]):
        host.post(f"/cases/{case_id}/notes", json={"text": "改动"})
    seen, pair = [case["id"] for case in first["items"]], first["next"]
    while pair:
        page = host.get("/cases", params={"limit": 4, **pair}).json()
        seen, pair = seen + [case["id"] for case in page["items"]], page["next"]

    assert seen == [*ids[:7], ids[8], ids[0], ids[7]]


def test_more_cases_than_a_page_may_change_at_one_instant(world: World, host: httpx2.Client) -> None:
    ids = [opened(host) for _ in range(7)]
    world.cases.touch(ids)
    first = host.get("/cases", params={"limit": 3}).json()
    second = host.get("/cases", params={"limit": 3, **first["next"]}).json()
    third = host.get("/cases", params={"limit": 3, **second["next"]}).json()
    pages = [first, second, third]

    assert len({case["updated_at"] for page in pages for case in page["items"]}) == 1
    assert [case["id"] for page in pages for case in page["items"]] == ids
    assert third["next"] is None


def test_updated_since_is_inclusive_without_an_id(host: httpx2.Client) -> None:
    opened(host)
    second = opened(host)
    since = host.get(f"/cases/{second}").json()["updated_at"]

    items = host.get("/cases", params={"updated_since": since}).json()["items"]

    assert [case["id"] for case in items] == [second]


def test_a_list_keeps_to_the_statuses_asked_for(host: httpx2.Client) -> None:
    waiting, _ = moved_to(host, "waiting")
    moved_to(host, "closed")
    still_open = opened(host)

    items = host.get("/cases", params={"status": ["open", "waiting"]}).json()["items"]

    assert {case["id"] for case in items} == {waiting, still_open}


def test_a_page_never_holds_more_than_two_hundred(world: World, host: httpx2.Client) -> None:
    report = NewCase("路灯坏了", "509901001001001", Party("Bob", "+8619900100002"))
    with world.store.changing():
        for _ in range(201):
            world.cases.add(report, who="test")

    assert len(host.get("/cases", params={"limit": 1000}).json()["items"]) == 200


@pytest.mark.parametrize("params", [{"status": "待研判"}, {"updated_since": "yesterday"}, {"after_id": "JP1"}])
def test_a_filter_that_means_nothing_is_refused(host: httpx2.Client, params: dict[str, str]) -> None:
    assert host.get("/cases", params=params).status_code == 422


@pytest.mark.parametrize("old", [status for status in MOVES if status != "cancelled"])
@pytest.mark.parametrize("new", list(MOVES))
def test_a_status_moves_only_as_the_table_allows(host: httpx2.Client, old: str, new: str) -> None:
    case_id, version = moved_to(host, old)
    answer = host.patch(f"/cases/{case_id}", json={"status": new, "version": version})

    assert answer.status_code == (200 if new in MOVES[old] else 422)
    assert answer.json().get("status" if new in MOVES[old] else "allowed") == (
        new if new in MOVES[old] else list(MOVES[old])
    )


def test_a_stale_version_is_a_conflict_that_names_the_current_one(host: httpx2.Client) -> None:
    case_id = opened(host)
    host.post(f"/cases/{case_id}/notes", json={"text": "别人先写"})

    answer = host.patch(f"/cases/{case_id}", json={"status": "closed", "version": 1})

    assert (answer.status_code, answer.json()["version"]) == (409, 2)


def test_a_change_without_a_version_is_refused(host: httpx2.Client) -> None:
    case_id = opened(host)
    patched = host.patch(f"/cases/{case_id}", json={"status": "closed"})
    written = host.post(f"/cases/{case_id}/writes", json={"note": {"text": "结果"}, "status": "closed"})

    assert (patched.status_code, written.status_code) == (428, 428)


def test_a_note_and_a_status_are_written_together(host: httpx2.Client) -> None:
    case_id = opened(host)
    body = {"note": {"text": "达成一致", "key": "k1"}, "status": "closed", "version": 1}
    answer = host.post(f"/cases/{case_id}/writes", json=body).json()

    assert (answer["case"]["status"], answer["case"]["version"], answer["note"]["key"]) == ("closed", 2, "k1")


def test_an_illegal_status_takes_the_note_with_it(host: httpx2.Client) -> None:
    case_id, version = moved_to(host, "cancelled")
    body = {"note": {"text": "达成一致", "key": "k1"}, "status": "closed", "version": version}
    answer = host.post(f"/cases/{case_id}/writes", json=body)

    assert (answer.status_code, host.get(f"/cases/{case_id}/notes").json()["items"]) == (422, [])


def test_a_note_is_found_by_its_key(host: httpx2.Client) -> None:
    case_id = opened(host)
    for key in ("k1", "k2"):
        host.post(f"/cases/{case_id}/notes", json={"text": "记录", "key": key})

    items = host.get(f"/cases/{case_id}/notes", params={"key": "k2"}).json()["items"]

    assert [(note["id"], note["author"], note["key"]) for note in items] == [(2, "三会插件", "k2")]


def test_a_note_written_twice_shows_twice(host: httpx2.Client) -> None:
    case_id = opened(host)
    for _ in range(2):
        host.post(f"/cases/{case_id}/notes", json={"text": "记录", "key": "k1"})

    assert len(host.get(f"/cases/{case_id}/notes", params={"key": "k1"}).json()["items"]) == 2


@pytest.mark.parametrize(("length", "status"), [(0, 422), (1, 201), (500, 201), (501, 422)])
def test_a_note_has_one_to_five_hundred_characters(host: httpx2.Client, length: int, status: int) -> None:
    assert host.post(f"/cases/{opened(host)}/notes", json={"text": "字" * length}).status_code == status


def test_a_deleted_case_is_gone_everywhere(host: httpx2.Client) -> None:
    case_id = opened(host)
    host.delete(f"/cases/{case_id}")
    reads = [host.get(f"/cases/{case_id}{part}").status_code for part in ("", "/notes", "/history")]
    write = host.patch(f"/cases/{case_id}", json={"status": "closed"}).status_code

    assert [*reads, write] == [404] * 4
    assert host.get("/cases").json()["items"] == []


def test_the_history_tells_who_did_what(host: httpx2.Client) -> None:
    case_id = opened(host)
    host.post(f"/cases/{case_id}/writes", json={"note": {"text": "转办"}, "status": "waiting", "version": 1})
    host.patch(f"/cases/{case_id}", json={"area_code": "509901001001004", "version": 2})
    items = host.get(f"/cases/{case_id}/history").json()["items"]

    assert [(item["what"], item["old"], item["new"]) for item in items] == [
        ("created", "", "open"),
        ("status", "open", "waiting"),
        ("note", "", "1"),
        ("area_code", "509901001001003", "509901001001004"),
    ]
    assert {item["who"] for item in items} == {"三会插件"}


def test_broken_json_is_cut_so_often_as_asked(host: httpx2.Client) -> None:
    opened(host)
    misbehave(host, broken_json=1)
    cut = host.get("/cases")

    with pytest.raises(ValueError, match=r"Unterminated|Expecting"):
        cut.json()
    assert len(host.get("/cases").json()["items"]) == 1


def test_a_case_can_be_shown_wrongly(host: httpx2.Client) -> None:
    first, second, third = (opened(host) for _ in range(3))
    misbehave(host, unknown_status=[first], missing_field={second: "area_code"}, bad_time=[third])
    items = host.get("/cases").json()["items"]

    assert items[0]["status"] == "待研判"
    assert "area_code" not in items[1]
    assert items[2]["updated_at"] == "2026-13-45 99:00"


def test_a_host_that_is_down_does_nothing(host: httpx2.Client) -> None:
    case_id = opened(host)
    misbehave(host, down=1)
    refused = host.post(f"/cases/{case_id}/notes", json={"text": "记录"})

    assert refused.status_code == 503
    assert host.get(f"/cases/{case_id}/notes").json()["items"] == []


def test_an_error_after_the_effect_leaves_the_effect(host: httpx2.Client) -> None:
    case_id = opened(host)
    misbehave(host, after_effect_500=1)
    answer = host.post(f"/cases/{case_id}/notes", json={"text": "记录"})

    assert answer.status_code == 500
    assert len(host.get(f"/cases/{case_id}/notes").json()["items"]) == 1


def test_me_tells_the_rights_and_limits(host: httpx2.Client) -> None:
    me = host.get("/me").json()

    assert (me["id"], me["max_note"], me["max_page"]) == ("sanhui", 500, 200)
    assert "cases.write" in me["rights"]
