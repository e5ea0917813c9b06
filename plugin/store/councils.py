"""Councils and their seats as they stand now."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa

from ..domain.areas import AreaCode, Level
from ..domain.councils import SUBSTITUTE, Seat
from ..domain.matters import CouncilKind
from .engine import Tx, insert_once
from .tables import council, seat

#: The level of the map at which each kind of council sits.
LEVELS = {
    CouncilKind.JOINT: Level.STREET,
    CouncilKind.COMMUNITY: Level.COMMUNITY,
    CouncilKind.NEIGHBOURHOOD: Level.GRID,
}


@dataclass(frozen=True)
class Council:
    """A council of one area."""

    id: int
    kind: CouncilKind
    area_code: str
    name: str
    place: str


def put(tx: Tx, kind: CouncilKind, area_code: str, *, name: str, place: str) -> int:
    """Return the id of the council of *kind* for the area, made or renamed."""
    mine = (council.c.kind == kind, council.c.area_code == area_code)
    renamed = sa.update(council).where(*mine).values(name=name, place=place)
    if tx.execute(renamed).rowcount == 0:
        insert_once(tx, council, kind=kind, area_code=area_code, name=name, place=place)
    return int(tx.execute(sa.select(council.c.id).where(*mine)).scalar_one())


def put_seat(tx: Tx, council_id: int, person_id: int, *, role: str, order: int) -> bool:
    """Give the person the seat; return False when it was held already."""
    mine = (seat.c.council_id == council_id, seat.c.person_id == person_id, seat.c.role == role)
    if tx.execute(sa.update(seat).where(*mine).values(order=order)).rowcount == 1:
        return False
    return insert_once(tx, seat, council_id=council_id, person_id=person_id, role=role, order=order) is not None


def get(tx: Tx, council_id: int) -> Council:
    """Return the council."""
    return _read(tx.execute(sa.select(council).where(council.c.id == council_id)).one())


def covering(tx: Tx, kind: CouncilKind, area_code: str) -> Council | None:
    """Return the council of *kind* that covers the area; None when there is none or the code is malformed.

    A case of a whole community that is a matter for neighbours has no single grid, so it has no council here.
    """
    try:
        area = AreaCode(area_code).up_to(LEVELS[kind])
    except ValueError:
        return None
    if area is None:
        return None
    row = tx.execute(
        sa.select(council)
        .where(council.c.kind == kind, council.c.area_code.in_(_spellings(area, kind)))
        .order_by(sa.func.length(council.c.area_code).desc())
    ).first()
    return None if row is None else _read(row)


def _spellings(area: AreaCode, kind: CouncilKind) -> list[str]:
    return [str(area)] if kind is not CouncilKind.NEIGHBOURHOOD else [str(area[:n]) for n in range(14, len(area) + 1)]


def seats(tx: Tx, council_id: int, *, watching: Collection[str]) -> list[Seat]:
    """Return the seats of the council; roles in *watching* have no vote."""
    rows = tx.execute(
        sa.select(seat.c.person_id, seat.c.role, seat.c.order)
        .where(seat.c.council_id == council_id)
        .order_by(seat.c.order, seat.c.id)
    )
    return [Seat(row.person_id, row.role, row.order, votes=row.role not in watching) for row in rows]


def everyone(tx: Tx) -> list[Council]:
    """Return all councils, the largest area first."""
    rows = tx.execute(sa.select(council).order_by(sa.func.length(council.c.area_code), council.c.area_code))
    return [_read(row) for row in rows]


def sizes(tx: Tx) -> dict[int, int]:
    """Return how many standing seats each council has, by its id."""
    rows = tx.execute(
        sa.select(seat.c.council_id, sa.func.count()).where(seat.c.role != SUBSTITUTE).group_by(seat.c.council_id)
    )
    return {row[0]: row[1] for row in rows}


def _read(row: sa.Row[tuple[object, ...]]) -> Council:
    values = row._mapping
    return Council(values["id"], CouncilKind(values["kind"]), values["area_code"], values["name"], values["place"])
