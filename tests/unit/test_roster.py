"""Rosters as offices keep them: headings, merged cells, spellings of numbers, and bad rows by number."""

from collections.abc import Sequence
from pathlib import Path

import pytest
from openpyxl import Workbook
from sanhui.config.roster import Roster, read_roster
from sanhui.config.street import read_street
from sanhui.config.street import roster as street_roster
from sanhui.plugin.errors import ConfigError
from sanhui.plugin.store.rosters import Entry

HEADINGS = "会议,区域编码,地点,姓名,电话,角色,候补顺序"
ALICE = Entry("neighbourhood", "509901001001003", "柳岸驿站", "Alice", "+8619900000001", "convener", 0)
ROW = "网格邻里会,509901001001003,柳岸驿站,Alice,19900000001,召集人,"


def csv(folder: Path, *rows: str, headings: str = HEADINGS, encoding: str = "utf-8") -> Path:
    path = folder / "roster.csv"
    path.write_bytes("\n".join([headings, *rows]).encode(encoding))
    return path


def xlsx(folder: Path, *rows: Sequence[object], merged: Sequence[str] = ()) -> Path:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (HEADINGS.split(","), *rows):
        sheet.append(list(row))
    for cells in merged:
        sheet.merge_cells(cells)
    book.save(folder / "roster.xlsx")
    return folder / "roster.xlsx"


def only(roster: Roster) -> Entry:
    assert roster.faults == ()
    (entry,) = roster.entries
    return entry


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_csv_is_read_in_the_encodings_of_offices(tmp_path: Path, encoding: str) -> None:
    assert only(read_roster(csv(tmp_path, ROW, encoding=encoding))) == ALICE


def test_columns_may_stand_in_any_order_beside_others(tmp_path: Path) -> None:
    path = csv(
        tmp_path, "1,Alice,召集人,19900000001,509901001001003,邻里会", headings="序号,姓名,职务,手机号,编码,议事会"
    )

    assert only(read_roster(path)) == Entry(
        "neighbourhood", "509901001001003", "", "Alice", "+8619900000001", "convener", 0
    )


def test_our_own_words_are_known_too(tmp_path: Path) -> None:
    row = "neighbourhood,509901001001003,柳岸驿站,Alice,19900000001,convener,"

    assert only(read_roster(csv(tmp_path, row, headings="council,area,place,name,phone,role,order"))) == ALICE


@pytest.mark.parametrize(
    "phone",
    [
        "19900000001",
        "１９９０００００００１",
        "199 0000 0001",
        " 199-0000-0001 ",
        "+8619900000001",
        "+86 199 0000 0001",
        "＋８６ １９９０００００００１",
        "8619900000001",
        "008619900000001",
        "19900000001/19900000002",
        "19900000001、19900000002",
        "19900000001；19900000002",
        "19900000001 19900000002",
        "199 0000 0001 / 199 0000 0002",
        '"19900000001,19900000002"',
        '"19900000001\n19900000002"',
    ],
)
def test_a_number_is_read_as_people_write_it_and_the_first_of_two_is_taken(tmp_path: Path, phone: str) -> None:
    row = f"邻里会,509901001001003,柳岸驿站,Alice,{phone},召集人,"

    assert only(read_roster(csv(tmp_path, row))) == ALICE


def test_numbers_in_a_workbook_may_be_numbers(tmp_path: Path) -> None:
    row = ["邻里会", 509901001001003, "柳岸驿站", "Alice", 19900000001.0, "候补", 2.0]

    entry = only(read_roster(xlsx(tmp_path, row)))

    assert (entry.area_code, entry.phone, entry.order) == ("509901001001003", "+8619900000001", 2)


def test_merged_cells_hold_for_every_row_they_cover(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["邻里会", "509901001001003", "柳岸驿站", "Alice", "19900000001", "召集人", None],
        [None, None, None, "Bob", "19900000002", "调解员", None],
        [None, None, None, "Charlie", "19900000003", "候补", 1],
    ]

    roster = read_roster(xlsx(tmp_path, *rows, merged=["A2:A4", "B2:B4", "C2:C4"]))

    assert roster.faults == ()
    assert [(entry.kind, entry.area_code, entry.place) for entry in roster.entries] == [
        ("neighbourhood", "509901001001003", "柳岸驿站")
    ] * 3
    assert [(entry.name, entry.role, entry.order) for entry in roster.entries] == [
        ("Alice", "convener", 0),
        ("Bob", "mediator", 0),
        ("Charlie", "substitute", 1),
    ]


def test_a_place_is_never_that_of_another_council(tmp_path: Path) -> None:
    roster = read_roster(csv(tmp_path, ROW, ",509901001001004,,Bob,19900000002,召集人,"))

    assert [entry.place for entry in roster.entries] == ["柳岸驿站", ""]


def test_a_post_is_no_seat(tmp_path: Path) -> None:
    entry = only(read_roster(csv(tmp_path, "值班员,509901001,,Alice,19900000001,,2")))

    assert (entry.kind, entry.role, entry.order) == ("duty_officer", "duty_officer", 2)


def test_blank_rows_are_passed_over_and_still_counted(tmp_path: Path) -> None:
    roster = read_roster(csv(tmp_path, ROW, ",,,,,,", "", ",,,Bob,199,调解员,"))

    assert roster.entries == (ALICE,)
    assert [fault.split(": ")[0] for fault in roster.faults] == ["roster.csv row 5"]


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("茶话会,509901001,,Alice,19900000001,召集人,", "council '茶话会' is not known: write 街道联席会"),
        ("联席会,50990100,,Alice,19900000001,召集人,", "'50990100' is not an area code: give"),
        ("邻里会,509901001,,Alice,19900000001,召集人,", "area 509901001 is no place of a neighbourhood council"),
        ("联席会,509901001001,,Alice,19900000001,召集人,", "area 509901001001 is no place of a joint council"),
        ("联席会,509901001,,,19900000001,召集人,", "the name is missing: write it"),
        ("联席会,509901001,,Alice,19900000001,主席,", "role '主席' is not known: write one of posts.toml"),
        ("联席会,509901001,,Alice,199000,召集人,", "phone …9000 is no mobile number: give the 11 digits"),
        ("联席会,509901001,,Alice,1990000001,召集人,", "phone …0001 is no mobile number: give the 11 digits"),
        ("联席会,509901001,,Alice,199000000012,召集人,", "phone …0012 is no"),
        ("联席会,509901001,,Alice,023-60000141,召集人,", "phone …0141 is no mobile number"),
        ("联席会,509901001,,Alice,,召集人,", "phone … is no phone number"),
        ("联席会,509901001,,Alice,19900000001,候补,", "order '' is no place in a row: write 1"),
        ("联席会,509901001,,Alice,19900000001,候补,first", "order 'first' is no place in a row"),
        ("联席会,509901001,,Alice,19900000001,候补,0", "order '0' is no place in a row"),
    ],
)
def test_a_bad_row_is_named_by_number_with_its_mend_and_the_others_are_read(
    tmp_path: Path, row: str, fault: str
) -> None:
    roster = read_roster(csv(tmp_path, ROW, row))

    (found,) = roster.faults
    assert roster.entries == (ALICE,)
    assert found.startswith(f"roster.csv row 3: {fault}")


def test_every_bad_row_is_named(tmp_path: Path) -> None:
    bad = "联席会,509901001,,,1,召集人,"

    roster = read_roster(csv(tmp_path, bad, ROW, bad, bad))

    assert [fault.split(": ")[0] for fault in roster.faults] == [f"roster.csv row {number}" for number in (2, 4, 5)]


def test_a_fault_shows_no_more_than_four_digits_of_a_number(tmp_path: Path) -> None:
    roster = read_roster(csv(tmp_path, ROW, ROW, "联席会,509901001,,Bob,1990000000299,召集人,"))

    assert len(roster.faults) == 2
    assert not any("199000" in fault for fault in roster.faults)


def test_a_seat_that_is_written_twice_is_named(tmp_path: Path) -> None:
    roster = read_roster(csv(tmp_path, ROW, ROW))

    assert roster.faults == (
        "roster.csv row 3: …0001 has the seat convener of neighbourhood 509901001001003 twice: take one out",
    )


def test_a_person_may_have_several_seats(tmp_path: Path) -> None:
    roster = read_roster(csv(tmp_path, ROW, "评议会,509901001001,柳岸社区,Alice,19900000001,网格长,"))

    assert [(entry.kind, entry.role) for entry in roster.entries] == [
        ("neighbourhood", "convener"),
        ("community", "grid_leader"),
    ]


def test_every_missing_column_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as refused:
        read_roster(csv(tmp_path, headings="姓名,电话,备注"))

    assert [fault.split(":")[0] for fault in refused.value.faults] == [
        "roster.csv row 1",
    ] * 3
    assert [fault.split()[4] for fault in refused.value.faults] == ["会议", "区域编码", "角色"]


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("roster.csv", b"", "roster.csv: is empty: the first row names the columns"),
        ("roster.xlsx", b"not a workbook", "roster.xlsx: is no xlsx file: save it as xlsx or csv again"),
        ("roster.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" * 9, "roster.xls row 1: column 会议 is missing"),
    ],
)
def test_a_file_that_is_no_roster_is_refused(tmp_path: Path, name: str, content: bytes, fault: str) -> None:
    (tmp_path / name).write_bytes(content)

    with pytest.raises(ConfigError, match=fault):
        read_roster(tmp_path / name)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no such file: name an xlsx or csv file"):
        read_roster(tmp_path / "nothing.xlsx")


def test_the_practice_street_is_a_roster_without_faults(tmp_path: Path) -> None:
    entries = list(street_roster(read_street()))
    rows = [[one.kind, one.area_code, one.place, one.name, one.phone, one.role, one.order or None] for one in entries]

    roster = read_roster(xlsx(tmp_path, *rows))

    assert roster.faults == ()
    assert [(one.kind, one.area_code, one.phone, one.role, one.order) for one in roster.entries] == [
        (one.kind, one.area_code, one.phone, one.role, one.order) for one in entries
    ]
