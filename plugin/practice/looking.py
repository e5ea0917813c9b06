"""What the pages look up: lists for people's eyes, which no door for machines offers."""

import sqlite3
from dataclasses import dataclass

from .cases import MOVES, Shown, shown
from .store import Store

#: Rows on one page of a list.
PAGE = 50

MATCHING_CASES = """
FROM cases WHERE is_deleted = 0 AND (:status = '' OR status = :status)
AND (:sought = '' OR instr(id || ' ' || title || ' ' || text || ' ' || reporter_name, :sought))
"""

PHONES = """
WITH unread AS (SELECT phone, count(*) AS n FROM messages
                WHERE direction = 'out' AND state = 'delivered' AND is_read = 0 GROUP BY phone),
     latest AS (SELECT phone, max(n) AS n FROM messages
                WHERE direction = 'in' OR state = 'delivered' GROUP BY phone),
     known AS (SELECT phone FROM people UNION SELECT phone FROM messages)
SELECT known.phone, coalesce(people.name, '') AS name, coalesce(people.posts, '[]') AS posts,
       coalesce(people.is_user, 0) AS is_user, coalesce(unread.n, 0) AS unread,
       coalesce(messages.body, '') AS body, coalesce(messages.at, '') AS at
FROM known LEFT JOIN people USING (phone) LEFT JOIN unread USING (phone) LEFT JOIN latest USING (phone)
LEFT JOIN messages ON messages.n = latest.n
WHERE :sought = '' OR instr(coalesce(people.name, '') || ' ' || known.phone, :sought)
ORDER BY unread.n IS NULL, latest.n IS NULL, latest.n DESC, people.is_user DESC, people.id, known.phone
LIMIT :limit OFFSET :skip
"""

THREAD = """
SELECT * FROM messages WHERE phone = ? AND (direction = 'in' OR state = 'delivered') ORDER BY n DESC LIMIT 200
"""


@dataclass(frozen=True)
class Found:
    """One page of cases that fit a search, newest change first."""

    cases: list[Shown]
    #: How many fit in all.
    total: int


def find_cases(store: Store, *, status: str, sought: str, page: int) -> Found:
    """Return page *page* (first 1) of the cases in *status* that contain *sought*; empty filters nothing."""
    values = {"status": status, "sought": sought, "skip": (page - 1) * PAGE, "limit": PAGE}
    rows = store.rows(
        "SELECT * " + MATCHING_CASES + " ORDER BY updated_at DESC, id DESC LIMIT :limit OFFSET :skip", values
    )
    total = store.row("SELECT count(*) AS n " + MATCHING_CASES, values)
    return Found([shown(row) for row in rows], total["n"] if total else 0)


def count_cases(store: Store) -> dict[str, int]:
    """Return how many cases stand in each status."""
    rows = store.rows("SELECT status, count(*) AS n FROM cases WHERE is_deleted = 0 GROUP BY status")
    return dict.fromkeys(MOVES, 0) | {row["status"]: row["n"] for row in rows}


def timeline(store: Store, case_id: str) -> list[sqlite3.Row]:
    """Return all changes of a case, oldest first, each note with its text."""
    return store.rows(
        "SELECT history.*, coalesce(notes.text, '') AS text, coalesce(notes.key, '') AS key FROM history"
        " LEFT JOIN notes ON history.what = 'note' AND notes.id = CAST(history.new AS INTEGER)"
        " WHERE history.case_id = ? ORDER BY history.id",
        (case_id,),
    )


def find_phones(store: Store, *, sought: str, page: int) -> list[sqlite3.Row]:
    """Return page *page* of all phones, those with something unread first; one more row tells of another."""
    return store.rows(PHONES, {"sought": sought, "skip": (page - 1) * PAGE, "limit": PAGE + 1})


def thread(store: Store, phone: str) -> list[sqlite3.Row]:
    """Return the last of what a phone got and sent, oldest first."""
    return store.rows(THREAD, (phone,))[::-1]
