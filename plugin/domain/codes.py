"""Codes: the four digits by which a text names a meeting or a case without saying what it is about."""

from __future__ import annotations

#: Coprime to the number of codes, so that neighbours in time look unlike and none repeats within 4,500.
_STRIDE = 1867
_CODES = 4500


def meeting_code(meeting_id: int) -> str:
    """Return the code of a meeting: odd, unlike every case's."""
    return str(1001 + 2 * (meeting_id * _STRIDE % _CODES))


def case_code(case_id: int) -> str:
    """Return the code of a case: even, unlike every meeting's."""
    return str(1000 + 2 * (case_id * _STRIDE % _CODES))
