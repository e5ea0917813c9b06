"""What a text is for, how long it is, which states it goes through and when it may leave."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time, timedelta, tzinfo
from enum import StrEnum


class Purpose(StrEnum):
    """Why a text goes out; the name of its template."""

    #: Tells the duty officer of a case that no council may hear.
    DUTY = "duty"
    #: Calls a meeting off.
    CANCEL = "cancel"
    #: Moves a meeting to another time or place.
    CHANGE = "change"
    #: Asks a member to come.
    INVITE = "invite"
    #: Asks a resident whom the matter touches to come.
    INVITE_PARTY = "invite_party"
    #: Asks the convener how the meeting ended.
    ASK_RESULT = "ask_result"
    #: Reminds who has not answered an invitation.
    REMIND = "remind"
    #: Gives a promised action to its owner.
    TASK = "task"
    #: Reminds the owner of an action of its date.
    TASK_REMIND = "task_remind"
    #: Tells the resident that the case has arrived and where it goes.
    ROUTE = "route"
    #: Tells how the meeting ended.
    RESULT = "result"
    #: Asks the resident whether it helped.
    EVALUATE = "evaluate"
    #: Asks the same once more, and never again.
    EVALUATE_AGAIN = "evaluate_again"
    #: Asks for a digit after an answer that was neither yes nor no.
    CLARIFY = "clarify"
    #: Confirms that no more texts come.
    STOP_ACK = "stop_ack"


#: The place of what waits longest.
_REST = 5

#: Who goes first when several texts are due; 0 before all others.
PRIORITY: Mapping[Purpose, int] = dict.fromkeys(Purpose, _REST) | {
    Purpose.DUTY: 0,
    Purpose.CANCEL: 1,
    Purpose.CHANGE: 2,
    Purpose.INVITE: 3,
    Purpose.INVITE_PARTY: 3,
    Purpose.REMIND: 4,
}

# The alphabet of 3GPP TS 23.038, table 6.2.1; its second table costs an escape before each character.
_GSM = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_GSM_ESCAPED = frozenset("\f^{}\\[~]|€")


def units(text: str) -> int:
    """Return the UTF-16 code units of *text*; an emoji or a rare Han character costs two."""
    return sum(_wide(char) for char in text)


def segments(text: str) -> int:
    """Return how many texts the carrier bills for *text*: 70 units, or 67 each when there are more.

    A text that stays within the GSM alphabet gets 160, or 153 each.
    """
    if all(char in _GSM or char in _GSM_ESCAPED for char in text):
        return _packed([2 if char in _GSM_ESCAPED else 1 for char in text], alone=160, joined=153)
    return _packed([_wide(char) for char in text], alone=70, joined=67)


def _wide(char: str) -> int:
    return 2 if ord(char) > 0xFFFF else 1


def _packed(costs: Iterable[int], *, alone: int, joined: int) -> int:
    """Return the parts that *costs* fill; a character of two units is never cut in the middle."""
    costs = tuple(costs)
    if sum(costs) <= alone:
        return min(1, len(costs))
    parts, room = 1, joined
    for cost in costs:
        if cost > room:
            parts, room = parts + 1, joined
        room -= cost
    return parts


class TextState(StrEnum):
    """Where a text stands."""

    #: Waits for its meeting, a person or the budget.
    HELD = "held"
    #: May leave from its time on.
    PENDING = "pending"
    #: Claimed by one process, which calls the carrier now.
    SUBMITTING = "submitting"
    #: Nobody knows whether the carrier took it; looked up before anything else.
    UNKNOWN = "unknown"
    #: The carrier took it.
    ACCEPTED = "accepted"
    #: The carrier passed it on.
    SENT = "sent"
    #: It is on the phone.
    DELIVERED = "delivered"
    #: The network could not hand it over.
    UNDELIVERED = "undelivered"
    #: The carrier refused it.
    FAILED = "failed"
    #: Its time passed before it could leave.
    EXPIRED = "expired"
    #: Nobody needs it any more.
    CANCELED = "canceled"
    #: The person wants no texts, or the number takes none.
    SUPPRESSED = "suppressed"
    #: Two look-ups did not settle it; a person decides.
    NEEDS_OPERATOR = "needs_operator"
    #: Written in shadow mode; never leaves.
    SHADOWED = "shadowed"


#: How far a text has come; a carrier's report may only raise it.
RANK: Mapping[TextState, int] = {
    TextState.HELD: 0,
    TextState.PENDING: 1,
    TextState.SUBMITTING: 2,
    TextState.UNKNOWN: 3,
    TextState.NEEDS_OPERATOR: 3,
    TextState.ACCEPTED: 4,
    TextState.SENT: 5,
    TextState.DELIVERED: 6,
    TextState.UNDELIVERED: 6,
    TextState.FAILED: 6,
    TextState.EXPIRED: 6,
    TextState.CANCELED: 6,
    TextState.SUPPRESSED: 6,
    TextState.SHADOWED: 6,
}

#: The states that a carrier reports.
REPORTED = frozenset(
    {
        TextState.ACCEPTED,
        TextState.SENT,
        TextState.DELIVERED,
        TextState.UNDELIVERED,
        TextState.FAILED,
    }
)
_DROPPED = frozenset({TextState.EXPIRED, TextState.CANCELED, TextState.SUPPRESSED})

#: Which states may follow which. A report can overtake the answer to our own call, so every state before
#: `ACCEPTED` may be followed by any report; an answer from the person proves delivery after a bad report.
MOVES: Mapping[TextState, frozenset[TextState]] = {
    TextState.HELD: _DROPPED | REPORTED | {TextState.PENDING, TextState.SHADOWED},
    TextState.PENDING: _DROPPED | REPORTED | {TextState.HELD, TextState.SUBMITTING, TextState.SHADOWED},
    TextState.SUBMITTING: _DROPPED | REPORTED | {TextState.PENDING, TextState.UNKNOWN, TextState.NEEDS_OPERATOR},
    TextState.UNKNOWN: _DROPPED | REPORTED | {TextState.PENDING, TextState.NEEDS_OPERATOR},
    TextState.NEEDS_OPERATOR: _DROPPED | REPORTED | {TextState.PENDING},
    TextState.ACCEPTED: REPORTED - {TextState.ACCEPTED},
    TextState.SENT: REPORTED - {TextState.ACCEPTED, TextState.SENT},
    TextState.UNDELIVERED: frozenset({TextState.DELIVERED}),
    TextState.FAILED: frozenset({TextState.DELIVERED}),
    TextState.DELIVERED: frozenset(),
    TextState.EXPIRED: frozenset(),
    TextState.CANCELED: frozenset(),
    TextState.SUPPRESSED: frozenset(),
    TextState.SHADOWED: frozenset(),
}


def follows(old: TextState, new: TextState) -> bool:
    """Return whether *new* may follow *old*."""
    return new in MOVES[old]


def reported(old: TextState, report: TextState) -> TextState:
    """Return the state after a carrier's *report*: the higher of both, so a late one does nothing."""
    return report if report in REPORTED and RANK[report] > RANK[old] else old


#: How long before quiet begins a reminder leaves that cannot wait for its end.
EVENING = timedelta(hours=1)
_EARLIER = frozenset({Purpose.REMIND, Purpose.TASK_REMIND})


def is_quiet(moment: datetime, *, quiet_from: time, quiet_until: time, zone: tzinfo) -> bool:
    """Return whether *moment* lies within quiet hours, from *quiet_from* up to but not at *quiet_until*.

    Equal times mean that there are no quiet hours.
    """
    now = moment.astimezone(zone).time()
    if quiet_from <= quiet_until:
        return quiet_from <= now < quiet_until
    return now >= quiet_from or now < quiet_until


def release_at(
    purpose: Purpose,
    wanted: datetime,
    *,
    quiet_from: time,
    quiet_until: time,
    zone: tzinfo,
    useless_after: datetime | None = None,
) -> datetime:
    """Return when a text may leave that somebody wants to leave at *wanted*, in UTC.

    A duty text leaves at any time. Others wait for the end of quiet hours, except a reminder that would
    then come after *useless_after*: it leaves `EVENING` before they begin. That may lie in the past; so
    who sends asks `is_quiet` of its own moment too.
    """
    if purpose is Purpose.DUTY or not is_quiet(wanted, quiet_from=quiet_from, quiet_until=quiet_until, zone=zone):
        return wanted.astimezone(UTC)
    ends = _next(quiet_until, wanted, zone)
    if purpose in _EARLIER and useless_after is not None and ends > useless_after:
        begins = _last(quiet_from, wanted, zone)
        return max(begins - EVENING, _last(quiet_until, begins, zone))
    return ends


def _next(hour: time, moment: datetime, zone: tzinfo) -> datetime:
    """Return the first local *hour* after *moment*."""
    return min(at for at in _hours(hour, moment, zone) if at > moment)


def _last(hour: time, moment: datetime, zone: tzinfo) -> datetime:
    """Return the last local *hour* at or before *moment*."""
    return max(at for at in _hours(hour, moment, zone) if at <= moment)


def _hours(hour: time, moment: datetime, zone: tzinfo) -> tuple[datetime, ...]:
    today = datetime.combine(moment.astimezone(zone).date(), hour, zone)
    return tuple((today + timedelta(day)).astimezone(UTC) for day in (-1, 0, 1))
