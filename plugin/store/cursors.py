"""How far each host was read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from .engine import Tx, insert_new
from .tables import cursor


def load(tx: Tx, host: str) -> dict[str, str] | None:
    """Return where the next pull of *host* goes on; None when it was never read."""
    value = tx.execute(sa.select(cursor.c.value).where(cursor.c.host == host)).scalar_one_or_none()
    return None if value is None else json.loads(value)


def save(tx: Tx, host: str, value: Mapping[str, str], *, now: datetime) -> None:
    """Keep *value*; belongs in the transaction that keeps the page."""
    changed = tx.execute(
        sa.update(cursor).where(cursor.c.host == host).values(value=json.dumps(dict(value)), saved_at=now)
    )
    if changed.rowcount == 0:
        insert_new(tx, cursor, [{"host": host, "value": json.dumps(dict(value)), "saved_at": now}])
