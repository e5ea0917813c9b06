"""Retention: free what is over, and redact words whose time has passed."""

from __future__ import annotations

from datetime import timedelta

from ..plugin.ports import Clock
from ..plugin.store import Store, questions, texts
from .tally import Tally


def clean_up(store: Store, *, clock: Clock, keep_texts: timedelta) -> Tally:
    """Close questions whose time is over, and redact texts and answers older than *keep_texts*.

    Rows stay, so that counts and the history keep their shape; only the words go (个人信息保护法 19, 47).
    """
    now = clock.now()
    with store.begin() as tx:
        closed = questions.close_overdue(tx, now=now)
        redacted = texts.redact(tx, before=now - keep_texts) + questions.redact(tx, before=now - keep_texts)
    return Tally({"questions closed": closed, "texts redacted": redacted})
