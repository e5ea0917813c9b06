"""The practice host as a `Host`: read by seeking, written with the version, verified by reading back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import msgspec

from ..domain.cases import HOST_ENDS, HostState
from ..errors import HostRefused, HostUnavailable, HostUnreadable
from ..ports import CheckLine, HostCase, Page, Unreadable, WriteBack, WriteResult, Written
from ..transport import Answer, Client, Lost
from .practice_records import (
    WORDS,
    Listing,
    Me,
    Notes,
    decoded,
    read_case,
    read_listing,
    read_refusal,
    status_after,
)
from .practice_users import HostUser, Users

#: Where the host's doors begin.
PREFIX = "/host/api/v1"
#: Characters in a note; the host refuses a longer one.
MAX_NOTE = 500
#: Every run reads again what changed so shortly before the last, for changes that were committed late.
OVERLAP = timedelta(seconds=120)
#: A host's clock may differ from ours by so much before the doctor says so.
SKEW = timedelta(seconds=30)
#: What the token must allow.
RIGHTS = frozenset({"cases.read", "cases.write", "notes.write"})

# Users in one page.
_USERS = 200
# How the cursor is written; another one is read from the beginning.
_CURSOR = "1"


def _utc_now() -> datetime:
    return datetime.now(UTC)


class PracticeHost:
    """Keeps `ports.Host`. Unclear ends are looked up by the step's key before anything is said of them."""

    def __init__(
        self,
        name: str,
        url: str,
        token: str,
        *,
        timeout_s: float = 60.0,
        page_size: int = 100,
        overlap: timedelta = OVERLAP,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        self.name = name
        self._page_size = page_size
        self._overlap = overlap
        self._now = now
        self._client = Client(f"host {name}", url, token=token, timeout_s=timeout_s, unavailable=HostUnavailable)

    def check(self) -> Sequence[CheckLine]:
        """Prove identity, rights, limits and clock by reading; what fails is a line, never an exception."""
        try:
            me = decoded(self._read("/me"), Me)
            theirs = read_listing(self._read("/cases", [("limit", "1")])).server_time
        except (HostUnavailable, HostRefused, HostUnreadable) as error:
            mend = "check the host's url and token, and that it is running"
            return [CheckLine(f"host {self.name}", "fail", str(error), "an identity and a page", mend)]
        return [
            CheckLine(f"host {self.name}: identity", "ok", me.id),
            _rights_line(self.name, me.rights),
            _note_line(self.name, me.max_note),
            _clock_line(self.name, theirs - self._now()),
        ]

    def pull(self, cursor: Mapping[str, str] | None, *, limit: int) -> Page:
        """Return the next cases in the order of their change, in every state, so that ends are seen.

        The list is walked by (time of change, id), so nothing is lost while cases change. At its end the
        cursor goes back by the overlap: the same case may come again in the same version.

        Raises:
            HostUnavailable: The host did not answer.
            HostRefused: The token is wrong.
            HostUnreadable: The answer is no page, or the list does not move; the cursor is as it was.
        """
        since, after = _place(cursor)
        query = [("limit", str(min(limit, self._page_size)))]
        query += [(name, value) for name, value in (("updated_since", since), ("after_id", after)) if value]
        answer = self._read("/cases", query)
        listing = read_listing(answer)
        if listing.following == (since, after):
            raise HostUnreadable(f"host {self.name}: the list of cases does not move on from {since} {after}")
        place = listing.following or _rest(listing, since, after, self._overlap)
        kept = {"v": _CURSOR, "updated_since": place[0], "after_id": place[1]}
        return Page(listing.cases, listing.unreadable, kept, more=listing.following is not None)

    def get(self, ref: str) -> HostCase | Unreadable | None:
        """Return one case as it stands now; None when the host has it no more."""
        answer = self._read(_path(ref))
        if answer.status in (404, 410):
            return None
        if answer.status != 200 or not answer.is_whole:
            return Unreadable(ref, f"the host answered {answer.status}: open the case there")
        return read_case(answer.body, ref)

    def write(self, ref: str, writeback: WriteBack) -> WriteResult:
        """Write one step unless it stands there already, and read it back.

        At least once, harmless by the key: the note carries it, and the version that was read before makes
        a write that arrives late fail. A case that has ended there takes the note and keeps its state.

        Raises:
            HostUnavailable: Nothing was written; try again.
            HostRefused: The token is wrong or may not write.
        """
        length = len(writeback.note)
        if not 0 < length <= MAX_NOTE:
            why = f"the note has {length} characters, the host takes 1 to {MAX_NOTE}: shorten its template"
            return WriteResult(Written.REJECTED, why)
        held = self.get(ref)
        if held is None:
            return WriteResult(Written.GONE)
        if isinstance(held, Unreadable):
            return WriteResult(Written.REJECTED, held.why)
        try:
            if self._note(ref, writeback.key):
                return WriteResult(Written.ALREADY)
        except HostUnreadable as error:
            return WriteResult(Written.UNKNOWN, str(error))
        return self._write(held, writeback)

    def contacts(self) -> Sequence[HostUser]:
        """Return everybody who works with the host, for a roster.

        Raises:
            HostUnreadable: An answer is no page of users.
        """
        users: list[HostUser] = []
        page = 1
        while True:
            found = decoded(self._read("/users", [("page", str(page)), ("size", str(_USERS))]), Users)
            users += found.items
            if not found.items or page * _USERS >= found.total:
                return users
            page += 1

    def close(self) -> None:
        """Give back connections."""
        self._client.close()

    def _read(self, path: str, query: Sequence[tuple[str, str]] = ()) -> Answer:
        answer = self._client.get(PREFIX + path, query)
        self._admit(answer)
        if answer.status >= 500:
            raise HostUnavailable(f"host {self.name}: GET {path} answered {answer.status}")
        return answer

    def _admit(self, answer: Answer) -> None:
        """Raise when the answer is about the caller and not about what was asked."""
        if answer.status in (401, 403):
            raise HostRefused(
                f"host {self.name} answered {answer.status}: check its token and the rights of its account"
            )
        if answer.status == 429:
            raise HostUnavailable(f"host {self.name} answered 429: too many requests")

    def _note(self, ref: str, key: str) -> int:
        """Return the id of the note that carries *key*, 0 when there is none."""
        answer = self._read(f"{_path(ref)}/notes", [("key", key)])
        if answer.status == 404:
            return 0
        # A host that does not know the filter shows all notes.
        return next((note.id for note in decoded(answer, Notes).items if note.key == key), 0)

    def _write(self, held: HostCase, writeback: WriteBack) -> WriteResult:
        wanted = writeback.state
        if wanted is None or wanted is held.state:
            return self._post(held, writeback, None)
        if held.state in HOST_ENDS:
            return _as_note(self._post(held, writeback, None), f"the case is {held.raw_state} on the host")
        return self._post(held, writeback, wanted)

    def _post(self, held: HostCase, writeback: WriteBack, state: HostState | None) -> WriteResult:
        note = {"text": writeback.note, "key": writeback.key}
        body = {"note": note, "status": state and WORDS[state], "version": int(held.version)}
        answer = self._client.post(f"{PREFIX}{_path(held.ref)}/writes", msgspec.json.encode(body))
        if isinstance(answer, Lost):
            return self._look(held.ref, writeback.key, answer.why)
        self._admit(answer)
        if 400 <= answer.status < 500:
            return self._refused(held, writeback, state, answer)
        result = self._look(held.ref, writeback.key, f"the host answered {answer.status}")
        shown = status_after(answer)
        if result.written is Written.APPLIED and state and shown and shown != WORDS[state]:
            return _as_note(result, f"the host left the status at {shown}")
        return result

    def _look(self, ref: str, key: str, why: str) -> WriteResult:
        """Say by the note on the host whether a write had its effect."""
        try:
            note = self._note(ref, key)
        except (HostUnavailable, HostRefused, HostUnreadable) as error:
            return WriteResult(Written.UNKNOWN, f"{why}; then {error}")
        if note:
            return WriteResult(Written.APPLIED, f"note {note}")
        return WriteResult(Written.UNKNOWN, f"{why}, and the note is not there")

    def _refused(self, held: HostCase, writeback: WriteBack, state: HostState | None, answer: Answer) -> WriteResult:
        no = read_refusal(answer)
        if answer.status in (404, 410):
            return WriteResult(Written.GONE)
        if answer.status == 409:
            return WriteResult(Written.CONFLICT, no.error)
        if answer.status == 422 and state and no.allowed is not None:
            return _as_note(self._post(held, writeback, None), no.error)
        return WriteResult(Written.REJECTED, f"{answer.status}: {no.error or 'the host gave no reason'}")


def _place(cursor: Mapping[str, str] | None) -> tuple[str, str]:
    if cursor is None or cursor.get("v") != _CURSOR:
        return "", ""
    return cursor.get("updated_since", ""), cursor.get("after_id", "")


def _rest(listing: Listing, since: str, after: str, overlap: timedelta) -> tuple[str, str]:
    """Return where the next run begins: at the last change, or before the overlap if that is earlier."""
    seen = [(case.updated_at, case.ref) for case in listing.cases]
    if since:
        seen.append((datetime.fromisoformat(since).astimezone(UTC), after))
    floor = listing.server_time - overlap
    at, ref = max(seen, default=(floor, ""))
    return (_iso(at), ref) if at <= floor else (_iso(floor), "")


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="microseconds")


def _path(ref: str) -> str:
    return f"/cases/{quote(ref, safe='')}"


def _as_note(result: WriteResult, why: str) -> WriteResult:
    """Return *result*, saying that the state was left, if the note stands."""
    if result.written is Written.APPLIED:
        return WriteResult(Written.NOTE_ONLY, why)
    return result


def _rights_line(host: str, rights: Sequence[str]) -> CheckLine:
    missing = sorted(RIGHTS.difference(rights))
    remedy = f"give the account {', '.join(missing)}" if missing else ""
    seen, expected = ", ".join(sorted(rights)), ", ".join(sorted(RIGHTS))
    return CheckLine(f"host {host}: rights", "fail" if missing else "ok", seen, expected, remedy)


def _note_line(host: str, longest: int) -> CheckLine:
    is_enough = longest >= MAX_NOTE
    remedy = "" if is_enough else f"raise the host's limit to {MAX_NOTE}, or longer notes are refused"
    verdict = "ok" if is_enough else "warn"
    return CheckLine(f"host {host}: length of a note", verdict, str(longest), f">= {MAX_NOTE}", remedy)


def _clock_line(host: str, ahead: timedelta) -> CheckLine:
    is_near = abs(ahead) <= SKEW
    seen = f"{ahead.total_seconds():+.0f} s"
    remedy = "" if is_near else "synchronise both clocks by NTP"
    expected = f"within {SKEW.total_seconds():.0f} s of ours"
    return CheckLine(f"host {host}: clock", "ok" if is_near else "warn", seen, expected, remedy)
