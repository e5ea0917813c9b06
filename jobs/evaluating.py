"""Evaluating: ask the resident once, remind once, and let somebody else look at what did not help."""

from __future__ import annotations

from datetime import datetime, timedelta

from ..plugin.domain.answers import Asking
from ..plugin.domain.cases import CaseState, HostState
from ..plugin.domain.evaluation import EvaluationState, Verdict, standing
from ..plugin.domain.texts import Purpose
from ..plugin.letters import Letters
from ..plugin.ports import Clock
from ..plugin.store import Store, Tx, cases, evaluations, questions, tasks
from ..plugin.store.cases import Case
from ..plugin.store.evaluations import Evaluation
from ..plugin.store.tasks import TaskKind
from .tally import Tally


def ask_residents(
    store: Store,
    letters: Letters,
    *,
    clock: Clock,
    remind_after: timedelta,
    close_after: timedelta,
    limit: int,
) -> Tally:
    """Take every case in feedback one step on; no answer is no answer, never a good one."""
    tally = Tally()
    with store.begin() as tx:
        due = cases.due(tx, CaseState.FEEDBACK, now=clock.now(), limit=limit)
    for held in due:
        with store.begin() as tx:
            now = clock.now()
            asked = evaluations.find(tx, held.id)
            if asked is None:
                tally[_ask(tx, letters, held, now, remind_after, close_after)] += 1
            elif asked.verdict is not None:
                tally[_close(tx, letters, held, asked.verdict, now)] += 1
            else:
                tally[_wait(tx, letters, held, asked, now, remind_after, close_after)] += 1
    return tally


def _ask(tx: Tx, letters: Letters, held: Case, now: datetime, remind_after: timedelta, close_after: timedelta) -> str:
    reporter = cases.reporter(tx, held.id)
    evaluations.ask(tx, held.id, reporter, now=now)
    if reporter is None:
        return _archive(tx, letters, held, "unasked", now)
    cases.set_values(tx, held, now=now, next_at=now + remind_after)
    _text(tx, letters, held, reporter, Purpose.EVALUATE, now, until=now + close_after)
    return "asked"


def _text(
    tx: Tx, letters: Letters, held: Case, person: int, purpose: Purpose, now: datetime, *, until: datetime
) -> bool:
    asked = questions.ask(tx, person, Asking.EVALUATION, held.id, code=held.code, until=until)
    return letters.text(
        tx,
        purpose,
        person,
        str(held.id),
        now=now,
        expires_at=until,
        case_id=held.id,
        code=held.code,
        options=letters.options(asked),
    )


def _wait(
    tx: Tx,
    letters: Letters,
    held: Case,
    asked: Evaluation,
    now: datetime,
    remind_after: timedelta,
    close_after: timedelta,
) -> str:
    called_for = standing(asked.asked_at, now, remind_after=remind_after, close_after=close_after)
    if called_for is EvaluationState.SILENT or asked.person_id is None:
        evaluations.move(tx, asked, EvaluationState.SILENT)
        return _archive(tx, letters, held, "no answer", now)
    until = asked.asked_at + close_after
    if called_for is EvaluationState.REMINDED and asked.state is EvaluationState.ASKED:
        evaluations.move(tx, asked, EvaluationState.REMINDED)
        _text(tx, letters, held, asked.person_id, Purpose.EVALUATE_AGAIN, now, until=until)
    cases.set_values(tx, held, now=now, next_at=until)
    return "waiting"


def _close(tx: Tx, letters: Letters, held: Case, verdict: Verdict, now: datetime) -> str:
    if verdict is not Verdict.DISSATISFIED:
        return _archive(tx, letters, held, verdict, now)
    if cases.move(tx, held, CaseState.REVIEWING, who="auto", why="dissatisfied", now=now):
        why = f"case {held.ref}: the resident is not satisfied: somebody not involved looks once more"
        tasks.open_once(tx, TaskKind.REVIEW, str(held.id), why=why, now=now, case_id=held.id)
    return "for review"


def _archive(tx: Tx, letters: Letters, held: Case, verdict: str, now: datetime) -> str:
    if cases.move(tx, held, CaseState.ARCHIVED, who="auto", why=verdict, now=now):
        letters.note(
            tx,
            held,
            "closed",
            verdict,
            now=now,
            host_state=HostState.CLOSED,
            verdict=letters.notes.verdict(verdict),
        )
    return f"archived, {verdict}"
