"""Outcomes: how a council's deliberation ends, and what becomes of the case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from .cases import CaseState
from .matters import CouncilKind


class Result(StrEnum):
    """How a council leaves an item."""

    #: Those who must agree agree; a council of neighbours binds only who agrees (人民调解法 3, 31).
    AGREED = "agreed"
    #: Not yet: something is to be done first, and the item comes back.
    ADJOURNED = "adjourned"
    #: Heard, but no agreement.
    NO_CONSENSUS = "no_consensus"
    #: Somebody else must decide.
    OUT_OF_AUTHORITY = "out_of_authority"
    #: Owners or members of the collective must vote (民法典 278; 农村集体经济组织法 26-28); the council advises.
    NEEDS_VOTE = "needs_vote"
    #: The one who brought it takes it back.
    WITHDRAWN = "withdrawn"


class ActionState(StrEnum):
    """Where a promised action stands."""

    #: Promised, not yet due or not yet answered.
    OPEN = "open"
    #: The owner says that it is done.
    DONE = "done"
    #: The owner says that it meets trouble; a person must help or set a new date.
    BLOCKED = "blocked"
    #: Given up by a person, with a reason.
    DROPPED = "dropped"


@dataclass(frozen=True)
class Promise:
    """Who does what by when."""

    owner_id: int
    #: At most 12 characters, neutral: it goes into a text.
    what: str
    due: date


#: How often a case may come before one council before it leaves it (tries before exit: 2 sittings for
#: neighbours, 3 for the others, `domain.md` §7.4 of the design papers).
SITTINGS: Mapping[CouncilKind, int] = {
    CouncilKind.NEIGHBOURHOOD: 2,
    CouncilKind.COMMUNITY: 3,
    CouncilKind.JOINT: 3,
}

_NEXT_COUNCIL: Mapping[CouncilKind, CouncilKind] = {
    CouncilKind.COMMUNITY: CouncilKind.JOINT,
}


@dataclass(frozen=True)
class NextStep:
    """What follows a result: the state, and the council if the case changes it."""

    state: CaseState
    #: The council that takes it next; None keeps the one it has.
    council: CouncilKind | None = None
    #: Why a person must look first; empty when nobody must.
    ask: str = ""


def after(result: Result, *, council: CouncilKind, sittings: int) -> NextStep:
    """Return what follows *result* of the *sittings*-th sitting of *council* on a case.

    A private dispute without an agreement never climbs to a larger council by itself: that needs the
    parties' consent, so a person decides (宁波市人民调解条例 22). A matter beyond the joint meeting goes to
    the district by the host's own channel, which a person opens.
    """
    if result is Result.AGREED:
        public = council is CouncilKind.COMMUNITY
        return NextStep(CaseState.PUBLICISED if public else CaseState.IMPLEMENTING)
    if result is Result.NEEDS_VOTE:
        return NextStep(CaseState.IMPLEMENTING)
    if result is Result.WITHDRAWN:
        return NextStep(CaseState.WITHDRAWN)
    if result is not Result.OUT_OF_AUTHORITY and sittings < SITTINGS[council]:
        return NextStep(CaseState.ROUTED)
    if council in _NEXT_COUNCIL:
        return NextStep(CaseState.ROUTED, council=_NEXT_COUNCIL[council])
    return NextStep(CaseState.CONFIRMING, ask=_WHY_ASK[council])


_WHY_ASK: Mapping[CouncilKind, str] = {
    CouncilKind.NEIGHBOURHOOD: "no agreement among neighbours: mediation, or a larger council with their consent",
    CouncilKind.JOINT: "beyond the street: report to the district by the host's own channel",
}
