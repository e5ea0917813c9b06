"""Links open one invitation, for one version of its meeting, until one instant."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sanhui.plugin.errors import ConfigError, NotAllowed
from sanhui.plugin.links import LinkExpired, check_keys, make, read

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
OLD, NEW, OTHER = "the-old-key-of-the-street", "the-new-key-of-the-street", "the-key-of-another-street"
ENDS = START + timedelta(days=3)


def token() -> str:
    return make(4821, 2, expires=ENDS, keys=[OLD])


def test_a_token_tells_its_invitation_and_version() -> None:
    assert read(token(), START, keys=[OLD]) == (4821, 2)


@given(st.integers(1, 2**63 - 1), st.integers(1, 2**16 - 1))
def test_every_token_reads_back_and_fits_a_text(invitation: int, version: int) -> None:
    made = make(invitation, version, expires=ENDS, keys=[OLD])

    assert (read(made, START, keys=[OLD]), len(made)) == ((invitation, version), 34)


def test_a_token_holds_until_the_second_before_its_end() -> None:
    assert read(token(), ENDS - timedelta(seconds=1), keys=[OLD]) == (4821, 2)


@pytest.mark.parametrize("late", [timedelta(0), timedelta(seconds=1)])
def test_a_token_is_over_at_its_end(late: timedelta) -> None:
    with pytest.raises(LinkExpired):
        read(token(), ENDS + late, keys=[OLD])


def test_a_new_key_in_front_leaves_old_tokens_open() -> None:
    assert read(token(), START, keys=[NEW, OLD]) == (4821, 2)


def test_a_new_key_in_front_signs_new_tokens() -> None:
    made = make(1, 1, expires=ENDS, keys=[NEW, OLD])

    assert read(made, START, keys=[NEW]) == (1, 1)


def test_a_token_of_a_key_that_is_gone_is_refused() -> None:
    with pytest.raises(NotAllowed):
        read(token(), START, keys=[OTHER])


@given(st.integers(0, 33), st.sampled_from("ABCxyz019-_"))
def test_a_token_with_any_letter_changed_is_refused(place: int, letter: str) -> None:
    made = token()
    changed = made[:place] + letter + made[place + 1 :]
    if changed == made:
        return

    with pytest.raises(NotAllowed):
        read(changed, START, keys=[OLD])


@given(st.text(max_size=60))
def test_any_other_text_is_refused_and_nothing_else(text: str) -> None:
    with pytest.raises(NotAllowed):
        read(text, START, keys=[OLD])


@pytest.mark.parametrize("extra", ["=", "==", "\n", " ", "A"])
def test_a_token_has_one_spelling(extra: str) -> None:
    with pytest.raises(NotAllowed):
        read(token() + extra, START, keys=[OLD])


@pytest.mark.parametrize("keys", [[], ["short"], [OLD, "short"]])
def test_keys_that_protect_nothing_are_refused(keys: list[str]) -> None:
    with pytest.raises(ConfigError, match="link_keys"):
        check_keys(keys)
