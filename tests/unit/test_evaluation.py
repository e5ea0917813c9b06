"""The resident's one question: asked, reminded once, and then left alone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sanhui.plugin.domain.evaluation import EvaluationState, Verdict, standing

ASKED_AT = datetime(2026, 1, 5, 9, tzinfo=UTC)
REMIND, CLOSE = timedelta(days=3), timedelta(days=7)
SECOND = timedelta(seconds=1)
ORDER = [EvaluationState.ASKED, EvaluationState.REMINDED, EvaluationState.SILENT]


@pytest.mark.parametrize(
    ("waited", "state"),
    [
        (timedelta(0), EvaluationState.ASKED),
        (REMIND - SECOND, EvaluationState.ASKED),
        (REMIND, EvaluationState.REMINDED),
        (REMIND + SECOND, EvaluationState.REMINDED),
        (CLOSE - SECOND, EvaluationState.REMINDED),
        (CLOSE, EvaluationState.SILENT),
        (CLOSE + SECOND, EvaluationState.SILENT),
    ],
)
def test_the_clock_reminds_once_and_then_stops_asking(waited: timedelta, state: EvaluationState) -> None:
    assert standing(ASKED_AT, ASKED_AT + waited, remind_after=REMIND, close_after=CLOSE) is state


@given(st.timedeltas(timedelta(0), timedelta(days=30)), st.timedeltas(timedelta(0), timedelta(days=30)))
def test_the_clock_never_goes_back_to_an_earlier_state(first: timedelta, more: timedelta) -> None:
    earlier = standing(ASKED_AT, ASKED_AT + first, remind_after=REMIND, close_after=CLOSE)
    later = standing(ASKED_AT, ASKED_AT + first + more, remind_after=REMIND, close_after=CLOSE)

    assert ORDER.index(earlier) <= ORDER.index(later)


@given(st.timedeltas())
def test_the_clock_alone_never_makes_an_answer(waited: timedelta) -> None:
    try:
        now = ASKED_AT + waited
    except OverflowError:
        return

    assert standing(ASKED_AT, now, remind_after=REMIND, close_after=CLOSE) in ORDER


def test_silence_is_no_verdict() -> None:
    assert EvaluationState.SILENT.value not in set(Verdict)
