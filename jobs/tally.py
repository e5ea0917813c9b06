"""Tallies: what a step did, in counts."""

from __future__ import annotations

from collections import Counter

#: How often each thing happened in one run of a step, by a word such as ``routed``.
Tally = Counter[str]


def line(step: str, tally: Tally) -> str:
    """Return *tally* as one line for people, ``routing: 12 routed, 3 unsure``; nothing done says so."""
    done = ", ".join(f"{count} {word}" for word, count in sorted(tally.items()) if count)
    return f"{step}: {done or 'nothing to do'}"
