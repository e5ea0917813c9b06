"""The member's page: it shows a meeting without names, and only a button answers."""

from datetime import timedelta
from typing import Any

import pytest
from sanhui.plugin import links
from sanhui.plugin.domain.cases import CaseState
from sanhui.plugin.domain.meetings import InvitationState, MeetingState
from sanhui.plugin.store import meetings

from .conftest import LINK_KEYS, START, TEXT, Stage


def link(stage: Stage, *, version: int = 1, lasts: timedelta = timedelta(days=2)) -> tuple[int, str]:
    """Invite Bob; return the invitation and the address of its page."""
    _, _, invitation = stage.meeting(stage.routed())
    token = links.make(invitation, version, expires=START + lasts, keys=LINK_KEYS)
    return invitation, f"/m/{token}"


def state(stage: Stage, invitation: int) -> InvitationState:
    with stage.store.begin() as tx:
        return meetings.get_invitation(tx, invitation).state


def press(stage: Stage, page: str, answer: str) -> Any:
    return stage.browser().post(page, data={"answer": answer})


def test_the_page_tells_where_and_when_and_names_nobody(stage: Stage) -> None:
    _, page = link(stage)

    shown = stage.browser().get(page).text

    assert all(words in shown for words in ("柳岸网格邻里会", "1月7日 17:00", "柳岸驿站"))
    assert not any(words in shown for words in ("Bob", TEXT, "漏水", "19900000002"))


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_looking_never_answers(stage: Stage, method: str) -> None:
    invitation, page = link(stage)

    looked = stage.browser().request(method, f"{page}?answer=accept")

    assert (looked.status_code, state(stage, invitation)) == (200, InvitationState.ASKED)
    assert stage.nudges == []


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("accept", InvitationState.ACCEPTED),
        ("decline", InvitationState.DECLINED),
        ("recuse", InvitationState.RECUSED),
    ],
)
def test_a_button_answers_and_wakes_the_steps(stage: Stage, answer: str, expected: InvitationState) -> None:
    invitation, page = link(stage)

    pressed = press(stage, page, answer)

    assert (pressed.status_code, pressed.headers["location"]) == (303, page)
    assert (state(stage, invitation), len(stage.nudges)) == (expected, 1)


def test_a_member_may_change_the_answer(stage: Stage) -> None:
    invitation, page = link(stage)

    press(stage, page, "accept")
    press(stage, page, "decline")

    assert state(stage, invitation) is InvitationState.DECLINED


def test_the_page_shows_the_answer_given(stage: Stage) -> None:
    _, page = link(stage)

    press(stage, page, "accept")

    assert "您的答复：<strong>参加</strong>" in stage.browser().get(page).text


def test_an_answer_that_no_button_gives_changes_nothing(stage: Stage) -> None:
    invitation, page = link(stage)

    pressed = press(stage, page, "satisfied")

    assert (pressed.status_code, state(stage, invitation)) == (400, InvitationState.ASKED)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_changed_link_is_refused_with_the_landline(stage: Stage, method: str) -> None:
    _, page = link(stage)
    changed = page[:-1] + ("A" if page[-1] != "A" else "B")

    refused = stage.browser().request(method, changed)

    assert (refused.status_code, "023-60000141" in refused.text) == (403, True)


def test_a_link_is_over_at_its_end(stage: Stage) -> None:
    invitation, page = link(stage, lasts=timedelta(hours=1))
    stage.clock.at = START + timedelta(hours=1)

    refused = press(stage, page, "accept")

    assert (refused.status_code, state(stage, invitation)) == (410, InvitationState.ASKED)


def test_a_moved_meeting_ends_its_links(stage: Stage) -> None:
    invitation, page = link(stage)
    with stage.store.begin() as tx:
        held = meetings.get(tx, meetings.get_invitation(tx, invitation).meeting_id)
        meetings.reschedule(tx, held, START + timedelta(days=3), who="auto", why="moved", now=START)

    refused = press(stage, page, "accept")

    assert (refused.status_code, "最新的短信" in refused.text) == (410, True)
    assert state(stage, invitation) is InvitationState.ASKED


def test_a_meeting_called_off_takes_no_answer(stage: Stage) -> None:
    invitation, page = link(stage)
    with stage.store.begin() as tx:
        held = meetings.get(tx, meetings.get_invitation(tx, invitation).meeting_id)
        meetings.move(tx, held, MeetingState.CANCELLED, who="auto", why="no item", now=START)

    assert press(stage, page, "accept").status_code == 410


def test_a_meeting_that_has_begun_takes_no_answer(stage: Stage) -> None:
    invitation, page = link(stage, lasts=timedelta(days=9))
    stage.clock.at = START + timedelta(days=2)

    refused = press(stage, page, "accept")

    assert (refused.status_code, state(stage, invitation)) == (410, InvitationState.ASKED)


def test_an_answer_a_second_before_the_start_counts(stage: Stage) -> None:
    invitation, page = link(stage, lasts=timedelta(days=9))
    stage.clock.at = START + timedelta(days=2, seconds=-1)

    press(stage, page, "accept")

    assert state(stage, invitation) is InvitationState.ACCEPTED


def test_a_link_to_an_invitation_that_is_gone_is_over(stage: Stage) -> None:
    token = links.make(999, 1, expires=START + timedelta(days=1), keys=LINK_KEYS)

    assert stage.browser().get(f"/m/{token}").status_code == 410


def test_a_case_taken_off_the_agenda_is_not_shown(stage: Stage) -> None:
    _, page = link(stage)
    code = stage.held(1).code
    assert code in stage.browser().get(page).text
    with stage.store.begin() as tx:
        meetings.take_off(tx, 1)

    assert code not in stage.browser().get(page).text
    assert stage.held(1).state is CaseState.SCHEDULED
