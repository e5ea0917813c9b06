"""Facts about this installation that must not change under it."""

from __future__ import annotations

import sqlalchemy as sa

from .engine import Tx, insert_new
from .tables import meta


def once(tx: Tx, name: str, value: str) -> str:
    """Return the fact *name*, set to *value* if it was never set."""
    insert_new(tx, meta, [{"name": name, "value": value}])
    held: str = tx.execute(sa.select(meta.c.value).where(meta.c.name == name)).scalar_one()
    return held
