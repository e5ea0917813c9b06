"""Leases: who may do something alone, for how long; a dead holder is replaced when its time is over."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from .engine import Tx, insert_new
from .tables import lease


def take(tx: Tx, name: str, holder: str, *, now: datetime, length: timedelta) -> bool:
    """Take or renew the lease *name* for *holder*; False when somebody else holds it."""
    mine = (
        sa.update(lease)
        .where(lease.c.name == name, sa.or_(lease.c.holder == holder, lease.c.until <= now))
        .values(holder=holder, until=now + length)
    )
    if tx.execute(mine).rowcount == 1:
        return True
    insert_new(tx, lease, [{"name": name, "holder": holder, "until": now + length}])
    held = sa.select(lease.c.name).where(lease.c.name == name, lease.c.holder == holder, lease.c.until > now)
    return tx.execute(held).first() is not None


def give_back(tx: Tx, name: str, holder: str, *, now: datetime) -> None:
    """End *holder*'s lease, if it still has it."""
    tx.execute(sa.update(lease).where(lease.c.name == name, lease.c.holder == holder).values(until=now))


def holder(tx: Tx, name: str) -> tuple[str, datetime] | None:
    """Return who holds the lease *name* and until when; None when nobody ever did."""
    row = tx.execute(sa.select(lease.c.holder, lease.c.until).where(lease.c.name == name)).first()
    return None if row is None else (row.holder, row.until)
