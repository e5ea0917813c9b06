"""The states of a case: where each leads, and that nothing gets lost on the way."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sanhui.plugin.domain.cases import ENDS, MOVES, WITH_A_PERSON, CaseState, checked_move
from sanhui.plugin.errors import IllegalMove

STATES = st.sampled_from(CaseState)


def reached_from(first: CaseState) -> set[CaseState]:
    """Return every state that some way leads to from *first*."""
    seen, to_see = {first}, [first]
    while to_see:
        new = MOVES[to_see.pop()] - seen
        seen |= new
        to_see += new
    return seen


def test_every_state_has_its_moves() -> None:
    assert set(MOVES) == set(CaseState)


def test_every_state_is_reached_by_an_imported_case() -> None:
    assert reached_from(CaseState.IMPORTED) == set(CaseState)


def test_nothing_becomes_imported_again() -> None:
    assert not any(CaseState.IMPORTED in following for following in MOVES.values())


@pytest.mark.parametrize("state", CaseState)
def test_every_state_leads_to_an_end(state: CaseState) -> None:
    assert reached_from(state) & ENDS


def test_the_ends_are_archived_referred_and_withdrawn() -> None:
    assert {CaseState.ARCHIVED, CaseState.REFERRED, CaseState.WITHDRAWN} == ENDS


@pytest.mark.parametrize("state", sorted(set(CaseState) - ENDS))
def test_a_host_may_withdraw_a_case_at_any_time_before_its_end(state: CaseState) -> None:
    assert checked_move(state, CaseState.WITHDRAWN) is CaseState.WITHDRAWN


@pytest.mark.parametrize("state", sorted(WITH_A_PERSON))
def test_a_state_that_a_person_holds_is_no_end(state: CaseState) -> None:
    assert state not in ENDS


def test_no_case_is_heard_that_was_not_put_on_an_agenda() -> None:
    assert [old for old, following in MOVES.items() if CaseState.DELIBERATED in following] == [CaseState.SCHEDULED]


def test_a_diverted_case_comes_before_a_council_only_through_a_person() -> None:
    assert MOVES[CaseState.DIVERTED] == {CaseState.REFERRED, CaseState.CONFIRMING, CaseState.WITHDRAWN}


@given(STATES, STATES)
def test_a_move_is_allowed_exactly_when_it_is_listed(old: CaseState, new: CaseState) -> None:
    if new in MOVES[old]:
        assert checked_move(old, new) is new
    else:
        with pytest.raises(IllegalMove, match=f"from {old} to {new}; it may go to"):
            checked_move(old, new)


@given(st.sampled_from(sorted(ENDS)), STATES)
def test_an_end_has_no_way_out(end: CaseState, new: CaseState) -> None:
    with pytest.raises(IllegalMove, match="nothing: it is an end"):
        checked_move(end, new)


def test_a_refused_move_names_what_is_allowed() -> None:
    with pytest.raises(IllegalMove) as refused:
        checked_move(CaseState.FEEDBACK, CaseState.ROUTED)

    assert str(refused.value) == (
        "a case cannot go from feedback to routed; it may go to archived, reviewing, withdrawn"
    )
