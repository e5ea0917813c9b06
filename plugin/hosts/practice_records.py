"""What the practice host shows, in our words; a record that cannot be read is told, never guessed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TypeVar

import msgspec

from ..domain.cases import HostState
from ..errors import HostUnreadable
from ..ports import Contact, HostCase, Unreadable
from ..transport import MAX_BYTES, Answer

#: The host's status map: its word for each state that we know.
STATES: Mapping[str, HostState] = {
    "open": HostState.OPEN,
    "in_progress": HostState.IN_PROGRESS,
    "waiting": HostState.WAITING,
    "closed": HostState.CLOSED,
    "cancelled": HostState.CANCELLED,
}
#: Our states in the host's words.
WORDS: Mapping[HostState, str] = {state: word for word, state in STATES.items()}

# Fields whose value may stand in a message: they hold nothing of a person.
_TELLABLE = frozenset({"status", "version", "created_at", "updated_at", "due_at"})
_FIELD = re.compile(r"at `\$\.(\w+)")
_SHOWN = 40
# Half a surrogate pair, or a byte that was no UTF-8.
_HALF = re.compile("[\ud800-\udfff]")
_REASON = 200


@dataclass(frozen=True)
class Listing:
    """A page of cases as the host answered it."""

    cases: tuple[HostCase, ...]
    unreadable: tuple[Unreadable, ...]
    #: Time of change and id after which the list goes on; None at its end.
    following: tuple[str, str] | None
    #: The host's own clock.
    server_time: datetime


class _Party(msgspec.Struct, gc=False):
    phone: str


class _Record(msgspec.Struct, gc=False):
    id: str
    title: str
    text: str
    category: str
    source: str
    area_code: str
    status: str
    reporter: _Party | None
    affected: list[_Party]
    created_at: str
    updated_at: str
    due_at: str | None
    version: int


class _Pair(msgspec.Struct):
    updated_since: str
    after_id: str


class _Page(msgspec.Struct):
    items: list[msgspec.Raw]
    next: _Pair | None
    server_time: str


class Note(msgspec.Struct):
    """A note on a case; its text is not read."""

    id: int
    key: str


class Notes(msgspec.Struct):
    """The notes of a case."""

    items: list[Note]


class Me(msgspec.Struct):
    """Who we are to the host."""

    id: str
    rights: list[str]
    #: Characters that a note may have.
    max_note: int


class Refusal(msgspec.Struct):
    """Why the host says no."""

    error: str = ""
    #: The states that may follow, when it is about the state.
    allowed: list[str] | None = None


class _Status(msgspec.Struct):
    status: str


class _Done(msgspec.Struct):
    case: _Status


class _LoosePage(msgspec.Struct):
    items: list[object]
    next: _Pair | None
    server_time: str


class _Odd(ValueError):
    """A field that decodes but means nothing to us; the message is for people."""


_RECORD = msgspec.json.Decoder(_Record)
_PAGE = msgspec.json.Decoder(_Page)
_REFUSAL = msgspec.json.Decoder(Refusal)
_DONE = msgspec.json.Decoder(_Done)

# How msgspec says no; a byte that is no UTF-8 and a nesting without end pass its own class.
_BROKEN = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

T = TypeVar("T")


def decoded(answer: Answer, shape: type[T]) -> T:
    """Return what *answer* holds.

    Raises:
        HostUnreadable: It is another answer than 200, or not of that shape.
    """
    _check(answer)
    try:
        return msgspec.json.decode(answer.body, type=shape)
    except _BROKEN as error:
        what = shape.__name__.lower()
        raise HostUnreadable(f"the host's answer for {what} cannot be read: {error}; see its address") from error


def read_listing(answer: Answer) -> Listing:
    """Return the page of cases in *answer*; one bad record does not spoil the others.

    Raises:
        HostUnreadable: It is no page of cases.
    """
    _check(answer)
    try:
        page = _page(answer.body)
        server_time = _time("server_time", page.server_time)
    except (ValueError, RecursionError) as error:
        why = f"the host's list of cases is no page: {error}; see what answers at its address"
        raise HostUnreadable(why) from error
    read = [read_case(raw) for raw in page.items]
    return Listing(
        tuple(one for one in read if isinstance(one, HostCase)),
        tuple(one for one in read if isinstance(one, Unreadable)),
        None if page.next is None else (page.next.updated_since, page.next.after_id),
        server_time,
    )


def read_case(raw: bytes | msgspec.Raw, ref: str = "") -> HostCase | Unreadable:
    """Return the case in *raw*, or why it cannot be read; *ref* stands in when it does not tell its own."""
    try:
        return _case(_RECORD.decode(raw))
    except _BROKEN as error:
        return Unreadable(_ref(raw) or ref, _fault(raw, error))
    except _Odd as odd:
        return Unreadable(_ref(raw) or ref, str(odd))


def read_refusal(answer: Answer) -> Refusal:
    """Return why the host says no, as far as it tells; longer reasons are cut."""
    try:
        no = _REFUSAL.decode(answer.body)
    except _BROKEN:
        return Refusal()
    return Refusal(no.error[:_REASON], no.allowed)


def status_after(answer: Answer) -> str:
    """Return the host's word for the state after a write, empty when the answer does not tell."""
    try:
        return _DONE.decode(answer.body).case.status
    except _BROKEN:
        return ""


def _check(answer: Answer) -> None:
    if answer.status != 200:
        raise HostUnreadable(f"the host answered {answer.status}: check its url")
    if not answer.is_whole:
        raise HostUnreadable(f"the host's answer has more than {MAX_BYTES} bytes: ask for smaller pages")


def _page(body: bytes) -> _Page:
    try:
        return _PAGE.decode(body)
    except msgspec.ValidationError:
        raise
    except msgspec.DecodeError:
        # Half a surrogate pair in one text makes the page malformed to a strict reader; a lenient one
        # tells such a page from one that was cut.
        loose = json.loads(body.decode("utf-8", "surrogateescape"))
        page = msgspec.convert(loose, _LoosePage)
        items = [msgspec.Raw(json.dumps(item).encode()) for item in page.items]
        return _Page(items, page.next, page.server_time)


def _case(record: _Record) -> HostCase:
    if not record.id:
        raise _Odd("id '' names no case: let the host send it")
    if record.status not in STATES:
        raise _Odd(f"status {record.status[:_SHOWN]!r} is not known: add it to the host's status map")
    return HostCase(
        ref=record.id,
        title=record.title,
        text=record.text,
        category=record.category,
        source=record.source,
        area_code=record.area_code,
        state=STATES[record.status],
        raw_state=record.status,
        created_at=_time("created_at", record.created_at),
        updated_at=_time("updated_at", record.updated_at),
        due_at=None if record.due_at is None else _time("due_at", record.due_at),
        version=str(record.version),
        contacts=tuple(_contacts(record)),
    )


def _contacts(record: _Record) -> list[Contact]:
    parties = [] if record.reporter is None else [Contact(record.reporter.phone, "reporter")]
    parties += [Contact(party.phone, "affected") for party in record.affected]
    return [party for party in parties if party.phone]


def _time(field: str, value: str) -> datetime:
    try:
        at = datetime.fromisoformat(value)
        if at.tzinfo is not None:
            return at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _Odd(f"{field} {value[:_SHOWN]!r} is no time: let the host send ISO 8601 with its zone") from error
    raise _Odd(f"{field} {value[:_SHOWN]!r} has no zone: let the host send +08:00 with it")


def _ref(raw: bytes | msgspec.Raw) -> str:
    ref = _loose(raw).get("id")
    return ref if isinstance(ref, str) and not _HALF.search(ref) else ""


def _fault(raw: bytes | msgspec.Raw, error: Exception) -> str:
    """Say which field is wrong, and its value where it tells nothing of a person."""
    if not isinstance(error, msgspec.ValidationError):
        return f"the record is not valid ({error}): let the host send UTF-8 without half characters"
    found = _FIELD.search(str(error))
    value = f" {str(_loose(raw).get(found[1]))[:_SHOWN]!r}" if found and found[1] in _TELLABLE else ""
    return f"{error}{value}: let the host send the field as its documents say"


def _loose(raw: bytes | msgspec.Raw) -> dict[str, object]:
    """Return the record as a lenient reader sees it, empty when even that one sees none."""
    try:
        shown = json.loads(bytes(raw).decode("utf-8", "surrogateescape"))
    except (ValueError, RecursionError):
        return {}
    return shown if isinstance(shown, dict) else {}
