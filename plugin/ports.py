"""The ports: what Sanhui asks of a clock, a host platform and an SMS carrier.

Adapters keep these promises and translate every foreign exception at the door into `sanhui.plugin.errors`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from .domain.cases import HostState
from .domain.texts import TextState


class Clock(Protocol):
    """Tells the time; read once for each decision."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        ...


@dataclass(frozen=True)
class CheckLine:
    """One line of the doctor's report."""

    name: str
    #: ok, warn or fail.
    verdict: str
    seen: str
    expected: str = ""
    remedy: str = ""


# ── the host ──────────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Contact:
    """Somebody whom a case concerns, as far as the host tells."""

    phone: str
    #: reporter or affected.
    part: str


@dataclass(frozen=True)
class HostCase:
    """A case as the host shows it now, in our words."""

    ref: str
    title: str
    text: str
    category: str
    source: str
    #: As the host writes it; may be malformed or of a place no council covers.
    area_code: str
    state: HostState
    #: The host's own word for the state.
    raw_state: str
    created_at: datetime
    updated_at: datetime
    #: The host's deadline; it always wins over ours.
    due_at: datetime | None
    #: Whatever the host wants back with a write to know that nobody wrote in between.
    version: str
    contacts: tuple[Contact, ...] = ()


@dataclass(frozen=True)
class Unreadable:
    """A record that the host showed and we could not read; nothing of it is guessed."""

    #: Empty when even the id was missing.
    ref: str
    #: Field, value and mend.
    why: str


@dataclass(frozen=True)
class Page:
    """What one pull brought."""

    cases: tuple[HostCase, ...]
    unreadable: tuple[Unreadable, ...]
    #: Where the next pull goes on; opaque to everybody but the adapter.
    cursor: Mapping[str, str]
    more: bool


@dataclass(frozen=True)
class WriteBack:
    """One step told to the host."""

    #: Unique for the step; the host keeps it with the note, so that it can be found again.
    key: str
    note: str
    #: The state the case should have on the host; None leaves it.
    state: HostState | None


class Written(StrEnum):
    """How a write-back ended."""

    #: It stands on the host.
    APPLIED = "applied"
    #: It stood there already, from an earlier try.
    ALREADY = "already"
    #: The note stands; the state was left, because the host's own had moved on.
    NOTE_ONLY = "note_only"
    #: Somebody else wrote in between: read again and try again.
    CONFLICT = "conflict"
    #: The host says no, and will say so again.
    REJECTED = "rejected"
    #: The case is not on the host any more.
    GONE = "gone"
    #: No answer that tells: look again before anything is repeated.
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class WriteResult:
    """The end of one write, with the host's own receipt or reason."""

    written: Written
    detail: str = ""


class Host(Protocol):
    """A grid-governance platform: cases out, notes and states in.

    Every method may raise `HostUnavailable` (nothing is known to have happened for reads) and
    `HostRefused` for a wrong identity.
    """

    name: str

    def check(self) -> Sequence[CheckLine]:
        """Prove identity and rights by an authenticated read; write nothing."""
        ...

    def pull(self, cursor: Mapping[str, str] | None, *, limit: int) -> Page:
        """Return what changed since *cursor*, oldest first, at most *limit* cases; None starts at the beginning.

        Raises:
            HostUnreadable: The answer is no page of cases; the cursor stays where it was.
        """
        ...

    def get(self, ref: str) -> HostCase | Unreadable | None:
        """Return one case as it stands now; None when the host has it no more."""
        ...

    def write(self, ref: str, writeback: WriteBack) -> WriteResult:
        """Write one step unless it stands there already, and read it back; never raises for an unclear end."""
        ...

    def close(self) -> None:
        """Give back connections."""
        ...


# ── the carrier ───────────────────────────────────────────────────────────────────────────────────────────


class Outcome(StrEnum):
    """How one hand-over to a carrier ended."""

    #: The carrier has it, under an id of its own.
    ACCEPTED = "accepted"
    #: It will not take this text for this number; nothing was sent.
    REJECTED = "rejected"
    #: Nothing was sent; the same text may be sent again later.
    RETRY_SAFE = "retry_safe"
    #: The answer was lost: it may have been sent.
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class OutText:
    """A text ready to leave."""

    id: int
    #: E.164.
    to: str
    body: str
    expires_at: datetime
    #: Where the carrier reports; carries our id.
    callback_url: str


@dataclass(frozen=True)
class Submission:
    """What the carrier said to one text."""

    outcome: Outcome
    provider_id: str = ""
    #: The carrier's code and our class of it, for people and for counting.
    code: str = ""
    reason: str = ""


@dataclass(frozen=True)
class StatusEvent:
    """News of a text that a carrier has."""

    provider_id: str
    state: TextState
    code: str = ""
    #: Our id when the carrier sent it back, else None.
    text_id: int | None = None


@dataclass(frozen=True)
class Inbound:
    """A text from a phone to us."""

    provider_id: str
    #: E.164.
    sender: str
    body: str
    at: datetime


@dataclass(frozen=True)
class WebRequest:
    """A webhook call as it came, for the carrier to verify."""

    url: str
    headers: Mapping[str, str]
    body: bytes
    form: Sequence[tuple[str, str]] = field(default=())


class Carrier(Protocol):
    """An SMS carrier.

    `send` and `look_up` map every exception to a value: an exception of theirs is a defect.
    """

    name: str

    def send(self, text: OutText) -> Submission:
        """Hand over one text, once; never retries by itself."""
        ...

    def look_up(self, text: OutText, *, since: datetime) -> StatusEvent | None:
        """Return the text as the carrier has it, found by number and body; None when it has none.

        Raises:
            CarrierUnavailable: The carrier cannot tell now.
        """
        ...

    def status_events(self, request: WebRequest) -> Sequence[StatusEvent]:
        """Return the news in a status callback.

        Raises:
            NotAllowed: The signature is wrong, missing or malformed.
        """
        ...

    def inbound(self, request: WebRequest) -> Sequence[Inbound]:
        """Return the texts in an inbound callback.

        Raises:
            NotAllowed: The signature is wrong, missing or malformed.
        """
        ...

    def check(self) -> Sequence[CheckLine]:
        """Prove that the account is there and may send; send nothing."""
        ...

    def close(self) -> None:
        """Give back connections."""
        ...
