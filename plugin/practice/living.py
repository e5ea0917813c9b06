"""Living up to an instant: texts arrive, people answer, the customer is called back, in order."""

import sqlite3
from collections.abc import Callable
from datetime import datetime
from threading import Lock

from .calling import Calls
from .clock import WorldTime, instant, iso
from .people import Answer
from .store import Store
from .texts import Texts

#: Texts moved in one transaction at most.
BATCH = 500


class Life:
    """What happens in one world as its time passes. One lives at a time; others wait their turn.

    Every batch commits the clock with what happened in it: a world that is killed on the
    way goes on from there.
    """

    def __init__(
        self,
        store: Store,
        time: WorldTime,
        *,
        texts: Texts,
        calls: Calls,
        reply: Callable[[sqlite3.Row], Answer | None],
    ) -> None:
        self._store = store
        self._time = time
        self._texts = texts
        self._calls = calls
        self._reply = reply
        self._living = Lock()

    def freeze(self, to: datetime) -> None:
        """Live up to *to* and stand still there.

        Raises:
            Backwards: The world is already past that.
        """
        with self._living:
            self._time.check(to)
            self._live(to, moving=True)
            self._time.reach(to)

    def catch_up(self) -> None:
        """Live up to the system's time; a frozen world stays as it is."""
        with self._living:
            if not self._time.is_frozen:
                self._live(self._time.now(), moving=False)

    def say(self, phone: str, body: str) -> None:
        """Let a person send a text now; it goes out at once."""
        with self._living:
            self._texts.receive(phone, body)
            self._calls.flush(retry=False)

    def _live(self, to: datetime, *, moving: bool) -> None:
        self._calls.flush(retry=True)
        while self._step(iso(to), moving=moving):
            self._calls.flush(retry=False)

    def _step(self, to: str, *, moving: bool) -> bool:
        answer = self._store.row("SELECT * FROM answers WHERE due_at <= ? ORDER BY due_at, id LIMIT 1", (to,))
        due = self._texts.due(answer["due_at"] if answer else to, limit=BATCH)
        with self._store.changing():
            if due:
                self._move_all(due, moving=moving)
            elif answer:
                self._speak(answer, moving=moving)
        return bool(due or answer)

    def _move_all(self, due: list[sqlite3.Row], *, moving: bool) -> None:
        for message in due:
            if moving:
                self._time.reach(instant(message["due_at"]))
            self._move(message)

    def _move(self, message: sqlite3.Row) -> None:
        moved = self._texts.move(message)
        answer = self._reply(moved) if moved["state"] == "delivered" else None
        if answer is not None:
            self._store.run(
                "INSERT INTO answers (phone, body, due_at) VALUES (?, ?, ?)",
                (moved["phone"], answer.body, iso(answer.at)),
            )

    def _speak(self, answer: sqlite3.Row, *, moving: bool) -> None:
        if moving:
            self._time.reach(instant(answer["due_at"]))
        self._store.run("UPDATE answers SET due_at = NULL WHERE id = ?", (answer["id"],))
        self._texts.receive(answer["phone"], answer["body"])
