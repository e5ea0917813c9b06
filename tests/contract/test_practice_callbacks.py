"""The practice carrier calls back with real signatures, in order, until it is heard."""

import hmac
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qsl

import httpx2
import pytest
from sanhui.plugin.practice.calling import MAX_TRIES
from sanhui.plugin.practice.texts import NewText
from sanhui.plugin.practice.world import World, serve
from twilio.request_validator import RequestValidator

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
ALICE, BOB = "+8619900000001", "+8619900000002"


class Listener:
    """A customer who takes what the carrier posts, and keeps it."""

    def __init__(self) -> None:
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.status = 204
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.heard.append((dict(self.headers), body))
                self.send_response(listener.status)
                self.end_headers()

            def log_message(self, format: str, *arguments: object) -> None:
                """Stay silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/sms?m=42"
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def forms(self) -> list[dict[str, str]]:
        """Return what was heard, as forms."""
        return [dict(parse_qsl(body.decode(), keep_blank_values=True)) for _, body in self.heard]

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.close()


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path / "world.db")
    world.advance(START)
    yield world
    world.close()


def minutes(count: float) -> datetime:
    return START + timedelta(minutes=count)


def bring_inbound(world: World, url: str, *, style: str) -> None:
    world.store.set("inbound_url", url)
    world.store.set("inbound_style", style)


def test_every_state_after_the_first_is_called_back_in_order(world: World, listener: Listener) -> None:
    row = world.texts.accept(NewText(ALICE, "参加回1", callback=listener.url, tag="m-1"))
    world.advance(minutes(1))

    assert listener.forms() == [
        {"MessageId": row["id"], "MessageStatus": "sent", "ErrorCode": "", "Tag": "m-1"},
        {"MessageId": row["id"], "MessageStatus": "delivered", "ErrorCode": "", "Tag": "m-1"},
    ]


def test_a_callback_has_gone_out_before_the_clock_answers(world: World, listener: Listener) -> None:
    world.texts.accept(NewText(ALICE, "参加回1", callback=listener.url))
    serving = serve(world)
    httpx2.put(f"{serving.url}/practice/clock", json={"now": minutes(1).isoformat()}).raise_for_status()
    heard = len(listener.heard)
    serving.stop()

    assert heard == 2


def test_a_callback_carries_the_hmac_of_its_raw_body(world: World, listener: Listener) -> None:
    world.texts.accept(NewText(ALICE, "参加回1", callback=listener.url, tag="记号 & 1"))
    world.advance(minutes(1))
    headers, body = listener.heard[0]

    assert headers["X-Practice-Signature"] == hmac.new(b"practice-callback-secret", body, "sha256").hexdigest()


def test_an_error_is_told_with_the_last_state(world: World, listener: Listener) -> None:
    world.directory.mark(ALICE, "unreachable")
    world.texts.accept(NewText(ALICE, "参加回1", callback=listener.url))
    world.advance(minutes(1))

    last = listener.forms()[-1]

    assert (last["MessageStatus"], last["ErrorCode"]) == ("undelivered", "unreachable")


def test_twilios_own_validator_accepts_a_status_callback(world: World, listener: Listener) -> None:
    url = f"{listener.url}#rc=5&rp=all"
    world.texts.accept(NewText(ALICE, "参加回1", callback=url, style="twilio", account="AC" + "1" * 32))
    world.advance(minutes(1))
    validator = RequestValidator(world.secrets.twilio_token)
    signed = [
        (form, headers["X-Twilio-Signature"])
        for form, (headers, _) in zip(listener.forms(), listener.heard, strict=True)
    ]

    assert [form["MessageStatus"] for form, _ in signed] == ["sent", "delivered"]
    assert all(validator.validate(listener.url, form, signature) for form, signature in signed)
    assert not validator.validate(f"{listener.url}0", *signed[0])


def test_twilios_own_validator_accepts_an_inbound_text(world: World, listener: Listener) -> None:
    bring_inbound(world, listener.url, style="twilio")
    world.life.say(ALICE, "1 参加 ")
    (form,), headers = listener.forms(), listener.heard[0][0]

    assert (form["From"], form["Body"], form["NumMedia"]) == (ALICE, "1 参加 ", "0")
    assert RequestValidator(world.secrets.twilio_token).validate(listener.url, form, headers["X-Twilio-Signature"])


def test_an_inbound_text_goes_out_at_once_and_signed(world: World, listener: Listener) -> None:
    bring_inbound(world, listener.url, style="practice")
    world.life.say(ALICE, "１")
    (headers, body), (form,) = listener.heard[0], listener.forms()

    assert (form["From"], form["Body"], form["At"]) == (ALICE, "１", "2026-01-05T17:00:00.000000+08:00")
    assert headers["X-Practice-Signature"] == hmac.new(b"practice-callback-secret", body, "sha256").hexdigest()


def test_an_answer_goes_to_the_number_that_asked(world: World, listener: Listener) -> None:
    bring_inbound(world, listener.url, style="twilio")
    world.texts.accept(NewText(ALICE, "参加回1", style="twilio", account="AC" + "3" * 32, sender="+15005550006"))
    world.life.say(ALICE, "1")
    (form,) = listener.forms()

    assert (form["To"], form["AccountSid"]) == ("+15005550006", "AC" + "3" * 32)


@pytest.mark.parametrize("status", [302, 403, 500])
def test_a_callback_that_was_refused_is_tried_again(world: World, listener: Listener, status: int) -> None:
    listener.status = status
    world.texts.accept(NewText(ALICE, "参加回1", callback=listener.url))
    world.advance(minutes(1))
    listener.status = 204
    world.advance(minutes(2))
    told = [form["MessageStatus"] for form in listener.forms()]

    assert told == ["sent", "delivered", "sent", "delivered"]
    assert world.calls.waiting() == 0


def test_a_callback_is_dropped_after_the_last_try(world: World, listener: Listener) -> None:
    listener.status = 500
    bring_inbound(world, listener.url, style="practice")
    world.life.say(ALICE, "1")
    for _ in range(MAX_TRIES + 5):
        world.advance(minutes(1))

    assert len(listener.heard) == MAX_TRIES
    assert world.calls.waiting() == 0


def test_nothing_is_lost_while_nobody_listens(world: World, listener: Listener) -> None:
    listener.close()
    world.texts.accept(NewText(ALICE, "参加回1", callback=listener.url))
    world.advance(minutes(1))

    assert world.calls.waiting() == 2


def test_callbacks_can_come_twice(world: World, listener: Listener) -> None:
    world.faults.carrier.duplicate_callbacks = 1
    world.texts.accept(NewText(ALICE, "参加回1", callback=listener.url))
    world.advance(minutes(1))

    assert [form["MessageStatus"] for form in listener.forms()] == ["sent", "sent", "delivered", "delivered"]


def test_callbacks_can_come_out_of_order(world: World, listener: Listener) -> None:
    listener.status = 503
    world.texts.accept(NewText(ALICE, "参加回1", callback=listener.url))
    world.advance(minutes(1))
    listener.status, listener.heard = 204, []
    world.faults.carrier.reorder_callbacks = True
    world.advance(minutes(2))

    assert [form["MessageStatus"] for form in listener.forms()] == ["delivered", "sent"]


def test_what_was_queued_survives_a_restart(world: World, listener: Listener, tmp_path: Path) -> None:
    listener.status = 503
    bring_inbound(world, listener.url, style="practice")
    world.life.say(BOB, "2")
    listener.status, listener.heard = 204, []
    again = World(tmp_path / "world.db")
    again.advance(minutes(1))
    again.close()

    assert [form["Body"] for form in listener.forms()] == ["2"]
