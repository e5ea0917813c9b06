"""Codes: four digits, of meetings odd, of cases even."""

from hypothesis import given
from hypothesis import strategies as st
from sanhui.plugin.domain.codes import case_code, meeting_code

IDS = st.integers(min_value=1, max_value=2**63 - 1)


@given(IDS)
def test_a_code_has_four_digits_of_which_the_first_is_no_nought(number: int) -> None:
    assert 1000 <= int(meeting_code(number)) <= 9999
    assert 1000 <= int(case_code(number)) <= 9999


@given(IDS, IDS)
def test_a_meeting_and_a_case_never_share_a_code(meeting: int, case: int) -> None:
    assert meeting_code(meeting) != case_code(case)


@given(IDS)
def test_no_code_comes_again_among_the_next_4499(first: int) -> None:
    numbers = range(first, first + 4500)

    assert len({meeting_code(number) for number in numbers}) == 4500
    assert len({case_code(number) for number in numbers}) == 4500


@given(IDS)
def test_neighbours_in_time_look_unlike(number: int) -> None:
    assert abs(int(meeting_code(number)) - int(meeting_code(number + 1))) > 1000
