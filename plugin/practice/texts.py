"""The carrier's texts: what it takes, what becomes of each, and what people send back."""

import re
import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import md5

from .calling import Calls
from .clock import WorldTime, instant, iso
from .directory import Directory
from .draws import draw
from .forms import ACCOUNT, SENDER, inbound_form, status_form
from .store import Store

#: Share of texts that never arrive although nothing is wrong with the phone.
LOST = 0.02

#: How many of the texts before it somebody has in mind who reads a new one.
REMEMBERED = 50

#: What becomes of a text to a marked phone.
OUTCOMES = {"unreachable": ("undelivered", "unreachable"), "blocked": ("failed", "blocked")}

INSERT = """
INSERT INTO messages (id, direction, style, account, service, phone, sender, body, callback, tag, state,
                      error, outcome, at, updated_at, due_at)
VALUES (:id, :direction, :style, :account, :service, :phone, :sender, :body, :callback, :tag, :state,
        '', :outcome, :at, :at, :due_at)
"""

CHINESE = re.compile(r"\+86\d{11}")
E164 = re.compile(r"\+(?!86)[1-9]\d{6,14}")


class BadNumber(ValueError):
    """The carrier does not take a text to this number; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class NewText:
    """A text as a customer hands it in."""

    to: str
    body: str
    #: Where state changes are told; empty means nowhere.
    callback: str = ""
    #: The customer's own mark, handed back with every callback.
    tag: str = ""
    style: str = "practice"
    account: str = ACCOUNT
    sender: str = SENDER
    service: str = ""


class Texts:
    """All texts of one carrier, both ways. It never compares: the same text twice is two texts."""

    def __init__(self, store: Store, time: WorldTime, *, directory: Directory, calls: Calls, seed: int) -> None:
        self._store = store
        self._time = time
        self._directory = directory
        self._calls = calls
        self._seed = seed

    def accept(self, new: NewText, *, late: timedelta = timedelta(0)) -> sqlite3.Row:
        """Take a text and return it; with *late* it is seen only after that much world time.

        Raises:
            BadNumber: The carrier does not take texts to this number.
        """
        self._check(new.to)
        at = self._time.now() + late
        with self._store.changing():
            message_id = self._sid()
            values = {
                "id": message_id,
                "direction": "out",
                "phone": new.to,
                "state": "accepted",
                "at": iso(at),
            }
            values |= {
                "outcome": self._outcome(new.to, message_id),
                "due_at": iso(self._sent_at(message_id, at)),
            }
            values |= {
                "style": new.style,
                "account": new.account,
                "service": new.service,
                "sender": new.sender,
            }
            values |= {"body": new.body, "callback": new.callback, "tag": new.tag}
            return self._by_number(self._store.run(INSERT, values))

    def receive(self, phone: str, body: str) -> sqlite3.Row:
        """Take a text that somebody sends from *phone* and queue it for the customer.

        Who answers has read what there was.
        """
        with self._store.changing():
            last = self._last_out(phone)
            style = self._store.setting("inbound_style") or "practice"
            values = {
                "id": self._sid(),
                "direction": "in",
                "phone": phone,
                "state": "received",
                "outcome": "",
            }
            values |= {"body": body, "style": style, "callback": "", "tag": "", "service": ""}
            values |= {
                "account": last["account"] if last else ACCOUNT,
                "sender": last["sender"] if last else SENDER,
            }
            whole: dict[str, str | None] = {**values, "at": self._now(), "due_at": None}
            row = self._by_number(self._store.run(INSERT, whole))
            self.mark_read(phone)
            self._calls.queue(self._store.setting("inbound_url"), style=style, form=inbound_form(row))
            return row

    def mark_read(self, phone: str) -> None:
        """Mark what *phone* got as read."""
        self._store.run(
            "UPDATE messages SET is_read = 1 WHERE phone = ? AND state = 'delivered' AND is_read = 0",
            (phone,),
        )

    def move(self, message: sqlite3.Row) -> sqlite3.Row:
        """Bring a text that is due to its next state, queue the callback, and return it as it is then."""
        at = message["due_at"]
        if message["state"] == "accepted":
            state, error = "sent", ""
            due_at = iso(self._done_at(message["id"], instant(at)))
        else:
            (state, error), due_at = OUTCOMES.get(message["outcome"], ("delivered", "")), None
        self._store.run(
            "UPDATE messages SET state = ?, error = ?, updated_at = ?, due_at = ?,"
            " sent_at = coalesce(sent_at, ?) WHERE n = ?",
            (state, error, at, due_at, at, message["n"]),
        )
        moved = self._by_number(message["n"])
        self._calls.queue(moved["callback"], style=moved["style"], form=status_form(moved))
        return moved

    def due(self, until: str, *, limit: int) -> list[sqlite3.Row]:
        """Return the texts that have something before them until then, in the order of it."""
        return self._store.rows("SELECT * FROM messages WHERE due_at <= ? ORDER BY due_at, n LIMIT ?", (until, limit))

    def get(self, message_id: str) -> sqlite3.Row | None:
        """Return one text, None when there is none, or not yet."""
        return self._store.row("SELECT * FROM messages WHERE id = ? AND at <= ?", (message_id, self._now()))

    def page(
        self,
        *,
        direction: str = "",
        phone: str = "",
        since: str = "",
        until: str = "",
        newest_first: bool = False,
        skip: int,
        limit: int,
    ) -> list[sqlite3.Row]:
        """Return texts by the time at which they were taken; empty values do not filter."""
        values = {
            "direction": direction,
            "phone": phone,
            "since": since,
            "until": min(until or "9", self._now()),
        }
        query = _page_query(of_phone=bool(phone), newest_first=newest_first)
        return self._store.rows(query, values | {"limit": limit, "skip": skip})

    def redact(self, message_id: str) -> sqlite3.Row | None:
        """Empty the body of a text that has come to its end; return None while it has not."""
        row = self._store.row("SELECT * FROM messages WHERE id = ? AND due_at IS NULL", (message_id,))
        if row is None:
            return None
        self._store.run("UPDATE messages SET body = '' WHERE n = ?", (row["n"],))
        return self._by_number(row["n"])

    def earlier(self, message: sqlite3.Row) -> list[str]:
        """Return the last texts that the same phone got before this one, oldest first."""
        rows = self._store.rows(
            "SELECT body FROM messages WHERE phone = ? AND n < ? AND state = 'delivered' ORDER BY n DESC LIMIT ?",
            (message["phone"], message["n"], REMEMBERED),
        )
        return [row["body"] for row in reversed(rows)]

    def _check(self, number: str) -> None:
        if not CHINESE.fullmatch(number) and not E164.fullmatch(number):
            raise BadNumber("invalid_number")
        mark = self._directory.mark_of(number)
        if mark == "opted_out":
            raise BadNumber("opted_out")
        if mark == "landline" or (number.startswith("+86") and number[3] != "1"):
            raise BadNumber("not_a_mobile")

    def _outcome(self, phone: str, message_id: str) -> str:
        mark = self._directory.mark_of(phone)
        if not mark and draw(self._seed, message_id, "lost") < LOST:
            return "unreachable"
        return mark

    def _sent_at(self, message_id: str, at: datetime) -> datetime:
        return at + timedelta(seconds=0.5 + draw(self._seed, message_id, "sent"))

    def _done_at(self, message_id: str, at: datetime) -> datetime:
        return at + timedelta(seconds=1 + 7 * draw(self._seed, message_id, "done"))

    def _sid(self) -> str:
        row = self._store.row("SELECT coalesce(max(n), 0) + 1 AS n FROM messages")
        return "SM" + md5(f"{self._seed}/{row['n'] if row else 1}".encode(), usedforsecurity=False).hexdigest()

    def _by_number(self, n: int) -> sqlite3.Row:
        return self._store.rows("SELECT * FROM messages WHERE n = ?", (n,))[0]

    def _last_out(self, phone: str) -> sqlite3.Row | None:
        return self._store.row(
            "SELECT * FROM messages WHERE phone = ? AND direction = 'out' ORDER BY n DESC LIMIT 1", (phone,)
        )

    def _now(self) -> str:
        return iso(self._time.now())


def _page_query(*, of_phone: bool, newest_first: bool) -> str:
    order = "DESC" if newest_first else "ASC"
    phone = "phone = :phone AND" if of_phone else ""
    return (
        f"SELECT * FROM messages WHERE {phone} at >= :since AND at <= :until"  # noqa: S608  (no value gets in)
        f" AND (:direction = '' OR direction = :direction) ORDER BY at {order}, n {order}"
        " LIMIT :limit OFFSET :skip"
    )
