"""Delivering: hand each text to the carrier once, find out what became of it, never guess.

Guarantee: exactly-once effect. A text is claimed by one conditional update, its attempt is committed before
the carrier is called, and one whose answer was lost is looked up at the carrier before it is sent again. The
residual risk: a carrier that accepts a text after both looks; it is documented, never denied.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta, tzinfo

from ..plugin.domain.texts import Purpose, TextState, is_quiet
from ..plugin.errors import CarrierUnavailable
from ..plugin.ports import Carrier, Clock, Outcome, OutText, StatusEvent, Submission
from ..plugin.store import Store, Tx, people, tasks, texts
from ..plugin.store.tasks import TaskKind
from ..plugin.store.texts import TextRow
from .tally import Tally


@dataclass(frozen=True)
class Pace:
    """When and how often texts leave; every number is a setting."""

    zone: tzinfo
    quiet_from: time
    quiet_until: time
    #: Texts to one person and local day, alarms and cancellations aside.
    daily: int
    #: A claim is given up after this time; longer than a call to the carrier can last.
    lease: timedelta
    #: A lost answer is looked up after this time; longer than the carrier may still take to accept.
    grace: timedelta
    #: Looks at the carrier before a text counts as not sent.
    looks: int
    #: Hand-overs whose answer may be lost before a person decides.
    rounds: int
    #: A text without news is asked after.
    news_after: timedelta


#: These leave however many others the day has seen.
_UNCOUNTED = frozenset({Purpose.DUTY, Purpose.CANCEL, Purpose.CHANGE, Purpose.ASK_RESULT, Purpose.STOP_ACK})
_STATES = {
    Outcome.ACCEPTED: TextState.ACCEPTED,
    Outcome.REJECTED: TextState.FAILED,
    Outcome.RETRY_SAFE: TextState.PENDING,
    Outcome.UNKNOWN: TextState.UNKNOWN,
}
_FIRST_WAIT = timedelta(seconds=30)
_LONGEST_WAIT = timedelta(minutes=30)


def due_texts(store: Store, *, clock: Clock, limit: int) -> Sequence[int]:
    """Return the ids of texts that may leave now, by priority; those whose time has passed are given up."""
    with store.begin() as tx:
        texts.expire(tx, now=clock.now())
        return texts.due(tx, now=clock.now(), limit=limit)


def send_texts(
    store: Store, carrier: Carrier, ids: Sequence[int], *, clock: Clock, pace: Pace, callback_url: str
) -> Tally:
    """Hand the texts in *ids* to the carrier; one that somebody else has, or that must wait, is passed over.

    What became of one text is noted in the transaction that claims the next: a crash in between leaves one
    attempt without an end, as a crash during the call would, and it is looked up.
    """
    tally = Tally()
    sent: tuple[TextRow, Submission] | None = None
    for text_id in ids:
        with store.begin() as tx:
            if sent is not None:
                _settle(tx, *sent, clock.now())
            sent, claimed = None, _claim(tx, store, carrier, text_id, pace, clock.now())
        if claimed is None:
            tally["passed over"] += 1
            continue
        held, number = claimed
        said = carrier.send(_out(held, number, carrier.name, callback_url))
        tally[str(said.outcome)] += 1
        sent = held, said
    if sent is not None:
        with store.begin() as tx:
            _settle(tx, *sent, clock.now())
    return tally


def _claim(
    tx: Tx, store: Store, carrier: Carrier, text_id: int, pace: Pace, now: datetime
) -> tuple[TextRow, str] | None:
    """Claim a text and open its number; None when it must wait or somebody else has it."""
    wanted = texts.get(tx, text_id)
    if _must_wait(tx, wanted, pace, now):
        return None
    held = texts.claim(tx, wanted, carrier=carrier.name, now=now, lease=pace.lease)
    return None if held is None else (held, people.phone_of(tx, store.phones, held.person_id))


def _must_wait(tx: Tx, held: TextRow, pace: Pace, now: datetime) -> bool:
    """Put off a text in quiet hours or over the person's budget of the day."""
    if held.purpose is Purpose.DUTY:
        return False
    if is_quiet(now, quiet_from=pace.quiet_from, quiet_until=pace.quiet_until, zone=pace.zone):
        texts.postpone(tx, held.id, _next(pace.quiet_until, now, pace.zone), now=now)
        return True
    midnight = datetime.combine(now.astimezone(pace.zone).date(), time.min, pace.zone)
    if held.purpose in _UNCOUNTED or texts.sent_since(tx, held.person_id, midnight) < pace.daily:
        return False
    texts.postpone(tx, held.id, _next(pace.quiet_until, now, pace.zone), now=now)
    return True


def _next(hour: time, now: datetime, zone: tzinfo) -> datetime:
    """Return the first local *hour* after *now*."""
    today = datetime.combine(now.astimezone(zone).date(), hour, zone)
    return today if today > now else today + timedelta(days=1)


def _out(held: TextRow, number: str, carrier: str, callback_url: str) -> OutText:
    url = f"{callback_url}/carriers/{carrier}/status?m={held.id}"
    return OutText(held.id, number, held.body, held.expires_at, url)


def _settle(tx: Tx, held: TextRow, said: Submission, now: datetime) -> None:
    state = _STATES[said.outcome]
    wait = min(_FIRST_WAIT * (1 << min(held.attempts, 10)), _LONGEST_WAIT)
    texts.settle(
        tx,
        held,
        state,
        now=now,
        provider_id=said.provider_id or None,
        code=said.code,
        outcome=said.outcome,
        not_before=now + wait if state is TextState.PENDING else None,
    )
    if state is TextState.FAILED:
        report_undelivered(tx, held, said.code or said.reason, now)


def report_undelivered(tx: Tx, held: TextRow, code: str, now: datetime) -> bool:
    """Open a task to call the person; return False when it is open already."""
    why = f"text {held.id} ({held.purpose}) did not reach person {held.person_id} ({code or 'no code'}): call"
    return tasks.open_once(
        tx, TaskKind.TEXT, str(held.id), why=why, now=now, case_id=held.case_id, meeting_id=held.meeting_id
    )


def reconcile(store: Store, carrier: Carrier, *, clock: Clock, pace: Pace, callback_url: str, limit: int) -> Tally:
    """Find out what became of texts whose end nobody knows, and of those without news.

    A text the carrier has is taken over; one it has not after `Pace.looks` looks is sent again; after
    `Pace.rounds` hand-overs with a lost answer a person decides.
    """
    tally = Tally()
    now = clock.now()
    with store.begin() as tx:
        unclear = texts.unclear(tx, now=now, grace=pace.grace, limit=limit)
        quiet = texts.without_news(tx, before=now - pace.news_after, limit=limit)
    for held in unclear:
        tally[_clear_up(store, carrier, held, clock.now(), pace, callback_url)] += 1
    for held in quiet:
        tally["asked after"] += _ask_after(store, carrier, held, clock.now(), callback_url)
    with store.begin() as tx:
        for held in texts.failed(tx, since=now - timedelta(days=2), limit=limit):
            tally["not delivered"] += report_undelivered(tx, held, "", now)
    return tally


def _clear_up(store: Store, carrier: Carrier, held: TextRow, now: datetime, pace: Pace, callback_url: str) -> str:
    try:
        found = _look(store, carrier, held, callback_url)
    except CarrierUnavailable:
        return "cannot tell"
    with store.begin() as tx:
        if found is not None:
            _adopt(tx, carrier, held, found, now)
            return "found at the carrier"
        if held.looks + 1 < pace.looks:
            texts.settle(tx, held, TextState.UNKNOWN, now=now)
            return "looked"
        if held.attempts >= pace.rounds:
            texts.settle(tx, held, TextState.NEEDS_OPERATOR, now=now, outcome=Outcome.UNKNOWN)
            return "for a person"
        texts.settle(tx, held, TextState.PENDING, now=now, outcome=Outcome.RETRY_SAFE, not_before=now)
        return "to be sent again"


def _ask_after(store: Store, carrier: Carrier, held: TextRow, now: datetime, callback_url: str) -> bool:
    try:
        found = _look(store, carrier, held, callback_url)
    except CarrierUnavailable:
        return False
    with store.begin() as tx:
        if found is not None:
            texts.note_event(tx, carrier.name, found.provider_id, found.state, found.code, text_id=held.id, now=now)
        texts.touch(tx, held.id, now=now)
    return True


def _look(store: Store, carrier: Carrier, held: TextRow, callback_url: str) -> StatusEvent | None:
    with store.begin() as tx:
        number = people.phone_of(tx, store.phones, held.person_id)
        since = texts.started_at(tx, held.id)
    return carrier.look_up(_out(held, number, carrier.name, callback_url), since=since)


def _adopt(tx: Tx, carrier: Carrier, held: TextRow, found: StatusEvent, now: datetime) -> None:
    texts.settle(tx, held, TextState.ACCEPTED, now=now, provider_id=found.provider_id, outcome=Outcome.ACCEPTED)
    texts.note_event(tx, carrier.name, found.provider_id, found.state, found.code, text_id=held.id, now=now)
