"""Councils: how many make a quorum, who is called, and who waits."""

from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sanhui.plugin.domain.councils import SUBSTITUTE, Quorum, Seat, StandingDate, bench

ALICE, BOB, CHARLIE = 1, 2, 3
OVER_HALF = Quorum(Fraction(1, 2), more_than=True)
TWO_THIRDS = Quorum(Fraction(2, 3), more_than=False)
HALF = Quorum(Fraction(1, 2), more_than=False)

SHARES = st.fractions(min_value=Fraction(1, 9), max_value=1, max_denominator=9)
SEATS = st.lists(
    st.one_of(
        st.builds(Seat, st.integers(1, 8), st.sampled_from(["convener", "delegate"]), st.just(0), st.just(True)),
        st.builds(Seat, st.integers(1, 8), st.just("supervisor"), st.just(0), st.just(False)),
        st.builds(Seat, st.integers(1, 8), st.just(SUBSTITUTE), st.integers(1, 3), st.just(True)),
    ),
    max_size=20,
)
RECUSED = st.frozensets(st.integers(1, 8))


@pytest.mark.parametrize(
    ("quorum", "seats", "needed"),
    [
        (OVER_HALF, 8, 5),
        (OVER_HALF, 9, 5),
        (OVER_HALF, 14, 8),
        (HALF, 8, 4),
        (HALF, 9, 5),
        (TWO_THIRDS, 9, 6),
        (TWO_THIRDS, 10, 7),
        (TWO_THIRDS, 11, 8),
        (TWO_THIRDS, 12, 8),
        (TWO_THIRDS, 1, 1),
    ],
)
def test_a_quorum_is_so_many_of_the_voting_seats(quorum: Quorum, seats: int, needed: int) -> None:
    assert quorum.needed(seats) == needed


@given(SHARES, st.booleans(), st.integers(0, 200))
def test_one_seat_more_never_needs_fewer_persons(share: Fraction, more_than: bool, seats: int) -> None:
    quorum = Quorum(share, more_than=more_than)

    assert quorum.needed(seats) <= quorum.needed(seats + 1) <= quorum.needed(seats) + 1


@given(SHARES, st.booleans(), st.integers(1, 200))
def test_a_quorum_is_the_least_number_that_has_the_share(share: Fraction, more_than: bool, seats: int) -> None:
    needed = Quorum(share, more_than=more_than).needed(seats)

    assert needed > share * seats if more_than else needed >= share * seats
    assert needed - 1 <= share * seats if more_than else needed - 1 < share * seats


@pytest.mark.parametrize(
    ("day", "meets"),
    [
        (date(2026, 1, 14), True),
        (date(2026, 1, 13), False),
        (date(2026, 1, 7), False),
        (date(2026, 1, 21), False),
        (date(2026, 2, 11), False),
        (date(2026, 4, 8), True),
    ],
)
def test_a_joint_meeting_sits_on_the_second_wednesday_of_a_quarter(day: date, meets: bool) -> None:
    assert StandingDate(frozenset({1, 4, 7, 10}), weekday=2, nth=2).is_on(day) is meets


@given(st.integers(2020, 2040), st.integers(1, 12), st.integers(0, 6), st.integers(1, 4))
def test_a_standing_date_comes_once_in_each_of_its_months(year: int, month: int, weekday: int, nth: int) -> None:
    standing = StandingDate(frozenset({month}), weekday, nth)
    days = [date.fromordinal(date(year, 1, 1).toordinal() + n) for n in range(365)]

    assert len([day for day in days if standing.is_on(day)]) == 1


def test_a_person_on_two_seats_is_called_once_as_the_convener() -> None:
    called = bench([Seat(ALICE, "mediator", 0, True), Seat(ALICE, "convener", 0, True), Seat(BOB, "delegate", 0, True)])

    assert [(seat.person_id, seat.role) for seat in called.called] == [(ALICE, "convener"), (BOB, "delegate")]
    assert called.voting() == 2


def test_a_standing_seat_goes_before_a_substitutes() -> None:
    called = bench([Seat(ALICE, SUBSTITUTE, 1, True), Seat(ALICE, "delegate", 0, True)])

    assert called.called == (Seat(ALICE, "delegate", 0, True),)
    assert called.substitutes == ()


def test_a_person_who_watches_and_also_votes_has_one_vote() -> None:
    called = bench([Seat(ALICE, "supervisor", 0, False), Seat(ALICE, "delegate", 0, True)])

    assert called.voting() == 1


def test_one_who_only_watches_gets_no_vote_from_a_substitutes_seat() -> None:
    called = bench([Seat(ALICE, "supervisor", 0, False), Seat(ALICE, SUBSTITUTE, 1, True)])

    assert called.voting() == 0


def test_substitutes_wait_in_their_order() -> None:
    waiting = bench(
        [Seat(CHARLIE, SUBSTITUTE, 3, True), Seat(ALICE, SUBSTITUTE, 1, True), Seat(BOB, SUBSTITUTE, 2, True)]
    )

    assert [seat.person_id for seat in waiting.substitutes] == [ALICE, BOB, CHARLIE]


@given(SEATS, RECUSED)
def test_everybody_has_one_place_but_those_who_step_back(seats: list[Seat], recused: frozenset[int]) -> None:
    made = bench(seats, recused=recused)
    persons = [seat.person_id for seat in (*made.called, *made.substitutes)]

    assert sorted(persons) == sorted({seat.person_id for seat in seats} - recused)


@given(SEATS, RECUSED)
def test_a_vote_is_had_exactly_by_those_called_who_have_a_standing_seat_that_votes(
    seats: list[Seat], recused: frozenset[int]
) -> None:
    made = bench(seats, recused=recused)
    voters = {seat.person_id for seat in seats if seat.order == 0 and seat.votes} - recused

    assert {seat.person_id for seat in made.called if seat.votes} == voters
    assert made.voting() == len(voters)


@given(SEATS)
def test_whoever_has_a_standing_seat_is_called(seats: list[Seat]) -> None:
    made = bench(seats)

    assert {seat.person_id for seat in made.called} == {seat.person_id for seat in seats if seat.order == 0}
    assert all(seat.order > 0 for seat in made.substitutes)
