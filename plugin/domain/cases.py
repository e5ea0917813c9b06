"""Cases: what a host hands us, the states a case goes through, and which may follow which."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from ..errors import IllegalMove


class HostState(StrEnum):
    """A case's state on the host, in our words; the adapter maps the host's own."""

    OPEN = "open"
    IN_PROGRESS = "in_progress"
    WAITING = "waiting"
    CLOSED = "closed"
    CANCELLED = "cancelled"


#: The host's states in which nothing is left to do.
HOST_ENDS = frozenset({HostState.CLOSED, HostState.CANCELLED})


class CaseState(StrEnum):
    """Where a case stands on its way; each has one next step and one who must take it."""

    #: Pulled from the host; the routing step screens it next.
    IMPORTED = "imported"
    #: A guard fired, or no council may have it; the duty officer must acknowledge.
    DIVERTED = "diverted"
    #: Waits at the review desk for a person.
    CONFIRMING = "confirming"
    #: Matter, rule and council kind stand; the convening step plans a meeting.
    ROUTED = "routed"
    #: On the agenda of a meeting.
    SCHEDULED = "scheduled"
    #: The meeting ended with a result; the following step acts on it.
    DELIBERATED = "deliberated"
    #: The agreement is shown publicly; objections may come.
    PUBLICISED = "publicised"
    #: Somebody promised something by a date.
    IMPLEMENTING = "implementing"
    #: The resident is asked once whether it helped.
    FEEDBACK = "feedback"
    #: Dissatisfied: somebody not involved looks once more.
    REVIEWING = "reviewing"
    #: Ended here: the file is sealed and the host knows.
    ARCHIVED = "archived"
    #: Ended here: with whoever must act by law or duty.
    REFERRED = "referred"
    #: Ended here: closed, cancelled or gone on the host, or withdrawn.
    WITHDRAWN = "withdrawn"


_S = CaseState

#: Which state may follow which. The procedure is `domain.md` §9 of the design papers; REFERRED, ARCHIVED and
#: WITHDRAWN are ends, and a host may close a case under us at any time before an end.
MOVES: Mapping[CaseState, frozenset[CaseState]] = {
    _S.IMPORTED: frozenset({_S.DIVERTED, _S.CONFIRMING, _S.ROUTED, _S.WITHDRAWN}),
    _S.DIVERTED: frozenset({_S.REFERRED, _S.CONFIRMING, _S.WITHDRAWN}),
    _S.CONFIRMING: frozenset({_S.ROUTED, _S.DIVERTED, _S.WITHDRAWN}),
    _S.ROUTED: frozenset({_S.SCHEDULED, _S.CONFIRMING, _S.DIVERTED, _S.WITHDRAWN}),
    _S.SCHEDULED: frozenset({_S.DELIBERATED, _S.ROUTED, _S.CONFIRMING, _S.DIVERTED, _S.WITHDRAWN}),
    _S.DELIBERATED: frozenset(
        {_S.PUBLICISED, _S.IMPLEMENTING, _S.ROUTED, _S.CONFIRMING, _S.FEEDBACK, _S.REFERRED, _S.WITHDRAWN}
    ),
    _S.PUBLICISED: frozenset({_S.IMPLEMENTING, _S.ROUTED, _S.FEEDBACK, _S.WITHDRAWN}),
    _S.IMPLEMENTING: frozenset({_S.FEEDBACK, _S.ROUTED, _S.WITHDRAWN}),
    _S.FEEDBACK: frozenset({_S.REVIEWING, _S.ARCHIVED, _S.WITHDRAWN}),
    _S.REVIEWING: frozenset({_S.ARCHIVED, _S.ROUTED, _S.WITHDRAWN}),
    _S.ARCHIVED: frozenset(),
    _S.REFERRED: frozenset(),
    _S.WITHDRAWN: frozenset(),
}

#: The states that nothing follows.
ENDS = frozenset(state for state, following in MOVES.items() if not following)
#: The states in which a person, not a clock, holds the case.
WITH_A_PERSON = frozenset({_S.DIVERTED, _S.CONFIRMING, _S.REVIEWING})


def checked_move(old: CaseState, new: CaseState) -> CaseState:
    """Return *new* if it may follow *old*.

    Raises:
        IllegalMove: It may not; the message names what may.
    """
    if new not in MOVES[old]:
        allowed = ", ".join(sorted(MOVES[old])) or "nothing: it is an end"
        raise IllegalMove(f"a case cannot go from {old} to {new}; it may go to {allowed}")
    return new
