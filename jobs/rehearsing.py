"""Rehearsing: a host and a carrier that only nod, so that a step can run in full and leave nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from ..plugin.ports import (
    Carrier,
    CheckLine,
    Host,
    HostCase,
    Inbound,
    Outcome,
    OutText,
    Page,
    StatusEvent,
    Submission,
    Unreadable,
    WebRequest,
    WriteBack,
    WriteResult,
    Written,
)


class DryHost:
    """Reads the real host; writes nothing and says that it did."""

    def __init__(self, host: Host) -> None:
        self._host = host
        self.name = host.name

    def check(self) -> Sequence[CheckLine]:
        """Ask the real host."""
        return self._host.check()

    def pull(self, cursor: Mapping[str, str] | None, *, limit: int) -> Page:
        """Read the real host."""
        return self._host.pull(cursor, limit=limit)

    def get(self, ref: str) -> HostCase | Unreadable | None:
        """Read the real host."""
        return self._host.get(ref)

    def write(self, ref: str, writeback: WriteBack) -> WriteResult:
        """Write nothing."""
        return WriteResult(Written.APPLIED, f"rehearsed {writeback.key} of {ref}")

    def close(self) -> None:
        """Give back the real host's connections."""
        self._host.close()


class DryCarrier:
    """Sends nothing and says that it did; verifies webhooks as the real carrier does."""

    def __init__(self, carrier: Carrier) -> None:
        self._carrier = carrier
        self.name = carrier.name

    def send(self, text: OutText) -> Submission:
        """Send nothing."""
        return Submission(Outcome.ACCEPTED, provider_id=f"rehearsed-{text.id}")

    def look_up(self, text: OutText, *, since: datetime) -> StatusEvent | None:
        """Ask the real carrier; that changes nothing there."""
        return self._carrier.look_up(text, since=since)

    def status_events(self, request: WebRequest) -> Sequence[StatusEvent]:
        """Verify as the real carrier does."""
        return self._carrier.status_events(request)

    def inbound(self, request: WebRequest) -> Sequence[Inbound]:
        """Verify as the real carrier does."""
        return self._carrier.inbound(request)

    def check(self) -> Sequence[CheckLine]:
        """Ask the real carrier."""
        return self._carrier.check()

    def close(self) -> None:
        """Give back the real carrier's connections."""
        self._carrier.close()
