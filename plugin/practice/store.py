"""The world's database file: one SQLite connection behind one lock, committed before any answer."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import TypeAlias

#: What a statement takes as its values, by place or by name.
Values: TypeAlias = Sequence[object] | Mapping[str, object]

# Times are text of one fixed form and zone (`clock.iso`), so that they sort as they read.
SCHEMA = """
CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS areas (code TEXT PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS people (
    phone TEXT PRIMARY KEY, id TEXT NOT NULL, name TEXT NOT NULL, area_code TEXT NOT NULL,
    posts TEXT NOT NULL, is_user INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS marks (phone TEXT PRIMARY KEY, mark TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS serials (day TEXT PRIMARY KEY, last INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS cases (
    id TEXT PRIMARY KEY, title TEXT NOT NULL, text TEXT NOT NULL, category TEXT NOT NULL,
    source TEXT NOT NULL, area_code TEXT NOT NULL, status TEXT NOT NULL, reporter_name TEXT NOT NULL,
    reporter_phone TEXT NOT NULL, affected TEXT NOT NULL, created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL, due_at TEXT, version INTEGER NOT NULL, is_deleted INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS cases_by_change ON cases (updated_at, id);
CREATE TABLE IF NOT EXISTS notes (
    id INTEGER PRIMARY KEY AUTOINCREMENT, case_id TEXT NOT NULL, at TEXT NOT NULL,
    author TEXT NOT NULL, text TEXT NOT NULL, key TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS notes_of_case ON notes (case_id, key);
CREATE TABLE IF NOT EXISTS history (
    id INTEGER PRIMARY KEY AUTOINCREMENT, case_id TEXT NOT NULL, at TEXT NOT NULL,
    who TEXT NOT NULL, what TEXT NOT NULL, old TEXT NOT NULL, new TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS history_of_case ON history (case_id, id);
CREATE TABLE IF NOT EXISTS messages (
    n INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, direction TEXT NOT NULL,
    style TEXT NOT NULL, account TEXT NOT NULL, service TEXT NOT NULL, phone TEXT NOT NULL,
    sender TEXT NOT NULL, body TEXT NOT NULL, callback TEXT NOT NULL, tag TEXT NOT NULL,
    state TEXT NOT NULL, error TEXT NOT NULL, outcome TEXT NOT NULL, at TEXT NOT NULL,
    sent_at TEXT, updated_at TEXT NOT NULL, due_at TEXT, is_read INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS messages_of_phone ON messages (phone, n);
CREATE INDEX IF NOT EXISTS messages_by_time ON messages (at, n);
CREATE INDEX IF NOT EXISTS messages_due ON messages (due_at, n) WHERE due_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS answers (
    id INTEGER PRIMARY KEY AUTOINCREMENT, phone TEXT NOT NULL, body TEXT NOT NULL, due_at TEXT);
CREATE INDEX IF NOT EXISTS answers_due ON answers (due_at, id) WHERE due_at IS NOT NULL;
CREATE TABLE IF NOT EXISTS calls (
    id INTEGER PRIMARY KEY AUTOINCREMENT, url TEXT NOT NULL, style TEXT NOT NULL, fields TEXT NOT NULL,
    state TEXT NOT NULL, tries INTEGER NOT NULL, next_at TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS calls_queued ON calls (id) WHERE state = 'queued';
"""


class Store:
    """The database file at *path*; it outlives the process that opened it, killed or not."""

    def __init__(self, path: Path) -> None:
        self._lock = RLock()
        self._depth = 0
        self._connection = sqlite3.connect(path, check_same_thread=False, isolation_level=None, timeout=10)
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.executescript(SCHEMA)

    def close(self) -> None:
        """Close the file; nothing may be asked afterwards."""
        with self._lock:
            self._connection.close()

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Make everything inside one transaction; inside another one, join it."""
        with self._lock:
            if self._depth == 0:
                self._connection.execute("BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._leave("ROLLBACK")
                raise
            self._leave("COMMIT")

    def _leave(self, ending: str) -> None:
        self._depth -= 1
        if self._depth == 0:
            self._connection.execute(ending)

    def run(self, statement: str, values: Values = ()) -> int:
        """Run *statement* and return the row id that it made, 0 when it made none."""
        with self._lock:
            return self._connection.execute(statement, values).lastrowid or 0

    def rows(self, query: str, values: Values = ()) -> list[sqlite3.Row]:
        """Return all rows of *query*."""
        with self._lock:
            return self._connection.execute(query, values).fetchall()

    def row(self, query: str, values: Values = ()) -> sqlite3.Row | None:
        """Return the first row of *query*, None when there is none."""
        with self._lock:
            found: sqlite3.Row | None = self._connection.execute(query, values).fetchone()
            return found

    def setting(self, name: str) -> str:
        """Return the setting *name*, empty when it was never set."""
        row = self.row("SELECT value FROM settings WHERE name = ?", (name,))
        return str(row["value"]) if row else ""

    def set(self, name: str, value: str) -> None:
        """Keep *value* under *name*."""
        self.run("INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)", (name, value))
