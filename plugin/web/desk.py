"""The desk: everything that waits for a person, with what is needed to decide it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from fastapi import APIRouter, Response

from ..domain.cases import CaseState
from ..domain.matters import Divert, Matter
from ..domain.outcomes import Result
from ..domain.rules import RULE_IDS
from ..store import Tx, cases, tasks, views
from ..store.cases import Case
from ..store.tasks import Task, TaskKind
from ..store.views import Answer, MissingResult, StuckWrite, TroubledAction
from .door import AnyDoor, Door
from .pages import quoted, show
from .sessions import Clerk, Session

router = APIRouter(include_in_schema=False)

#: Rows of one kind on one page; the oldest are shown, the others follow when these are done.
LIMIT = 50
#: What a form says of its end, by the word in the address.
TOLD = {
    "done": "已办理。",
    "late": "没有改动：别人已先处理，或已不需要处理。",
    "second": "已记下，需另一人同意后生效。",
}


@dataclass(frozen=True)
class Waiting:
    """A case that waits, with its words cut into quotes."""

    case: Case
    title: Sequence[tuple[str, str]]
    text: Sequence[tuple[str, str]]
    #: Of the moment at which the page was made; a form that is older than the case is refused.
    seen: str

    @property
    def decision(self) -> dict[str, Any]:
        """The judge's decision."""
        return dict(self.case.decision)


@dataclass(frozen=True)
class _Desk:
    confirming: Sequence[Waiting]
    diverted: Sequence[Waiting]
    reviewing: Sequence[Waiting]
    results: Sequence[MissingResult]
    actions: Sequence[TroubledAction]
    writes: Sequence[StuckWrite]
    tasks: Sequence[tuple[Task, Answer | None]]

    @property
    def total(self) -> int:
        """How many things are shown."""
        rows = (self.confirming, self.diverted, self.reviewing, self.results, self.actions, self.writes)
        return sum(map(len, rows)) + len(self.tasks)


@router.get("/desk")
def desk(door: AnyDoor, clerk: Clerk, told: str = "") -> Response:
    """Show what waits for a person."""
    return show_desk(door, clerk, told=TOLD.get(told, ""))


def show_desk(door: Door, clerk: Session, *, told: str = "", problem: str = "", status: int = 200) -> Response:
    """Return the desk; *problem* is why the last act was refused."""
    now = door.clock.now()
    with door.store.begin() as tx:
        waiting = _load(tx, now.astimezone(door.zone).date())
    choices: dict[str, object] = {
        "rules": grouped(door),
        "names": door.rules,
        "diverts": list(Divert),
        "results": list(Result),
    }
    return show(door, "desk", clerk, status=status, desk=waiting, told=told, problem=problem, limit=LIMIT, **choices)


def grouped(door: Door) -> dict[Matter, list[tuple[str, str]]]:
    """Return the rules to choose from, by matter: id and name."""
    found: dict[Matter, list[tuple[str, str]]] = {}
    for rule, matter in RULE_IDS.items():
        found.setdefault(matter, []).append((rule, door.rules.get(rule, "")))
    return found


def seen_at(held: Case) -> str:
    """Return the mark of the case as it stands: it changes with the case."""
    return held.changed_at.isoformat()


def waiting_case(held: Case) -> Waiting:
    """Return the case ready to be shown."""
    return Waiting(held, quoted(held.title, held.decision, "title"), quoted(held.text, held.decision), seen_at(held))


def _load(tx: Tx, today: date) -> _Desk:
    in_state = {
        state: [waiting_case(held) for held in cases.in_state(tx, state, limit=LIMIT)]
        for state in (CaseState.CONFIRMING, CaseState.DIVERTED, CaseState.REVIEWING)
    }
    results = views.missing_results(tx, limit=LIMIT)
    actions = views.troubled_actions(tx, today=today, limit=LIMIT)
    writes = views.stuck_writes(tx, limit=LIMIT)
    shown = _shown(in_state, results, actions, writes)
    others = [one for one in tasks.waiting(tx, limit=2 * LIMIT) if _subject(one) not in shown]
    return _Desk(
        confirming=in_state[CaseState.CONFIRMING],
        diverted=in_state[CaseState.DIVERTED],
        reviewing=in_state[CaseState.REVIEWING],
        results=results,
        actions=actions,
        writes=writes,
        tasks=[(one, views.answer_of(tx, one)) for one in others],
    )


def _shown(
    in_state: dict[CaseState, list[Waiting]],
    results: Sequence[MissingResult],
    actions: Sequence[TroubledAction],
    writes: Sequence[StuckWrite],
) -> set[tuple[TaskKind, str]]:
    """Return the tasks that stand on the page already, as the thing that they are about."""
    return {
        *((TaskKind.DUTY, str(one.case.id)) for one in in_state[CaseState.DIVERTED]),
        *((TaskKind.REVIEW, str(one.case.id)) for one in in_state[CaseState.REVIEWING]),
        *((TaskKind.RESULT, str(one.item_id)) for one in results),
        *((TaskKind.ACTION, str(one.id)) for one in actions),
        *((TaskKind.WRITEBACK, str(one.id)) for one in writes),
    }


def _subject(one: Task) -> tuple[TaskKind, str]:
    """Return what a task is about: the first part of its key behind the kind."""
    return one.kind, one.key.split(":")[1]
