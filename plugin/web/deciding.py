"""Deciding: what people do at the desk; every act carries the operator's name and the form's token.

An act that somebody else was faster with changes nothing and says so; one that is not allowed is told on the
page with its reason.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException, Response

from .. import rulings
from ..domain.answers import Asking
from ..domain.cases import CaseState
from ..domain.matters import Divert
from ..domain.outcomes import ActionState, Result
from ..domain.rules import RULE_IDS
from ..errors import NotAllowed, PermanentError
from ..store import Tx, cases, promises, questions, tasks, views, writebacks
from ..store.cases import Case
from ..store.tasks import Task, TaskKind
from ..store.writebacks import WriteState
from .desk import seen_at, show_desk
from .door import AnyDoor, Door
from .forms import Reason, RowId, storable
from .pages import go
from .sessions import Acting, Session

router = APIRouter(include_in_schema=False)

_DONE, _LATE, _SECOND = "done", "late", "second"

Seen = Annotated[str, Form(max_length=40)]
#: These end with what they are about; closing the task alone would leave the case unseen.
_ENDS_WITH: Mapping[TaskKind, CaseState] = {
    TaskKind.DUTY: CaseState.DIVERTED,
    TaskKind.REVIEW: CaseState.REVIEWING,
}


#: How an act ended, a word of `desk.TOLD`.
Act = Callable[[Tx, datetime], str]


def _act(door: Door, clerk: Session, act: Act) -> Response:
    """Carry out *act* in one transaction and lead back to the desk; a refusal is shown there."""
    try:
        with door.store.begin() as tx:
            told = act(tx, door.clock.now())
    except PermanentError as error:
        status = 403 if isinstance(error, NotAllowed) else 409
        return show_desk(door, clerk, problem=str(error), status=status)
    if told == _DONE:
        door.after_inbound()
    return go(door, f"/desk?told={told}")


def _told(moved: bool) -> str:
    return _DONE if moved else _LATE


def _case(tx: Tx, case_id: int, seen: str) -> Case:
    """Return the case as the operator saw it.

    Raises:
        NotAllowed: It changed since; the operator must look again.
    """
    held = cases.find(tx, case_id)
    if held is None:
        raise HTTPException(404)
    if seen != seen_at(held):
        raise NotAllowed(f"case {held.ref} changed since this page was made: look again, then decide")
    return held


def _must_have(tx: Tx, what: str, row_id: int) -> None:
    if not views.has(tx, what, row_id):
        raise HTTPException(404)


def _reason(why: str) -> str:
    """Return the reason.

    Raises:
        NotAllowed: There is none.
    """
    kept = storable(why).strip()
    if not kept:
        raise NotAllowed("the reason is missing: say why in a few words")
    return kept


@router.post("/desk/cases/{case_id}/confirm")
def confirm(
    door: AnyDoor,
    clerk: Acting,
    case_id: RowId,
    rule: Annotated[str, Form()],
    seen: Seen,
    why: Reason = "",
) -> Response:
    """Fix the route of a case, as proposed or another; a move down waits for a second person."""
    if rule not in RULE_IDS:
        raise HTTPException(400)

    def act(tx: Tx, now: datetime) -> str:
        held = _case(tx, case_id, seen)
        if held.state is not CaseState.CONFIRMING:
            return _LATE
        matter, reason = RULE_IDS[rule], storable(why).strip()
        done = rulings.confirm(tx, door.letters, held, matter=matter, rule=rule, who=clerk.name, why=reason, now=now)
        waits = done and cases.get(tx, case_id).state is CaseState.CONFIRMING
        return _SECOND if waits else _told(done)

    return _act(door, clerk, act)


@router.post("/desk/cases/{case_id}/divert")
def divert(
    door: AnyDoor, clerk: Acting, case_id: RowId, kind: Annotated[Divert, Form()], seen: Seen, why: Reason
) -> Response:
    """Take a case away from every council and give it to the duty officer."""

    def act(tx: Tx, now: datetime) -> str:
        held = _case(tx, case_id, seen)
        return _told(
            rulings.divert(tx, door.letters, held, kind=kind, guards="", who=clerk.name, why=_reason(why), now=now)
        )

    return _act(door, clerk, act)


@router.post("/desk/cases/{case_id}/acknowledge")
def acknowledge(door: AnyDoor, clerk: Acting, case_id: RowId, seen: Seen) -> Response:
    """Note that somebody has a diverted case in hand."""

    def act(tx: Tx, now: datetime) -> str:
        return _told(rulings.acknowledge(tx, door.letters, _case(tx, case_id, seen), who=clerk.name, now=now))

    return _act(door, clerk, act)


@router.post("/desk/cases/{case_id}/review")
def review(
    door: AnyDoor,
    clerk: Acting,
    case_id: RowId,
    verdict: Annotated[str, Form(pattern="^(close|reopen)$")],
    seen: Seen,
    why: Reason,
) -> Response:
    """End the review of a dissatisfied resident's case, or take the case up again."""

    def act(tx: Tx, now: datetime) -> str:
        held = _case(tx, case_id, seen)
        reopen = verdict == "reopen"
        return _told(rulings.review(tx, door.letters, held, reopen=reopen, who=clerk.name, why=_reason(why), now=now))

    return _act(door, clerk, act)


@router.post("/desk/items/{item_id}/result")
def result(door: AnyDoor, clerk: Acting, item_id: RowId, result: Annotated[Result, Form()]) -> Response:
    """Record how a council left an item."""

    def act(tx: Tx, now: datetime) -> str:
        _must_have(tx, "item", item_id)
        return _told(rulings.record_result(tx, item_id, result, who=clerk.name, now=now))

    return _act(door, clerk, act)


@router.post("/desk/actions/{action_id}/extend")
def extend(door: AnyDoor, clerk: Acting, action_id: RowId, due: Annotated[date, Form()]) -> Response:
    """Give a promised action a new date; its owner is reminded anew."""

    def act(tx: Tx, now: datetime) -> str:
        _must_have(tx, "action", action_id)
        if due < now.astimezone(door.zone).date():
            raise NotAllowed(f"action {action_id}: {due} is over: give a date from today on")
        return _told(promises.extend(tx, action_id, due) and _settle(tx, action_id, clerk, f"until {due}", now))

    return _act(door, clerk, act)


@router.post("/desk/actions/{action_id}/drop")
def drop(door: AnyDoor, clerk: Acting, action_id: RowId, why: Reason) -> Response:
    """Give a promised action up, with a reason; its owner is not asked any more."""

    def act(tx: Tx, now: datetime) -> str:
        _must_have(tx, "action", action_id)
        kept = f"dropped: {_reason(why)}"
        if not promises.answer(tx, action_id, ActionState.DROPPED, now=now):
            return _LATE
        questions.close(tx, Asking.ACTION, [action_id])
        return _told(_settle(tx, action_id, clerk, kept, now))

    return _act(door, clerk, act)


def _settle(tx: Tx, action_id: int, clerk: Session, resolution: str, now: datetime) -> bool:
    """Close what was open about the action, and let its case be looked at now."""
    held = cases.get(tx, promises.get(tx, action_id).case_id)
    for one in tasks.waiting(tx, kind=TaskKind.ACTION, limit=1000):
        if one.key.startswith(f"{TaskKind.ACTION}:{action_id}:"):
            tasks.close(tx, one.id, who=clerk.name, resolution=resolution, now=now)
    cases.set_values(tx, held, now=now, next_at=now)
    return True


@router.post("/desk/tasks/{task_id}/close")
def close(door: AnyDoor, clerk: Acting, task_id: RowId, why: Reason) -> Response:
    """Close a task with what was done about it."""

    def act(tx: Tx, now: datetime) -> str:
        waiting = tasks.find(tx, task_id)
        if waiting is None:
            return _LATE
        _refuse_open_case(tx, waiting)
        return _told(tasks.close(tx, task_id, who=clerk.name, resolution=_reason(why), now=now))

    return _act(door, clerk, act)


def _refuse_open_case(tx: Tx, waiting: Task) -> None:
    held = cases.find(tx, waiting.case_id) if waiting.case_id is not None else None
    if held is not None and _ENDS_WITH.get(waiting.kind) is held.state:
        raise NotAllowed(f"case {held.ref} is {held.state}: decide the case, and the task ends with it")


@router.post("/desk/writebacks/{write_id}/{verdict}")
def settle_write(door: AnyDoor, clerk: Acting, write_id: RowId, verdict: str, why: Reason = "") -> Response:
    """Try a step for the host once more, or give it up with a reason."""
    choices: Mapping[str, Any] = {"retry": WriteState.PENDING, "drop": WriteState.DROPPED}
    if verdict not in choices:
        raise HTTPException(404)

    def act(tx: Tx, now: datetime) -> str:
        _must_have(tx, "writeback", write_id)
        detail = f"{verdict} by {clerk.name}"
        if verdict == "drop":
            detail += f": {_reason(why)}"
        if not writebacks.decide(tx, write_id, choices[verdict], detail=detail, now=now):
            return _LATE
        tasks.close_for(tx, TaskKind.WRITEBACK, str(write_id), who=clerk.name, resolution=detail, now=now)
        return _DONE

    return _act(door, clerk, act)
