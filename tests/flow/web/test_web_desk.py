"""The desk: people confirm, divert, acknowledge, review, record and close, each by name and once."""

from datetime import timedelta

import pytest
from sanhui.plugin import rulings
from sanhui.plugin.domain.cases import CaseState
from sanhui.plugin.domain.matters import Divert, Matter
from sanhui.plugin.domain.meetings import MeetingState
from sanhui.plugin.domain.outcomes import Result
from sanhui.plugin.store import cases, meetings, tasks
from sanhui.plugin.store.tasks import TaskKind

from .conftest import START, Stage, act, csrf


def diverted(stage: Stage) -> int:
    case_id = stage.case()
    with stage.store.begin() as tx:
        held = cases.get(tx, case_id)
        kind = Divert.PROTECTION
        rulings.divert(tx, stage.letters, held, kind=kind, guards="minor_at_risk", who="auto", why="", now=START)
    return case_id


def reviewing(stage: Stage) -> int:
    case_id = stage.routed()
    states = (CaseState.SCHEDULED, CaseState.DELIBERATED, CaseState.FEEDBACK, CaseState.REVIEWING)
    stage.walk(case_id, *states)
    return case_id


def open_tasks(stage: Stage, kind: TaskKind) -> int:
    with stage.store.begin() as tx:
        return len(tasks.waiting(tx, kind=kind))


def test_a_case_waits_with_its_words_quoted_and_numbers_hidden(stage: Stage) -> None:
    stage.confirming()

    page = stage.logged_in().get("/desk").text

    assert '<mark title="S4">楼顶漏水</mark>' in page
    assert ("139••••5678" in page, "13912345678" in page) == (True, False)


def test_words_of_a_case_cannot_become_markup(stage: Stage) -> None:
    case_id = stage.case(title="<script>alert(1)</script>", text="<img src=x>")
    stage.walk(case_id, CaseState.CONFIRMING)

    page = stage.logged_in().get("/desk").text

    assert ("<script" in page, "<img" in page, "&lt;script&gt;" in page) == (False, False, True)


def test_confirming_as_proposed_fixes_the_route_by_name(stage: Stage) -> None:
    case_id = stage.confirming("S4")

    answer = act(stage.logged_in(), stage, f"/desk/cases/{case_id}/confirm", case_id, rule="S4")

    held = stage.held(case_id)
    assert (answer.headers["location"], len(stage.nudges)) == ("/desk?told=done", 1)
    assert (held.state, held.rule, held.routed_by) == (CaseState.ROUTED, "S4", "Alice")


def test_a_form_without_the_sessions_token_changes_nothing(stage: Stage) -> None:
    case_id = stage.confirming()
    seen = stage.held(case_id).changed_at.isoformat()

    answer = stage.logged_in().post(f"/desk/cases/{case_id}/confirm", data={"rule": "S4", "seen": seen})

    assert (answer.status_code, stage.held(case_id).state) == (403, CaseState.CONFIRMING)


def test_the_token_of_another_session_changes_nothing(stage: Stage) -> None:
    case_id = stage.confirming()
    form = {"rule": "S4", "seen": stage.held(case_id).changed_at.isoformat(), "csrf": csrf(stage.logged_in("Bob"))}

    answer = stage.logged_in("Alice").post(f"/desk/cases/{case_id}/confirm", data=form)

    assert (answer.status_code, stage.held(case_id).state) == (403, CaseState.CONFIRMING)


def test_a_page_older_than_the_case_decides_nothing(stage: Stage) -> None:
    case_id = stage.confirming()
    browser = stage.logged_in()
    form = {"csrf": csrf(browser), "rule": "S4", "seen": stage.held(case_id).changed_at.isoformat()}
    with stage.store.begin() as tx:
        cases.set_values(tx, cases.get(tx, case_id), now=START + timedelta(seconds=1), text="another text")

    answer = browser.post(f"/desk/cases/{case_id}/confirm", data=form)

    assert (answer.status_code, "changed since" in answer.text) == (403, True)
    assert stage.held(case_id).state is CaseState.CONFIRMING


def test_a_change_without_a_reason_is_told_on_the_page(stage: Stage) -> None:
    case_id = stage.confirming("S4")

    answer = act(stage.logged_in(), stage, f"/desk/cases/{case_id}/confirm", case_id, rule="G2", why="  ")

    assert (answer.status_code, "needs a reason" in answer.text) == (403, True)
    assert stage.held(case_id).state is CaseState.CONFIRMING


def test_a_move_down_waits_for_a_second_person(stage: Stage) -> None:
    case_id = stage.confirming("G3")
    alice = stage.logged_in("Alice")

    first = act(alice, stage, f"/desk/cases/{case_id}/confirm", case_id, rule="F4", why="同一栋")
    again = act(alice, stage, f"/desk/cases/{case_id}/confirm", case_id, rule="F4", why="同一栋")

    assert (first.headers["location"], again.status_code) == ("/desk?told=second", 403)
    assert stage.held(case_id).state is CaseState.CONFIRMING


def test_a_second_person_carries_the_move_down_out(stage: Stage) -> None:
    case_id = stage.confirming("G3")
    act(stage.logged_in("Alice"), stage, f"/desk/cases/{case_id}/confirm", case_id, rule="F4", why="同一栋")

    act(stage.logged_in("Bob"), stage, f"/desk/cases/{case_id}/confirm", case_id, rule="F4", why="同意")

    held = stage.held(case_id)
    assert (held.state, held.matter, held.routed_by) == (CaseState.ROUTED, Matter.FAMILY, "Alice+Bob")


def test_a_case_that_somebody_else_confirmed_is_late(stage: Stage) -> None:
    case_id = stage.confirming()
    act(stage.logged_in("Bob"), stage, f"/desk/cases/{case_id}/confirm", case_id, rule="S4")

    answer = act(stage.logged_in(), stage, f"/desk/cases/{case_id}/confirm", case_id, rule="S4")

    assert answer.headers["location"] == "/desk?told=late"


def test_a_case_is_diverted_with_a_reason(stage: Stage) -> None:
    case_id = stage.confirming()
    form = {"kind": "emergency", "why": "听说有明火"}

    act(stage.logged_in(), stage, f"/desk/cases/{case_id}/divert", case_id, **form)

    held = stage.held(case_id)
    assert (held.state, held.divert, held.routed_by) == (CaseState.DIVERTED, "emergency", "Alice")


def test_a_case_that_cannot_be_diverted_any_more_says_so(stage: Stage) -> None:
    case_id = reviewing(stage)

    answer = act(stage.logged_in(), stage, f"/desk/cases/{case_id}/divert", case_id, kind="crime", why="现在才知道")

    assert (answer.status_code, "cannot go from reviewing to diverted" in answer.text) == (409, True)


def test_acknowledging_ends_a_diverted_case_and_its_task(stage: Stage) -> None:
    case_id = diverted(stage)

    act(stage.logged_in(), stage, f"/desk/cases/{case_id}/acknowledge", case_id)

    assert (stage.held(case_id).state, open_tasks(stage, TaskKind.DUTY)) == (CaseState.REFERRED, 0)


@pytest.mark.parametrize(("verdict", "expected"), [("close", CaseState.ARCHIVED), ("reopen", CaseState.ROUTED)])
def test_a_review_closes_or_reopens(stage: Stage, verdict: str, expected: CaseState) -> None:
    case_id = reviewing(stage)

    act(stage.logged_in(), stage, f"/desk/cases/{case_id}/review", case_id, verdict=verdict, why="走访过")

    assert stage.held(case_id).state is expected


def test_who_routed_a_case_does_not_review_it(stage: Stage) -> None:
    case_id = reviewing(stage)
    with stage.store.begin() as tx:
        cases.set_values(tx, cases.get(tx, case_id), now=START, routed_by="Alice")

    answer = act(stage.logged_in(), stage, f"/desk/cases/{case_id}/review", case_id, verdict="close", why="走访过")

    assert (answer.status_code, stage.held(case_id).state) == (403, CaseState.REVIEWING)


def test_a_result_is_recorded_by_name(stage: Stage) -> None:
    _, item, _ = stage.meeting(stage.routed(), state=MeetingState.CONVENED)

    act(stage.logged_in(), stage, f"/desk/items/{item}/result", result="agreed")

    with stage.store.begin() as tx:
        assert meetings.get_item(tx, item).result is Result.AGREED


def test_a_result_before_the_meeting_is_not_taken(stage: Stage) -> None:
    _, item, _ = stage.meeting(stage.routed())

    answer = act(stage.logged_in(), stage, f"/desk/items/{item}/result", result="agreed")

    with stage.store.begin() as tx:
        assert meetings.get_item(tx, item).result is None
    assert answer.headers["location"] == "/desk?told=late"


@pytest.mark.parametrize(
    "path",
    [
        "/cases/9",
        "/cases/99999999999999999999",
        "/cases/none",
        "/desk/cases/9/acknowledge",
        "/desk/items/9/result",
        "/desk/actions/9/drop",
        "/desk/writebacks/9/retry",
        "/desk/writebacks/1/burn",
    ],
)
def test_what_is_not_there_is_not_found(stage: Stage, path: str) -> None:
    browser = stage.logged_in()
    form = {"csrf": csrf(browser), "seen": "x", "why": "x", "result": "agreed"}

    answer = browser.get(path) if path.startswith("/cases") else browser.post(path, data=form)

    assert answer.status_code == 404


@pytest.mark.parametrize("form", [{"rule": "Z9"}, {"rule": "S4", "why": "x" * 301}, {}])
def test_a_form_that_no_page_sends_is_refused(stage: Stage, form: dict[str, str]) -> None:
    case_id = stage.confirming()

    answer = act(stage.logged_in(), stage, f"/desk/cases/{case_id}/confirm", case_id, **form)

    assert (answer.status_code, stage.held(case_id).state) == (400, CaseState.CONFIRMING)


def test_the_case_file_tells_its_way_without_a_number(stage: Stage) -> None:
    case_id = stage.confirming()
    browser = stage.logged_in()
    act(browser, stage, f"/desk/cases/{case_id}/confirm", case_id, rule="S4")

    page = browser.get(f"/cases/{case_id}").text

    assert all(words in page for words in ("待确认 → <strong>已分流</strong>", "Alice", "规则S4", "待回写"))
    assert "13912345678" not in page
