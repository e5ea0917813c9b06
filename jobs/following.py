"""Following: what becomes of a result, publicity, promised actions, the next council, a person."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from ..plugin.domain.answers import Asking
from ..plugin.domain.calendar import WorkingCalendar
from ..plugin.domain.cases import CaseState, HostState
from ..plugin.domain.councils import Procedure, Procedures
from ..plugin.domain.outcomes import ActionState, NextStep, Promise, Result, after
from ..plugin.domain.texts import Purpose
from ..plugin.letters import Letters
from ..plugin.ports import Clock
from ..plugin.rulings import council_of
from ..plugin.store import Store, Tx, cases, meetings, promises, questions, tasks
from ..plugin.store.cases import Case
from ..plugin.store.promises import Action
from ..plugin.store.tasks import TaskKind
from .tally import Tally

_DAY = timedelta(days=1)
#: An owner may still answer so long after the date.
_LATE_ANSWER = timedelta(days=14)


def follow_up(
    store: Store,
    letters: Letters,
    *,
    clock: Clock,
    procedures: Procedures,
    calendar: WorkingCalendar,
    limit: int,
) -> Tally:
    """Take every case after its meeting one step on: publicity, promises, escalation, or the resident."""
    tally = Tally()
    follow = _Following(letters, procedures, calendar, clock)
    for state, take in (
        (CaseState.DELIBERATED, follow.after_result),
        (CaseState.PUBLICISED, follow.after_publicity),
        (CaseState.IMPLEMENTING, follow.watch_promises),
    ):
        with store.begin() as tx:
            due = cases.due(tx, state, now=clock.now(), limit=limit)
        for held in due:
            with store.begin() as tx:
                tally[take(tx, held)] += 1
    with store.begin() as tx:
        tally["owners reminded"] += follow.remind_owners(tx, limit)
    return tally


class _Following:
    """The moves after a result, with what they need."""

    def __init__(self, letters: Letters, procedures: Procedures, calendar: WorkingCalendar, clock: Clock) -> None:
        self.letters = letters
        self.procedures = procedures
        self.calendar = calendar
        self.clock = clock

    def after_result(self, tx: Tx, held: Case) -> str:
        """Act on the last sitting's result."""
        now = self.clock.now()
        meeting, result = _last_result(tx, held)
        step = after(result, council=council_of(held), sittings=held.sittings)
        if step.state is CaseState.PUBLICISED:
            return self._publicise(tx, held, now)
        if step.state is CaseState.IMPLEMENTING:
            return self._implement(tx, held, meeting, now)
        return self._pass_on(tx, held, step, result, now)

    def _publicise(self, tx: Tx, held: Case, now: datetime) -> str:
        until = now + self._procedure(held).publicity
        if cases.move(tx, held, CaseState.PUBLICISED, who="auto", why="agreed", now=now, next_at=until):
            when = self.letters.when(until)
            self.letters.note(tx, held, "publicised", str(held.sittings), now=now, until=when)
        return "publicised"

    def after_publicity(self, tx: Tx, held: Case) -> str:
        """The publicity period is over without an objection upheld: the promise is to be kept."""
        meeting, _ = _last_result(tx, held)
        return self._implement(tx, held, meeting, self.clock.now())

    def _implement(self, tx: Tx, held: Case, meeting: int, now: datetime) -> str:
        """Write down the promise; without details from the meeting the convener keeps it."""
        owner = meetings.convener(tx, meeting)
        if owner is None:
            return self._ask_person(tx, held, "nobody convened, so nobody keeps the promise", now)
        days = self._procedure(held).action_days
        due = self.calendar.add_working_days(now, days).astimezone(self.calendar.zone).date()
        if not cases.move(
            tx, held, CaseState.IMPLEMENTING, who="auto", why="promised", now=now, next_at=self._end_of(due)
        ):
            return "moved elsewhere"
        promised = Promise(owner, self.letters.notes.promise, due)
        action = promises.promise(tx, held.id, meeting, promised)
        if action is not None:
            self._tell_owner(tx, held, promises.get(tx, action), Purpose.TASK, now)
        until = self.letters.notes.day(due)
        self.letters.note(tx, held, "promised", str(held.sittings), now=now, what=promised.what, due=until)
        return "promised"

    def _pass_on(self, tx: Tx, held: Case, step: NextStep, result: Result, now: datetime) -> str:
        """Take the case back to a council, to a larger one, or to a person."""
        if step.ask:
            return self._ask_person(tx, held, step.ask, now)
        values: dict[str, Any] = {} if step.council is None else {"council": step.council, "sittings": 0}
        ends = step.state is CaseState.WITHDRAWN
        cases.move(tx, held, step.state, who="auto", why=str(result), now=now, **values)
        if ends:
            self.letters.note(
                tx,
                held,
                "closed",
                "withdrawn",
                now=now,
                host_state=HostState.CLOSED,
                verdict=self.letters.notes.verdict("withdrawn"),
            )
            return "withdrawn"
        if step.council is not None:
            name = self.letters.notes.council(step.council)
            self.letters.note(tx, held, "escalated", str(held.sittings), now=now, council=name)
            return "escalated"
        return "again on the agenda"

    def _ask_person(self, tx: Tx, held: Case, why: str, now: datetime) -> str:
        if held.state is CaseState.DELIBERATED:
            cases.move(tx, held, CaseState.CONFIRMING, who="auto", why=why, now=now)
        else:
            cases.set_values(tx, held, now=now, next_at=now + _DAY)
            tasks.open_once(tx, TaskKind.ACTION, f"case:{held.id}", why=why, now=now, case_id=held.id)
        return "for a person"

    def watch_promises(self, tx: Tx, held: Case) -> str:
        """Go on when everything promised is done; tell a person what is blocked or overdue."""
        now = self.clock.now()
        promised = promises.of_case(tx, held.id)
        waiting = [one for one in promised if one.state in {ActionState.OPEN, ActionState.BLOCKED}]
        if not waiting:
            cases.move(tx, held, CaseState.FEEDBACK, who="auto", why="promises kept", now=now)
            self.letters.note(tx, held, "kept", str(held.sittings), now=now)
            return "promises kept"
        for one in waiting:
            self._report(tx, held, one, now)
        cases.set_values(tx, held, now=now, next_at=now + _DAY)
        return "waiting for a promise"

    def _report(self, tx: Tx, held: Case, action: Action, now: datetime) -> None:
        blocked = action.state is ActionState.BLOCKED
        if not blocked and now < self._end_of(action.due):
            return
        what = "meets trouble" if blocked else f"is overdue since {action.due}"
        why = f"case {held.ref}: promised action {action.id} {what}: help, set a new date, or drop it with a reason"
        subject = f"{action.id}:{action.state}:{action.due}"
        tasks.open_once(tx, TaskKind.ACTION, subject, why=why, now=now, case_id=held.id)

    def remind_owners(self, tx: Tx, limit: int) -> int:
        """Remind owners the day before their date."""
        now = self.clock.now()
        tomorrow = (now + _DAY).astimezone(self.calendar.zone).date()
        reminded = 0
        for action in promises.to_remind(tx, due_by=tomorrow, limit=limit):
            if promises.mark_reminded(tx, action.id, now=now):
                held = cases.get(tx, action.case_id)
                reminded += self._tell_owner(tx, held, action, Purpose.TASK_REMIND, now)
        return reminded

    def _tell_owner(self, tx: Tx, held: Case, action: Action, purpose: Purpose, now: datetime) -> bool:
        until = self._end_of(action.due) + _LATE_ANSWER
        asked = questions.ask(tx, action.owner_id, Asking.ACTION, action.id, code=held.code, until=until)
        return self.letters.text(
            tx,
            purpose,
            action.owner_id,
            f"{action.id}:{action.due}",
            now=now,
            expires_at=until,
            case_id=held.id,
            code=held.code,
            what=action.what,
            due=self.letters.notes.day(action.due),
            options=self.letters.options(asked),
        )

    def _procedure(self, held: Case) -> Procedure:
        return self.procedures[council_of(held)]

    def _end_of(self, day: date) -> datetime:
        return datetime.combine(day + _DAY, datetime.min.time(), self.calendar.zone)


def _last_result(tx: Tx, held: Case) -> tuple[int, Result]:
    """Return the case's last sitting and its result."""
    found = meetings.last_result(tx, held.id)
    if found is None:
        raise LookupError(f"case {held.id} in state {held.state} has no recorded result")
    return found
