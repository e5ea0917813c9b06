"""Inviting: ask everybody once, remind the silent, call substitutes, watch the quorum, move or give up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from ..plugin.domain.answers import Asking
from ..plugin.domain.calendar import WorkingCalendar
from ..plugin.domain.cases import CaseState
from ..plugin.domain.councils import PARTY, Procedure, Procedures, bench
from ..plugin.domain.meetings import InvitationState, Meeting, MeetingState
from ..plugin.domain.outcomes import SITTINGS
from ..plugin.domain.texts import Purpose, TextState
from ..plugin.letters import Letters
from ..plugin.ports import Clock
from ..plugin.store import Store, Tx, cases, councils, meetings, questions, tasks, texts
from ..plugin.store.meetings import InvitationRow, MeetingRow
from ..plugin.store.tasks import TaskKind
from .tally import Tally

_OPEN = (MeetingState.PLANNED, MeetingState.INVITING, MeetingState.QUORATE)
#: A text that is here has not left: it can be taken back without a word.
_NOT_LEFT = frozenset({TextState.CANCELED, TextState.SUPPRESSED, TextState.SHADOWED, TextState.EXPIRED})
#: The news that a meeting is off is of use until the day after it.
_CANCEL_LIFE = timedelta(days=1)


def watch_meetings(
    store: Store,
    letters: Letters,
    *,
    clock: Clock,
    procedures: Procedures,
    calendar: WorkingCalendar,
    limit: int,
) -> Tally:
    """Take every open meeting one step on, as its answers and the clock call for.

    One text a person, purpose and version of the meeting, ever: a second run finds the key in the outbox.
    """
    tally = Tally()
    with store.begin() as tx:
        open_meetings = meetings.due(tx, _OPEN, now=clock.now(), limit=limit)
    for held in open_meetings:
        with store.begin() as tx:
            sitting = _Sitting(tx, letters, held, procedures[held.kind], calendar, clock.now())
            moved = sitting.advance()
            if not moved.total():
                meetings.look_again(tx, held, sitting.next_look())
            tally += moved
    return tally


class _Sitting:
    """One meeting in one transaction, with what every decision about it needs."""

    def __init__(
        self,
        tx: Tx,
        letters: Letters,
        held: MeetingRow,
        procedure: Procedure,
        calendar: WorkingCalendar,
        now: datetime,
    ) -> None:
        self.tx = tx
        self.letters = letters
        self.held = held
        self.procedure = procedure
        self.calendar = calendar
        self.now = now

    def advance(self) -> Tally:
        """Do what is due."""
        if not any(item.open for item in meetings.items(self.tx, self.held.id)):
            return self._call_off("no item is left on the agenda")
        if self.held.state is MeetingState.PLANNED:
            return self._ask_everybody(Purpose.INVITE)
        tally = self._remind()
        tally += self._substitute()
        return tally + self._stand()

    def next_look(self) -> datetime:
        """Return when the clock calls for the next look; an answer calls for one before."""
        start, procedure = self.held.starts_at, self.procedure
        befores = (procedure.remind_before, procedure.substitute_before, procedure.decide_before, timedelta(0))
        return min((at for at in (start - before for before in befores) if at > self.now), default=self.now)

    def _view(self) -> tuple[Meeting, list[InvitationRow]]:
        places = meetings.invitations(self.tx, self.held.id)
        view = meetings.as_meeting(
            self.held,
            places,
            needed_roles=self.procedure.needed_roles,
            substitutes_left=len(self._substitutes(places)),
        )
        return view, places

    # ── asking ──

    def _ask_everybody(self, purpose: Purpose) -> Tally:
        if self.held.state is MeetingState.PLANNED and not meetings.move(
            self.tx,
            self.held,
            MeetingState.INVITING,
            who="auto",
            why="asked",
            now=self.now,
            asked_at=self.now,
        ):
            return Tally()
        places = meetings.invitations(self.tx, self.held.id)
        asked = [one for one in places if one.state is InvitationState.ASKED]
        return Tally({"asked": sum(self._ask(one, purpose) for one in asked)})

    def _ask(self, place: InvitationRow, purpose: Purpose) -> bool:
        """Ask one person; an invitation to a party has words of its own."""
        if purpose is Purpose.INVITE and place.role == PARTY:
            purpose = Purpose.INVITE_PARTY
        asked = questions.ask(
            self.tx,
            place.person_id,
            Asking.INVITATION,
            place.id,
            code=self.held.code,
            until=self.held.starts_at,
        )
        return self.letters.text(
            self.tx,
            purpose,
            place.person_id,
            f"{self.held.id}:{self.held.version}",
            now=self.now,
            expires_at=self.held.starts_at,
            meeting_id=self.held.id,
            council=self.held.council_name,
            code=self.held.code,
            when=self.letters.when(self.held.starts_at),
            place=self.held.place,
            options=self.letters.options(asked, is_party=place.role == PARTY),
        )

    def _remind(self) -> Tally:
        if self.now < self.held.starts_at - self.procedure.remind_before or self.now >= self.held.starts_at:
            return Tally()
        silent = [
            one
            for one in meetings.invitations(self.tx, self.held.id)
            if one.state is InvitationState.ASKED and one.reminded_at is None
        ]
        reminded = [one for one in silent if meetings.mark_reminded(self.tx, one.id, now=self.now)]
        return Tally({"reminded": sum(self._ask(one, Purpose.REMIND) for one in reminded)})

    # ── substitutes ──

    def _substitutes(self, places: Sequence[InvitationRow]) -> list[int]:
        seats = councils.seats(self.tx, self.held.council_id, watching=self.procedure.watching_roles)
        here = {one.person_id for one in places}
        return [seat.person_id for seat in bench(seats, recused=here).substitutes]

    def _substitute(self) -> Tally:
        if self.now >= self.held.starts_at:
            return Tally()
        view, places = self._view()
        empty = view.empty_places(self.now, substitute_before=self.procedure.substitute_before)
        by_person = {one.person_id: one for one in places}
        called = 0
        for place, substitute in zip(empty, self._substitutes(places), strict=False):
            if place.state is InvitationState.ASKED:
                meetings.mark_silent(self.tx, by_person[place.person_id].id)
            called += self._call(substitute, place.person_id, place.role)
        return Tally({"substitutes": called})

    def _call(self, person: int, stands_for: int, role: str) -> bool:
        made = meetings.put_invitation(self.tx, self.held.id, person, role=role, votes=True, stands_for_id=stands_for)
        if made is None:
            return False
        return self._ask(meetings.get_invitation(self.tx, made), Purpose.INVITE)

    # ── standing ──

    def _stand(self) -> Tally:
        view, _ = self._view()
        if view.is_given_up(self.now, self.procedure):
            return self._move_or_give_up()
        standing = view.standing(self.now)
        if standing is MeetingState.LAPSED:
            return self._give_up("no quorum at the start")
        if standing is self.held.state:
            return self._warn(view)
        moved = meetings.move(self.tx, self.held, standing, who="auto", why="answers and clock", now=self.now)
        return Tally({str(standing): int(moved)})

    def _warn(self, view: Meeting) -> Tally:
        """Tell the clerk early that the quorum is at risk and nobody is left to call."""
        late = self.now >= self.held.starts_at - self.procedure.substitute_before
        if self.held.state is not MeetingState.INVITING or not late or view.substitutes_left:
            return Tally()
        coming = sum(one.votes for one in view.invitations if one.comes)
        why = f"meeting {self.held.code}: {coming} of {view.quorum} needed have accepted, nobody is left to call"
        subject = f"{self.held.id}:{self.held.version}"
        return Tally({"quorum at risk": self._task(TaskKind.QUORUM, subject, why)})

    def _task(self, kind: TaskKind, subject: str, why: str) -> bool:
        return tasks.open_once(
            self.tx, kind, subject, why=why, now=self.now, meeting_id=self.held.id, due_at=self.held.starts_at
        )

    # ── moving, giving up, calling off ──

    def _move_or_give_up(self) -> Tally:
        if self.held.moved >= self.procedure.reschedules:
            return self._give_up("no quorum after being moved")
        people = [one.person_id for one in meetings.invitations(self.tx, self.held.id)]
        busy = meetings.busy_starts(self.tx, self.held.council_id, people, since=self.now)
        after = max(self.now + self.procedure.notice, self.held.starts_at + timedelta(minutes=1))
        free = (slot for slot in self.calendar.slots(after, self.procedure.slots) if slot not in busy)
        texts.cancel_pending(self.tx, meeting_id=self.held.id, now=self.now)
        if not meetings.reschedule(self.tx, self.held, next(free), who="auto", why="no quorum", now=self.now):
            return Tally()
        self.held = meetings.get(self.tx, self.held.id)
        self._tell_host_of_new_time()
        return self._ask_everybody(Purpose.CHANGE) + Tally({"moved": 1})

    def _tell_host_of_new_time(self) -> None:
        for item in meetings.items(self.tx, self.held.id):
            if item.open:
                self.letters.note(
                    self.tx,
                    cases.get(self.tx, item.case_id),
                    "planned",
                    f"{self.held.id}:{self.held.version}",
                    now=self.now,
                    council=self.held.council_name,
                    when=self.letters.when(self.held.starts_at),
                    place=self.held.place,
                )

    def _give_up(self, why: str) -> Tally:
        """End the meeting without a result; its cases go back, or to a person after too many sittings."""
        if not self._end(MeetingState.LAPSED, why):
            return Tally()
        back = Tally()
        for item in meetings.items(self.tx, self.held.id):
            if not item.open:
                continue
            meetings.take_off(self.tx, item.case_id)
            held = cases.get(self.tx, item.case_id)
            tired = held.sittings >= SITTINGS[self.held.kind]
            new = CaseState.CONFIRMING if tired else CaseState.ROUTED
            cases.move(self.tx, held, new, who="auto", why=why, now=self.now)
            self.letters.note(self.tx, held, "lapsed", str(self.held.id), now=self.now)
            back["back to the desk" if tired else "back to the agenda"] += 1
        return back + Tally({"lapsed": 1})

    def _call_off(self, why: str) -> Tally:
        return Tally({"called off": int(self._end(MeetingState.CANCELLED, why))})

    def _end(self, state: MeetingState, why: str) -> bool:
        if not meetings.move(self.tx, self.held, state, who="auto", why=why, now=self.now, reason=why):
            return False
        places = meetings.invitations(self.tx, self.held.id)
        texts.cancel_pending(self.tx, meeting_id=self.held.id, now=self.now)
        meetings.call_off(self.tx, self.held.id)
        questions.close(self.tx, Asking.INVITATION, [one.id for one in places])
        self._tell_everybody(places)
        return True

    def _tell_everybody(self, places: Sequence[InvitationRow]) -> None:
        """Tell those who know of the meeting, and may still think of coming, that it is off."""
        know = {one.person_id for one in texts.of_meeting(self.tx, self.held.id) if one.state not in _NOT_LEFT}
        gone = {InvitationState.DECLINED, InvitationState.RECUSED}
        for place in places:
            if place.person_id in know and place.state not in gone:
                self.letters.text(
                    self.tx,
                    Purpose.CANCEL,
                    place.person_id,
                    f"{self.held.id}:{self.held.version}",
                    now=self.now,
                    expires_at=self.held.starts_at + _CANCEL_LIFE,
                    meeting_id=self.held.id,
                    council=self.held.council_name,
                    code=self.held.code,
                    when=self.letters.when(self.held.starts_at),
                )
