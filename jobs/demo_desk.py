"""The clerk of the demo: does at the desk, through the same rulings as the pages, what a person would."""

from __future__ import annotations

from datetime import datetime, timedelta
from hashlib import sha256

from ..plugin import rulings
from ..plugin.domain.cases import CaseState
from ..plugin.domain.matters import Divert, Matter
from ..plugin.domain.outcomes import SITTINGS, ActionState, Result
from ..plugin.store import Tx, cases, promises, tasks
from ..plugin.store.cases import Case
from ..plugin.store.tasks import Task, TaskKind
from .wiring import Office

#: The clerk at the desk, the colleague who agrees to a move down, and the one not involved who reviews.
CLERK, SECOND, REVIEWER = "clerk", "second clerk", "reviewer"
#: Acts a visit to the desk.
_LIMIT = 400
#: Other tasks lie this long before somebody has telephoned.
_TELEPHONE = timedelta(days=1)
_HOURS = range(9, 18)


class Desk:
    """A scripted clerk, in office hours, a deterministic one."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self._letters = office.letters

    def work(self, now: datetime) -> None:
        """Work through what waits, if it is office hours."""
        local = now.astimezone(self._office.calendar.zone)
        if local.hour not in _HOURS or not self._office.calendar.is_working(local.date()):
            return
        with self._office.store.begin() as tx:
            for held in cases.in_state(tx, CaseState.CONFIRMING, limit=_LIMIT):
                self._confirm(tx, held, now)
            for held in cases.in_state(tx, CaseState.DIVERTED, limit=_LIMIT):
                if held.divert not in rulings.ACKNOWLEDGE_WITHIN or held.changed_at + _TELEPHONE <= now:
                    rulings.acknowledge(tx, self._letters, held, who=CLERK, now=now)
            for held in cases.in_state(tx, CaseState.REVIEWING, limit=_LIMIT):
                self._review(tx, held, now)
            for task in tasks.waiting(tx, limit=_LIMIT):
                self._close(tx, task, now)

    def _confirm(self, tx: Tx, held: Case, now: datetime) -> None:
        """Follow the proposal; what a council could not settle goes to the statutory channel."""
        if (_lot(held, 10) == 0 or held.routed_by) and held.sittings == 0:
            return  # the clerk has to ask somebody first: the case keeps waiting for a person
        if held.sittings or held.divert:
            kind = Divert(held.divert) if held.divert else Divert.STATUTORY
            why = "no council settled it" if held.sittings else "as proposed"
            rulings.divert(tx, self._letters, held, kind=kind, guards="", who=CLERK, why=why, now=now)
            return
        matter, rule = self._route(held)
        who = SECOND if held.proposal else CLERK
        rulings.confirm(tx, self._letters, held, matter=matter, rule=rule, who=who, why="read and confirmed", now=now)

    def _route(self, held: Case) -> tuple[Matter, str]:
        if held.rule and held.matter:
            return held.matter, held.rule
        others = [one for one in held.decision.get("alternatives", []) if one["rule"]]
        return (Matter(others[0]["matter"]), others[0]["rule"]) if others else (Matter.PUBLIC, "G1")

    def _review(self, tx: Tx, held: Case, now: datetime) -> None:
        reopen = _lot(held, 4) == 0 and held.sittings < SITTINGS[rulings.council_of(held)]
        why = "new facts" if reopen else "looked into, nothing more to do"
        rulings.review(tx, self._letters, held, reopen=reopen, who=REVIEWER, why=why, now=now)

    def _close(self, tx: Tx, task: Task, now: datetime) -> None:
        if task.kind is TaskKind.RESULT and task.key.partition(":")[2].isdecimal():
            item = int(task.key.partition(":")[2])
            rulings.record_result(tx, item, Result.AGREED, who=CLERK, now=now)
        elif task.kind is TaskKind.ACTION and task.case_id is not None:
            self._help(tx, task, task.case_id, now)
        elif task.kind not in {TaskKind.DUTY, TaskKind.REVIEW} and task.opened_at + _TELEPHONE <= now:
            tasks.close(tx, task.id, who=CLERK, resolution="telephoned", now=now)

    def _help(self, tx: Tx, task: Task, case_id: int, now: datetime) -> None:
        """Give a promise in trouble a new date once; one that was reminded already is settled by telephone."""
        today = now.astimezone(self._office.calendar.zone).date()
        for action in promises.of_case(tx, case_id):
            if action.state not in {ActionState.OPEN, ActionState.BLOCKED}:
                continue
            if action.state is ActionState.BLOCKED and action.reminded_at is None:
                promises.extend(tx, action.id, max(today, action.due) + timedelta(days=5))
            else:
                promises.answer(tx, action.id, ActionState.DONE, now=now)
        cases.set_values(tx, cases.get(tx, case_id), now=now, next_at=now)
        tasks.close(tx, task.id, who=CLERK, resolution="helped", now=now)


def _lot(held: Case, sides: int) -> int:
    """Return a number below *sides* that is always the same for the case."""
    return sha256(held.ref.encode()).digest()[0] % sides
