"""Lengths, states and quiet hours of texts."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sanhui.plugin.domain.texts import (
    EVENING,
    MOVES,
    PRIORITY,
    RANK,
    REPORTED,
    Purpose,
    TextState,
    follows,
    is_quiet,
    release_at,
    reported,
    segments,
    units,
)

ZONE = ZoneInfo("Asia/Shanghai")
EVE, DAWN = time(21), time(8)
SECOND = timedelta(seconds=1)


def local(clock: str, day: int = 5) -> datetime:
    return datetime.fromisoformat(f"2026-01-{day:02} {clock}").replace(tzinfo=ZONE)


def leaves(purpose: Purpose, wanted: datetime, useless_after: datetime | None = None) -> datetime:
    return release_at(purpose, wanted, quiet_from=EVE, quiet_until=DAWN, zone=ZONE, useless_after=useless_after)


@pytest.mark.parametrize(
    ("text", "size"), [("", 0), ("abc", 3), ("参加", 2), ("👍", 2), ("𠮷", 2), ("𠮷" * 35, 70), ("1️⃣", 3)]
)
def test_units_are_those_of_utf_16(text: str, size: int) -> None:
    assert units(text) == size


@given(st.text())
def test_units_agree_with_the_encoding(text: str) -> None:
    assert units(text) == len(text.encode("utf-16-le", "surrogatepass")) // 2


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 0),
        ("会", 1),
        ("会" * 70, 1),
        ("会" * 71, 2),
        ("会" * 134, 2),
        ("会" * 135, 3),
        ("𠮷" * 35, 1),
        ("𠮷" * 36, 2),
        ("𠮷" * 66, 2),
        ("𠮷" * 67, 3),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("a" * 69 + "会", 1),
        ("a" * 70 + "会", 2),
    ],
)
def test_segments_are_what_the_carrier_bills(text: str, parts: int) -> None:
    assert segments(text) == parts


def test_what_cannot_wait_goes_first() -> None:
    first = sorted(Purpose, key=lambda purpose: PRIORITY[purpose])

    assert first[:6] == [
        Purpose.DUTY,
        Purpose.CANCEL,
        Purpose.CHANGE,
        Purpose.INVITE,
        Purpose.INVITE_PARTY,
        Purpose.REMIND,
    ]


def test_every_purpose_has_its_place() -> None:
    assert PRIORITY.keys() == set(Purpose)


def test_every_state_has_a_rank_and_its_moves() -> None:
    assert RANK.keys() == MOVES.keys() == set(TextState)


@given(st.sampled_from(TextState), st.lists(st.sampled_from(TextState)))
def test_no_sequence_of_reports_lowers_the_rank(state: TextState, reports: list[TextState]) -> None:
    for report in reports:
        after = reported(state, report)
        assert after is state or (RANK[after] > RANK[state] and follows(state, after))
        state = after


def test_a_report_that_overtakes_our_own_call_counts() -> None:
    assert reported(TextState.SUBMITTING, TextState.DELIVERED) is TextState.DELIVERED


def test_a_late_report_does_nothing() -> None:
    assert reported(TextState.DELIVERED, TextState.SENT) is TextState.DELIVERED


def test_a_second_end_does_not_replace_the_first() -> None:
    assert reported(TextState.UNDELIVERED, TextState.DELIVERED) is TextState.UNDELIVERED


@pytest.mark.parametrize("claim", [TextState.PENDING, TextState.CANCELED, TextState.SHADOWED])
def test_a_carrier_reports_only_its_own_states(claim: TextState) -> None:
    assert reported(TextState.HELD, claim) is TextState.HELD


def test_an_answer_proves_delivery_after_a_bad_report() -> None:
    assert follows(TextState.UNDELIVERED, TextState.DELIVERED)


@pytest.mark.parametrize("end", [TextState.EXPIRED, TextState.CANCELED, TextState.SUPPRESSED, TextState.SHADOWED])
def test_nothing_follows_a_text_that_never_left(end: TextState) -> None:
    assert not [state for state in TextState if follows(end, state)]


@pytest.mark.parametrize("state", [TextState.ACCEPTED, TextState.SENT, TextState.DELIVERED])
def test_what_the_carrier_took_is_never_sent_again(state: TextState) -> None:
    assert not follows(state, TextState.PENDING)
    assert not follows(state, TextState.SUBMITTING)


def test_only_a_waiting_text_is_claimed() -> None:
    assert [state for state in TextState if follows(state, TextState.SUBMITTING)] == [TextState.PENDING]


def test_reports_are_states_of_the_carrier() -> None:
    assert min(RANK[state] for state in REPORTED) == RANK[TextState.ACCEPTED]


@pytest.mark.parametrize(
    ("clock", "quiet"), [("20:59:59", False), ("21:00:00", True), ("07:59:59", True), ("08:00:00", False)]
)
def test_quiet_hours_begin_and_end_on_the_second(clock: str, quiet: bool) -> None:
    assert is_quiet(local(clock), quiet_from=EVE, quiet_until=DAWN, zone=ZONE) is quiet


@pytest.mark.parametrize(
    ("clock", "quiet"), [("11:59:59", False), ("12:00:00", True), ("13:59:59", True), ("14:00:00", False)]
)
def test_quiet_hours_may_lie_within_a_day(clock: str, quiet: bool) -> None:
    assert is_quiet(local(clock), quiet_from=time(12), quiet_until=time(14), zone=ZONE) is quiet


def test_equal_times_mean_no_quiet_hours() -> None:
    assert not is_quiet(local("08:00:00"), quiet_from=DAWN, quiet_until=DAWN, zone=ZONE)


def test_quiet_hours_are_local() -> None:
    assert is_quiet(datetime(2026, 1, 5, 13, tzinfo=UTC), quiet_from=EVE, quiet_until=DAWN, zone=ZONE)


def test_a_text_leaves_at_once_a_second_before_quiet() -> None:
    assert leaves(Purpose.INVITE, local("20:59:59")) == local("20:59:59")


def test_a_text_waits_for_the_morning_from_the_first_quiet_second() -> None:
    assert leaves(Purpose.INVITE, local("21:00:00")) == local("08:00:00", day=6)


def test_a_text_waits_one_second_in_the_last_quiet_second() -> None:
    assert leaves(Purpose.CANCEL, local("07:59:59")) == local("08:00:00")


def test_a_text_leaves_at_once_when_quiet_ends() -> None:
    assert leaves(Purpose.INVITE, local("08:00:00")) == local("08:00:00")


@pytest.mark.parametrize("clock", ["21:00:00", "03:00:00", "07:59:59"])
def test_a_duty_text_never_waits(clock: str) -> None:
    assert leaves(Purpose.DUTY, local(clock)) == local(clock)


def test_a_reminder_still_useful_in_the_morning_waits() -> None:
    assert leaves(Purpose.REMIND, local("06:30:00"), local("08:00:00")) == local("08:00:00")


def test_a_reminder_useless_in_the_morning_leaves_the_evening_before() -> None:
    moved = leaves(Purpose.REMIND, local("06:30:00", day=6), local("08:00:00", day=6) - SECOND)

    assert moved == local("21:00:00") - EVENING


def test_a_change_is_never_moved_earlier() -> None:
    assert leaves(Purpose.CHANGE, local("06:30:00"), local("07:00:00")) == local("08:00:00")


MOMENTS = st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - naive bounds
HOURS = st.times().map(lambda hour: hour.replace(microsecond=0))


@given(
    st.sampled_from([purpose for purpose in Purpose if purpose is not Purpose.DUTY]),
    MOMENTS,
    HOURS,
    HOURS,
    st.none() | MOMENTS,
)
def test_no_text_but_a_duty_text_leaves_in_quiet_hours(
    purpose: Purpose, wanted: datetime, begin: time, end: time, useless: datetime | None
) -> None:
    moment = release_at(purpose, wanted, quiet_from=begin, quiet_until=end, zone=ZONE, useless_after=useless)

    assert not is_quiet(moment, quiet_from=begin, quiet_until=end, zone=ZONE)
    assert abs(moment - wanted) <= timedelta(days=1)
