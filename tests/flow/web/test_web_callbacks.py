"""Carriers' callbacks: signed ones take effect once, all others change nothing."""

import hmac
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sanhui.plugin.domain.answers import Asking
from sanhui.plugin.domain.meetings import InvitationState
from sanhui.plugin.domain.texts import Purpose, TextState
from sanhui.plugin.store import meetings, people, questions, texts
from sanhui.plugin.store.tables import inbound, text_event
from starlette.testclient import TestClient

from .conftest import SECRET, START, Stage

FORM = {"content-type": "application/x-www-form-urlencoded"}
BOB = "19900000002"


def post(browser: TestClient, path: str, form: Mapping[str, str], *, secret: str = SECRET) -> Any:
    body = urlencode(form).encode()
    signature = hmac.new(secret.encode(), body, "sha256").hexdigest()
    return browser.post(path, content=body, headers={**FORM, "x-practice-signature": signature})


def said(body: str, message: str = "IN-1", phone: str = BOB) -> dict[str, str]:
    return {"MessageId": message, "From": phone, "Body": body, "At": "2026-01-05T17:00:00+08:00"}


def count(stage: Stage, table: sa.Table) -> int:
    with stage.store.begin() as tx:
        return int(tx.execute(sa.select(sa.func.count()).select_from(table)).scalar_one())


def invited(stage: Stage) -> int:
    """Invite Bob by text; return the invitation."""
    _, _, invitation = stage.meeting(stage.routed())
    with stage.store.begin() as tx:
        bob = people.put(tx, stage.store.phones, BOB)
        questions.ask(tx, bob, Asking.INVITATION, invitation, code="4821", until=START + timedelta(days=2))
    return invitation


def state(stage: Stage, invitation: int) -> InvitationState:
    with stage.store.begin() as tx:
        return meetings.get_invitation(tx, invitation).state


def sent_text(stage: Stage) -> int:
    """Write a text to Bob and claim it for the carrier; return its id."""
    with stage.store.begin() as tx:
        bob = people.put(tx, stage.store.phones, BOB)
        until = START + timedelta(days=1)
        stage.letters.text(tx, Purpose.STOP_ACK, bob, "x", now=START, expires_at=until)
        (text_id,) = texts.due(tx, now=START, limit=9)
        texts.claim(tx, texts.get(tx, text_id), carrier="practice", now=START, lease=timedelta(minutes=5))
    return text_id


def test_an_answer_takes_effect_and_wakes_the_steps(stage: Stage) -> None:
    invitation = invited(stage)

    answer = post(stage.browser(), "/carriers/practice/inbound", said("1"))

    assert (answer.status_code, state(stage, invitation), len(stage.nudges)) == (204, InvitationState.ACCEPTED, 1)


def test_an_answer_that_comes_twice_counts_once(stage: Stage) -> None:
    invited(stage)
    browser = stage.browser()

    codes = [post(browser, "/carriers/practice/inbound", said("1")).status_code for _ in range(2)]

    assert (codes, count(stage, inbound)) == ([204, 204], 1)


def test_the_last_answer_counts(stage: Stage) -> None:
    invitation = invited(stage)
    browser = stage.browser()

    post(browser, "/carriers/practice/inbound", said("1", "IN-1"))
    post(browser, "/carriers/practice/inbound", said("2", "IN-2"))

    assert state(stage, invitation) is InvitationState.DECLINED


def test_a_stranger_gets_the_same_answer(stage: Stage) -> None:
    assert post(stage.browser(), "/carriers/practice/inbound", said("1", phone="19900000099")).status_code == 204


def test_a_forged_answer_is_refused_and_not_kept(stage: Stage) -> None:
    invitation = invited(stage)

    answer = post(stage.browser(), "/carriers/practice/inbound", said("1"), secret="guessed")

    assert (answer.status_code, count(stage, inbound), stage.nudges) == (403, 0, [])
    assert state(stage, invitation) is InvitationState.ASKED


def test_an_unsigned_answer_is_refused(stage: Stage) -> None:
    assert stage.browser().post("/carriers/practice/inbound", data=said("1")).status_code == 403


def test_news_of_a_text_raises_its_state(stage: Stage) -> None:
    text_id = sent_text(stage)
    news = {"MessageId": "M-1", "MessageStatus": "delivered", "ErrorCode": "", "Tag": str(text_id)}

    answer = post(stage.browser(), "/carriers/practice/status", news)

    with stage.store.begin() as tx:
        found = texts.get(tx, text_id).state
    assert (answer.status_code, found) == (204, TextState.DELIVERED)


def test_news_of_a_text_that_nobody_knows_is_answered_alike(stage: Stage) -> None:
    news = {"MessageId": "M-9", "MessageStatus": "sent", "ErrorCode": "", "Tag": ""}

    assert post(stage.browser(), "/carriers/practice/status", news).status_code == 204


def test_forged_news_is_refused_and_not_kept(stage: Stage) -> None:
    text_id = sent_text(stage)
    news = {"MessageId": "M-1", "MessageStatus": "delivered", "ErrorCode": "", "Tag": str(text_id)}

    answer = post(stage.browser(), "/carriers/practice/status", news, secret="guessed")

    assert (answer.status_code, count(stage, text_event)) == (403, 0)


def test_an_unknown_carrier_is_not_found(stage: Stage) -> None:
    assert post(stage.browser(), "/carriers/nobody/status", {}).status_code == 404


@pytest.mark.parametrize("length", [64 * 1024 + 1, 5 * 1024 * 1024])
def test_a_giant_body_is_refused(stage: Stage, length: int) -> None:
    answer = stage.browser().post("/carriers/practice/inbound", content=b"a" * length, headers=FORM)

    assert answer.status_code == 413


def test_a_giant_body_that_hides_its_length_is_refused(stage: Stage) -> None:
    pieces = (b"a" * 1024 for _ in range(100))

    answer = stage.browser().post("/carriers/practice/inbound", content=pieces, headers=FORM)

    assert answer.status_code == 413


def test_a_body_of_the_longest_length_is_read(stage: Stage) -> None:
    answer = stage.browser().post("/carriers/practice/inbound", content=b"a" * 64 * 1024, headers=FORM)

    assert answer.status_code == 403


def test_a_database_that_does_not_answer_makes_the_carrier_try_again(stage: Stage) -> None:
    stage.break_store()

    answer = post(stage.browser(), "/carriers/practice/inbound", said("1"))

    assert (answer.status_code, answer.headers["retry-after"]) == (503, "5")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.binary(max_size=300),
    query=st.binary(max_size=40),
    kind=st.sampled_from([FORM, {"content-type": "application/json"}, {}]),
    signature=st.text("0123456789abcdef\xe9", max_size=64),
    name=st.sampled_from(["practice", "nobody", "%00", "%ff"]),
    what=st.sampled_from(["status", "inbound"]),
)
def test_random_bytes_are_refused_and_never_an_error(
    stage: Stage, body: bytes, query: bytes, kind: Mapping[str, str], signature: str, name: str, what: str
) -> None:
    headers = [(key.encode(), value.encode()) for key, value in kind.items()]
    headers.append((b"x-practice-signature", signature.encode("latin-1")))
    address = f"/carriers/{name}/{what}?{urlencode({'q': query})}"

    answer = stage.browser().post(address, content=body, headers=headers)

    assert answer.status_code in {400, 403, 404}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.text(st.characters(codec="utf-8"), max_size=120))
def test_whatever_a_phone_says_is_taken(stage: Stage, body: str) -> None:
    message = f"IN-{count(stage, inbound)}"
    if message == "IN-0":
        invited(stage)

    answer = post(stage.browser(), "/carriers/practice/inbound", said(body, message))

    assert answer.status_code == 204
