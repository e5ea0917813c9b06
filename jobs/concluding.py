"""Concluding: ask the convener how each item ended, and take the results to the cases."""

from __future__ import annotations

from datetime import datetime, timedelta

from ..plugin.domain.answers import Asking
from ..plugin.domain.cases import CaseState
from ..plugin.domain.councils import Procedures
from ..plugin.domain.meetings import MeetingState
from ..plugin.domain.outcomes import Result
from ..plugin.domain.texts import Purpose
from ..plugin.letters import Letters
from ..plugin.ports import Clock
from ..plugin.store import Store, Tx, cases, meetings, questions, tasks
from ..plugin.store.meetings import Item, MeetingRow
from ..plugin.store.tasks import TaskKind
from .tally import Tally

#: News for a resident is of use for a week.
_NEWS_LIFE = timedelta(days=7)


def take_results(
    store: Store,
    letters: Letters,
    *,
    clock: Clock,
    procedures: Procedures,
    result_within: timedelta,
    limit: int,
) -> Tally:
    """Ask for the results of meetings that are over, and act on those that are in.

    An item without a result *result_within* after the question opens a task; the question stays open, and a
    result recorded at the desk counts the same.
    """
    tally = Tally()
    with store.begin() as tx:
        convened = meetings.in_states(tx, [MeetingState.CONVENED], limit=limit)
    for held in convened:
        with store.begin() as tx:
            now = clock.now()
            if now >= held.starts_at + procedures[held.kind].length:
                tally += _conclude(tx, letters, held, now, result_within)
    return tally


def _conclude(tx: Tx, letters: Letters, held: MeetingRow, now: datetime, result_within: timedelta) -> Tally:
    tally = Tally()
    items = [item for item in meetings.items(tx, held.id) if item.open]
    for item in items:
        if item.result is not None:
            tally[str(item.result)] += _take(tx, letters, held, item, item.result, now)
        elif not questions.was_asked(tx, Asking.RESULT, item.id):
            tally["asked"] += _ask(tx, letters, held, item, now, result_within)
        elif now >= held.starts_at + result_within:
            tally["results missing"] += _report(tx, held, item, now)
    if not any(item.open for item in meetings.items(tx, held.id)):
        why = "every item has its result"
        tally["concluded"] += meetings.move(tx, held, MeetingState.CONCLUDED, who="auto", why=why, now=now)
    return tally


def _ask(tx: Tx, letters: Letters, held: MeetingRow, item: Item, now: datetime, result_within: timedelta) -> bool:
    """Ask whoever convened; without one a person must record the result."""
    convener = meetings.convener(tx, held.id)
    if convener is None:
        return _report(tx, held, item, now)
    code = cases.get(tx, item.case_id).code
    until = now + 2 * result_within
    asked = questions.ask(tx, convener, Asking.RESULT, item.id, code=code, until=until)
    return letters.text(
        tx,
        Purpose.ASK_RESULT,
        convener,
        str(item.id),
        now=now,
        expires_at=until,
        case_id=item.case_id,
        meeting_id=held.id,
        code=code,
        council=held.council_name,
        when=letters.notes.day(held.starts_at.astimezone(letters.zone).date()),
        options=letters.options(asked),
    )


def _report(tx: Tx, held: MeetingRow, item: Item, now: datetime) -> bool:
    ref = cases.get(tx, item.case_id).ref
    why = f"meeting {held.code}, case {ref}: no result was given: ask the convener, or record it at the desk"
    return tasks.open_once(
        tx, TaskKind.RESULT, str(item.id), why=why, now=now, case_id=item.case_id, meeting_id=held.id
    )


def _take(tx: Tx, letters: Letters, held: MeetingRow, item: Item, result: Result, now: datetime) -> bool:
    """Take a recorded result to its case and tell the host and the resident."""
    case = cases.get(tx, item.case_id)
    why = f"{result} at meeting {held.id}"
    if not meetings.act_on(tx, item.id):
        return False
    if not cases.move(tx, case, CaseState.DELIBERATED, who="auto", why=why, now=now):
        return False
    questions.close(tx, Asking.RESULT, [item.id])
    spoken = letters.notes.result(result)
    letters.note(tx, case, "result", str(held.id), now=now, council=held.council_name, result=spoken, code=held.code)
    for person, part in cases.parties(tx, case.id).items():
        if part == "reporter":
            letters.text(
                tx,
                Purpose.RESULT,
                person,
                str(item.id),
                now=now,
                expires_at=now + _NEWS_LIFE,
                case_id=case.id,
                code=case.code,
                when=letters.notes.day(held.starts_at.astimezone(letters.zone).date()),
                result=spoken,
            )
    return True
