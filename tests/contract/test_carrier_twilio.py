"""Twilio's adapter, through the real SDK, against an endpoint of Twilio's shape and against raw answers."""

import json
import logging
import os
import socket
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs, urlencode

import pytest
from sanhui.plugin.carriers.twilio import TwilioCarrier
from sanhui.plugin.carriers.twilio_errors import VERDICTS, Kind, judge
from sanhui.plugin.domain.texts import TextState
from sanhui.plugin.errors import CarrierUnavailable, ConfigError, NotAllowed
from sanhui.plugin.ports import Inbound, Outcome, OutText, StatusEvent, WebRequest
from sanhui.plugin.practice.directory import Mark
from sanhui.plugin.practice.texts import NewText
from sanhui.plugin.practice.world import World, serve
from twilio.request_validator import RequestValidator

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
ALICE = "+8619900000001"
ACCOUNT = "AC" + "1" * 32
SERVICE = "MG" + "2" * 32
SENDER = "+15005550006"
TOKEN = "practice-twilio-token"
CALLBACK = "https://street.example/sms/status?m=7"
INVITATION = OutText(7, ALICE, "参加回1,请假回2(4821)", START + timedelta(hours=5), "http://127.0.0.1:9/status?m=7")


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
def connected(
    url: str, *, tokens: Sequence[str] = (TOKEN,), sender: str = SERVICE, timeout_s: float = 5.0
) -> Iterator[TwilioCarrier]:
    carrier = TwilioCarrier(
        "twilio", ACCOUNT, tokens, sender, base_url=url, timeout_s=timeout_s, pool=4, now=lambda: START
    )
    try:
        yield carrier
    finally:
        carrier.close()


@pytest.fixture
def carrier(url: str) -> Iterator[TwilioCarrier]:
    with connected(url) as carrier:
        yield carrier


@contextmanager
def answering(answer: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """Serve every connection with *answer* byte for byte and hang up; collect the requests."""
    listening = socket.create_server(("127.0.0.1", 0))
    requests: list[bytes] = []

    def serve_all() -> None:
        while True:
            try:
                connection, _ = listening.accept()
            except OSError:
                return
            with connection, connection.makefile("rb") as file:
                heads = list(iter(file.readline, b"\r\n"))
                sizes = [int(head.split(b":")[1]) for head in heads if head.startswith(b"Content-Length")]
                requests.append(b"".join(heads) + file.read(sum(sizes)))
                connection.sendall(answer)

    thread = Thread(target=serve_all)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}", requests
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()
        listening.close()


def wire(status: int, body: bytes) -> bytes:
    return b"HTTP/1.1 %d Status\r\nContent-Length: %d\r\n\r\n%s" % (status, len(body), body)


def refusal(status: int, code: int) -> bytes:
    sentence = f"The 'To' number {ALICE} is not for us"
    return wire(status, json.dumps({"code": code, "message": sentence, "status": status}).encode())


def form_of(request: bytes) -> dict[str, list[str]]:
    return parse_qs(request.splitlines()[-1].decode())


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


class Fields(dict[str, list[str]]):
    """Form fields, each with all its values, as the SDK's validator takes them."""

    def getlist(self, name: str) -> list[str]:
        return self[name]


def signed(form: Sequence[tuple[str, str]], *, token: str = TOKEN, url: str = CALLBACK) -> WebRequest:
    """Return *form* as Twilio would post it, signed by the SDK's own reckoning."""
    fields = Fields()
    for name, value in form:
        fields.setdefault(name, []).append(value)
    signature = str(RequestValidator(token).compute_signature(url, fields))
    return WebRequest(url, {"X-Twilio-Signature": signature}, urlencode(form).encode())


# ── handing over ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_text_is_taken_under_a_sid_of_twilios(carrier: TwilioCarrier, world: World) -> None:
    said = carrier.send(INVITATION)
    row = world.texts.get(said.provider_id)

    assert (said.outcome, said.provider_id[:2]) == (Outcome.ACCEPTED, "SM")
    assert row is not None
    assert [row[name] for name in ("phone", "body", "service")] == [ALICE, INVITATION.body, SERVICE]


@pytest.mark.parametrize(("sender", "field"), [(SERVICE, "MessagingServiceSid"), (SENDER, "From")])
def test_the_sender_is_a_service_or_a_number(sender: str, field: str) -> None:
    with answering(refusal(400, 21211)) as (url, requests), connected(url, sender=sender) as carrier:
        carrier.send(INVITATION)
    form = form_of(requests[0])

    assert form[field] == [sender]
    assert len({"MessagingServiceSid", "From"} & form.keys()) == 1


@pytest.mark.parametrize(
    ("left", "validity"),
    [(timedelta(hours=5), "18000"), (timedelta(hours=10, seconds=1), "36000"), (timedelta(seconds=-1), "1")],
)
def test_a_text_waits_at_twilio_only_while_it_is_of_use(left: timedelta, validity: str) -> None:
    with answering(refusal(400, 21211)) as (url, requests), connected(url) as carrier:
        carrier.send(replace(INVITATION, expires_at=START + left))

    assert form_of(requests[0])["ValidityPeriod"] == [validity]


def test_twilio_is_asked_to_repeat_callbacks_that_fail() -> None:
    with answering(refusal(400, 21211)) as (url, requests), connected(url) as carrier:
        carrier.send(INVITATION)

    assert form_of(requests[0])["StatusCallback"] == ["http://127.0.0.1:9/status?m=7#rc=5&rp=all"]


@pytest.mark.parametrize(
    ("mark", "code", "reason"),
    [
        ("landline", "21614", "recipient"),
        ("opted_out", "21610", "opt_out"),
    ],
)
def test_a_phone_that_takes_no_texts_is_rejected_with_twilios_code(
    carrier: TwilioCarrier, world: World, mark: Mark, code: str, reason: str
) -> None:
    world.directory.mark(ALICE, mark)
    said = carrier.send(INVITATION)

    assert (said.outcome, said.code, said.reason) == (Outcome.REJECTED, code, reason)


def test_a_wrong_number_is_rejected(carrier: TwilioCarrier) -> None:
    said = carrier.send(replace(INVITATION, to="12345"))

    assert (said.outcome, said.code) == (Outcome.REJECTED, "21211")


def test_half_a_character_is_rejected_before_it_leaves(carrier: TwilioCarrier, world: World) -> None:
    said = carrier.send(replace(INVITATION, body="\ud83d"))

    assert (said.outcome, said.code) == (Outcome.REJECTED, "bad_text")
    assert bodies(world) == []


def test_wrong_credentials_send_nothing_and_may_be_mended(url: str, world: World) -> None:
    with connected(url, tokens=("wrong",)) as carrier:
        said = carrier.send(INVITATION)

    assert (said.outcome, said.code, said.reason) == (Outcome.RETRY_SAFE, "20003", "config")
    assert bodies(world) == []


def test_an_error_leaves_the_end_unknown_whether_it_was_taken_or_not(carrier: TwilioCarrier, world: World) -> None:
    world.faults.carrier.after_effect_500 = 1
    after = carrier.send(INVITATION)
    world.faults.carrier.before_effect_500 = 1
    before = carrier.send(INVITATION)

    assert [(said.outcome, said.code) for said in (after, before)] == [(Outcome.UNKNOWN, "20500")] * 2
    assert len(bodies(world)) == 1


def test_a_service_that_is_down_leaves_the_end_unknown(carrier: TwilioCarrier, world: World) -> None:
    world.faults.carrier.down = 1
    said = carrier.send(INVITATION)

    assert (said.outcome, said.code) == (Outcome.UNKNOWN, "20503")


def test_an_answer_that_does_not_come_in_time_is_unknown(url: str, world: World) -> None:
    world.faults.carrier.hang_s = 0.5
    with connected(url, timeout_s=0.2) as carrier:
        said = carrier.send(INVITATION)

    assert (said.outcome, said.code) == (Outcome.UNKNOWN, "ReadTimeout")
    assert len(bodies(world)) == 1


@pytest.mark.parametrize("url", ["http://127.0.0.1:1", "http://no-such-carrier.invalid"])
def test_a_service_that_cannot_be_reached_may_be_tried_again(url: str) -> None:
    with connected(url) as carrier:
        said = carrier.send(INVITATION)

    assert said.outcome is Outcome.RETRY_SAFE


def test_too_many_requests_may_be_tried_again() -> None:
    with answering(refusal(429, 20429)) as (url, _), connected(url) as carrier:
        said = carrier.send(INVITATION)

    assert (said.outcome, said.reason) == (Outcome.RETRY_SAFE, "throttle")


@pytest.mark.parametrize(
    "answer",
    [
        b"",
        b"HTTP/1.1 201 Created\r\nContent-Length: 90\r\n\r\n{",
        wire(201, b"<html>"),
        wire(201, b""),
        wire(201, b"[]"),
        wire(201, b'"SM1"'),
        wire(201, b"null"),
        wire(201, b"{}"),
        wire(201, b'{"sid":5}'),
        wire(302, b""),
        wire(502, b"<html>"),
        wire(503, b"Service Unavailable"),
        wire(500, b'{"type":"x","title":"y","status":"odd","code":null}'),
        b"nonsense\r\n\r\n",
    ],
)
def test_an_answer_that_does_not_tell_is_unknown_and_not_tried_again(answer: bytes) -> None:
    with answering(answer) as (url, requests), connected(url) as carrier:
        said = carrier.send(INVITATION)

    assert (said.outcome, said.provider_id) == (Outcome.UNKNOWN, "")
    assert len(requests) == 1


def test_the_newer_shape_of_a_refusal_is_understood() -> None:
    body = b'{"type":"https://x","title":"No mobile","status":400,"code":21614}'
    with answering(wire(400, body)) as (url, _), connected(url) as carrier:
        said = carrier.send(INVITATION)

    assert (said.outcome, said.code) == (Outcome.REJECTED, "21614")


def test_no_number_and_no_words_stand_in_what_is_said_or_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with answering(refusal(400, 21211)) as (url, requests), connected(url) as carrier:
        said = carrier.send(INVITATION)
        with pytest.raises(CarrierUnavailable) as raised:
            carrier.look_up(INVITATION, since=START)

    assert len(requests) == 2
    assert not any(word in f"{said!r}{raised.value}{caplog.text}" for word in ("19900000001", "参加", TOKEN, ACCOUNT))


def test_nothing_is_taken_from_the_environment(url: str, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("TWILIO_REGION", "ie1")
    monkeypatch.setenv("TWILIO_EDGE", "dublin")
    with connected(url) as carrier:
        said = carrier.send(INVITATION)

    assert said.outcome is Outcome.ACCEPTED
    assert os.environ["TWILIO_REGION"] == "ie1"


# ── what refusals mean ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("status", "code", "kind", "outcome"),
    [
        (400, 21201, Kind.BUG, Outcome.REJECTED),
        (400, 21606, Kind.CONFIG, Outcome.RETRY_SAFE),
        (404, 20404, Kind.CONFIG, Outcome.RETRY_SAFE),
        (400, 21408, Kind.ROUTE, Outcome.REJECTED),
        (400, 21614, Kind.RECIPIENT, Outcome.REJECTED),
        (400, 21610, Kind.OPT_OUT, Outcome.REJECTED),
        (400, 21618, Kind.CONTENT, Outcome.REJECTED),
        (429, 20429, Kind.THROTTLE, Outcome.RETRY_SAFE),
        (400, 21611, Kind.THROTTLE, Outcome.RETRY_SAFE),
        (500, 20500, Kind.UNCLEAR, Outcome.UNKNOWN),
    ],
)
def test_a_code_that_we_know_decides(status: int, code: int, kind: Kind, outcome: Outcome) -> None:
    verdict = judge(status, code)

    assert (verdict.kind, verdict.outcome) == (kind, outcome)


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (0, Outcome.UNKNOWN),
        (302, Outcome.UNKNOWN),
        (399, Outcome.UNKNOWN),
        (400, Outcome.REJECTED),
        (401, Outcome.RETRY_SAFE),
        (403, Outcome.RETRY_SAFE),
        (429, Outcome.RETRY_SAFE),
        (499, Outcome.REJECTED),
        (500, Outcome.UNKNOWN),
        (503, Outcome.UNKNOWN),
    ],
)
def test_a_code_that_we_do_not_know_is_judged_by_its_status(status: int, outcome: Outcome) -> None:
    assert judge(status, 99999).outcome is outcome


def test_no_code_of_a_server_error_lets_a_text_go_twice() -> None:
    unsafe = [code for code, verdict in VERDICTS.items() if 20500 <= code < 20600 and verdict.kind != Kind.UNCLEAR]

    assert unsafe == []


# ── looking up ────────────────────────────────────────────────────────────────────────────────────────────


def test_a_text_whose_answer_was_lost_is_found(carrier: TwilioCarrier, world: World) -> None:
    world.faults.carrier.after_effect_500 = 1
    carrier.send(INVITATION)
    world.advance(START + timedelta(minutes=1))
    found = carrier.look_up(INVITATION, since=START)

    assert found is not None
    assert world.texts.get(found.provider_id) is not None
    assert (found.state, found.code, found.text_id) == (TextState.DELIVERED, "", 7)


def test_a_text_that_never_arrived_is_not_found(carrier: TwilioCarrier, world: World) -> None:
    world.faults.carrier.before_effect_500 = 1
    carrier.send(INVITATION)

    assert carrier.look_up(INVITATION, since=START) is None


@pytest.mark.parametrize(
    "other", [replace(INVITATION, to="+8619900000002"), replace(INVITATION, body=INVITATION.body + " ")]
)
def test_another_text_is_not_taken_for_it(carrier: TwilioCarrier, other: OutText) -> None:
    carrier.send(other)

    assert carrier.look_up(INVITATION, since=START) is None


def test_a_text_is_found_behind_more_than_a_page_of_others(carrier: TwilioCarrier, world: World) -> None:
    carrier.send(INVITATION)
    for n in range(205):
        world.texts.accept(NewText(ALICE, f"第{n}条"))

    assert carrier.look_up(INVITATION, since=START) is not None


@pytest.mark.parametrize(("after_s", "is_found"), [(60, True), (61, False)])
def test_an_older_text_is_another_one(carrier: TwilioCarrier, after_s: int, is_found: bool) -> None:
    carrier.send(INVITATION)
    found = carrier.look_up(INVITATION, since=START + timedelta(seconds=after_s))

    assert (found is not None) == is_found


def test_a_bad_end_comes_with_twilios_code(carrier: TwilioCarrier, world: World) -> None:
    world.directory.mark(ALICE, "unreachable")
    carrier.send(INVITATION)
    world.advance(START + timedelta(minutes=1))
    found = carrier.look_up(INVITATION, since=START)

    assert found is not None
    assert (found.state, found.code) == (TextState.UNDELIVERED, "30003")


def test_a_service_that_is_down_cannot_tell(carrier: TwilioCarrier, world: World) -> None:
    world.faults.carrier.down = 1

    with pytest.raises(CarrierUnavailable):
        carrier.look_up(INVITATION, since=START)


@pytest.mark.parametrize(
    "answer", [b"", wire(200, b"<html>"), wire(200, b"[]"), wire(200, b"{}"), wire(200, b'{"messages":[5]}')]
)
def test_an_answer_that_is_no_list_cannot_tell(answer: bytes) -> None:
    with answering(answer) as (url, _), connected(url) as carrier, pytest.raises(CarrierUnavailable):
        carrier.look_up(INVITATION, since=START)


# ── callbacks ─────────────────────────────────────────────────────────────────────────────────────────────


def test_twilios_own_callbacks_are_believed(
    carrier: TwilioCarrier, world: World, calls: tuple[str, list[WebRequest]]
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
    carrier: TwilioCarrier, world: World, calls: tuple[str, list[WebRequest]]
) -> None:
    address, heard = calls
    world.store.set("inbound_url", f"{address}/inbound")
    world.store.set("inbound_style", "twilio")
    row = world.texts.receive(ALICE, " １ + & 好的\n")
    world.advance(START + timedelta(minutes=1))
    texts = [text for request in heard for text in carrier.inbound(request)]

    assert texts == [Inbound(row["id"], ALICE, " １ + & 好的\n", START)]


STATUS = [("MessageSid", "SM1"), ("MessageStatus", "undelivered"), ("ErrorCode", "30003"), ("To", ALICE)]


@pytest.mark.parametrize("tokens", [(TOKEN,), ("new", TOKEN), (TOKEN, "old")])
def test_each_of_the_tokens_proves_a_callback(tokens: Sequence[str]) -> None:
    with connected("http://127.0.0.1:1", tokens=tokens) as carrier:
        events = carrier.status_events(signed(STATUS))

    assert events == (StatusEvent("SM1", TextState.UNDELIVERED, "30003", 7),)


def test_a_token_that_is_no_longer_ours_proves_nothing(carrier: TwilioCarrier) -> None:
    with pytest.raises(NotAllowed, match="signature"):
        carrier.status_events(signed(STATUS, token="old"))


def test_blank_fields_belong_to_what_is_signed(carrier: TwilioCarrier) -> None:
    form = [("MessageSid", "SM1"), ("From", ALICE), ("Body", ""), ("FromCity", "")]

    assert carrier.inbound(signed(form)) == (Inbound("SM1", ALICE, "", START),)


def test_a_field_may_stand_several_times(carrier: TwilioCarrier) -> None:
    form = [*STATUS, ("ChannelPrefix", "b"), ("ChannelPrefix", "a"), ("ChannelPrefix", "a")]

    assert len(carrier.status_events(signed(form))) == 1


def test_the_fragment_is_no_part_of_what_is_signed(carrier: TwilioCarrier) -> None:
    request = replace(signed(STATUS), url=CALLBACK + "#rc=5&rp=all")

    assert len(carrier.status_events(request)) == 1


def test_a_lingering_code_is_left_out_on_the_way(carrier: TwilioCarrier) -> None:
    form = [("MessageSid", "SM1"), ("MessageStatus", "sending"), ("ErrorCode", "30003")]

    assert carrier.status_events(signed(form)) == (StatusEvent("SM1", TextState.ACCEPTED, "", 7),)


def test_a_state_that_we_do_not_know_is_no_news(carrier: TwilioCarrier) -> None:
    assert carrier.status_events(signed([("MessageSid", "SM1"), ("MessageStatus", "pondering")])) == ()


@pytest.mark.parametrize("query", ["", "?m=", "?m=x", "?m=-1", "?m=²", "?m=" + "9" * 30])
def test_an_address_without_our_id_names_no_text(carrier: TwilioCarrier, query: str) -> None:
    (event,) = carrier.status_events(signed(STATUS, url=f"https://street.example/sms/status{query}"))

    assert event.text_id is None


@pytest.mark.parametrize(
    "headers",
    [{}, {"X-Twilio-Signature": ""}, {"X-Twilio-Signature": "A" * 27 + "="}, {"X-Twilio-Signature": "签名\udcff"}],
)
def test_a_callback_without_a_true_signature_is_not_allowed(carrier: TwilioCarrier, headers: Mapping[str, str]) -> None:
    with pytest.raises(NotAllowed, match="signature"):
        carrier.status_events(replace(signed(STATUS), headers=headers))


@pytest.mark.parametrize(
    "changed",
    [
        {"url": CALLBACK.replace("m=7", "m=8")},
        {"url": CALLBACK.replace("https", "http")},
        {"body": urlencode(STATUS).replace("undelivered", "delivered").encode()},
        {"body": urlencode([*STATUS, ("Extra", "1")]).encode()},
    ],
)
def test_a_callback_changed_on_its_way_is_not_allowed(carrier: TwilioCarrier, changed: dict[str, str]) -> None:
    with pytest.raises(NotAllowed, match="signature"):
        carrier.status_events(replace(signed(STATUS), **changed))  # type: ignore[arg-type]  # one field of several


def json_call(body: bytes, *, is_hashed: bool) -> WebRequest:
    url = f"{CALLBACK}&bodySHA256={sha256(body).hexdigest()}" if is_hashed else CALLBACK
    signature = str(RequestValidator(TOKEN).compute_signature(url, {}))
    headers = {"X-Twilio-Signature": signature, "Content-Type": "application/json"}
    return WebRequest(url, headers, body)


@pytest.mark.parametrize("is_hashed", [True, False])
@pytest.mark.parametrize("body", [b'{"MessageSid":"SM1","MessageStatus":"sent"}', b"[1]", b"\xff\xfe", b"%ff=1", b""])
def test_a_signed_call_that_is_no_form_is_not_allowed(carrier: TwilioCarrier, body: bytes, is_hashed: bool) -> None:
    for read in (carrier.status_events, carrier.inbound):
        with pytest.raises(NotAllowed):
            read(json_call(body, is_hashed=is_hashed))


@pytest.mark.parametrize("url", ["", "http://[::1", "https://street.example:port/x", "https://street.example:99999/"])
def test_an_address_that_is_none_is_not_allowed(carrier: TwilioCarrier, url: str) -> None:
    with pytest.raises(NotAllowed):
        carrier.status_events(replace(signed(STATUS), url=url))


@pytest.mark.parametrize("missing", ["MessageSid", "MessageStatus"])
def test_a_signed_form_that_lacks_a_field_is_not_allowed(carrier: TwilioCarrier, missing: str) -> None:
    form = [(name, value) for name, value in STATUS if name != missing]

    with pytest.raises(NotAllowed, match=f"lacks {missing}"):
        carrier.status_events(signed(form))


@pytest.mark.parametrize("tokens", [(), ("",), (TOKEN, "")])
def test_an_empty_token_is_refused_at_once(tokens: Sequence[str]) -> None:
    with pytest.raises(ConfigError, match="auth_tokens"):
        TwilioCarrier("twilio", ACCOUNT, tokens, SENDER)


# ── the doctor ────────────────────────────────────────────────────────────────────────────────────────────


def test_the_doctor_proves_the_account_and_sends_nothing(carrier: TwilioCarrier, world: World) -> None:
    (line,) = carrier.check()

    assert (line.verdict, line.seen) == ("ok", "active")
    assert bodies(world) == []


def test_the_doctor_tells_of_wrong_credentials(url: str) -> None:
    with connected(url, tokens=("wrong",)) as carrier:
        (line,) = carrier.check()

    assert (line.verdict, "20003" in line.seen, bool(line.remedy)) == ("fail", True, True)


def test_the_doctor_tells_of_an_account_that_is_closed() -> None:
    answer = wire(200, b'{"sid":"AC1","status":"suspended"}')
    with answering(answer) as (url, _), connected(url) as carrier:
        (line,) = carrier.check()

    assert (line.verdict, line.seen) == ("fail", "suspended")
