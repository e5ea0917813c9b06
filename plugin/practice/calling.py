"""Calling the customer back: a queue of forms that go out in order until they are taken."""

import json
import sqlite3
from datetime import datetime, timedelta
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Lock
from urllib.parse import urldefrag, urlencode, urlsplit

from .clock import WorldTime, iso
from .faults import Faults
from .forms import Form, Secrets, practice_signature, twilio_signature
from .store import Store

#: Seconds that the customer has to take a form.
TIMEOUT_S = 5

#: After so many tries a form is dropped.
MAX_TRIES = 20

#: Seconds of real time between two tries at most, while time is not frozen.
MAX_WAIT_S = 300


class Calls:
    """The queue of one world. A form is taken when the customer answers 2xx; at least once, in order."""

    def __init__(self, store: Store, time: WorldTime, *, secrets: Secrets, faults: Faults) -> None:
        self._store = store
        self._time = time
        self._secrets = secrets
        self._faults = faults
        self._flushing = Lock()

    def queue(self, url: str, *, style: str, form: Form) -> None:
        """Put a form in the queue for *url*; without a url nobody wants it."""
        if url:
            self._store.run(
                "INSERT INTO calls (url, style, fields, state, tries, next_at) VALUES (?, ?, ?, 'queued', 0, '')",
                (url, style, json.dumps(form)),
            )

    def flush(self, *, retry: bool) -> None:
        """Send what is queued, each form at most once; with *retry* also what failed before.

        A customer who does not answer at all counts a try for each of his forms and is
        not called again in the same flush, so that five seconds are lost once.
        """
        with self._flushing:
            dead: set[str] = set()
            with _Lines() as lines:
                for call in self._due(retry=retry):
                    origin = urlsplit(call["url"]).netloc
                    taken = origin not in dead and self._send(call, dead, lines)
                    self._settle(call, taken=taken)

    def waiting(self) -> int:
        """Return how many forms are queued."""
        row = self._store.row("SELECT count(*) AS n FROM calls WHERE state = 'queued'")
        return int(row["n"]) if row else 0

    def _due(self, *, retry: bool) -> list[sqlite3.Row]:
        now = "9" if retry and self._time.is_frozen else iso(self._time.now())
        rows = self._store.rows(
            "SELECT * FROM calls WHERE state = 'queued' AND (tries = 0 OR (? AND next_at <= ?)) ORDER BY id",
            (retry, now),
        )
        return rows[::-1] if self._faults.carrier.reorder_callbacks else rows

    def _send(self, call: sqlite3.Row, dead: set[str], lines: "_Lines") -> bool:
        url, _ = urldefrag(call["url"])
        form: Form = json.loads(call["fields"])
        body = urlencode(form).encode()
        headers = self._signed(call["style"], url, form=form, body=body)
        try:
            answers = [lines.post(url, body, headers) for _ in range(1 + self._faults.carrier.duplicate_callbacks)]
        except (OSError, HTTPException):
            dead.add(urlsplit(url).netloc)
            return False
        return all(200 <= status < 300 for status in answers)

    def _signed(self, style: str, url: str, *, form: Form, body: bytes) -> dict[str, str]:
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if style == "twilio":
            signature = twilio_signature(self._secrets.twilio_token, url, form)
            return headers | {"X-Twilio-Signature": signature}
        return headers | {"X-Practice-Signature": practice_signature(self._secrets.callback_secret, body)}

    def _settle(self, call: sqlite3.Row, *, taken: bool) -> None:
        tries = call["tries"] + 1
        state = "taken" if taken else "dropped" if tries >= MAX_TRIES else "queued"
        self._store.run(
            "UPDATE calls SET state = ?, tries = ?, next_at = ? WHERE id = ?",
            (state, tries, iso(_next_try(self._time.now(), tries)), call["id"]),
        )


def _next_try(now: datetime, tries: int) -> datetime:
    return now + timedelta(seconds=min(2.0**tries, MAX_WAIT_S))


class _Lines:
    """Connections to customers, one an origin, kept open through one flush."""

    def __init__(self) -> None:
        self._open: dict[str, HTTPConnection] = {}

    def __enter__(self) -> "_Lines":
        return self

    def __exit__(self, *_: object) -> None:
        for connection in self._open.values():
            connection.close()

    def post(self, url: str, body: bytes, headers: dict[str, str]) -> int:
        """Send *body* and return the status of the answer; a line that broke is not used again."""
        parts = urlsplit(url)
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        if parts.netloc not in self._open:
            self._open[parts.netloc] = kind(parts.hostname or "", parts.port, timeout=TIMEOUT_S)
        connection = self._open[parts.netloc]
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection.request("POST", target, body, headers)
            answer = connection.getresponse()
            answer.read()
        except (OSError, HTTPException):
            self._open.pop(parts.netloc).close()
            raise
        return answer.status
