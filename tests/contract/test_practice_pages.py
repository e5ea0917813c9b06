"""The practice world's pages show what happened, and the seed fills the world."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx2
import pytest
from sanhui.plugin.errors import ConfigError
from sanhui.plugin.practice.pages import masked, number_of
from sanhui.plugin.practice.seed import seed, seed_lines
from sanhui.plugin.practice.texts import NewText
from sanhui.plugin.practice.world import World, serve

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
SEAT = {"council": "neighbourhood", "area": "509901001001001", "role": "convener", "order": 0}
STREET: Mapping[str, Any] = {
    "street": {"code": "509901001", "name": "江畔街道", "short": "江畔街道", "landline": "023-60000141"},
    "community": [{"code": "509901001001", "name": "柳岸社区", "hall": "柳岸议事厅"}],
    "grid": [{"code": "509901001001001", "name": "柳岸第一网格", "place": "柳岸驿站"}],
    "person": [{"id": "P001", "name": "Alice", "phone": "19900000001", "seats": [SEAT]}],
    "duty": [{"id": "D1", "name": "Bob", "phone": "19900009001", "order": 1}],
    "clerk": [{"id": "K1", "name": "Charlie", "phone": "19900008001", "areas": ["509901001001"]}],
}
CASES: Mapping[str, Any] = {
    "case": [
        {
            "id": f"F3-{n:02d}",
            "title": "",
            "text": f"第{n}家下水管堵了",
            "area": "509901001001001",
            "category": "",
            "source": "网格上报",
            "households": n % 3,
        }
        for n in range(60)
    ]
}


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "world.db")
    seed(world, CASES, STREET, start=START)
    world.advance(START)
    yield world
    world.close()


@pytest.fixture
def pages(world: World) -> Iterator[httpx2.Client]:
    serving = serve(world)
    with httpx2.Client(base_url=serving.url, follow_redirects=True) as client:
        yield client
    serving.stop()


def everything(world: World) -> list[dict[str, Any]]:
    page: list[dict[str, Any]] = world.cases.page([], since="", after_id="", limit=1000)
    return page


def test_the_seed_opens_every_case_within_the_ten_days_before(world: World) -> None:
    cases = everything(world)
    days = [START - datetime.fromisoformat(case["created_at"]) for case in cases]

    assert len(cases) == 60
    assert all(timedelta(0) <= age <= timedelta(days=10) for age in days)
    assert [case["text"] for case in cases] != [case["text"] for case in CASES["case"]]


def test_the_seed_is_the_same_every_time(world: World, tmp_path: Path) -> None:
    again = World(tmp_path / "again.db")
    seed(again, CASES, STREET, start=START)

    assert everything(again) == everything(world)
    again.close()


def test_every_resident_has_a_phone_of_their_own(world: World) -> None:
    cases = everything(world)
    phones = [party["phone"] for case in cases for party in (case["reporter"], *case["affected"])]

    assert len(set(phones)) == len(phones) == 60 + 60
    assert all(case["reporter"]["phone"].startswith("+861990010") for case in cases)


def test_about_two_thirds_of_the_cases_have_a_deadline_fifteen_working_days_later(world: World) -> None:
    due = [(case["created_at"], case["due_at"]) for case in everything(world) if case["due_at"]]
    days = {(datetime.fromisoformat(end).date() - datetime.fromisoformat(begin).date()).days for begin, end in due}

    assert 30 <= len(due) <= 50
    assert days <= {19, 20, 21}


def test_users_are_listed_with_their_posts(world: World) -> None:
    users: dict[str, Any] = world.directory.users(page=1, size=10)

    assert [(user["name"], user["phone"]) for user in users["items"]] == [
        ("Bob", "+8619900009001"),
        ("Charlie", "+8619900008001"),
        ("Alice", "+8619900000001"),
    ]
    assert users["items"][2]["posts"] == [SEAT]


def test_lines_without_an_area_get_a_grid_and_are_seen_as_new(world: World) -> None:
    seen = everything(world)[-1]["updated_at"]
    ids = seed_lines(world, [json.dumps({"id": "a", "text": "路灯坏了"}), '{"id": "b", "text": "x", "area_code": "5"}'])
    new = [case for case in everything(world) if case["updated_at"] > seen]

    assert sorted((ids[case["id"]], case["area_code"]) for case in new) == [
        ("a", "509901001001001"),
        ("b", "5"),
    ]


def test_bad_lines_are_named_all_at_once_and_nothing_is_added(world: World) -> None:
    with pytest.raises(ConfigError) as refused:
        seed_lines(world, ['{"id": "a", "text": "x"}', "nonsense", '{"id": "b"}'])

    assert [fault.split(":")[0] for fault in refused.value.faults] == ["line 2", "line 3"]
    assert len(everything(world)) == 60


def test_a_world_of_its_own_process_is_filled_at_its_door(tmp_path: Path) -> None:
    world = World(tmp_path / "empty.db")
    serving = serve(world)
    body = {"cases": CASES, "street": STREET, "start": START.isoformat()}
    answer = httpx2.post(f"{serving.url}/practice/seed", json=body)
    serving.stop()

    assert answer.status_code == 201
    assert sorted(answer.json().values()) == [case["id"] for case in CASES["case"]]
    world.close()


def test_the_list_of_cases_filters_searches_and_pages(world: World, pages: httpx2.Client) -> None:
    first = everything(world)[0]
    world.cases.change(first["id"], who="test", version=1, status="closed")
    closed = pages.get("/host", params={"status": "closed"}).text
    sought = pages.get("/host", params={"q": "第7家"}).text
    last = pages.get("/host", params={"page": 2}).text

    assert closed.count("/host/cases/") == 1
    assert sought.count("/host/cases/") == 1
    assert last.count("/host/cases/") == 10
    assert "已办结 1" in last


def test_a_case_page_shows_what_was_written_back(world: World, pages: httpx2.Client) -> None:
    case_id = everything(world)[0]["id"]
    headers = {"Authorization": f"Bearer {world.secrets.host_token}"}
    body = {"note": {"text": "达成<一致>", "key": "k1"}, "status": "closed", "version": 1}
    pages.post(f"/host/api/v1/cases/{case_id}/writes", json=body, headers=headers).raise_for_status()
    page = pages.get(f"/host/cases/{case_id}").text

    assert "达成&lt;一致&gt;" in page
    assert page.count("三会插件") >= 2
    assert "已办结" in page
    assert "标识 k1" in page


def test_an_office_moves_a_case_only_from_what_it_saw(world: World, pages: httpx2.Client) -> None:
    case_id = everything(world)[0]["id"]
    pages.post(f"/host/cases/{case_id}/status", data={"status": "waiting", "version": 1})
    stale = pages.post(f"/host/cases/{case_id}/status", data={"status": "closed", "version": 1})

    assert "案件刚刚有变化" in stale.text
    assert world.cases.get(case_id)["status"] == "waiting"


def test_a_case_can_be_opened_on_a_page(world: World, pages: httpx2.Client) -> None:
    form = {"text": "路灯坏了", "area_code": "509901001001001", "name": "Dora", "phone": "19900100999"}
    page = pages.post("/host/cases", data=form)

    assert "路灯坏了" in page.text
    assert everything(world)[-1]["reporter"] == {"name": "Dora", "phone": "+8619900100999"}


def test_a_phone_with_unread_texts_stands_first_until_it_is_looked_at(world: World, pages: httpx2.Client) -> None:
    world.texts.accept(NewText("+8619900008001", "参加回1,请假回2"))
    world.advance(START + timedelta(minutes=1))
    before = pages.get("/phones").text
    chat = pages.get("/phones/19900008001").text
    after = pages.get("/phones").text

    assert before.index("Charlie") < before.index("Alice")
    assert ("未读 1 条" in before, "未读 1 条" in after) == (True, False)
    assert "参加 1" in chat


def test_phones_are_found_by_name(pages: httpx2.Client) -> None:
    page = pages.get("/phones", params={"q": "Alice"}).text

    assert page.count('href="/phones/+86') == 1


def test_an_answer_on_a_phone_page_is_sent(world: World, pages: httpx2.Client) -> None:
    page = pages.post("/phones/19900000001", data={"body": "我来"})
    inbound = world.texts.page(direction="in", skip=0, limit=5)

    assert "我来" in page.text
    assert [(row["phone"], row["body"]) for row in inbound] == [("+8619900000001", "我来")]


@pytest.mark.parametrize("path", ["/", "/host/new", "/phones?page=2", "/phones/+15005550006"])
def test_every_page_works_without_script_or_foreign_address(pages: httpx2.Client, path: str) -> None:
    page = pages.get(path)

    assert page.status_code == 200
    assert 'name="viewport"' in page.text
    assert not any(word in page.text for word in ("<script", "http://", "https://"))


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("19900000001", "+8619900000001"),
        ("+8619900000001", "+8619900000001"),
        ("+15005550006", "+15005550006"),
    ],
)
def test_a_number_is_read_as_people_write_it(text: str, number: str) -> None:
    assert number_of(text) == number


def test_a_shown_number_hides_its_middle() -> None:
    assert masked("+8619900100042") == "199****0042"
