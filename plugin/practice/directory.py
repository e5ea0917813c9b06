"""Who lives and works in the world: users with their posts, residents, areas, and marked phones."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from .store import Store

#: How a phone can be marked: refused at once as one or the other, never delivered, blocked on the way.
Mark: TypeAlias = Literal["", "landline", "opted_out", "unreachable", "blocked"]


@dataclass(frozen=True)
class Person:
    """Somebody with a phone."""

    #: "P001" for a user of the platform; a case's number for somebody whom a case names.
    id: str
    name: str
    #: E.164.
    phone: str
    area_code: str = ""
    #: Seats as the street's file names them, in its order.
    posts: Sequence[Mapping[str, object]] = ()
    #: False for residents: the platform's user list leaves them out.
    is_user: bool = False


class Directory:
    """Everybody in one world."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def add(self, person: Person) -> None:
        """Enter a person; the same phone again replaces who had it."""
        posts = json.dumps([dict(post) for post in person.posts], ensure_ascii=False)
        self._store.run(
            "INSERT OR REPLACE INTO people (phone, id, name, area_code, posts, is_user) VALUES (?, ?, ?, ?, ?, ?)",
            (person.phone, person.id, person.name, person.area_code, posts, person.is_user),
        )

    def name_of(self, phone: str) -> str:
        """Return whose phone it is, empty when nobody's."""
        row = self._store.row("SELECT name FROM people WHERE phone = ?", (phone,))
        return str(row["name"]) if row else ""

    def users(self, *, page: int, size: int) -> dict[str, object]:
        """Return one page of the platform's users, first page 1."""
        rows = self._store.rows(
            "SELECT * FROM people WHERE is_user ORDER BY id LIMIT ? OFFSET ?", (size, (page - 1) * size)
        )
        total = self._store.row("SELECT count(*) AS n FROM people WHERE is_user")
        items = [
            {name: row[name] for name in ("id", "name", "phone", "area_code")} | {"posts": json.loads(row["posts"])}
            for row in rows
        ]
        return {"items": items, "page": page, "size": size, "total": total["n"] if total else 0}

    def add_area(self, code: str, name: str) -> None:
        """Enter a street, a community or a grid."""
        self._store.run("INSERT OR REPLACE INTO areas (code, name) VALUES (?, ?)", (code, name))

    def areas(self) -> dict[str, str]:
        """Return the names of all areas by code, in the order of the codes."""
        return {row["code"]: row["name"] for row in self._store.rows("SELECT * FROM areas ORDER BY code")}

    def mark(self, phone: str, mark: Mark) -> None:
        """Mark a phone; an empty mark takes the old one off."""
        if mark:
            self._store.run("INSERT OR REPLACE INTO marks (phone, mark) VALUES (?, ?)", (phone, mark))
        else:
            self._store.run("DELETE FROM marks WHERE phone = ?", (phone,))

    def mark_of(self, phone: str) -> str:
        """Return how a phone is marked, empty when it is not."""
        row = self._store.row("SELECT mark FROM marks WHERE phone = ?", (phone,))
        return str(row["mark"]) if row else ""
