"""A meeting as its answers and the clock show it: quorum, places to fill, and when it is given up."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sanhui.config.councils import read_councils
from sanhui.plugin.domain.councils import PARTY
from sanhui.plugin.domain.matters import CouncilKind
from sanhui.plugin.domain.meetings import (
    ENDS,
    MOVES,
    Invitation,
    InvitationState,
    Meeting,
    MeetingState,
    checked_move,
)
from sanhui.plugin.errors import IllegalMove

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
STARTS_AT = NOW + timedelta(days=2)
SECOND = timedelta(seconds=1)
TWELVE_HOURS = timedelta(hours=12)
ALICE, BOB, CHARLIE, DAVE = 1, 2, 3, 4
ASKED, ACCEPTED, DECLINED = InvitationState.ASKED, InvitationState.ACCEPTED, InvitationState.DECLINED
RECUSED, SILENT = InvitationState.RECUSED, InvitationState.SILENT
COMMUNITY = read_councils()[CouncilKind.COMMUNITY]

STATES = st.sampled_from(MeetingState)
INVITATIONS = st.builds(
    Invitation,
    person_id=st.integers(1, 30),
    role=st.sampled_from(["convener", "delegate", "mediator", PARTY, "supervisor"]),
    votes=st.booleans(),
    state=st.sampled_from(InvitationState),
    replaced=st.booleans(),
)
MEETINGS = st.builds(
    Meeting,
    state=STATES,
    starts_at=st.just(STARTS_AT),
    quorum=st.integers(1, 8),
    needed_roles=st.sampled_from([frozenset[str](), frozenset({"convener"}), frozenset({"convener", "mediator"})]),
    invitations=st.lists(INVITATIONS, max_size=12).map(tuple),
    substitutes_left=st.integers(0, 4),
)
MOMENTS = st.timedeltas(timedelta(0), timedelta(days=4)).map(lambda passed: NOW + passed)


def reached_from(first: MeetingState) -> set[MeetingState]:
    """Return every state that some way leads to from *first*."""
    seen, to_see = {first}, [first]
    while to_see:
        new = MOVES[to_see.pop()] - seen
        seen |= new
        to_see += new
    return seen


def place(person: int, state: InvitationState, role: str = "delegate", **values: bool) -> Invitation:
    return Invitation(person, role, values.get("votes", True), state, values.get("replaced", False))


def meeting(*places: Invitation, quorum: int = 2, substitutes_left: int = 2) -> Meeting:
    return Meeting(
        MeetingState.INVITING,
        STARTS_AT,
        quorum,
        frozenset({"convener"}),
        places,
        substitutes_left=substitutes_left,
    )


def persons(places: Sequence[Invitation]) -> list[int]:
    return [one.person_id for one in places]


def test_every_state_is_reached_by_a_planned_meeting() -> None:
    assert reached_from(MeetingState.PLANNED) == set(MOVES) == set(MeetingState)


@pytest.mark.parametrize("state", MeetingState)
def test_every_state_leads_to_an_end(state: MeetingState) -> None:
    assert reached_from(state) & ENDS


def test_the_ends_are_concluded_lapsed_and_cancelled() -> None:
    assert {MeetingState.CONCLUDED, MeetingState.LAPSED, MeetingState.CANCELLED} == ENDS


@given(STATES, STATES)
def test_a_move_is_allowed_exactly_when_it_is_listed(old: MeetingState, new: MeetingState) -> None:
    if new in MOVES[old]:
        assert checked_move(old, new) is new
    else:
        with pytest.raises(IllegalMove, match=f"from {old} to {new}; it may go to"):
            checked_move(old, new)


@given(st.sampled_from(sorted(ENDS)), STATES)
def test_an_end_has_no_way_out(end: MeetingState, new: MeetingState) -> None:
    with pytest.raises(IllegalMove, match="nothing: it is an end"):
        checked_move(end, new)


@pytest.mark.parametrize(("coming", "stands"), [(1, False), (2, True), (3, True)])
def test_a_quorum_stands_from_the_needed_number_on(coming: int, stands: bool) -> None:
    places = [place(n, ACCEPTED if n < coming else ASKED, "convener" if n == 0 else "delegate") for n in range(3)]

    assert meeting(*places).is_quorate() is stands


@pytest.mark.parametrize("state", sorted(set(InvitationState) - {ACCEPTED}))
def test_nobody_counts_who_has_not_said_to_come(state: InvitationState) -> None:
    assert not meeting(place(ALICE, ACCEPTED, "convener"), place(BOB, state)).is_quorate()


def test_no_quorum_stands_without_the_convener() -> None:
    places = [place(ALICE, ASKED, "convener"), place(BOB, ACCEPTED), place(CHARLIE, ACCEPTED)]

    assert not meeting(*places).is_quorate()


def test_one_who_watches_makes_no_quorum() -> None:
    assert not meeting(place(ALICE, ACCEPTED, "convener"), place(BOB, ACCEPTED, "supervisor", votes=False)).is_quorate()


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (STARTS_AT - SECOND, MeetingState.INVITING),
        (STARTS_AT, MeetingState.LAPSED),
        (STARTS_AT + SECOND, MeetingState.LAPSED),
    ],
)
def test_a_meeting_without_a_quorum_lapses(now: datetime, state: MeetingState) -> None:
    assert meeting(place(ALICE, ACCEPTED, "convener")).standing(now) is state


@pytest.mark.parametrize(
    ("now", "state"),
    [
        (STARTS_AT - SECOND, MeetingState.QUORATE),
        (STARTS_AT, MeetingState.CONVENED),
        (STARTS_AT + SECOND, MeetingState.CONVENED),
    ],
)
def test_a_meeting_with_a_quorum_convenes(now: datetime, state: MeetingState) -> None:
    assert meeting(place(ALICE, ACCEPTED, "convener"), place(BOB, ACCEPTED)).standing(now) is state


def test_a_quorate_meeting_that_somebody_leaves_invites_again() -> None:
    left = replace(meeting(place(ALICE, ACCEPTED, "convener"), place(BOB, DECLINED)), state=MeetingState.QUORATE)

    assert left.standing(NOW) is MeetingState.INVITING


@given(MEETINGS.filter(lambda one: one.state in ENDS | {MeetingState.PLANNED, MeetingState.CONVENED}), MOMENTS)
def test_an_end_a_plan_and_a_meeting_under_way_stay_what_they_are(one: Meeting, now: datetime) -> None:
    assert one.standing(now) is one.state


@given(MEETINGS, MOMENTS)
def test_only_those_who_accepted_make_a_meeting_stand(one: Meeting, now: datetime) -> None:
    only = replace(one, invitations=tuple(place for place in one.invitations if place.state is ACCEPTED))

    assert one.standing(now) is only.standing(now)


@given(MEETINGS, MOMENTS, st.data())
def test_one_acceptance_more_never_costs_the_quorum(one: Meeting, now: datetime, data: st.DataObject) -> None:
    fewer = [place for place in one.invitations if place.state is not ACCEPTED]
    if not fewer:
        return
    chosen = data.draw(st.sampled_from(fewer))
    more = tuple(replace(place, state=ACCEPTED) if place is chosen else place for place in one.invitations)
    after = replace(one, invitations=more)

    assert after.is_quorate() or not one.is_quorate()
    if one.standing(now) in {MeetingState.QUORATE, MeetingState.CONVENED}:
        assert after.standing(now) is one.standing(now)


@given(MEETINGS, MOMENTS)
def test_what_is_called_for_is_the_state_there_is_or_may_follow_it(one: Meeting, now: datetime) -> None:
    assert one.standing(now) in {one.state, *MOVES[one.state]}


def test_a_meeting_whose_last_acceptance_came_just_before_the_start_convenes() -> None:
    one = meeting(place(ALICE, ACCEPTED, "convener"), place(BOB, ACCEPTED))

    assert checked_move(one.state, one.standing(STARTS_AT + SECOND)) is MeetingState.CONVENED


def test_a_decline_opens_a_place_at_once() -> None:
    one = meeting(place(ALICE, ACCEPTED, "convener"), place(BOB, DECLINED), place(CHARLIE, ASKED))

    assert persons(one.empty_places(NOW, substitute_before=TWELVE_HOURS)) == [BOB]


@pytest.mark.parametrize("state", [DECLINED, RECUSED, SILENT])
def test_a_place_is_filled_once(state: InvitationState) -> None:
    one = meeting(place(ALICE, ACCEPTED, "convener"), place(BOB, state, replaced=True))

    assert one.empty_places(NOW, substitute_before=TWELVE_HOURS) == ()


@pytest.mark.parametrize(
    ("now", "open_places"),
    [
        (STARTS_AT - TWELVE_HOURS - SECOND, []),
        (STARTS_AT - TWELVE_HOURS, [BOB]),
        (STARTS_AT - TWELVE_HOURS + SECOND, [BOB]),
    ],
)
def test_silence_opens_a_place_when_the_time_for_substitutes_has_come(now: datetime, open_places: list[int]) -> None:
    one = meeting(place(ALICE, ACCEPTED, "convener"), place(BOB, ASKED))

    assert persons(one.empty_places(now, substitute_before=TWELVE_HOURS)) == open_places


def test_the_needed_role_is_filled_first_when_substitutes_are_few() -> None:
    one = meeting(
        place(BOB, DECLINED), place(CHARLIE, DECLINED), place(ALICE, DECLINED, "convener"), substitutes_left=1
    )

    assert persons(one.empty_places(NOW, substitute_before=TWELVE_HOURS)) == [ALICE]


@given(MEETINGS, MOMENTS)
def test_substitutes_are_called_for_voting_seats_only_and_never_more_than_there_are(
    one: Meeting, now: datetime
) -> None:
    places = one.empty_places(now, substitute_before=TWELVE_HOURS)

    assert len(places) <= one.substitutes_left
    assert all(place.votes and place.role != PARTY and not place.replaced and not place.comes for place in places)
    assert not (places and one.is_quorate())


@pytest.mark.parametrize(("substitutes", "hope"), [(0, False), (1, True)])
def test_a_quorum_is_hoped_for_while_enough_may_still_come(substitutes: int, hope: bool) -> None:
    one = meeting(
        place(ALICE, ACCEPTED, "convener"), place(BOB, DECLINED), place(CHARLIE, SILENT), substitutes_left=substitutes
    )

    assert one.may_still_stand() is hope


@pytest.mark.parametrize(
    ("now", "given_up"),
    [
        (STARTS_AT - COMMUNITY.decide_before - SECOND, False),
        (STARTS_AT - COMMUNITY.decide_before, True),
        (STARTS_AT - COMMUNITY.decide_before + SECOND, True),
    ],
)
def test_a_meeting_is_given_up_when_the_time_to_decide_has_come(now: datetime, given_up: bool) -> None:
    one = meeting(place(ALICE, ACCEPTED, "convener"), place(BOB, ASKED))

    assert one.is_given_up(now, COMMUNITY) is given_up


def test_a_meeting_without_hope_is_given_up_at_once() -> None:
    one = meeting(place(ALICE, DECLINED, "convener"), place(BOB, ACCEPTED), substitutes_left=0)

    assert one.is_given_up(NOW, COMMUNITY)


@given(MEETINGS, MOMENTS)
def test_a_quorate_meeting_and_one_that_is_not_inviting_are_never_given_up(one: Meeting, now: datetime) -> None:
    if one.is_quorate() or one.state is not MeetingState.INVITING:
        assert not one.is_given_up(now, COMMUNITY)


@given(MEETINGS)
def test_the_silent_are_those_who_were_asked_and_said_nothing(one: Meeting) -> None:
    assert {id(place) for place in one.silent()} == {id(place) for place in one.invitations if place.state is ASKED}
