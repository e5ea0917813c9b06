"""The practice carrier's adapter maps every end of a hand-over, and believes only signed callbacks."""

import hmac
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Literal

import pytest
from sanhui.plugin.carriers.practice import PracticeCarrier
from sanhui.plugin.domain.texts import TextState
from sanhui.plugin.errors import CarrierUnavailable, ConfigError, NotAllowed
from sanhui.plugin.ports import Inbound, Outcome, OutText, StatusEvent, WebRequest
from sanhui.plugin.practice.texts import NewText
from sanhui.plugin.practice.world import World, serve

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
ALICE = "+8619900000001"
TOKEN = "practice-carrier-token"
SECRET = "practice-callback-secret"
INVITATION = OutText(7, ALICE, "参加回1,请假回2(4821)", START + timedelta(hours=9), "http://127.0.0.1:9/status?m=7")


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
def connected(url: str, *, token: str = TOKEN, timeout_s: float = 5.0) -> Iterator[PracticeCarrier]:
    carrier = PracticeCarrier("practice", url, token, SECRET, timeout_s=timeout_s)
    try:
        yield carrier
    finally:
        carrier.close()


@pytest.fixture
def carrier(url: str) -> Iterator[PracticeCarrier]:
    with connected(url) as carrier:
        yield carrier


@contextmanager
def answering(answer: bytes) -> Iterator[str]:
    """Serve one connection with *answer* byte for byte, then hang up."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve_one() -> None:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        with connection, connection.makefile("rb") as file:
            sizes = [int(head.split(b":")[1]) for head in iter(file.readline, b"\r\n") if b"ength:" in head]
            file.read(sum(sizes))
            connection.sendall(answer)

    thread = Thread(target=serve_one)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()
        listening.close()


def wire(status: str, body: bytes) -> bytes:
    return b"HTTP/1.1 %s\r\nContent-Length: %d\r\n\r\n%s" % (status.encode(), len(body), body)


@pytest.fixture
def calls() -> Iterator[tuple[str, list[WebRequest]]]:
    """Where the carrier can call back, and what it said there."""
    heard: list[WebRequest] = []

    class Listener(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            address = f"http://{self.headers['Host']}{self.path}"
            heard.append(WebRequest(address, dict(self.headers.items()), body))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Listener)
    thread = Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}", heard
    server.shutdown()
    thread.join()
    server.server_close()


def bodies(world: World) -> list[str]:
    return [row["body"] for row in world.texts.page(direction="out", skip=0, limit=500)]


def signed(body: bytes, *, secret: str = SECRET, header: str = "X-Practice-Signature") -> WebRequest:
    signature = hmac.new(secret.encode(), body, "sha256").hexdigest()
    return WebRequest("http://127.0.0.1/status", {header: signature}, body)


# ── handing over ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_text_is_taken_once_with_our_id_as_its_tag(carrier: PracticeCarrier, world: World) -> None:
    said = carrier.send(INVITATION)
    row = world.texts.get(said.provider_id)

    assert said.outcome is Outcome.ACCEPTED
    assert row is not None
    assert [row[name] for name in ("phone", "body", "tag", "callback")] == [
        ALICE,
        INVITATION.body,
        "7",
        INVITATION.callback_url,
    ]


@pytest.mark.parametrize("to", ["12345", "", "+862360000141"])
def test_a_number_that_is_none_is_rejected_with_the_carriers_code(
    carrier: PracticeCarrier, world: World, to: str
) -> None:
    said = carrier.send(replace(INVITATION, to=to))

    assert (said.outcome, said.code) == (Outcome.REJECTED, "invalid_number")
    assert bodies(world) == []


@pytest.mark.parametrize(("mark", "code"), [("landline", "not_a_mobile"), ("opted_out", "opted_out")])
def test_a_phone_that_takes_no_texts_is_rejected_with_the_carriers_code(
    carrier: PracticeCarrier, world: World, mark: Literal["landline", "opted_out"], code: str
) -> None:
    world.directory.mark(ALICE, mark)
    said = carrier.send(INVITATION)

    assert (said.outcome, said.code) == (Outcome.REJECTED, code)
    assert bodies(world) == []


@pytest.mark.parametrize("body", ["", "议" * 1601])
def test_words_that_the_carrier_does_not_take_are_rejected(carrier: PracticeCarrier, body: str) -> None:
    said = carrier.send(replace(INVITATION, body=body))

    assert (said.outcome, said.code) == (Outcome.REJECTED, "422")


def test_half_a_character_is_rejected_before_it_leaves(carrier: PracticeCarrier, world: World) -> None:
    said = carrier.send(replace(INVITATION, body="\ud83d"))

    assert (said.outcome, said.code) == (Outcome.REJECTED, "bad_text")
    assert bodies(world) == []


@pytest.mark.parametrize("body", ["参加🙂", "𠮷好", "一行\r\n二行", '引"号\\'])
def test_every_character_arrives_as_it_was(carrier: PracticeCarrier, world: World, body: str) -> None:
    carrier.send(replace(INVITATION, body=body))

    assert bodies(world) == [body]


def test_a_carrier_that_is_down_may_be_tried_again(carrier: PracticeCarrier, world: World) -> None:
    world.faults.carrier.down = 1
    outcomes = [carrier.send(INVITATION).outcome for _ in range(2)]

    assert outcomes == [Outcome.RETRY_SAFE, Outcome.ACCEPTED]
    assert len(bodies(world)) == 1


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://no-such-carrier.invalid"])
def test_a_carrier_that_cannot_be_reached_may_be_tried_again(url: str) -> None:
    with connected(url) as carrier:
        said = carrier.send(INVITATION)

    assert (said.outcome, said.code) == (Outcome.RETRY_SAFE, "unreachable")


@pytest.mark.parametrize("status", ["401 Unauthorized", "403 Forbidden", "429 Too Many", "503 Unavailable"])
def test_a_refusal_that_is_not_about_the_text_may_be_tried_again(status: str) -> None:
    with answering(wire(status, b"{}")) as url, connected(url) as carrier:
        said = carrier.send(INVITATION)

    assert (said.outcome, said.code) == (Outcome.RETRY_SAFE, status[:3])


def test_a_wrong_token_sends_nothing(url: str, world: World) -> None:
    with connected(url, token="wrong") as carrier:
        said = carrier.send(INVITATION)

    assert said.outcome is Outcome.RETRY_SAFE
    assert bodies(world) == []


def test_an_error_leaves_the_end_unknown_whether_it_was_taken_or_not(carrier: PracticeCarrier, world: World) -> None:
    world.faults.carrier.after_effect_500 = 1
    after = carrier.send(INVITATION)
    world.faults.carrier.before_effect_500 = 1
    before = carrier.send(INVITATION)

    assert [after.outcome, before.outcome] == [Outcome.UNKNOWN, Outcome.UNKNOWN]
    assert len(bodies(world)) == 1


def test_an_answer_that_does_not_come_in_time_is_unknown(url: str, world: World) -> None:
    world.faults.carrier.hang_s = 0.5
    with connected(url, timeout_s=0.2) as carrier:
        said = carrier.send(INVITATION)

    assert (said.outcome, said.code) == (Outcome.UNKNOWN, "lost")
    assert len(bodies(world)) == 1


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 201 Created\r\nContent-Length: 90\r\n\r\n{",
        wire("201 Created", b"<html>"),
        wire("201 Created", b"{}"),
        wire("201 Created", b'{"id":5}'),
        wire("200 OK", b'{"id":"SM1"}'),
        wire("302 Found", b""),
        wire("500 Error", b""),
        wire("502 Bad Gateway", b"<html>"),
        wire("504 Timeout", b"{}"),
        b"nonsense\r\n\r\n",
    ],
)
def test_an_answer_that_does_not_tell_is_unknown(answer: bytes) -> None:
    with answering(answer) as url, connected(url) as carrier:
        said = carrier.send(INVITATION)

    assert (said.outcome, said.provider_id) == (Outcome.UNKNOWN, "")


def test_no_number_and_no_words_stand_in_the_reason() -> None:
    with answering(b"") as url, connected(url) as carrier:
        said = carrier.send(INVITATION)

    assert not any(word in repr(said) for word in ("19900000001", "参加"))


# ── looking up ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_text_whose_answer_was_lost_is_found(carrier: PracticeCarrier, world: World) -> None:
    world.faults.carrier.after_effect_500 = 1
    carrier.send(INVITATION)
    world.advance(START + timedelta(minutes=1))
    found = carrier.look_up(INVITATION, since=START)

    assert found is not None
    assert world.texts.get(found.provider_id) is not None
    assert (found.state, found.text_id) == (TextState.DELIVERED, 7)


def test_a_text_that_never_arrived_is_not_found(carrier: PracticeCarrier, world: World) -> None:
    world.faults.carrier.before_effect_500 = 1
    carrier.send(INVITATION)

    assert carrier.look_up(INVITATION, since=START) is None


@pytest.mark.parametrize(
    "other", [replace(INVITATION, to="+8619900000002"), replace(INVITATION, body="取消"), replace(INVITATION, id=8)]
)
def test_another_text_is_not_taken_for_it(carrier: PracticeCarrier, other: OutText) -> None:
    carrier.send(other)

    assert carrier.look_up(INVITATION, since=START) is None


def test_a_text_is_found_behind_many_others(carrier: PracticeCarrier, world: World) -> None:
    for n in range(120):
        world.texts.accept(NewText(ALICE, f"第{n}条"))
    carrier.send(INVITATION)

    assert carrier.look_up(INVITATION, since=START) is not None


@pytest.mark.parametrize(("after_s", "is_found"), [(60, True), (61, False)])
def test_an_older_text_is_another_one(carrier: PracticeCarrier, after_s: int, is_found: bool) -> None:
    carrier.send(INVITATION)
    found = carrier.look_up(INVITATION, since=START + timedelta(seconds=after_s))

    assert (found is not None) == is_found


def test_a_bad_end_comes_with_the_carriers_code(carrier: PracticeCarrier, world: World) -> None:
    world.directory.mark(ALICE, "unreachable")
    carrier.send(INVITATION)
    world.advance(START + timedelta(minutes=1))
    found = carrier.look_up(INVITATION, since=START)

    assert found is not None
    assert (found.state, found.code) == (TextState.UNDELIVERED, "unreachable")


def test_a_carrier_that_is_down_cannot_tell(carrier: PracticeCarrier, world: World) -> None:
    world.faults.carrier.down = 1

    with pytest.raises(CarrierUnavailable, match="503"):
        carrier.look_up(INVITATION, since=START)


@pytest.mark.parametrize(
    "answer", [wire("200 OK", b"<html>"), wire("200 OK", b'{"items":[{}],"next":null}'), wire("401 No", b"{}")]
)
def test_an_answer_that_is_no_list_cannot_tell(answer: bytes) -> None:
    with answering(answer) as url, connected(url) as carrier, pytest.raises(CarrierUnavailable):
        carrier.look_up(INVITATION, since=START)


# ── callbacks ─────────────────────────────────────────────────────────────────────────────────────────────


def test_the_carriers_own_callbacks_are_believed(
    carrier: PracticeCarrier, world: World, calls: tuple[str, list[WebRequest]]
) -> None:
    address, heard = calls
    said = carrier.send(replace(INVITATION, callback_url=f"{address}/status?m=7"))
    world.advance(START + timedelta(minutes=1))
    events = [event for request in heard for event in carrier.status_events(request)]

    assert events == [
        StatusEvent(said.provider_id, TextState.SENT, "", 7),
        StatusEvent(said.provider_id, TextState.DELIVERED, "", 7),
    ]


def test_a_persons_text_comes_in_as_it_was_written(
    carrier: PracticeCarrier, world: World, calls: tuple[str, list[WebRequest]]
) -> None:
    address, heard = calls
    world.store.set("inbound_url", f"{address}/inbound")
    row = world.texts.receive(ALICE, " １ + & 好的\n")
    world.advance(START + timedelta(minutes=1))
    texts = [text for request in heard for text in carrier.inbound(request)]

    assert texts == [Inbound(row["id"], ALICE, " １ + & 好的\n", START)]


FORM = b"MessageId=SM1&MessageStatus=delivered&ErrorCode=&Tag=7"


@pytest.mark.parametrize("header", ["X-Practice-Signature", "x-practice-signature", "X-PRACTICE-SIGNATURE"])
def test_the_signature_is_found_however_its_header_is_written(carrier: PracticeCarrier, header: str) -> None:
    events = carrier.status_events(signed(FORM, header=header))

    assert events == (StatusEvent("SM1", TextState.DELIVERED, "", 7),)


@pytest.mark.parametrize(
    "headers",
    [{}, {"X-Practice-Signature": ""}, {"X-Practice-Signature": "0" * 64}, {"X-Practice-Signature": "签名\udcff"}],
)
def test_a_callback_without_a_true_signature_is_not_allowed(
    carrier: PracticeCarrier, headers: Mapping[str, str]
) -> None:
    with pytest.raises(NotAllowed, match="signature"):
        carrier.status_events(WebRequest("http://127.0.0.1/status", headers, FORM))


@pytest.mark.parametrize("body", [FORM + b" ", FORM.replace(b"delivered", b"failed"), b""])
def test_a_callback_changed_on_its_way_is_not_allowed(carrier: PracticeCarrier, body: bytes) -> None:
    with pytest.raises(NotAllowed, match="signature"):
        carrier.status_events(replace(signed(FORM), body=body))


def test_a_callback_signed_with_another_secret_is_not_allowed(carrier: PracticeCarrier) -> None:
    with pytest.raises(NotAllowed, match="signature"):
        carrier.status_events(signed(FORM, secret="other"))


@pytest.mark.parametrize("body", [b"", b'{"MessageId":"SM1"}', b"MessageId=SM1", b"\xff\xfe", b"MessageId=%ff"])
def test_a_signed_callback_that_is_no_form_is_not_allowed(carrier: PracticeCarrier, body: bytes) -> None:
    for read in (carrier.status_events, carrier.inbound):
        with pytest.raises(NotAllowed):
            read(signed(body))


@pytest.mark.parametrize("at", ["", "soon", "2026-01-05T17:00:00", "0001-01-01T00:00:00%2B08:00"])
def test_a_text_without_a_true_time_is_not_allowed(carrier: PracticeCarrier, at: str) -> None:
    with pytest.raises(NotAllowed, match="At"):
        carrier.inbound(signed(f"MessageId=SM1&From=x&Body=1&At={at}".encode()))


def test_a_state_that_we_do_not_know_is_no_news(carrier: PracticeCarrier) -> None:
    assert carrier.status_events(signed(b"MessageId=SM1&MessageStatus=read")) == ()


@pytest.mark.parametrize("tag", ["", "x", "-1", "²", "9" * 30])
def test_a_tag_that_is_not_ours_names_no_text(carrier: PracticeCarrier, tag: str) -> None:
    (event,) = carrier.status_events(signed(f"MessageId=SM1&MessageStatus=sent&Tag={tag}".encode()))

    assert event.text_id is None


def test_an_empty_secret_is_refused_at_once() -> None:
    with pytest.raises(ConfigError, match="callback_secret"):
        PracticeCarrier("practice", "http://127.0.0.1", "token", "")


# ── the doctor ────────────────────────────────────────────────────────────────────────────────────────────


def test_the_doctor_proves_the_account_and_sends_nothing(carrier: PracticeCarrier, world: World) -> None:
    lines = carrier.check()

    assert [line.verdict for line in lines] == ["ok"]
    assert bodies(world) == []


def test_the_doctor_tells_of_a_wrong_token(url: str) -> None:
    with connected(url, token="wrong") as carrier:
        (line,) = carrier.check()

    assert (line.verdict, "401" in line.seen, bool(line.remedy)) == ("fail", True, True)
