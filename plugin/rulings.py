"""Rulings: what is decided about a case, by a rule, by an answer or by a person at the desk.

Each function moves a case by one conditional update and, in the same transaction, writes the texts and notes
that the move calls for. It returns False when somebody else moved the case first; then nothing is written.
"""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from .domain.answers import Asking
from .domain.cases import CaseState, HostState
from .domain.matters import COUNCIL_OF, CouncilKind, Divert, Matter
from .domain.meetings import MeetingState
from .domain.outcomes import Result
from .domain.texts import Purpose
from .errors import NotAllowed
from .letters import Letters
from .store import Tx, cases, meetings, people, promises, questions, tasks, texts
from .store.cases import Case
from .store.tasks import TaskKind

#: How long a diverted case may wait for its acknowledgement: 15 minutes in an emergency, else the same day.
ACKNOWLEDGE_WITHIN = {
    Divert.EMERGENCY: timedelta(minutes=15),
    Divert.PROTECTION: timedelta(minutes=15),
    Divert.CRIME: timedelta(minutes=15),
}
_SAME_DAY = timedelta(hours=12)
#: The kinds of diversion of which the duty officer is told by text, at any hour.
_ALARMS = frozenset(ACKNOWLEDGE_WITHIN)
#: An alarm that nobody read within a day is a matter for the telephone; its task stays.
_ALARM_LIFE = timedelta(days=1)
#: News for a resident is of use for a week.
NEWS_LIFE = timedelta(days=7)
#: Larger councils have more say: moving a case to a smaller one needs a second person.
_REACH = {Matter.PUBLIC: 3, Matter.SHARED: 2, Matter.FAMILY: 1}
_SIZE = {CouncilKind.JOINT: 3, CouncilKind.COMMUNITY: 2, CouncilKind.NEIGHBOURHOOD: 1}


def fix_route(
    tx: Tx, letters: Letters, held: Case, *, matter: Matter, rule: str, who: str, why: str, now: datetime
) -> bool:
    """Fix the case's matter, rule and council; tell the resident where it goes and the host why.

    The texts name a code only, never the subject.
    """
    council = _council_for(held, matter)
    values: dict[str, Any] = {
        "matter": matter,
        "rule": rule,
        "council": council,
        "divert": None,
        "routed_by": who,
        "proposal": None,
    }
    if not cases.move(tx, held, CaseState.ROUTED, who=who, why=why, now=now, **values):
        return False
    tasks.close_kind(tx, TaskKind.NO_COUNCIL, held.id, who=who, resolution=why, now=now)
    name = letters.notes.council(council)
    reporter = cases.reporter(tx, held.id)
    if reporter is not None:
        letters.text(
            tx,
            Purpose.ROUTE,
            reporter,
            str(held.id),
            now=now,
            expires_at=now + NEWS_LIFE,
            case_id=held.id,
            code=held.code,
            council=name,
        )
    letters.note(
        tx,
        held,
        "routed",
        f"{held.sittings}:{matter}:{rule}",
        now=now,
        matter=letters.notes.matter(matter),
        rule=rule,
        council=name,
    )
    return True


def _council_for(held: Case, matter: Matter) -> CouncilKind:
    """Return the matter's council, or the larger one to which a case of this matter has climbed."""
    usual = COUNCIL_OF[matter]
    if held.council is None or held.matter is not matter:
        return usual
    return max(held.council, usual, key=_SIZE.__getitem__)


def divert(
    tx: Tx, letters: Letters, held: Case, *, kind: Divert, guards: str, who: str, why: str, now: datetime
) -> bool:
    """Take the case away from every council and give it to the duty officer, who must acknowledge.

    No text goes to the household, now or from what was written before: the offender may hold the phone. The
    officer is told a code and the kind, no more; so is the host. A council that had it loses it.
    """
    values: dict[str, Any] = {
        "matter": Matter.DIVERT,
        "divert": kind,
        "rule": None,
        "council": None,
        "routed_by": who,
    }
    if not cases.move(tx, held, CaseState.DIVERTED, who=who, why=why, now=now, **values, rejudge=False):
        return False
    texts.cancel_pending(tx, case_id=held.id, now=now)
    meetings.take_off(tx, held.id)
    due = now + ACKNOWLEDGE_WITHIN.get(kind, _SAME_DAY)
    reason = f"{kind}: {guards or why}"
    tasks.open_once(tx, TaskKind.DUTY, f"{held.id}:{held.sittings}", why=reason, now=now, case_id=held.id, due_at=due)
    if kind in _ALARMS:
        for officer in people.at_post(tx, people.DUTY_OFFICER, held.area_code)[:1]:
            alarm(tx, letters, held, officer.id, kind=kind, now=now)
    letters.note(tx, held, "diverted", f"{kind}:{held.sittings}", now=now, kind=letters.notes.divert(kind))
    return True


def alarm(tx: Tx, letters: Letters, held: Case, officer: int, *, kind: Divert, now: datetime) -> bool:
    """Tell a duty officer of a diverted case; return False when the officer was told before."""
    until = now + _ALARM_LIFE
    asked = questions.ask(tx, officer, Asking.DUTY, held.id, code=held.code, until=until)
    return letters.text(
        tx,
        Purpose.DUTY,
        officer,
        str(held.id),
        now=now,
        expires_at=until,
        case_id=held.id,
        code=held.code,
        kind=letters.notes.divert(kind),
        options=letters.options(asked),
    )


def acknowledge(tx: Tx, letters: Letters, held: Case, *, who: str, now: datetime) -> bool:
    """Note that the duty officer has a diverted case; it ends here, its outcome is the host's."""
    if held.state is not CaseState.DIVERTED:
        return False
    if not cases.move(tx, held, CaseState.REFERRED, who=who, why="acknowledged", now=now):
        return False
    subject = f"{held.id}:{held.sittings}"
    tasks.close_for(tx, TaskKind.DUTY, subject, who=who, resolution="acknowledged", now=now)
    questions.close(tx, Asking.DUTY, [held.id])
    letters.note(tx, held, "acknowledged", "", now=now)
    return True


def confirm(
    tx: Tx, letters: Letters, held: Case, *, matter: Matter, rule: str, who: str, why: str, now: datetime
) -> bool:
    """Let a person fix the route of a case that waits at the desk.

    Moving a case down from what the rules proposed needs a second person: the first call keeps the proposal,
    a call by somebody else with the same matter carries it out.

    Raises:
        NotAllowed: The reason for a change is missing, or the same person would be the second one.
    """
    proposed = Matter(held.matter) if held.matter else matter
    if matter is not proposed and not why.strip():
        raise NotAllowed(f"case {held.ref}: a change from {proposed} to {matter} needs a reason")
    if _REACH.get(matter, 0) >= _REACH.get(proposed, 0):
        return fix_route(tx, letters, held, matter=matter, rule=rule, who=who, why=why or "confirmed", now=now)
    if held.proposal.get("matter") != matter:
        proposal = json.dumps({"matter": matter, "rule": rule, "who": who, "why": why}, ensure_ascii=False)
        return cases.set_values(tx, held, now=now, proposal=proposal)
    if held.proposal["who"] == who:
        raise NotAllowed(f"case {held.ref}: {who} proposed the move down; somebody else must agree")
    both = f"{held.proposal['who']}+{who}"
    return fix_route(tx, letters, held, matter=matter, rule=rule, who=both, why=held.proposal["why"], now=now)


def withdraw(tx: Tx, held: Case, *, why: str, now: datetime, who: str = "host") -> bool:
    """End the case here because the host or the resident ended it; what has not left stays unsent.

    A meeting that loses its last item is called off by the inviting step.
    """
    if not cases.move(tx, held, CaseState.WITHDRAWN, who=who, why=why, now=now, rejudge=False):
        return False
    texts.cancel_pending(tx, case_id=held.id, now=now)
    meetings.take_off(tx, held.id)
    questions.close(tx, Asking.EVALUATION, [held.id])
    questions.close(tx, Asking.DUTY, [held.id])
    questions.close(tx, Asking.ACTION, promises.drop_open(tx, held.id))
    tasks.close_case(tx, held.id, who=who, resolution=why, now=now)
    return True


def record_result(tx: Tx, item_id: int, result: Result, *, who: str, now: datetime) -> bool:
    """Record how an item ended; False when it was acted on already or the meeting has not begun."""
    item = meetings.get_item(tx, item_id)
    if meetings.get(tx, item.meeting_id).state is not MeetingState.CONVENED:
        return False
    if not meetings.record(tx, item_id, result, who=who, now=now):
        return False
    tasks.close_for(tx, TaskKind.RESULT, str(item_id), who=who, resolution=result, now=now)
    return True


def review(tx: Tx, letters: Letters, held: Case, *, reopen: bool, who: str, why: str, now: datetime) -> bool:
    """End the one review of a dissatisfied resident's case, or take it up again.

    Raises:
        NotAllowed: The reviewer fixed the route: it must be somebody not involved.
    """
    if who == held.routed_by:
        raise NotAllowed(f"case {held.ref}: {who} routed it; somebody not involved must review it")
    new = CaseState.ROUTED if reopen else CaseState.ARCHIVED
    if not cases.move(tx, held, new, who=who, why=why, now=now):
        return False
    tasks.close_for(tx, TaskKind.REVIEW, str(held.id), who=who, resolution=why, now=now)
    if not reopen:
        letters.note(
            tx,
            held,
            "closed",
            "reviewed",
            now=now,
            host_state=HostState.CLOSED,
            verdict=letters.notes.verdict("reviewed"),
        )
    return True


def council_of(held: Case) -> CouncilKind:
    """Return the council that has a routed case.

    Raises:
        NotAllowed: The case has none: it was diverted or never routed.
    """
    if held.council is None:
        raise NotAllowed(f"case {held.ref} in state {held.state} has no council")
    return held.council
