"""The practice carrier takes texts and moves them as time passes, at both of its doors."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from sanhui.plugin.practice.directory import Mark
from sanhui.plugin.practice.forms import segments
from sanhui.plugin.practice.texts import NewText
from sanhui.plugin.practice.world import World, serve
from twilio.base.exceptions import TwilioRestException
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
ALICE = "+8619900000001"
ACCOUNT = "AC" + "1" * 32


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


@pytest.fixture
def carrier(world: World, url: str) -> Iterator[httpx2.Client]:
    headers = {"Authorization": f"Bearer {world.secrets.carrier_token}"}
    with httpx2.Client(base_url=f"{url}/carrier/v1", headers=headers) as client:
        yield client


@pytest.fixture
def twilio(world: World, url: str) -> Iterator[Client]:
    """Give the real client, pointed at the practice door."""
    http = TwilioHttpClient(timeout=5)
    client = Client(ACCOUNT, world.secrets.twilio_token, http_client=http)
    client.api.base_url = url
    yield client
    http.session.close()


def send(carrier: httpx2.Client, to: str = ALICE, body: str = "参加回1") -> httpx2.Response:
    return carrier.post("/messages", json={"to": to, "body": body, "tag": "m-1"})


def status(carrier: httpx2.Client, message_id: str) -> str:
    return str(carrier.get(f"/messages/{message_id}").json()["status"])


def delivered(seed: int, path: Path, *, count: int) -> list[str]:
    """Return how *count* texts end in a new world."""
    world = World(path, seed=seed)
    world.advance(START)
    for _ in range(count):
        world.texts.accept(NewText(ALICE, "你好"))
    world.advance(START + timedelta(minutes=1))
    states = [row["state"] for row in world.texts.page(skip=0, limit=count)]
    world.close()
    return states


def test_a_request_without_the_token_is_refused(carrier: httpx2.Client) -> None:
    answer = carrier.get("/messages", headers={"Authorization": "Bearer practice-host-token"})

    assert (answer.status_code, list(answer.json())) == (401, ["error"])


def test_a_text_is_accepted_and_found_again(carrier: httpx2.Client) -> None:
    accepted = send(carrier)
    found = carrier.get(f"/messages/{accepted.json()['id']}").json()

    assert (accepted.status_code, accepted.json()["status"]) == (201, "accepted")
    assert (found["to"], found["body"], found["tag"], found["status"]) == (
        ALICE,
        "参加回1",
        "m-1",
        "accepted",
    )


@pytest.mark.parametrize(
    ("to", "code"),
    [
        ("19900000001", "invalid_number"),
        ("+861990000001", "invalid_number"),
        ("+86199000000011", "invalid_number"),
        ("+0123456789", "invalid_number"),
        ("", "invalid_number"),
        ("+8602360000141", "not_a_mobile"),
    ],
)
def test_a_number_that_takes_no_texts_is_refused(carrier: httpx2.Client, to: str, code: str) -> None:
    answer = send(carrier, to)

    assert (answer.status_code, answer.json()["code"]) == (400, code)


@pytest.mark.parametrize(("mark", "code"), [("landline", "not_a_mobile"), ("opted_out", "opted_out")])
def test_a_marked_phone_is_refused(world: World, carrier: httpx2.Client, mark: Mark, code: str) -> None:
    world.directory.mark(ALICE, mark)

    assert send(carrier).json()["code"] == code


def test_the_same_text_twice_is_two_texts(carrier: httpx2.Client) -> None:
    ids = {send(carrier).json()["id"], send(carrier).json()["id"]}

    assert {item["id"] for item in carrier.get("/messages", params={"to": ALICE}).json()["items"]} == ids


def test_a_text_is_sent_and_then_delivered_within_seconds(world: World, carrier: httpx2.Client) -> None:
    message_id = send(carrier).json()["id"]
    states = []
    for seconds in (0, 1.6, 12):
        world.advance(START + timedelta(seconds=seconds))
        states.append(status(carrier, message_id))

    assert states == ["accepted", "sent", "delivered"]


@pytest.mark.parametrize(
    ("mark", "state", "error"),
    [("unreachable", "undelivered", "unreachable"), ("blocked", "failed", "blocked"), ("", "delivered", "")],
)
def test_a_mark_decides_how_a_text_ends(
    world: World, carrier: httpx2.Client, mark: Mark, state: str, error: str
) -> None:
    world.directory.mark(ALICE, mark)
    message_id = send(carrier).json()["id"]
    world.advance(START + timedelta(minutes=1))
    found = carrier.get(f"/messages/{message_id}").json()

    assert (found["status"], found["error"]) == (state, error)


def test_about_two_in_a_hundred_texts_get_lost_and_always_the_same(tmp_path: Path) -> None:
    first = delivered(7, tmp_path / "first.db", count=1000)
    second = delivered(7, tmp_path / "second.db", count=1000)

    assert first == second
    assert 5 <= first.count("undelivered") <= 40
    assert first.count("delivered") + first.count("undelivered") == 1000


def test_another_seed_loses_other_texts(tmp_path: Path) -> None:
    assert delivered(1, tmp_path / "a.db", count=500) != delivered(2, tmp_path / "b.db", count=500)


def test_the_list_walks_all_pages_oldest_first(carrier: httpx2.Client) -> None:
    sent = [send(carrier).json()["id"] for _ in range(51)]
    first = carrier.get("/messages", params={"to": ALICE}).json()
    second = carrier.get("/messages", params={"to": ALICE, "page": first["next"]}).json()

    assert [item["id"] for item in first["items"] + second["items"]] == sent
    assert second["next"] is None


def test_the_list_starts_at_since(world: World, carrier: httpx2.Client) -> None:
    send(carrier)
    world.advance(START + timedelta(hours=1))
    later = send(carrier).json()
    items = carrier.get("/messages", params={"since": later["at"]}).json()["items"]

    assert [item["id"] for item in items] == [later["id"]]


def test_an_error_before_the_effect_takes_nothing(world: World, carrier: httpx2.Client) -> None:
    world.faults.carrier.before_effect_500 = 1

    assert send(carrier).status_code == 500
    assert carrier.get("/messages").json()["items"] == []


def test_an_error_after_the_effect_has_taken_the_text(world: World, carrier: httpx2.Client) -> None:
    world.faults.carrier.after_effect_500 = 1

    assert send(carrier).status_code == 500
    assert len(carrier.get("/messages").json()["items"]) == 1


def test_a_late_accept_is_seen_only_later(world: World, carrier: httpx2.Client) -> None:
    world.faults.carrier.late_accept = 1
    refused = send(carrier)
    early = carrier.get("/messages").json()["items"]
    world.advance(START + timedelta(seconds=60))
    late = carrier.get("/messages").json()["items"]

    assert (refused.status_code, early, len(late)) == (504, [], 1)


def test_the_real_client_sends_looks_up_and_redacts(world: World, twilio: Client) -> None:
    sent = twilio.messages.create(to=ALICE, body="参加回1", from_="+15005550006")
    world.advance(START + timedelta(minutes=1))
    found = twilio.messages(sent.sid).fetch()
    redacted = twilio.messages(sent.sid).update(body="")

    assert (sent.status, sent.num_segments, sent.direction) == ("queued", "1", "outbound-api")
    assert (found.status, found.body, found.date_created) == ("delivered", "参加回1", START)
    assert redacted.body == ""


def test_a_messaging_service_names_its_sender_later(twilio: Client) -> None:
    sent = twilio.messages.create(to=ALICE, body="参加回1", messaging_service_sid="MG" + "2" * 32)

    assert (sent.status, sent.from_, sent.messaging_service_sid) == ("accepted", None, "MG" + "2" * 32)


def test_the_real_client_walks_all_pages_newest_first(twilio: Client) -> None:
    sent = [twilio.messages.create(to=ALICE, body=str(n), from_="+15005550006").sid for n in range(5)]
    twilio.messages.create(to="+8619900000002", body="other", from_="+15005550006")

    assert [message.sid for message in twilio.messages.list(to=ALICE, page_size=2)] == sent[::-1]


def test_the_list_filters_by_day_and_by_instant(world: World, twilio: Client) -> None:
    early = twilio.messages.create(to=ALICE, body="early", from_="+15005550006").sid
    world.advance(START + timedelta(days=1))
    late = twilio.messages.create(to=ALICE, body="late", from_="+15005550006").sid
    noon = START + timedelta(hours=12)

    assert [message.sid for message in twilio.messages.list(date_sent=START.date())] == [early]
    assert [message.sid for message in twilio.messages.list(date_sent_after=noon)] == [late]
    assert [message.sid for message in twilio.messages.list(date_sent_before=noon)] == [early]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"to": "+861", "body": "x", "from_": "+1500"}, 21211),
        ({"to": ALICE, "body": "", "from_": "+1500"}, 21602),
        ({"to": ALICE, "body": "x"}, 21603),
        ({"to": ALICE, "body": "x" * 1601, "from_": "+1500"}, 21617),
        ({"to": "+8602360000141", "body": "x", "from_": "+1500"}, 21614),
    ],
)
def test_a_refusal_carries_twilios_number(twilio: Client, fields: dict[str, str], code: int) -> None:
    with pytest.raises(TwilioRestException) as refused:
        twilio.messages.create(**fields)

    assert (refused.value.status, refused.value.code) == (400, code)


def test_a_text_still_on_its_way_cannot_be_redacted(twilio: Client) -> None:
    sid = twilio.messages.create(to=ALICE, body="参加回1", from_="+15005550006").sid

    with pytest.raises(TwilioRestException) as refused:
        twilio.messages(sid).update(body="")
    assert (refused.value.status, refused.value.code) == (409, 20009)


@pytest.mark.parametrize("pair", [(ACCOUNT, "wrong"), ("AC" + "9" * 32, "practice-twilio-token"), ("", "")])
def test_wrong_credentials_get_twilios_refusal(url: str, pair: tuple[str, str]) -> None:
    answer = httpx2.get(f"{url}/2010-04-01/Accounts/{ACCOUNT}/Messages.json", auth=pair)

    assert (answer.status_code, answer.json()["code"]) == (401, 20003)


@pytest.mark.parametrize(
    ("body", "count"),
    [("a" * 160, 1), ("a" * 161, 2), ("字" * 70, 1), ("字" * 71, 2), ("字" * 134, 2), ("字" * 135, 3)],
)
def test_segments_are_counted_as_carriers_charge_them(body: str, count: int) -> None:
    assert segments(body) == count


def test_a_hanging_answer_has_taken_the_text_all_the_same(world: World) -> None:
    world.faults.carrier.hang_s = 0.3
    serving = serve(world)
    headers = {"Authorization": f"Bearer {world.secrets.carrier_token}"}
    body = {"to": ALICE, "body": "参加回1"}
    with pytest.raises(httpx2.ReadTimeout):
        httpx2.post(f"{serving.url}/carrier/v1/messages", json=body, headers=headers, timeout=0.1)
    serving.stop()

    assert [row["phone"] for row in world.texts.page(skip=0, limit=5)] == [ALICE]
