"""Two processes at once: of those who read the same, one wins, and the other is told."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sanhui.plugin.domain.answers import Asking, Meaning
from sanhui.plugin.domain.cases import CaseState
from sanhui.plugin.domain.evaluation import EvaluationState, Verdict
from sanhui.plugin.domain.matters import CouncilKind
from sanhui.plugin.domain.meetings import MeetingState
from sanhui.plugin.domain.outcomes import Promise, Result
from sanhui.plugin.store import (
    Tx,
    cases,
    councils,
    cursors,
    evaluations,
    leases,
    meetings,
    meta,
    people,
    promises,
    questions,
    tasks,
    texts,
    writebacks,
)
from sanhui.plugin.store.tasks import TaskKind
from sanhui.plugin.store.writebacks import WriteState

from .conftest import NOW, Meeting, Records

MINUTE = timedelta(minutes=1)

#: What two may do at once on the same rows; returns whether the caller was the one.
Act = Callable[[Tx], object]


def _move_case(records: Records) -> Act:
    case = records.case()
    with records.store.begin() as tx:
        held = cases.get(tx, case)
    return lambda tx: cases.move(tx, held, CaseState.CONFIRMING, who="auto", why="unsure", now=NOW)


def _move_meeting(records: Records) -> Act:
    meeting = records.meeting()
    with records.store.begin() as tx:
        held = meetings.get(tx, meeting)
    return lambda tx: meetings.move(tx, held, MeetingState.INVITING, who="auto", why="asked", now=NOW)


def _reschedule(records: Records) -> Act:
    meeting = records.meeting()
    with records.store.begin() as tx:
        held = meetings.get(tx, meeting)
    return lambda tx: meetings.reschedule(tx, held, NOW + timedelta(days=3), who="auto", why="no quorum", now=NOW)


def _put_invitation(records: Records) -> Act:
    meeting, person = records.meeting(), records.person()
    return lambda tx: meetings.put_invitation(tx, meeting, person, role="delegate", votes=True)


def _remind(records: Records) -> Act:
    invitation = records.invitation(records.meeting(), records.person())
    return lambda tx: meetings.mark_reminded(tx, invitation, now=NOW)


def _act_on_result(records: Records) -> Act:
    item = records.item(records.meeting(), records.case())
    with records.store.begin() as tx:
        meetings.record(tx, item, Result.AGREED, who="Alice", now=NOW)
    return lambda tx: meetings.act_on(tx, item)


def _write_text(records: Records) -> Act:
    new = records.new_text(records.person())
    return lambda tx: texts.write(tx, new, now=NOW)


def _claim_text(records: Records) -> Act:
    text = records.text(records.person())
    with records.store.begin() as tx:
        held = texts.get(tx, text)
    return lambda tx: texts.claim(tx, held, carrier="practice", now=NOW, lease=MINUTE)


def _write_step(records: Records) -> Act:
    case = records.case()
    values: dict[str, Any] = {"key": "a-key", "step": "routed", "note": "", "host_state": None}
    return lambda tx: writebacks.write(tx, case, state=WriteState.PENDING, now=NOW, **values)


def _claim_step(records: Records) -> Act:
    write = records.write(records.case(), "routed")
    return lambda tx: writebacks.claim(tx, write, now=NOW, lease=MINUTE)


def _open_task(records: Records) -> Act:
    case = records.case()
    return lambda tx: tasks.open_once(tx, TaskKind.DUTY, "1", why="fire", now=NOW, case_id=case)


def _close_task(records: Records) -> Act:
    with records.store.begin() as tx:
        tasks.open_once(tx, TaskKind.DUTY, "1", why="fire", now=NOW)
        (task,) = tasks.waiting(tx)
    return lambda tx: tasks.close(tx, task.id, who="Alice", resolution="seen", now=NOW)


def _ask_resident(records: Records) -> Act:
    case, person = records.case(), records.person()
    return lambda tx: evaluations.ask(tx, case, person, now=NOW)


def _answer_evaluation(records: Records) -> Act:
    case, person = records.case(), records.person()
    with records.store.begin() as tx:
        evaluations.ask(tx, case, person, now=NOW)
    return lambda tx: evaluations.answer(tx, case, Verdict.SATISFIED, now=NOW)


def _remind_resident(records: Records) -> Act:
    case, person = records.case(), records.person()
    with records.store.begin() as tx:
        evaluations.ask(tx, case, person, now=NOW)
        held = evaluations.find(tx, case)
    assert held is not None
    return lambda tx: evaluations.move(tx, held, EvaluationState.REMINDED)


def _promise(records: Records) -> Act:
    case, meeting, person = records.case(), records.meeting(), records.person()
    return lambda tx: promises.promise(tx, case, meeting, Promise(person, "修楼顶", date(2026, 1, 12)))


def _keep_inbound(records: Records) -> Act:
    person = records.person()
    values: dict[str, Any] = {"person_id": person, "body": "1", "at": NOW, "question_id": None, "why": ""}
    return lambda tx: questions.keep_inbound(
        tx, "practice", "in-1", meaning=Meaning.ACCEPT, handled="applied", **values
    )


ONCE = {
    "move a case": _move_case,
    "move a meeting": _move_meeting,
    "move a meeting to another time": _reschedule,
    "invite a person": _put_invitation,
    "remind a member": _remind,
    "act on a result": _act_on_result,
    "write a text": _write_text,
    "claim a text": _claim_text,
    "write a step for the host": _write_step,
    "claim a step for the host": _claim_step,
    "open a task": _open_task,
    "close a task": _close_task,
    "ask a resident": _ask_resident,
    "keep a verdict": _answer_evaluation,
    "remind a resident": _remind_resident,
    "keep a promise": _promise,
    "keep an answer": _keep_inbound,
}


def _is_mine(found: object) -> bool:
    return found is not None and found is not False


@pytest.mark.parametrize("name", ONCE)
def test_of_two_that_overlap_the_first_wins_and_the_second_is_told(name: str, records: Records, meet: Meeting) -> None:
    first, second = meet.overlap(ONCE[name](records))

    assert [_is_mine(first), _is_mine(second)] == [True, False]


@pytest.mark.parametrize("name", ONCE)
def test_of_eight_that_start_at_once_one_wins(name: str, records: Records, meet: Meeting) -> None:
    found = meet.together(8, ONCE[name](records))

    assert sum(_is_mine(one) for one in found) == 1


def _put_person(records: Records) -> Act:
    return lambda tx: people.put(tx, records.store.phones, "19900000009", name="Bob")


def _put_post(records: Records) -> Act:
    person = records.person()
    return lambda tx: people.put_post(tx, people.CLERK, "509901001", person, order=1)


def _put_party(records: Records) -> Act:
    case, person = records.case(), records.person()
    return lambda tx: cases.put_party(tx, case, person, "reporter")


def _put_council(records: Records) -> Act:
    return lambda tx: councils.put(tx, CouncilKind.JOINT, "509901001", name="街道联席会", place="江畔街道")


def _save_cursor(records: Records) -> Act:
    return lambda tx: cursors.save(tx, "practice", {"page": "2"}, now=NOW)


def _set_fact(records: Records) -> Act:
    return lambda tx: meta.once(tx, "mode", "shadow")


def _insert_case(records: Records) -> Act:
    return lambda tx: cases.insert(tx, "practice", [records.incoming()], now=NOW)


ALIKE = {
    "keep a case": _insert_case,
    "put a person": _put_person,
    "put a post": _put_post,
    "put a party": _put_party,
    "put a council": _put_council,
    "save a cursor": _save_cursor,
    "set a fact": _set_fact,
}


@pytest.mark.parametrize("name", ALIKE)
def test_what_two_do_alike_is_done_once_and_both_go_on(name: str, records: Records, meet: Meeting) -> None:
    first, second = meet.overlap(ALIKE[name](records))

    assert first == second


def test_of_two_clocks_one_holds_the_lease(meet: Meeting) -> None:
    names = iter(["one", "other"])

    held = meet.overlap(lambda tx: leases.take(tx, "clock", next(names), now=NOW, length=MINUTE))

    assert held == (True, False)


def test_two_questions_to_a_phone_at_once_share_no_digit(records: Records, meet: Meeting) -> None:
    person = records.person()
    subjects = iter([1, 2])

    def ask(tx: Tx) -> tuple[int, ...]:
        subject, until = next(subjects), NOW + timedelta(days=1)
        return questions.ask(tx, person, Asking.INVITATION, subject, code=f"100{subject}", until=until).digits

    first, second = meet.overlap(ask)

    assert first
    assert second
    assert not set(first) & set(second)
