"""The world's time: the system's until somebody sets it, then frozen, never backwards."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeAlias
from zoneinfo import ZoneInfo

from .store import Store

#: The zone in which the world shows and writes every time.
SHANGHAI = ZoneInfo("Asia/Shanghai")

#: Where the world takes the time from while nobody has set it.
WorldClock: TypeAlias = Callable[[], datetime]


def system_time() -> datetime:
    """Return the system's time."""
    return datetime.now(UTC)


def iso(at: datetime) -> str:
    """Return *at* with microseconds and +08:00; such texts sort as the instants do."""
    return at.astimezone(SHANGHAI).isoformat(timespec="microseconds")


def instant(text: str) -> datetime:
    """Read an ISO time that names its zone.

    Raises:
        ValueError: *text* is no time, or has no zone.
    """
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a time without a zone; add +08:00")
    return at.astimezone(SHANGHAI)


class Backwards(ValueError):
    """The world's time cannot be set before what already happened in it."""


class WorldTime:
    """The time of one world, kept in its database so that a restart goes on where it was."""

    def __init__(self, store: Store, clock: WorldClock) -> None:
        self._store = store
        self._clock = clock
        kept = store.setting("frozen_at")
        self._frozen_at = instant(kept) if kept else None

    @property
    def is_frozen(self) -> bool:
        """Tell whether time stands still until it is set again."""
        return self._frozen_at is not None

    def now(self) -> datetime:
        """Return the world's time."""
        return self._frozen_at or self._clock().astimezone(SHANGHAI)

    def check(self, to: datetime) -> None:
        """Raise `Backwards` when *to* lies before the frozen instant, or before anything recorded."""
        floor = iso(self._frozen_at) if self._frozen_at else self._latest()
        if iso(to) < floor:
            raise Backwards(f"the world is already at {floor}")

    def reach(self, at: datetime) -> None:
        """Freeze the world at *at*; an instant already passed changes nothing."""
        if self._frozen_at is None or at > self._frozen_at:
            self._store.set("frozen_at", iso(at))
            self._frozen_at = at.astimezone(SHANGHAI)

    def _latest(self) -> str:
        row = self._store.row(
            "SELECT coalesce(max((SELECT coalesce(max(updated_at), '') FROM cases),"
            " (SELECT coalesce(max(at), '') FROM messages)), '') AS latest"
        )
        return str(row["latest"]) if row else ""
