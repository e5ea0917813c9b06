"""Meetings: who was asked, who comes, and what the answers and the clock call for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from ..errors import IllegalMove
from .councils import PARTY, Procedure


class MeetingState(StrEnum):
    """Where a meeting stands."""

    #: Time, place, agenda and seats are fixed; nobody has been asked yet.
    PLANNED = "planned"
    #: People are asked; too few have accepted so far.
    INVITING = "inviting"
    #: Enough have accepted, the needed roles among them.
    QUORATE = "quorate"
    #: The time has come; the convener is asked for the results.
    CONVENED = "convened"
    #: Every item has its result.
    CONCLUDED = "concluded"
    #: Too few came, and it is not moved again; its cases go back.
    LAPSED = "lapsed"
    #: Called off by a person, or because no item is left.
    CANCELLED = "cancelled"


class InvitationState(StrEnum):
    """What an invited person has said."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    #: Has an interest in an item and steps back (信访工作条例 28).
    RECUSED = "recused"
    #: Gave no answer in time; a substitute was called.
    SILENT = "silent"
    #: The meeting was called off.
    CALLED_OFF = "called_off"


_M = MeetingState

#: Which state may follow which. A moved meeting goes back to INVITING: everybody is asked again. One whose last
#: acceptance came just before the start convenes at once.
MOVES: Mapping[MeetingState, frozenset[MeetingState]] = {
    _M.PLANNED: frozenset({_M.INVITING, _M.CANCELLED}),
    _M.INVITING: frozenset({_M.QUORATE, _M.CONVENED, _M.LAPSED, _M.CANCELLED}),
    _M.QUORATE: frozenset({_M.INVITING, _M.CONVENED, _M.LAPSED, _M.CANCELLED}),
    _M.CONVENED: frozenset({_M.CONCLUDED, _M.CANCELLED}),
    _M.CONCLUDED: frozenset(),
    _M.LAPSED: frozenset(),
    _M.CANCELLED: frozenset(),
}
#: The states that nothing follows.
ENDS = frozenset(state for state, following in MOVES.items() if not following)


def checked_move(old: MeetingState, new: MeetingState) -> MeetingState:
    """Return *new* if it may follow *old*.

    Raises:
        IllegalMove: It may not; the message names what may.
    """
    if new not in MOVES[old]:
        allowed = ", ".join(sorted(MOVES[old])) or "nothing: it is an end"
        raise IllegalMove(f"a meeting cannot go from {old} to {new}; it may go to {allowed}")
    return new


@dataclass(frozen=True)
class Invitation:
    """One person's place at one meeting."""

    person_id: int
    role: str
    votes: bool
    state: InvitationState
    #: Somebody was already called in this person's stead.
    replaced: bool = False

    @property
    def comes(self) -> bool:
        """Whether the person has said to come."""
        return self.state is InvitationState.ACCEPTED


@dataclass(frozen=True)
class Meeting:
    """A meeting as its answers show it."""

    state: MeetingState
    starts_at: datetime
    #: How many voting persons must come; fixed when the meeting is planned, from the standing seats.
    quorum: int
    needed_roles: frozenset[str]
    invitations: tuple[Invitation, ...]
    #: Whoever has not been called yet.
    substitutes_left: int = 0
    #: How often it was moved.
    moved: int = 0

    def is_quorate(self) -> bool:
        """Return whether those who have accepted make a quorum, the needed roles among them."""
        coming = [invitation for invitation in self.invitations if invitation.comes]
        roles = {invitation.role for invitation in coming}
        return sum(one.votes for one in coming) >= self.quorum and self.needed_roles <= roles

    def standing(self, now: datetime) -> MeetingState:
        """Return the state that the answers and the clock call for at *now*.

        An end stays an end, and so does CONVENED until results are in. At the start a quorate meeting
        convenes; one that is not lapses. Nobody is counted who has not said to come.
        """
        if self.state in ENDS or self.state in {_M.CONVENED, _M.PLANNED}:
            return self.state
        if now >= self.starts_at:
            return _M.CONVENED if self.is_quorate() else _M.LAPSED
        return _M.QUORATE if self.is_quorate() else _M.INVITING

    def silent(self) -> tuple[Invitation, ...]:
        """Return the invitations on which nobody has answered."""
        return tuple(one for one in self.invitations if one.state is InvitationState.ASKED)

    def empty_places(self, now: datetime, *, substitute_before: timedelta) -> tuple[Invitation, ...]:
        """Return the seats in whose stead a substitute is to be called at *now*, the needed roles first.

        A decline opens a place at once, silence *substitute_before* the start. A quorate meeting calls
        nobody more, a place is filled once, and parties and those who watch have no substitute.
        """
        if self.is_quorate():
            return ()
        open_states = {InvitationState.DECLINED, InvitationState.RECUSED, InvitationState.SILENT}
        if now >= self.starts_at - substitute_before:
            open_states.add(InvitationState.ASKED)
        places = [
            one
            for one in self.invitations
            if one.state in open_states and not one.replaced and one.role != PARTY and one.votes
        ]
        places.sort(key=lambda one: one.role not in self.needed_roles)
        return tuple(places[: self.substitutes_left])

    def may_still_stand(self) -> bool:
        """Return whether a quorum is possible if everybody yet unanswered or uncalled came."""
        hoped = sum(one.votes for one in self.invitations if one.comes or one.state is InvitationState.ASKED)
        return hoped + self.substitutes_left >= self.quorum

    def is_given_up(self, now: datetime, procedure: Procedure) -> bool:
        """Return whether it is decided at *now* that the meeting cannot stand as planned.

        That is *decide_before* the start at the latest, or as soon as no quorum is possible any more.
        """
        if self.state is not _M.INVITING or self.is_quorate():
            return False
        return now >= self.starts_at - procedure.decide_before or not self.may_still_stand()
