"""Audit: counts that must be nought whatever happened; a demonstration and the tests look at them."""

from __future__ import annotations

from datetime import time, tzinfo

import sqlalchemy as sa

from ..domain.matters import Matter
from ..domain.texts import Purpose, is_quiet
from .engine import Tx
from .tables import attempt, case, text


def texts_in_quiet_hours(tx: Tx, quiet_from: time, quiet_until: time, zone: tzinfo) -> int:
    """Return how many hand-overs began in quiet hours, alarms aside."""
    rows = tx.execute(
        sa.select(attempt.c.started_at).join(text, text.c.id == attempt.c.text_id).where(text.c.purpose != Purpose.DUTY)
    )
    return sum(is_quiet(row.started_at, quiet_from=quiet_from, quiet_until=quiet_until, zone=zone) for row in rows)


def texts_about_diverted(tx: Tx) -> int:
    """Return how many texts other than alarms were written about cases that a guard diverted at once."""
    rows = (
        sa.select(sa.func.count())
        .select_from(text.join(case, case.c.id == text.c.case_id))
        .where(case.c.matter == Matter.DIVERT, case.c.routed_by == "auto", text.c.purpose != Purpose.DUTY)
    )
    return int(tx.execute(rows).scalar_one())
