"""The desk's tasks: troubled promises, refused write-backs, answers to read; each ends with what was done."""

from datetime import date, timedelta
from typing import Any

import pytest
from sanhui.plugin import rulings
from sanhui.plugin.domain.answers import Meaning
from sanhui.plugin.domain.cases import CaseState
from sanhui.plugin.domain.matters import Divert
from sanhui.plugin.domain.outcomes import ActionState, Promise
from sanhui.plugin.store import cases, people, promises, questions, tasks, writebacks
from sanhui.plugin.store.tasks import TaskKind
from sanhui.plugin.store.writebacks import WriteState

from .conftest import START, Stage, act


def diverted(stage: Stage) -> int:
    case_id = stage.case()
    with stage.store.begin() as tx:
        held = cases.get(tx, case_id)
        kind = Divert.PROTECTION
        rulings.divert(tx, stage.letters, held, kind=kind, guards="minor_at_risk", who="auto", why="", now=START)
    return case_id


def open_tasks(stage: Stage, kind: TaskKind) -> int:
    with stage.store.begin() as tx:
        return len(tasks.waiting(tx, kind=kind))


def troubled(stage: Stage, state: ActionState = ActionState.BLOCKED) -> tuple[int, int]:
    """Keep a case with a promise that meets trouble, and the task about it; return case and action."""
    case_id = stage.routed()
    meeting, _, _ = stage.meeting(case_id)
    stage.walk(case_id, CaseState.DELIBERATED, CaseState.IMPLEMENTING)
    with stage.store.begin() as tx:
        bob = people.put(tx, stage.store.phones, "19900000002")
        action = promises.promise(tx, case_id, meeting, Promise(bob, "清理楼道", date(2026, 1, 4)))
        assert action is not None
        promises.answer(tx, action, state, now=START)
        subject = f"{action}:{state}:2026-01-04"
        tasks.open_once(tx, TaskKind.ACTION, subject, why="trouble", now=START, case_id=case_id)
    return case_id, action


def parked(stage: Stage) -> int:
    """Keep a write-back that the host refused; return its id."""
    stage.routed()
    with stage.store.begin() as tx:
        (write,) = writebacks.due(tx, now=START, limit=1)
        held = writebacks.claim(tx, write, now=START, lease=timedelta(minutes=1))
        assert held is not None
        writebacks.settle(tx, held, WriteState.PARKED, detail="rejected", now=START)
        tasks.open_once(tx, TaskKind.WRITEBACK, str(write), why="rejected", now=START)
    return write


def test_a_duty_task_cannot_be_closed_past_its_case(stage: Stage) -> None:
    diverted(stage)

    answer = act(stage.logged_in(), stage, "/desk/tasks/1/close", why="没事")

    assert (answer.status_code, open_tasks(stage, TaskKind.DUTY)) == (403, 1)


def test_a_troubled_action_gets_a_new_date_and_its_task_ends(stage: Stage) -> None:
    _, action = troubled(stage)

    act(stage.logged_in(), stage, f"/desk/actions/{action}/extend", due="2026-01-20")

    with stage.store.begin() as tx:
        held = promises.get(tx, action)
    assert (held.state, held.due, open_tasks(stage, TaskKind.ACTION)) == (ActionState.OPEN, date(2026, 1, 20), 0)


def test_a_new_date_is_not_in_the_past(stage: Stage) -> None:
    _, action = troubled(stage)

    answer = act(stage.logged_in(), stage, f"/desk/actions/{action}/extend", due="2026-01-04")

    assert (answer.status_code, open_tasks(stage, TaskKind.ACTION)) == (403, 1)


def test_a_dropped_action_lets_its_case_go_on_now(stage: Stage) -> None:
    case_id, action = troubled(stage)

    act(stage.logged_in(), stage, f"/desk/actions/{action}/drop", why="房主已自行清理")

    with stage.store.begin() as tx:
        assert promises.get(tx, action).state is ActionState.DROPPED
    assert stage.held(case_id).next_at == START


@pytest.mark.parametrize(("verdict", "expected"), [("retry", WriteState.PENDING), ("drop", WriteState.DROPPED)])
def test_a_refused_write_back_is_tried_again_or_dropped(stage: Stage, verdict: str, expected: WriteState) -> None:
    write = parked(stage)

    act(stage.logged_in(), stage, f"/desk/writebacks/{write}/{verdict}", why="平台已作废")

    with stage.store.begin() as tx:
        assert writebacks.get(tx, write).state is expected
    assert open_tasks(stage, TaskKind.WRITEBACK) == 0


def test_an_answer_for_a_person_is_shown_and_closed_with_what_was_done(stage: Stage) -> None:
    with stage.store.begin() as tx:
        bob = people.put(tx, stage.store.phones, "19900000002", name="Bob")
        unread: dict[str, Any] = {
            "body": "让老李替我来",
            "at": START,
            "meaning": Meaning.SUBSTITUTE,
            "question_id": None,
        }
        questions.keep_inbound(tx, "practice", "IN-1", person_id=bob, handled="desk", why="", **unread)
        tasks.open_once(tx, TaskKind.ANSWER, "practice:IN-1", why="a reader", now=START)
    browser = stage.logged_in()
    shown = browser.get("/desk").text

    act(browser, stage, "/desk/tasks/1/close", why="已电话登记")

    assert "让老李替我来" in shown
    assert open_tasks(stage, TaskKind.ANSWER) == 0
