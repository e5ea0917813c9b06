"""Read a roster as an office keeps it: xlsx or csv, one row a seat; every bad row is named with its mend."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from io import StringIO
from pathlib import Path
from zipfile import BadZipFile

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from ..plugin.domain.areas import AreaCode
from ..plugin.domain.councils import SUBSTITUTE
from ..plugin.domain.matters import CouncilKind
from ..plugin.errors import ConfigError
from ..plugin.store.councils import LEVELS
from ..plugin.store.phones import NotAPhone, normal
from ..plugin.store.rosters import Entry
from .settings import read_toml

#: The columns and the headings under which offices write them.
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "council": ("会议", "议事会", "council"),
    "area": ("区域编码", "编码", "area"),
    "place": ("地点", "会议地点", "place"),
    "name": ("姓名", "name"),
    "phone": ("电话", "手机", "手机号", "联系电话", "phone"),
    "role": ("角色", "身份", "职务", "role"),
    "order": ("候补顺序", "顺序", "order"),
}
_NEEDED = ("council", "area", "name", "phone", "role")
#: What the code of each council's area names.
_PLACES = {CouncilKind.JOINT: "street", CouncilKind.COMMUNITY: "community", CouncilKind.NEIGHBOURHOOD: "grid"}
#: What may stand between two numbers in one cell; the first is taken.
_SEPARATORS = "/、,，;； \n"
_MOBILE = re.compile(r"\+861\d{10}")


@dataclass(frozen=True)
class Roster:
    """What a file holds: the good rows, and a line for each bad one."""

    entries: tuple[Entry, ...]
    faults: tuple[str, ...]


def read_roster(path: Path) -> Roster:
    """Read *path*; an empty council or area cell repeats the one above, as merged cells do.

    So does an empty place, within the same council.

    Raises:
        ConfigError: The file cannot be read, or a needed column is missing.
    """
    rows = list(_rows(path))
    if not rows:
        raise ConfigError([f"{path.name}: is empty: the first row names the columns {_headings()}"])
    places = _places(path.name, rows[0])
    vocabulary = _Vocabulary.shipped()
    entries: dict[int, Entry] = {}
    faults, above = [], dict.fromkeys(COLUMNS, "")
    for number, row in enumerate(rows[1:], start=2):
        cells = {name: _clean(row[at]) if at < len(row) else "" for name, at in places.items()}
        if not any(cells.values()):
            continue
        above = _filled(cells, above)
        try:
            entries[number] = _entry(above, vocabulary)
        except ValueError as error:
            faults.append(f"{path.name} row {number}: {error}")
    faults += _doubled(path.name, entries)
    return Roster(tuple(entries.values()), tuple(faults))


def _filled(cells: Mapping[str, str], above: Mapping[str, str]) -> dict[str, str]:
    """Return *cells*, the council and the place that are not written taken from *above*."""
    filled = {**cells, "council": cells["council"] or above["council"], "area": cells["area"] or above["area"]}
    is_same = all(filled[name] == above[name] for name in ("council", "area"))
    return {**filled, "place": cells.get("place") or (above["place"] if is_same else "")}


class _Vocabulary:
    """The words for councils, posts and roles, each led to our own."""

    def __init__(self, table: Mapping[str, Mapping[str, Sequence[str]]]) -> None:
        self.kinds = _inverted({**table.get("councils", {}), **table.get("posts", {})})
        self.roles = _inverted(table.get("roles", {}))

    @classmethod
    def shipped(cls) -> _Vocabulary:
        faults: list[str] = []
        table = read_toml(Path(__file__).parent / "posts.toml", faults)
        if faults:
            raise ConfigError(faults)
        return cls(table)


def _inverted(names: Mapping[str, Sequence[str]]) -> dict[str, str]:
    return {word: ours for ours, words in names.items() for word in (ours, *words)}


def _entry(cells: Mapping[str, str], vocabulary: _Vocabulary) -> Entry:
    kind = vocabulary.kinds.get(cells["council"])
    if kind is None:
        raise ValueError(
            f"council {cells['council']!r} is not known: write 街道联席会, 社区评议会, 网格邻里会, 值班员 or 联络员"
        )
    is_post = kind not in set(CouncilKind)
    role = kind if is_post else vocabulary.roles.get(cells["role"])
    if role is None:
        raise ValueError(f"role {cells['role']!r} is not known: write one of posts.toml, or add it there")
    if not cells["name"]:
        raise ValueError("the name is missing: write it")
    area = AreaCode(cells["area"])
    if not is_post and area.level is not LEVELS[CouncilKind(kind)]:
        place = _PLACES[CouncilKind(kind)]
        raise ValueError(f"area {area} is no place of a {kind} council: write the code of its {place}")
    return Entry(
        kind=kind,
        area_code=str(area),
        place=cells.get("place", ""),
        name=cells["name"],
        phone=_phone(cells["phone"]),
        role=role,
        order=_order(cells.get("order", ""), role),
    )


def _phone(cell: str) -> str:
    first = cell
    for separator in _SEPARATORS:
        first = first.split(separator)[0] if len(first.split(separator)[0]) >= len("13800000000") else first
    try:
        number = normal(first.replace(" ", "").replace("-", ""))
    except NotAPhone as error:
        raise ValueError(f"phone {error}") from error
    if number.startswith("+86") and not _MOBILE.fullmatch(number):
        raise ValueError(f"phone …{number[-4:]} is no mobile number: give the 11 digits that a text reaches")
    return number


def _order(cell: str, role: str) -> int:
    if role != SUBSTITUTE and not cell:
        return 0
    if not cell.removesuffix(".0").isdecimal() or (role == SUBSTITUTE and int(cell.removesuffix(".0")) < 1):
        raise ValueError(f"order {cell!r} is no place in a row: write 1 for the first substitute, 2 for the second")
    return int(cell.removesuffix(".0"))


def _doubled(name: str, entries: Mapping[int, Entry]) -> Iterator[str]:
    seen: set[tuple[str, str, str, str]] = set()
    for number, entry in entries.items():
        key = (entry.kind, entry.area_code, entry.phone, entry.role)
        if key in seen:
            seat = f"{entry.role} of {entry.kind} {entry.area_code}"
            yield f"{name} row {number}: …{entry.phone[-4:]} has the seat {seat} twice: take one out"
        seen.add(key)


def _places(file: str, heading: Sequence[object]) -> dict[str, int]:
    words = [_clean(cell) for cell in heading]
    places = {
        name: next((at for at, word in enumerate(words) if word in spellings), -1)
        for name, spellings in COLUMNS.items()
    }
    missing = [name for name in _NEEDED if places[name] < 0]
    if missing:
        raise ConfigError(
            [f"{file} row 1: column {COLUMNS[name][0]} is missing: the columns are {_headings()}" for name in missing]
        )
    return {name: at for name, at in places.items() if at >= 0}


def _headings() -> str:
    return " ".join(spellings[0] for spellings in COLUMNS.values())


def _clean(cell: object) -> str:
    """Return a cell's text: full-width forms made plain, spaces trimmed, a number without its decimals."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return unicodedata.normalize("NFKC", str(cell)).strip()


def _rows(path: Path) -> Iterator[Sequence[object]]:
    try:
        if path.suffix.lower() == ".xlsx":
            with closing(load_workbook(path, read_only=True, data_only=True)) as book:
                yield from book.worksheets[0].iter_rows(values_only=True)
        else:
            yield from csv.reader(StringIO(_decoded(path), newline=""))
    except FileNotFoundError as error:
        raise ConfigError([f"{path}: no such file: name an xlsx or csv file"]) from error
    except (InvalidFileException, BadZipFile, KeyError) as error:
        raise ConfigError([f"{path.name}: is no xlsx file: save it as xlsx or csv again"]) from error


def _decoded(path: Path) -> str:
    """Return a csv's text; spreadsheet programs on Chinese systems write GB 18030 where they do not write UTF-8."""
    raw = path.read_bytes()
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030", errors="replace")
