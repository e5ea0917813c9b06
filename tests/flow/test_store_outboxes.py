"""What must leave the process: texts and steps for the host, and the questions that phones answer."""

from datetime import date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sanhui.plugin.domain.answers import DIGITS, OPTIONS, Asking, Meaning
from sanhui.plugin.domain.evaluation import EvaluationState, Verdict
from sanhui.plugin.domain.outcomes import ActionState, Promise
from sanhui.plugin.domain.texts import RANK, REPORTED, Purpose, TextState
from sanhui.plugin.store import Store, evaluations, promises, questions, tasks, texts, writebacks
from sanhui.plugin.store.tasks import TaskKind
from sanhui.plugin.store.texts import TextRow
from sanhui.plugin.store.writebacks import WriteRow, WriteState

from .conftest import NOW, Records

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
LEASE = timedelta(seconds=90)
NUMBERS = count(1)
#: A store is one for all examples; each takes rows of its own.
with_one_store = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def claimed(store: Store, text_id: int, *, now: datetime = NOW) -> TextRow | None:
    with store.begin() as tx:
        return texts.claim(tx, texts.get(tx, text_id), carrier="practice", now=now, lease=LEASE)


def handed_over(store: Store, records: Records, key: str = "a-key") -> TextRow:
    held = claimed(store, records.text(records.person(), key))
    assert held is not None
    return held


def news(store: Store, provider_id: str, state: TextState, *, text_id: int | None = None, code: str = "") -> bool:
    with store.begin() as tx:
        return texts.note_event(tx, "practice", provider_id, state, code, text_id=text_id, now=NOW + MINUTE)


def text(store: Store, text_id: int) -> TextRow:
    with store.begin() as tx:
        return texts.get(tx, text_id)


# ── texts ──


def test_a_text_is_written_once_for_its_key(store: Store, records: Records) -> None:
    alice, bob = records.person(1), records.person(2)
    with store.begin() as tx:
        first = texts.write(tx, records.new_text(alice), now=NOW)
        again = texts.write(tx, records.new_text(bob, body="another"), now=NOW)
        other = texts.write(tx, records.new_text(alice, "another-key"), now=NOW)

    assert first is not None
    assert again is None
    assert other is not None
    assert text(store, first).person_id == alice


@pytest.mark.parametrize(("wait", "leaves"), [(-SECOND, False), (timedelta(0), True), (SECOND, True)])
def test_a_text_leaves_when_its_time_has_come(store: Store, records: Records, wait: timedelta, leaves: bool) -> None:
    made = records.text(records.person(), not_before=NOW + HOUR)

    with store.begin() as tx:
        due = texts.due(tx, now=NOW + HOUR + wait, limit=9)

    assert due == ([made] if leaves else [])
    assert (claimed(store, made, now=NOW + HOUR + wait) is not None) is leaves


@pytest.mark.parametrize(("wait", "leaves"), [(-SECOND, True), (timedelta(0), False), (SECOND, False)])
def test_a_text_whose_time_is_over_never_leaves(store: Store, records: Records, wait: timedelta, leaves: bool) -> None:
    made = records.text(records.person(), expires_at=NOW + HOUR)

    assert (claimed(store, made, now=NOW + HOUR + wait) is not None) is leaves


@pytest.mark.parametrize(("wait", "state"), [(-SECOND, TextState.PENDING), (timedelta(0), TextState.EXPIRED)])
def test_a_text_that_never_left_expires(store: Store, records: Records, wait: timedelta, state: TextState) -> None:
    made = records.text(records.person(), expires_at=NOW + HOUR)

    with store.begin() as tx:
        texts.expire(tx, now=NOW + HOUR + wait)

    assert text(store, made).state is state


def test_an_alarm_goes_before_whatever_was_written_earlier(store: Store, records: Records) -> None:
    person = records.person()
    routed, invited, alarm = (
        records.text(person, purpose, purpose=purpose) for purpose in (Purpose.ROUTE, Purpose.INVITE, Purpose.DUTY)
    )

    with store.begin() as tx:
        assert texts.due(tx, now=NOW, limit=9) == [alarm, invited, routed]


@pytest.mark.parametrize("state", sorted(set(TextState) - {TextState.PENDING}))
def test_only_what_is_pending_is_claimed(store: Store, records: Records, state: TextState) -> None:
    made = records.text(records.person(), state=state)

    assert claimed(store, made) is None


def test_a_text_is_claimed_once(store: Store, records: Records) -> None:
    made = records.text(records.person())
    with store.begin() as tx:
        before = texts.get(tx, made)
    first = claimed(store, made)

    with store.begin() as tx:
        stale = texts.claim(tx, before, carrier="practice", now=NOW, lease=LEASE)

    assert first is not None
    assert (first.state, first.attempts, first.carrier) == (TextState.SUBMITTING, 1, "practice")
    assert first == text(store, made)
    assert stale is None
    assert claimed(store, made) is None


def test_a_hand_over_is_known_before_it_ends(store: Store, records: Records) -> None:
    held = handed_over(store, records)

    with store.begin() as tx:
        assert texts.started_at(tx, held.id) == NOW
        assert texts.sent_since(tx, held.person_id, NOW) == 1
        assert texts.sent_since(tx, held.person_id, NOW + SECOND) == 0


def test_a_hand_over_that_ends_well_is_accepted(store: Store, records: Records) -> None:
    held = handed_over(store, records)

    with store.begin() as tx:
        assert texts.settle(tx, held, TextState.ACCEPTED, now=NOW, provider_id="m-1", outcome="accepted")

    settled = text(store, held.id)
    assert (settled.state, settled.provider_id) == (TextState.ACCEPTED, "m-1")


def test_news_that_were_faster_than_the_answer_stand(store: Store, records: Records) -> None:
    held = handed_over(store, records)
    faster = news(store, "m-1", TextState.DELIVERED, text_id=held.id)

    with store.begin() as tx:
        settled = texts.settle(tx, held, TextState.ACCEPTED, now=NOW + HOUR, provider_id="m-1", outcome="accepted")

    assert (faster, settled) == (True, False)
    assert (text(store, held.id).state, text(store, held.id).provider_id) == (TextState.DELIVERED, "m-1")


def test_a_refusal_that_the_caller_only_believes_does_not_undo_news(store: Store, records: Records) -> None:
    held = handed_over(store, records)
    news(store, "m-1", TextState.ACCEPTED, text_id=held.id)

    with store.begin() as tx:
        again = texts.settle(tx, held, TextState.PENDING, now=NOW, outcome="refused", not_before=NOW)
        due = texts.due(tx, now=NOW + HOUR, limit=9)

    assert (again, due) == (False, [])
    assert text(store, held.id).state is TextState.ACCEPTED


def test_one_who_lost_the_claim_settles_nothing(store: Store, records: Records) -> None:
    first = handed_over(store, records)
    with store.begin() as tx:
        texts.settle(tx, first, TextState.PENDING, now=NOW, outcome="unavailable", not_before=NOW)
    second = claimed(store, first.id)

    with store.begin() as tx:
        assert not texts.settle(tx, first, TextState.FAILED, now=NOW, outcome="refused")

    assert second is not None
    assert text(store, first.id) == second


def test_a_refused_text_waits_until_it_is_tried_again(store: Store, records: Records) -> None:
    held = handed_over(store, records)
    with store.begin() as tx:
        texts.settle(tx, held, TextState.PENDING, now=NOW, outcome="unavailable", not_before=NOW + MINUTE)

        assert texts.due(tx, now=NOW + MINUTE - SECOND, limit=9) == []
        assert texts.due(tx, now=NOW + MINUTE, limit=9) == [held.id]


@pytest.mark.parametrize(("waited", "found"), [(LEASE - SECOND, False), (LEASE, True), (LEASE + SECOND, True)])
def test_a_claim_of_a_dead_process_is_looked_up_when_its_time_is_over(
    store: Store, records: Records, waited: timedelta, found: bool
) -> None:
    held = handed_over(store, records)

    with store.begin() as tx:
        unclear = texts.unclear(tx, now=NOW + waited, grace=MINUTE, limit=9)

    assert [one.id for one in unclear] == ([held.id] if found else [])


@pytest.mark.parametrize(("waited", "found"), [(MINUTE - SECOND, False), (MINUTE, True), (MINUTE + SECOND, True)])
def test_a_lost_answer_is_looked_up_after_the_grace(
    store: Store, records: Records, waited: timedelta, found: bool
) -> None:
    held = handed_over(store, records)
    with store.begin() as tx:
        texts.settle(tx, held, TextState.UNKNOWN, now=NOW, outcome="unknown")

        unclear = texts.unclear(tx, now=NOW + waited, grace=MINUTE, limit=9)

    assert [(one.id, one.looks) for one in unclear] == ([(held.id, 1)] if found else [])


def test_news_of_a_stranger_change_no_text(store: Store, records: Records) -> None:
    held = handed_over(store, records)

    assert not news(store, "m-9", TextState.DELIVERED)
    assert text(store, held.id) == held


def test_news_under_another_id_do_not_rename_a_text(store: Store, records: Records) -> None:
    held = handed_over(store, records)
    with store.begin() as tx:
        texts.settle(tx, held, TextState.ACCEPTED, now=NOW, provider_id="m-1", outcome="accepted")

    assert not news(store, "m-2", TextState.FAILED, text_id=held.id)
    assert (text(store, held.id).state, text(store, held.id).provider_id) == (TextState.ACCEPTED, "m-1")


def test_doubled_news_are_applied_once(store: Store, records: Records) -> None:
    held = handed_over(store, records)

    assert [news(store, "m-1", TextState.SENT, text_id=held.id) for _ in range(3)] == [True, False, False]


@with_one_store
@given(steps=st.lists(st.sampled_from([*sorted(REPORTED), "answer", "settle", "lose"]), max_size=12))
def test_a_rank_never_falls_whatever_news_come_in_whatever_order(
    store: Store, records: Records, steps: list[str]
) -> None:
    number = next(NUMBERS)
    held = handed_over(store, records, f"key-{number}")

    ranks = [RANK[held.state]]
    for step in steps:
        _tell(store, held, step, f"m-{number}")
        ranks.append(RANK[text(store, held.id).state])

    assert ranks == sorted(ranks)


def _tell(store: Store, held: TextRow, step: str, provider_id: str) -> None:
    """Report a state, let the person answer, or end the hand-over with an answer of the carrier or without one."""
    if step in REPORTED:
        news(store, provider_id, TextState(step), text_id=held.id)
        return
    with store.begin() as tx:
        if step == "answer":
            texts.prove_delivery(tx, held.person_id, now=NOW)
        elif step == "settle":
            texts.settle(tx, held, TextState.ACCEPTED, now=NOW, provider_id=provider_id, outcome=step)
        else:
            texts.settle(tx, held, TextState.UNKNOWN, now=NOW, outcome=step)


def test_an_answer_proves_that_the_text_arrived(store: Store, records: Records) -> None:
    held = handed_over(store, records)
    news(store, "m-1", TextState.SENT, text_id=held.id)

    with store.begin() as tx:
        texts.prove_delivery(tx, held.person_id, now=NOW)

    assert text(store, held.id).state is TextState.DELIVERED


def test_what_has_left_is_neither_cancelled_nor_held_back(store: Store, records: Records) -> None:
    case_id = records.case()
    held = handed_over(store, records)
    waiting = records.text(held.person_id, "another-key", case_id=case_id)

    with store.begin() as tx:
        cancelled = texts.cancel_pending(tx, now=NOW, case_id=case_id)
        suppressed = texts.suppress_pending(tx, held.person_id, now=NOW)

    assert (cancelled, suppressed) == (1, 0)
    assert text(store, waiting).state is TextState.CANCELED
    assert text(store, held.id).state is TextState.SUBMITTING


def test_words_go_when_their_time_is_over_and_the_rest_stays(store: Store, records: Records) -> None:
    held = handed_over(store, records)
    open_one = records.text(held.person_id, "another-key")
    news(store, "m-1", TextState.DELIVERED, text_id=held.id)

    with store.begin() as tx:
        redacted = [texts.redact(tx, before=NOW + MINUTE + wait) for wait in (timedelta(0), SECOND, SECOND)]

    assert redacted == [0, 1, 0]
    assert (text(store, held.id).body, text(store, held.id).state) == ("", TextState.DELIVERED)
    assert text(store, open_one).body == "请回复1参加"


# ── steps for the host ──


def step(store: Store, write_id: int, *, now: datetime = NOW) -> WriteRow | None:
    with store.begin() as tx:
        return writebacks.claim(tx, write_id, now=now, lease=LEASE)


def due(store: Store, *, now: datetime = NOW) -> list[int]:
    with store.begin() as tx:
        return writebacks.due(tx, now=now, limit=99)


def settle(store: Store, held: WriteRow | None, state: WriteState, **values: Any) -> bool:
    assert held is not None
    with store.begin() as tx:
        return writebacks.settle(tx, held, state, detail="", now=NOW, **values)


def test_the_same_step_of_a_case_is_written_once(store: Store, records: Records) -> None:
    case_id = records.case()
    key = writebacks.key_of("practice", "HB-001", "routed", "1")
    values: dict[str, Any] = {"key": key, "step": "routed", "host_state": None, "state": WriteState.PENDING}
    with store.begin() as tx:
        written = [writebacks.write(tx, case_id, note=note, now=NOW, **values) for note in ("first", "second")]

    with store.begin() as tx:
        (held,) = writebacks.waiting(tx, limit=9)
    assert written == [True, False]
    assert held.note == "first"


def test_keys_of_different_steps_differ() -> None:
    steps = [("practice", "1", "routed", ""), ("other", "1", "routed", ""), ("practice", "1", "planned", "")]

    assert len({writebacks.key_of(*one) for one in [*steps, *steps, ("practice", "1", "routed", "2")]}) == 4


def test_steps_of_a_case_go_in_order_and_one_at_a_time(store: Store, records: Records) -> None:
    case_id = records.case()
    first, second, third = (records.write(case_id, name) for name in ("routed", "planned", "held"))
    seen = [due(store)]

    for write_id in (first, second, third):
        held = step(store, write_id)
        seen.append(due(store))
        settle(store, held, WriteState.DONE)
        seen.append(due(store))

    assert seen == [[first], [], [second], [], [third], [], []]


def test_cases_do_not_wait_for_each_other(store: Store, records: Records) -> None:
    writes = [records.write(records.case(f"HB-{number}"), "routed") for number in range(3)]

    assert due(store) == writes


def test_a_step_that_the_host_refuses_does_not_stop_the_next(store: Store, records: Records) -> None:
    case_id = records.case()
    first, second = records.write(case_id, "routed"), records.write(case_id, "planned")

    settle(store, step(store, first), WriteState.PARKED)

    assert due(store) == [second]


def test_a_step_that_is_tried_again_later_holds_the_next_back(store: Store, records: Records) -> None:
    case_id = records.case()
    first, _ = records.write(case_id, "routed"), records.write(case_id, "planned")

    settle(store, step(store, first), WriteState.PENDING, not_before=NOW + MINUTE)

    assert due(store, now=NOW + MINUTE - SECOND) == []
    assert due(store, now=NOW + MINUTE) == [first]


def test_a_parked_step_that_a_person_lets_go_waits_for_the_one_in_flight(store: Store, records: Records) -> None:
    case_id = records.case()
    first, second = records.write(case_id, "routed"), records.write(case_id, "planned")
    settle(store, step(store, first), WriteState.PARKED)
    in_flight = step(store, second)

    with store.begin() as tx:
        writebacks.decide(tx, first, WriteState.PENDING, detail="again", now=NOW)

    assert due(store) == []
    settle(store, in_flight, WriteState.DONE)
    assert due(store) == [first]


@pytest.mark.parametrize(("waited", "taken"), [(LEASE - SECOND, False), (LEASE, True), (LEASE + SECOND, True)])
def test_a_step_of_a_dead_process_is_taken_over_when_its_time_is_over(
    store: Store, records: Records, waited: timedelta, taken: bool
) -> None:
    write_id = records.write(records.case(), "routed")
    dead = step(store, write_id)

    assert due(store, now=NOW + waited) == ([write_id] if taken else [])
    assert (step(store, write_id, now=NOW + waited) is not None) is taken
    assert settle(store, dead, WriteState.DONE) is not taken


@pytest.mark.parametrize("state", [WriteState.DONE, WriteState.DROPPED, WriteState.WRITING])
def test_a_person_decides_only_about_what_waits(store: Store, records: Records, state: WriteState) -> None:
    write_id = records.write(records.case(), "routed")
    held = step(store, write_id)
    if state is not WriteState.WRITING:
        settle(store, held, state)

    with store.begin() as tx:
        assert not writebacks.decide(tx, write_id, WriteState.PENDING, detail="again", now=NOW)
        assert writebacks.get(tx, write_id).state is state


# ── questions ──


@with_one_store
@given(
    acts=st.lists(
        st.tuples(st.sampled_from(["ask", "close"]), st.sampled_from(sorted(Asking)), st.integers(1, 3)), max_size=15
    )
)
def test_the_open_questions_of_a_phone_never_share_a_digit(
    store: Store, records: Records, acts: list[tuple[str, Asking, int]]
) -> None:
    person = records.person(next(NUMBERS))

    for act, asking, subject in acts:
        with store.begin() as tx:
            if act == "ask":
                questions.ask(tx, person, asking, subject, code="1001", until=NOW + HOUR)
            else:
                questions.close(tx, asking, [subject])
            digits = [digit for one in questions.open_of(tx, person, now=NOW) for digit in one.question.digits]
        assert len(digits) == len(set(digits))


def test_a_first_question_has_the_usual_digits(store: Store, records: Records) -> None:
    person = records.person()
    with store.begin() as tx:
        asked = questions.ask(tx, person, Asking.INVITATION, 1, code="1001", until=NOW + HOUR)

    assert asked.digits == DIGITS[Asking.INVITATION]


def test_asking_again_opens_the_same_question(store: Store, records: Records) -> None:
    person = records.person()
    with store.begin() as tx:
        first = questions.ask(tx, person, Asking.INVITATION, 1, code="1001", until=NOW + HOUR)
        questions.close(tx, Asking.INVITATION, [1])
        again = questions.ask(tx, person, Asking.INVITATION, 1, code="1003", until=NOW + HOUR)

        (held,) = questions.open_of(tx, person, now=NOW)
    assert (again.id, again.digits) == (first.id, first.digits)
    assert held.question == again


def test_when_no_digits_are_left_the_code_answers(store: Store, records: Records) -> None:
    person = records.person()
    with store.begin() as tx:
        asked = [
            questions.ask(tx, person, Asking.INVITATION, subject, code="1001", until=NOW + HOUR) for subject in range(4)
        ]

    size = len(OPTIONS[Asking.INVITATION])
    assert [len(one.digits) for one in asked] == [size, size, size, 0]


@pytest.mark.parametrize(("waited", "is_open"), [(HOUR - SECOND, True), (HOUR, False), (HOUR + SECOND, False)])
def test_a_question_is_open_until_its_time_is_over(
    store: Store, records: Records, waited: timedelta, is_open: bool
) -> None:
    person = records.person()
    with store.begin() as tx:
        questions.ask(tx, person, Asking.INVITATION, 1, code="1001", until=NOW + HOUR)

        assert bool(questions.open_of(tx, person, now=NOW + waited)) is is_open
        assert questions.close_overdue(tx, now=NOW + waited) == (0 if is_open else 1)


def test_an_invitation_stays_open_for_a_change_of_mind_and_other_questions_close(
    store: Store, records: Records
) -> None:
    person = records.person()
    with store.begin() as tx:
        invitation = questions.ask(tx, person, Asking.INVITATION, 1, code="1001", until=NOW + HOUR)
        action = questions.ask(tx, person, Asking.ACTION, 1, code="1000", until=NOW + HOUR)
        questions.note_answer(tx, invitation.id, Meaning.ACCEPT, closes=False)
        questions.note_answer(tx, action.id, Meaning.DONE, closes=True)

        assert [one.question.id for one in questions.open_of(tx, person, now=NOW)] == [invitation.id]
        assert questions.get(tx, action.id) is None


def test_an_answer_is_kept_once_and_loses_its_words_in_time(store: Store, records: Records) -> None:
    values: dict[str, Any] = {"person_id": None, "body": "1", "at": NOW, "question_id": None, "why": ""}
    with store.begin() as tx:
        kept = [
            questions.keep_inbound(tx, "practice", "in-1", meaning=Meaning.ACCEPT, handled="desk", **values)
            for _ in range(2)
        ]
        redacted = [questions.redact(tx, before=NOW + wait) for wait in (timedelta(0), SECOND, SECOND)]

        assert questions.has_inbound(tx, "practice", "in-1")
        assert not questions.has_inbound(tx, "another", "in-1")
    assert (kept, redacted) == ([True, False], [0, 1, 0])


# ── tasks, promises, verdicts ──


def test_a_task_is_opened_once_and_stays_closed(store: Store) -> None:
    with store.begin() as tx:
        opened = [tasks.open_once(tx, TaskKind.RESULT, "1", why="late", now=NOW) for _ in range(2)]
        closed = [tasks.close_for(tx, TaskKind.RESULT, "1", who="Alice", resolution="given", now=NOW) for _ in range(2)]
        again = tasks.open_once(tx, TaskKind.RESULT, "1", why="late", now=NOW)

        assert list(tasks.waiting(tx)) == []
    assert (opened, closed, again) == ([True, False], [True, False], False)


def test_the_task_that_is_due_first_comes_first(store: Store) -> None:
    with store.begin() as tx:
        for subject, due_at in (("later", NOW + HOUR), ("sooner", NOW + MINUTE)):
            tasks.open_once(tx, TaskKind.DUTY, subject, why="", now=NOW, due_at=due_at)

        assert [one.key for one in tasks.waiting(tx)] == ["duty:sooner", "duty:later"]


def test_a_promise_is_kept_once_and_what_is_done_stays_done(store: Store, records: Records) -> None:
    case_id, meeting, owner = records.case(), records.meeting(), records.person()
    promised = Promise(owner, "修楼顶", date(2026, 1, 12))
    with store.begin() as tx:
        made = [promises.promise(tx, case_id, meeting, promised) for _ in range(2)]
        action = made[0]
        assert action is not None
        said = [
            promises.answer(tx, action, state, now=NOW)
            for state in (ActionState.BLOCKED, ActionState.DONE, ActionState.BLOCKED)
        ]

        assert promises.get(tx, action).state is ActionState.DONE
        assert not promises.extend(tx, action, date(2026, 2, 1))
    assert made[1] is None
    assert said == [True, True, False]


@pytest.mark.parametrize(("today", "late"), [(date(2026, 1, 12), False), (date(2026, 1, 13), True)])
def test_a_promise_is_overdue_the_day_after_its_date(store: Store, records: Records, today: date, late: bool) -> None:
    case_id, meeting, owner = records.case(), records.meeting(), records.person()
    with store.begin() as tx:
        promises.promise(tx, case_id, meeting, Promise(owner, "修楼顶", date(2026, 1, 12)))

        assert bool(promises.overdue(tx, before=today, limit=9)) is late


def test_the_first_verdict_stands_even_if_it_is_late(store: Store, records: Records) -> None:
    case_id, person = records.case(), records.person()
    with store.begin() as tx:
        asked = [evaluations.ask(tx, case_id, person, now=NOW) for _ in range(2)]
        held = evaluations.find(tx, case_id)
        assert held is not None
        evaluations.move(tx, held, EvaluationState.SILENT)
        answered = [
            evaluations.answer(tx, case_id, verdict, now=NOW) for verdict in (Verdict.DISSATISFIED, Verdict.SATISFIED)
        ]

        found = evaluations.find(tx, case_id)
    assert found is not None
    assert (asked, answered) == ([True, False], [True, False])
    assert (found.state, found.verdict) == (EvaluationState.ANSWERED, Verdict.DISSATISFIED)
