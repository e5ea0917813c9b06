"""What follows a result: publicity, promises, another sitting, a larger council, or a person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sanhui.plugin.domain.cases import MOVES, CaseState
from sanhui.plugin.domain.matters import CouncilKind
from sanhui.plugin.domain.outcomes import SITTINGS, NextStep, Result, after

COUNCILS = st.sampled_from(CouncilKind)
RESULTS = st.sampled_from(Result)
TRIES = st.integers(min_value=1, max_value=50)
JOINT, COMMUNITY, NEIGHBOURHOOD = CouncilKind.JOINT, CouncilKind.COMMUNITY, CouncilKind.NEIGHBOURHOOD
#: Results after which the same council may try once more.
UNSETTLED = [Result.ADJOURNED, Result.NO_CONSENSUS]


@pytest.mark.parametrize(
    ("council", "state"),
    [
        (JOINT, CaseState.IMPLEMENTING),
        (COMMUNITY, CaseState.PUBLICISED),
        (NEIGHBOURHOOD, CaseState.IMPLEMENTING),
    ],
)
def test_only_a_community_council_shows_its_agreement_publicly(council: CouncilKind, state: CaseState) -> None:
    assert after(Result.AGREED, council=council, sittings=1) == NextStep(state)


@pytest.mark.parametrize("council", CouncilKind)
def test_what_needs_a_vote_is_carried_out_by_those_who_vote(council: CouncilKind) -> None:
    assert after(Result.NEEDS_VOTE, council=council, sittings=1) == NextStep(CaseState.IMPLEMENTING)


@pytest.mark.parametrize("council", CouncilKind)
def test_what_is_taken_back_is_withdrawn(council: CouncilKind) -> None:
    assert after(Result.WITHDRAWN, council=council, sittings=1) == NextStep(CaseState.WITHDRAWN)


@pytest.mark.parametrize("result", UNSETTLED)
@pytest.mark.parametrize(("council", "most"), [(JOINT, 3), (COMMUNITY, 3), (NEIGHBOURHOOD, 2)])
def test_an_unsettled_case_comes_back_until_its_tries_are_used_up(
    result: Result, council: CouncilKind, most: int
) -> None:
    tries = [after(result, council=council, sittings=sittings) for sittings in range(1, most + 1)]

    assert tries[:-1] == [NextStep(CaseState.ROUTED)] * (most - 1)
    assert tries[-1] != NextStep(CaseState.ROUTED)


@pytest.mark.parametrize("sittings", [1, 2, 3])
def test_what_is_beyond_a_community_goes_to_the_joint_meeting_at_once(sittings: int) -> None:
    step = after(Result.OUT_OF_AUTHORITY, council=COMMUNITY, sittings=sittings)

    assert step == NextStep(CaseState.ROUTED, council=JOINT)


@given(RESULTS, TRIES)
def test_a_private_dispute_never_climbs_by_itself(result: Result, sittings: int) -> None:
    step = after(result, council=NEIGHBOURHOOD, sittings=sittings)

    assert step.council is None


@pytest.mark.parametrize("result", UNSETTLED)
def test_a_private_dispute_without_an_agreement_ends_with_a_person(result: Result) -> None:
    step = after(result, council=NEIGHBOURHOOD, sittings=2)

    assert (step.state, step.council) == (CaseState.CONFIRMING, None)
    assert "with their consent" in step.ask


def test_what_is_beyond_the_street_is_taken_to_the_district_by_a_person() -> None:
    step = after(Result.OUT_OF_AUTHORITY, council=JOINT, sittings=1)

    assert step.state is CaseState.CONFIRMING
    assert "district" in step.ask


@given(RESULTS, COUNCILS, TRIES)
def test_whatever_follows_a_result_may_follow_a_sitting(result: Result, council: CouncilKind, sittings: int) -> None:
    assert after(result, council=council, sittings=sittings).state in MOVES[CaseState.DELIBERATED]


@given(RESULTS, COUNCILS, TRIES)
def test_a_person_is_told_why_exactly_when_a_person_must_look(
    result: Result, council: CouncilKind, sittings: int
) -> None:
    step = after(result, council=council, sittings=sittings)

    assert bool(step.ask) == (step.state is CaseState.CONFIRMING)


@given(COUNCILS, st.lists(st.sampled_from([*UNSETTLED, Result.OUT_OF_AUTHORITY]), min_size=7, max_size=7))
def test_a_case_that_nobody_settles_leaves_the_councils_after_a_bounded_number_of_tries(
    council: CouncilKind, results: list[Result]
) -> None:
    tried, sittings = 0, 0
    for result in results:
        tried, sittings = tried + 1, sittings + 1
        step = after(result, council=council, sittings=sittings)
        if step.state is not CaseState.ROUTED:
            break
        if step.council is not None:
            council, sittings = step.council, 0

    assert step.state is CaseState.CONFIRMING
    assert tried <= SITTINGS[COMMUNITY] + SITTINGS[JOINT]
