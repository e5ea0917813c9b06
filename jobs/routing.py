"""Routing: screen every new case for danger, then propose its matter, and send on what is sure."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from ..plugin import rulings
from ..plugin.domain.cases import ENDS, CaseState
from ..plugin.domain.decisions import Decision
from ..plugin.domain.matters import Divert, Matter
from ..plugin.judging import Judge, as_json
from ..plugin.letters import Letters
from ..plugin.ports import Clock
from ..plugin.store import Store, Tx, cases, people, tasks
from ..plugin.store.cases import Case
from ..plugin.store.tasks import TaskKind
from .tally import Tally

#: Cases of one transaction.
_BATCH = 50

#: When a person must confirm a route: never, when the judge is unsure, always.
POLICIES = ("auto", "unsure", "always")


def judge_cases(store: Store, judge: Judge, letters: Letters, *, clock: Clock, policy: str, limit: int) -> Tally:
    """Judge up to *limit* new cases, and those whose words changed on the host.

    Guards run before rules. A diverted case goes to the duty officer at once; a sure one to its council kind;
    the others wait at the desk. A case whose new words show danger is taken from wherever it stands.
    """
    tally = Tally()
    with store.begin() as tx:
        new = cases.due(tx, CaseState.IMPORTED, now=clock.now(), limit=limit)
        changed = cases.to_rejudge(tx, limit=limit)
    for start in range(0, len(new), _BATCH):
        batch = [(held, _decide(judge, held)) for held in new[start : start + _BATCH]]
        with store.begin() as tx:
            tally += _settle(tx, letters, batch, policy=policy, now=clock.now())
    for held in changed:
        decision = _decide(judge, held)
        with store.begin() as tx:
            tally[_settle_changed(tx, letters, held, decision, now=clock.now())] += 1
    with store.begin() as tx:
        tally["officers called"] += _chase_alarms(tx, letters, clock.now())
    return tally


def _chase_alarms(tx: Tx, letters: Letters, now: datetime) -> int:
    """Tell the next duty officer of every alarm that nobody has acknowledged in time."""
    called = 0
    for task in tasks.waiting(tx, kind=TaskKind.DUTY):
        if task.case_id is None or task.due_at is None or task.due_at > now:
            continue
        held = cases.get(tx, task.case_id)
        if held.state is CaseState.DIVERTED and held.divert in rulings.ACKNOWLEDGE_WITHIN:
            officers = people.at_post(tx, people.DUTY_OFFICER, held.area_code)
            kind = Divert(held.divert)
            called += any(rulings.alarm(tx, letters, held, one.id, kind=kind, now=now) for one in officers)
    return called


def _decide(judge: Judge, held: Case) -> Decision:
    return judge.decide(held.text, held.title, held.category, held.source, held.area_code)


def _settle(tx: Tx, letters: Letters, batch: Iterable[tuple[Case, Decision]], *, policy: str, now: datetime) -> Tally:
    tally = Tally()
    for held, decision in batch:
        _keep(tx, held, decision, now)
        if decision.matter is Matter.DIVERT and (decision.auto or decision.divert in rulings.ACKNOWLEDGE_WITHIN):
            done = _divert(tx, letters, held, decision, now)
            tally["diverted"] += done
        elif policy == "always" or (policy == "unsure" and not decision.auto) or decision.rule is None:
            tally["unsure"] += _ask(tx, held, decision, now)
        else:
            tally["routed"] += rulings.fix_route(
                tx,
                letters,
                held,
                matter=decision.matter,
                rule=decision.rule,
                who="auto",
                why=f"rule {decision.rule}, confidence {decision.confidence}",
                now=now,
            )
    return tally


def _keep(tx: Tx, held: Case, decision: Decision, now: datetime) -> bool:
    return cases.set_values(
        tx,
        held,
        now=now,
        matter=decision.matter,
        rule=decision.rule,
        divert=decision.divert,
        council=decision.council,
        confidence=decision.confidence,
        decision=json.dumps(as_json(decision), ensure_ascii=False),
        rejudge=False,
    )


def _divert(tx: Tx, letters: Letters, held: Case, decision: Decision, now: datetime) -> bool:
    guards = ", ".join(decision.guards)
    kind = decision.divert or Divert.STATUTORY
    return rulings.divert(
        tx, letters, held, kind=kind, guards=guards, who="auto", why=f"{kind}: {guards or 'rules'}", now=now
    )


def _ask(tx: Tx, held: Case, decision: Decision, now: datetime) -> bool:
    doubts = ", ".join(decision.doubts) or f"confidence {decision.confidence}"
    return cases.move(tx, held, CaseState.CONFIRMING, who="auto", why=f"unsure: {doubts}", now=now)


def _settle_changed(tx: Tx, letters: Letters, held: Case, decision: Decision, *, now: datetime) -> str:
    """Act on new words of a case that was judged before: danger at once, anything else by a person."""
    cases.set_values(tx, held, now=now, rejudge=False)
    movable = {CaseState.CONFIRMING, CaseState.ROUTED, CaseState.SCHEDULED}
    if decision.divert in rulings.ACKNOWLEDGE_WITHIN and held.state in movable:
        _divert(tx, letters, held, decision, now)
        return "diverted after a change"
    if held.state in ENDS or held.state is CaseState.DIVERTED:
        return "changed, nothing to do"
    if held.state is CaseState.CONFIRMING:
        _keep(tx, held, decision, now)
        return "judged again"
    if decision.divert in rulings.ACKNOWLEDGE_WITHIN or decision.council is not held.council:
        why = f"case {held.ref} changed on the host: now {decision.divert or decision.matter} {decision.rule or ''}"
        subject = f"{held.id}:{held.changed_at:%Y%m%d%H%M}"
        tasks.open_once(tx, TaskKind.CHANGED, subject, why=why, now=now, case_id=held.id)
        return "changed, for a person"
    return "changed, same council"
