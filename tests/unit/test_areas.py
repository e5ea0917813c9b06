"""Area codes: what is one, how large its place is, and what lies inside it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sanhui.plugin.domain.areas import AreaCode, Level

GRID = AreaCode("509901001001003")
COMMUNITY = AreaCode("509901001001")
STREET = AreaCode("509901001")
DISTRICT = AreaCode("509901")
WELL_FORMED = st.sampled_from([6, 9, 12, 14, 15, 16]).flatmap(
    lambda length: st.text("0123456789", min_size=length, max_size=length)
)


@pytest.mark.parametrize(
    ("length", "level"),
    [
        (6, Level.DISTRICT),
        (9, Level.STREET),
        (12, Level.COMMUNITY),
        (14, Level.GRID),
        (15, Level.GRID),
        (16, Level.GRID),
    ],
)
def test_the_length_of_a_code_tells_its_level(length: int, level: Level) -> None:
    assert AreaCode("5" * length).level is level


@pytest.mark.parametrize("length", [0, 1, 5, 7, 8, 10, 11, 13, 17, 32])
def test_a_code_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="is not an area code: give 6, 9, 12 or 14 to 16 digits"):
        AreaCode("5" * length)


@pytest.mark.parametrize("text", ["50990a", "５０９９０１", "٥٠٩٩٠١", "509901 ", "509901\n", "-50990", "5099.1"])
def test_a_code_of_anything_but_plain_digits_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is not an area code"):
        AreaCode(text)


@pytest.mark.parametrize(
    ("level", "area"),
    [(Level.GRID, GRID), (Level.COMMUNITY, COMMUNITY), (Level.STREET, STREET), (Level.DISTRICT, DISTRICT)],
)
def test_a_grid_lies_in_one_area_of_each_level(level: Level, area: AreaCode) -> None:
    assert GRID.up_to(level) == area


def test_a_street_lies_in_no_single_community() -> None:
    assert STREET.up_to(Level.COMMUNITY) is None


@pytest.mark.parametrize("area", [GRID, COMMUNITY, STREET, DISTRICT])
def test_a_larger_area_holds_the_grid(area: AreaCode) -> None:
    assert area.holds(GRID)


@pytest.mark.parametrize("other", ["509901001002001", "509901002", "509902", "509901001"])
def test_a_community_holds_neither_its_neighbours_nor_its_street(other: str) -> None:
    assert not COMMUNITY.holds(AreaCode(other))


@given(WELL_FORMED, st.sampled_from(Level))
def test_whatever_holds_an_area_is_a_prefix_of_it_of_the_right_level(code: str, level: Level) -> None:
    area = AreaCode(code)
    larger = area.up_to(level)

    assert (larger is None) == (area.level < level)
    assert larger is None or (larger.level is level and larger.holds(area))


@given(st.one_of(st.text(), st.text("0123456789", max_size=20)))
def test_a_text_is_an_area_code_exactly_when_it_is_6_9_12_or_14_to_16_plain_digits(text: str) -> None:
    plain = bool(text) and set(text) <= set("0123456789")

    if plain and len(text) in {6, 9, 12, 14, 15, 16}:
        assert AreaCode(text) == text
    else:
        with pytest.raises(ValueError, match="is not an area code"):
            AreaCode(text)
