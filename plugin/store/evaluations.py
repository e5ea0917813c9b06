"""The one question to the resident of each case."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from ..domain.evaluation import EvaluationState, Verdict
from .engine import Tx, insert_once
from .tables import evaluation


@dataclass(frozen=True)
class Evaluation:
    """A question to a resident as we hold it."""

    id: int
    case_id: int
    person_id: int | None
    state: EvaluationState
    verdict: Verdict | None
    asked_at: datetime


def ask(tx: Tx, case_id: int, person_id: int | None, *, now: datetime) -> bool:
    """Note that the resident is asked; False when the case's one question was asked before."""
    state = EvaluationState.UNASKED if person_id is None else EvaluationState.ASKED
    made = insert_once(tx, evaluation, case_id=case_id, person_id=person_id, state=state, asked_at=now)
    return made is not None


def find(tx: Tx, case_id: int) -> Evaluation | None:
    """Return the case's question; None when it was not asked."""
    row = tx.execute(sa.select(evaluation).where(evaluation.c.case_id == case_id)).first()
    return None if row is None else _read(row)


def move(tx: Tx, held: Evaluation, state: EvaluationState) -> bool:
    """Move the question from the state it was read in; False when somebody else moved it first."""
    mine = sa.update(evaluation).where(evaluation.c.id == held.id, evaluation.c.state == held.state)
    return tx.execute(mine.values(state=state)).rowcount == 1


def answer(tx: Tx, case_id: int, verdict: Verdict, *, now: datetime) -> bool:
    """Keep the verdict; the first one stands. A late one still counts; False when there was one."""
    mine = sa.update(evaluation).where(evaluation.c.case_id == case_id, evaluation.c.state != EvaluationState.ANSWERED)
    values = {"state": EvaluationState.ANSWERED, "verdict": verdict, "answered_at": now}
    return tx.execute(mine.values(**values)).rowcount == 1


def _read(row: Any) -> Evaluation:  # noqa: ANN401 (a row of `evaluation`)
    return Evaluation(
        row.id,
        row.case_id,
        row.person_id,
        EvaluationState(row.state),
        Verdict(row.verdict) if row.verdict else None,
        row.asked_at,
    )
