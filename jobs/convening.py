"""Convening: find the council for each routed case, put cases on an agenda, choose a time, fill the seats."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from ..plugin import rulings
from ..plugin.domain.calendar import WorkingCalendar
from ..plugin.domain.cases import CaseState, HostState
from ..plugin.domain.councils import PARTY, Bench, Procedure, Procedures, bench
from ..plugin.letters import Letters
from ..plugin.ports import Clock
from ..plugin.store import Store, Tx, cases, councils, meetings, tasks
from ..plugin.store.cases import Case
from ..plugin.store.councils import Council
from ..plugin.store.tasks import TaskKind
from .tally import Tally


def plan_meetings(
    store: Store,
    letters: Letters,
    *,
    clock: Clock,
    procedures: Procedures,
    calendar: WorkingCalendar,
    limit: int,
) -> Tally:
    """Plan meetings for up to *limit* routed cases; each case is on one agenda, by one conditional update.

    A case whose area no council covers gets a task and stays; nothing is lost.
    """
    tally = Tally()
    now = clock.now()
    with store.begin() as tx:
        routed = cases.due(tx, CaseState.ROUTED, now=now, limit=limit)
        by_council, orphans = _by_council(tx, routed)
        for held in orphans:
            tally["without a council"] += _report_orphan(tx, held, now)
    for council, waiting in by_council.items():
        procedure = procedures[council.kind]
        for agenda in _agendas(waiting, procedure, now):
            with store.begin() as tx:
                tally += _plan(tx, letters, council, agenda, procedure, calendar, now)
    return tally


def _by_council(tx: Tx, routed: Sequence[Case]) -> tuple[dict[Council, list[Case]], list[Case]]:
    found: dict[Council, list[Case]] = defaultdict(list)
    orphans = []
    for held in routed:
        council = councils.covering(tx, rulings.council_of(held), held.area_code)
        if council is None:
            orphans.append(held)
        else:
            found[council].append(held)
    return found, orphans


def _report_orphan(tx: Tx, held: Case, now: datetime) -> bool:
    why = (
        f"case {held.ref}: no {held.council} council covers area {held.area_code or '(none)'!r}: "
        "mend the area on the host, choose another matter at the desk, or import the council's roster"
    )
    return _to_the_desk(tx, held, why, now)


def _to_the_desk(tx: Tx, held: Case, why: str, now: datetime) -> bool:
    """Give a case that no council can take to a person; once the cause is mended, confirming sends it on."""
    if not cases.move(tx, held, CaseState.CONFIRMING, who="auto", why=why, now=now):
        return False
    subject = f"{held.id}:{now:%Y%m%d%H%M}"
    return tasks.open_once(tx, TaskKind.NO_COUNCIL, subject, why=why, now=now, case_id=held.id)


def _agendas(waiting: Sequence[Case], procedure: Procedure, now: datetime) -> list[Sequence[Case]]:
    """Cut *waiting* into agendas; one that is not full is closed when its oldest case has waited long enough."""
    size = procedure.batch
    agendas = [waiting[start : start + size] for start in range(0, len(waiting), size)]
    return [
        agenda
        for agenda in agendas
        if len(agenda) == size or min(held.changed_at for held in agenda) + procedure.gather <= now
    ]


def _plan(
    tx: Tx,
    letters: Letters,
    council: Council,
    agenda: Sequence[Case],
    procedure: Procedure,
    calendar: WorkingCalendar,
    now: datetime,
) -> Tally:
    parties = {person for held in agenda for person in cases.parties(tx, held.id)}
    seats = councils.seats(tx, council.id, watching=procedure.watching_roles)
    called = bench(seats, recused=parties)
    if called.voting() < 1 or not procedure.needed_roles <= {seat.role for seat in called.called}:
        return _report_empty(tx, council, agenda, procedure, now)
    starts_at = _start(tx, council, agenda, called, parties, procedure, calendar, now)
    meeting = meetings.plan(
        tx,
        council.id,
        starts_at=starts_at,
        place=council.place,
        quorum=procedure.quorum.needed(called.voting()),
        now=now,
    )
    for seat in called.called:
        meetings.put_invitation(tx, meeting, seat.person_id, role=seat.role, votes=seat.votes)
    for person in sorted(parties):
        meetings.put_invitation(tx, meeting, person, role=PARTY, votes=False)
    return _put_on_agenda(tx, letters, meeting, agenda, now) + Tally(
        {"meetings": 1, "called": len(called.called), "parties": len(parties)}
    )


def _put_on_agenda(tx: Tx, letters: Letters, meeting: int, agenda: Sequence[Case], now: datetime) -> Tally:
    tally = Tally()
    planned = meetings.get(tx, meeting)
    for held in agenda:
        why = f"meeting {meeting}"
        if not cases.move(tx, held, CaseState.SCHEDULED, who="auto", why=why, now=now, sittings=held.sittings + 1):
            continue
        meetings.put_item(tx, meeting, held.id)
        letters.note(
            tx,
            held,
            "planned",
            f"{meeting}:{planned.version}",
            now=now,
            host_state=HostState.IN_PROGRESS,
            council=planned.council_name,
            when=letters.when(planned.starts_at),
            place=planned.place,
        )
        tally["scheduled"] += 1
    return tally


def _report_empty(tx: Tx, council: Council, agenda: Sequence[Case], procedure: Procedure, now: datetime) -> Tally:
    needed = ", ".join(sorted(procedure.needed_roles))
    why = (
        f"{council.name} ({council.area_code}) cannot sit: nobody is left who votes, or a needed role "
        f"({needed}) is empty or recused: fill its seats by `sanhui roster import`, or choose another council"
    )
    return Tally({"without a council": sum(_to_the_desk(tx, held, why, now) for held in agenda)})


def _start(
    tx: Tx,
    council: Council,
    agenda: Sequence[Case],
    called: Bench,
    parties: set[int],
    procedure: Procedure,
    calendar: WorkingCalendar,
    now: datetime,
) -> datetime:
    """Return the start: the standing date if it comes in time, else the first free slot after the notice."""
    earliest = now + procedure.notice
    latest = _latest(agenda, procedure, calendar, now)
    people = [*(seat.person_id for seat in called.called), *parties]
    busy = meetings.busy_starts(tx, council.id, people, since=now)
    free = (slot for slot in calendar.slots(earliest, procedure.slots) if slot not in busy)
    first = next(free)
    if procedure.standing is not None:
        standing = next(
            (
                slot
                for slot in calendar.slots(earliest, procedure.slots)
                if slot not in busy and procedure.standing.is_on(slot.astimezone(calendar.zone).date())
            ),
            None,
        )
        if standing is not None and standing <= latest:
            return standing
    return first


def _latest(agenda: Sequence[Case], procedure: Procedure, calendar: WorkingCalendar, now: datetime) -> datetime:
    """Return until when the agenda is to be heard: our own clock, or the host's deadline if that is nearer."""
    own = calendar.add_working_days(now, procedure.within_days)
    return min([own, *(held.due_at for held in agenda if held.due_at is not None)])
