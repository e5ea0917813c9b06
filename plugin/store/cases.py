"""Cases: kept as the host shows them, moved by one conditional update, every move in the history."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ..domain.cases import ENDS, WITH_A_PERSON, CaseState, HostState, checked_move
from ..domain.codes import case_code
from ..domain.matters import CouncilKind, Matter
from .engine import Tx, insert_new
from .tables import case, history, party


@dataclass(frozen=True)
class Case:
    """A case as we hold it."""

    id: int
    host: str
    ref: str
    title: str
    text: str
    category: str
    source: str
    area_code: str
    host_state: HostState
    host_version: str
    reported_at: datetime
    due_at: datetime | None
    state: CaseState
    matter: Matter | None
    rule: str | None
    divert: str | None
    council: CouncilKind | None
    confidence: float | None
    #: The judge's decision as JSON values; empty before it was judged.
    decision: Mapping[str, Any]
    routed_by: str | None
    #: A move down that waits for a second person; empty when none does.
    proposal: Mapping[str, Any]
    rejudge: bool
    sittings: int
    next_at: datetime | None
    imported_at: datetime
    #: Since when it stands as it does.
    changed_at: datetime

    @property
    def code(self) -> str:
        """The four digits by which texts name the case."""
        return case_code(self.id)


@dataclass(frozen=True)
class Incoming:
    """A case of the host, ready to be kept; the fields are those of `sanhui.plugin.ports.HostCase`."""

    ref: str
    title: str
    text: str
    category: str
    source: str
    area_code: str
    host_state: HostState
    host_version: str
    host_updated_at: datetime
    reported_at: datetime
    due_at: datetime | None

    def words(self) -> tuple[str, ...]:
        """Return what a decision was made on: if this changes, it is judged again."""
        return (self.title, self.text, self.category, self.source, self.area_code)


def known(tx: Tx, host: str, refs: Iterable[str]) -> dict[str, Case]:
    """Return those of *refs* that we hold, by their reference."""
    rows = tx.execute(sa.select(case).where(case.c.host == host, case.c.ref.in_(list(refs))))
    return {row.ref: _read(row) for row in rows}


def insert(tx: Tx, host: str, incoming: Sequence[Incoming], *, now: datetime) -> None:
    """Keep new cases, all in one statement; one that another process kept first stays as it is."""
    insert_new(
        tx,
        case,
        [
            {
                **_host_values(one),
                "host": host,
                "ref": one.ref,
                "reported_at": one.reported_at,
                "state": CaseState.IMPORTED,
                "sittings": 0,
                "rejudge": False,
                "next_at": None,
                "imported_at": now,
                "changed_at": now,
            }
            for one in incoming
        ],
    )


def refresh(tx: Tx, held: Case, incoming: Incoming, *, now: datetime) -> bool:
    """Take over what the host changed; return whether the words changed, so that it must be judged again."""
    before = (held.title, held.text, held.category, held.source, held.area_code)
    changed = incoming.words() != before
    rejudge = held.rejudge or (changed and held.state is not CaseState.IMPORTED and held.state not in ENDS)
    tx.execute(
        sa.update(case).where(case.c.id == held.id).values(**_host_values(incoming), rejudge=rejudge, changed_at=now)
    )
    return changed


def _host_values(one: Incoming) -> dict[str, Any]:
    return {
        "title": one.title,
        "text": one.text,
        "category": one.category,
        "source": one.source,
        "area_code": one.area_code,
        "host_state": one.host_state,
        "host_version": one.host_version,
        "host_updated_at": one.host_updated_at,
        "due_at": one.due_at,
    }


def move(
    tx: Tx,
    held: Case,
    new: CaseState,
    *,
    who: str,
    why: str,
    now: datetime,
    next_at: datetime | None = None,
    **values: object,
) -> bool:
    """Move the case from the state it was read in to *new*; return False when somebody else moved it first.

    Raises:
        IllegalMove: *new* cannot follow.
    """
    checked_move(held.state, new)
    mine = sa.update(case).where(case.c.id == held.id, case.c.state == held.state)
    if tx.execute(mine.values(state=new, next_at=next_at, changed_at=now, **values)).rowcount != 1:
        return False
    tx.execute(sa.insert(history).values(case_id=held.id, at=now, who=who, old=held.state, new=new, why=why))
    return True


def set_values(tx: Tx, held: Case, *, now: datetime, **values: object) -> bool:
    """Change columns while the case stays in its state; return False when it was moved meanwhile."""
    mine = sa.update(case).where(case.c.id == held.id, case.c.state == held.state)
    return tx.execute(mine.values(changed_at=now, **values)).rowcount == 1


def get(tx: Tx, case_id: int) -> Case:
    """Return the case."""
    return _read(tx.execute(sa.select(case).where(case.c.id == case_id)).one())


def find(tx: Tx, case_id: int) -> Case | None:
    """Return the case; None when there is none of that number."""
    row = tx.execute(sa.select(case).where(case.c.id == case_id)).first()
    return None if row is None else _read(row)


def due(tx: Tx, state: CaseState, *, now: datetime, limit: int) -> list[Case]:
    """Return cases in *state* whose time has come, the nearest deadline first."""
    rows = tx.execute(
        sa.select(case)
        .where(case.c.state == state, sa.or_(case.c.next_at.is_(None), case.c.next_at <= now))
        .order_by(sa.func.coalesce(case.c.due_at, case.c.imported_at), case.c.id)
        .limit(limit)
    )
    return [_read(row) for row in rows]


def in_state(tx: Tx, state: CaseState, *, limit: int) -> list[Case]:
    """Return cases in *state*, whenever their time comes, the oldest first."""
    rows = tx.execute(sa.select(case).where(case.c.state == state).order_by(case.c.id).limit(limit))
    return [_read(row) for row in rows]


def to_rejudge(tx: Tx, *, limit: int) -> list[Case]:
    """Return cases whose words the host changed after we had judged them."""
    rows = tx.execute(sa.select(case).where(case.c.rejudge).order_by(case.c.id).limit(limit))
    return [_read(row) for row in rows]


def put_party(tx: Tx, case_id: int, person_id: int, part: str) -> None:
    """Note that the case concerns the person; the first part stands."""
    insert_new(tx, party, [{"case_id": case_id, "person_id": person_id, "part": part}])


def parties(tx: Tx, case_id: int) -> dict[int, str]:
    """Return whom the case concerns: person to part (reporter or affected)."""
    rows = tx.execute(sa.select(party.c.person_id, party.c.part).where(party.c.case_id == case_id).order_by(party.c.id))
    return {row.person_id: row.part for row in rows}


def reporter(tx: Tx, case_id: int) -> int | None:
    """Return who brought the case; None when the host does not say."""
    return next((one for one, part in parties(tx, case_id).items() if part == "reporter"), None)


def moves(tx: Tx) -> Counter[str]:
    """Return how often each state of a case or a meeting was entered."""
    rows = tx.execute(sa.select(history.c.new, sa.func.count()).group_by(history.c.new))
    return Counter({row[0]: row[1] for row in rows})


def under_way(tx: Tx) -> int:
    """Return how many cases a clock, not a person, has to move on."""
    over = [*ENDS, *WITH_A_PERSON]
    rows = sa.select(sa.func.count()).select_from(case).where(case.c.state.not_in(over))
    return int(tx.execute(rows).scalar_one())


def past(tx: Tx, case_id: int) -> list[tuple[datetime, str, str, str, str]]:
    """Return the case's history, the oldest first: when, who, from, to, why."""
    rows = tx.execute(sa.select(history).where(history.c.case_id == case_id).order_by(history.c.id))
    return [(row.at, row.who, row.old, row.new, row.why) for row in rows]


def _read(row: Any) -> Case:  # noqa: ANN401 (a row of `case`)
    return Case(
        id=row.id,
        host=row.host,
        ref=row.ref,
        title=row.title,
        text=row.text,
        category=row.category,
        source=row.source,
        area_code=row.area_code,
        host_state=HostState(row.host_state),
        host_version=row.host_version,
        reported_at=row.reported_at,
        due_at=row.due_at,
        state=CaseState(row.state),
        matter=Matter(row.matter) if row.matter else None,
        rule=row.rule,
        divert=row.divert,
        council=CouncilKind(row.council) if row.council else None,
        confidence=row.confidence,
        decision=json.loads(row.decision) if row.decision else {},
        routed_by=row.routed_by,
        proposal=json.loads(row.proposal) if row.proposal else {},
        rejudge=row.rejudge,
        sittings=row.sittings,
        next_at=row.next_at,
        imported_at=row.imported_at,
        changed_at=row.changed_at,
    )
