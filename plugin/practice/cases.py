"""The host's cases: what it keeps of each, how one may change, and what it remembers of every change."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeAlias

from .clock import WorldTime, instant, iso
from .refusing import Refusal
from .store import Store

#: A case, a note or a change as the host shows it.
Shown: TypeAlias = dict[str, object]

#: Which status may follow which; a status never follows itself.
MOVES: Mapping[str, tuple[str, ...]] = {
    "open": ("in_progress", "waiting", "closed", "cancelled"),
    "in_progress": ("waiting", "closed", "open"),
    "waiting": ("in_progress", "closed"),
    "closed": ("in_progress",),
    "cancelled": (),
}

#: Characters in a note; a longer one is refused, never cut.
MAX_NOTE = 500

#: Cases in one page, whatever the client asks for.
MAX_PAGE = 200

PAGE = """
SELECT * FROM cases WHERE is_deleted = 0 AND (updated_at, id) > (:since, :after_id)
AND (:statuses = '[]' OR status IN (SELECT value FROM json_each(:statuses)))
ORDER BY updated_at, id LIMIT :limit
"""


@dataclass(frozen=True)
class Party:
    """A person whom a case names."""

    name: str
    #: E.164.
    phone: str


@dataclass(frozen=True)
class NewCase:
    """What the host is told when a case is reported."""

    text: str
    area_code: str
    reporter: Party
    title: str = ""
    category: str = ""
    source: str = "居民自报"
    affected: Sequence[Party] = ()
    due_at: datetime | None = None
    #: None means now. A case entered later than it was reported counts as changed when it is entered.
    created_at: datetime | None = None


@dataclass(frozen=True)
class NewNote:
    """A remark to put on a case; *key* is the writer's own mark, which the host does not compare."""

    text: str
    key: str = ""


@dataclass(frozen=True)
class Changed:
    """What one change left behind: the case as it is now, and the note if one was written."""

    case: Shown
    note: Shown | None


class Cases:
    """All cases of one host; every method is one transaction."""

    def __init__(self, store: Store, time: WorldTime) -> None:
        self._store = store
        self._time = time

    def add(self, new: NewCase, *, who: str) -> Shown:
        """Open a case and return it; its number counts the cases of its day."""
        with self._store.changing():
            at = iso(new.created_at) if new.created_at else self._tick()
            changed_at = max(at, self._after_latest())
            due_at = iso(new.due_at) if new.due_at else None
            case_id = self._number(at[:10])
            self._store.run(
                "INSERT INTO cases (id, title, text, category, source, area_code, status, reporter_name,"
                " reporter_phone, affected, created_at, updated_at, due_at, version)"
                " VALUES (?, ?, ?, ?, ?, ?, 'open', ?, ?, ?, ?, ?, ?, 1)",
                (
                    *(case_id, new.title, new.text, new.category, new.source, new.area_code),
                    *(new.reporter.name, new.reporter.phone, _parties(new.affected), at, changed_at, due_at),
                ),
            )
            self._remember(case_id, at, who=who, what="created", old="", new="open")
            return self.get(case_id)

    def page(self, statuses: Sequence[str], *, since: str, after_id: str, limit: int) -> list[Shown]:
        """Return cases changed at *since* or later, strictly after (*since*, *after_id*), in that order."""
        values = {"since": since, "after_id": after_id, "limit": limit, "statuses": json.dumps(statuses)}
        return [shown(row) for row in self._store.rows(PAGE, values)]

    def get(self, case_id: str) -> Shown:
        """Return one case; refuse with 404 when there is none, or when it was deleted."""
        return shown(self._row(case_id))

    def change(
        self,
        case_id: str,
        *,
        who: str,
        version: int | None,
        status: str | None = None,
        note: NewNote | None = None,
    ) -> Changed:
        """Move the status, add the note, or both at once; a version that is given must be the current one."""
        with self._store.changing():
            row = self._row(case_id)
            _check(row, version=version, status=status)
            at = self._tick()
            self._store.run(
                "UPDATE cases SET status = ?, updated_at = ?, version = version + 1 WHERE id = ?",
                (status or row["status"], at, case_id),
            )
            if status:
                self._remember(case_id, at, who=who, what="status", old=row["status"], new=status)
            written = self._write(case_id, at, who=who, note=note) if note else None
            return Changed(self.get(case_id), written)

    def edit(self, case_id: str, *, who: str, version: int | None, values: Mapping[str, str]) -> Shown:
        """Correct the title, text, category or area of a case, as an office does on its own screen."""
        with self._store.changing():
            row = self._row(case_id)
            _check(row, version=version, status=None)
            at = self._tick()
            merged = {name: row[name] for name in ("title", "text", "category", "area_code")} | dict(values)
            self._store.run(
                "UPDATE cases SET title = :title, text = :text, category = :category, area_code = :area_code,"
                " updated_at = :at, version = version + 1 WHERE id = :id",
                merged | {"at": at, "id": case_id},
            )
            for name, value in values.items():
                self._remember(case_id, at, who=who, what=name, old=row[name], new=value)
            return self.get(case_id)

    def delete(self, case_id: str, *, who: str) -> None:
        """Take a case away for good; there is no tombstone, only 404 from then on."""
        with self._store.changing():
            self._row(case_id)
            self._store.run("UPDATE cases SET is_deleted = 1 WHERE id = ?", (case_id,))
            self._remember(case_id, self._tick(), who=who, what="deleted", old="", new="")

    def touch(self, case_ids: Sequence[str]) -> None:
        """Give all these cases one and the same new time of change, as a nightly batch does."""
        with self._store.changing():
            at = self._tick()
            self._store.run(
                "UPDATE cases SET updated_at = ?, version = version + 1 WHERE id IN (SELECT value FROM json_each(?))",
                (at, json.dumps(list(case_ids))),
            )

    def notes(self, case_id: str, *, key: str | None = None) -> list[Shown]:
        """Return the notes of a case, oldest first; with *key* only those that carry it."""
        self._row(case_id)
        return [
            _note(row)
            for row in self._store.rows(
                "SELECT * FROM notes WHERE case_id = ? AND (? IS NULL OR key = ?) ORDER BY id",
                (case_id, key, key),
            )
        ]

    def history(self, case_id: str) -> list[Shown]:
        """Return every change of a case, oldest first: who, when, what."""
        self._row(case_id)
        rows = self._store.rows("SELECT * FROM history WHERE case_id = ? ORDER BY id", (case_id,))
        return [{name: row[name] for name in ("id", "at", "who", "what", "old", "new")} for row in rows]

    def latest_change(self) -> str:
        """Return the newest time of change, empty when there is no case."""
        row = self._store.row("SELECT max(updated_at) AS latest FROM cases")
        return str(row["latest"] or "") if row else ""

    def _tick(self) -> str:
        return max(iso(self._time.now()), self._after_latest())

    def _after_latest(self) -> str:
        # Strictly later than every change before it, also while time stands still: a client
        # that has read up to some (time, id) must never miss what changes afterwards.
        latest = self.latest_change()
        return iso(instant(latest) + timedelta(microseconds=1)) if latest else ""

    def _row(self, case_id: str) -> sqlite3.Row:
        row = self._store.row("SELECT * FROM cases WHERE id = ? AND is_deleted = 0", (case_id,))
        if row is None:
            raise Refusal(404, {"error": "no such case"})
        return row

    def _number(self, day: str) -> str:
        self._store.run(
            "INSERT INTO serials (day, last) VALUES (?, 1) ON CONFLICT (day) DO UPDATE SET last = last + 1",
            (day,),
        )
        row = self._store.row("SELECT last FROM serials WHERE day = ?", (day,))
        return f"JP{day.replace('-', '')}-{row['last'] if row else 0:04d}"

    def _write(self, case_id: str, at: str, *, who: str, note: NewNote) -> Shown:
        note_id = self._store.run(
            "INSERT INTO notes (case_id, at, author, text, key) VALUES (?, ?, ?, ?, ?)",
            (case_id, at, who, note.text, note.key),
        )
        self._remember(case_id, at, who=who, what="note", old="", new=str(note_id))
        return {"id": note_id, "at": at, "author": who, "text": note.text, "key": note.key}

    def _remember(self, case_id: str, at: str, *, who: str, what: str, old: str, new: str) -> None:
        self._store.run(
            "INSERT INTO history (case_id, at, who, what, old, new) VALUES (?, ?, ?, ?, ?, ?)",
            (case_id, at, who, what, old, new),
        )


def shown(row: sqlite3.Row) -> Shown:
    """Return a case as the host shows it."""
    return {
        **{name: row[name] for name in ("id", "title", "text", "category", "source", "area_code", "status")},
        "reporter": {"name": row["reporter_name"], "phone": row["reporter_phone"]},
        "affected": json.loads(row["affected"]) if row["affected"] != "[]" else [],
        **{name: row[name] for name in ("created_at", "updated_at", "due_at", "version")},
    }


def _note(row: sqlite3.Row) -> Shown:
    return {name: row[name] for name in ("id", "at", "author", "text", "key")}


def _parties(parties: Sequence[Party]) -> str:
    return json.dumps([{"name": party.name, "phone": party.phone} for party in parties], ensure_ascii=False)


def _check(row: sqlite3.Row, *, version: int | None, status: str | None) -> None:
    if version is not None and version != row["version"]:
        raise Refusal(409, {"error": "the case has changed since that version", "version": row["version"]})
    allowed = MOVES[row["status"]]
    if status is not None and status not in allowed:
        raise Refusal(422, {"error": f"{row['status']} cannot become {status}", "allowed": list(allowed)})
