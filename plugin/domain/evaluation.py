"""Evaluation: the resident is asked once, reminded once, and no answer is no answer."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum


class Verdict(StrEnum):
    """What the resident says; silence is not a verdict."""

    SATISFIED = "satisfied"
    FAIRLY = "fairly"
    DISSATISFIED = "dissatisfied"


class EvaluationState(StrEnum):
    """Where the one question stands."""

    ASKED = "asked"
    #: Asked again, once.
    REMINDED = "reminded"
    ANSWERED = "answered"
    #: The time to answer is over; counted as no answer, never as satisfied.
    SILENT = "silent"
    #: There is no phone to ask.
    UNASKED = "unasked"


def standing(asked_at: datetime, now: datetime, *, remind_after: timedelta, close_after: timedelta) -> EvaluationState:
    """Return the state that the clock calls for while no answer is there."""
    if now >= asked_at + close_after:
        return EvaluationState.SILENT
    if now >= asked_at + remind_after:
        return EvaluationState.REMINDED
    return EvaluationState.ASKED
