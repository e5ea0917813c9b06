"""Filling a world: a street with its people, and the cases that they reported."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Any, Protocol

from ..errors import ConfigError
from .cases import Cases, NewCase, Party
from .clock import SHANGHAI, WorldTime
from .directory import Directory, Person
from .draws import draw, pick
from .store import Store

#: Days before the start over which the cases were reported.
PAST = timedelta(days=10)

#: Working days that the host gives a case that has a deadline.
TERM_DAYS = 15

#: Share of cases that have a deadline.
WITH_TERM = 2 / 3

#: The first telephone number of those who report, and of households that a case affects.
REPORTERS, HOUSEHOLDS = 19900100000, 19900500000

SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
TITLES = ("女士", "先生", "婆婆", "师傅", "老师", "嬢嬢", "大爷")

#: Who the host says opened what was there from the start.
DESK = "受理台"


class Ground(Protocol):
    """The parts of a world that can be filled."""

    @property
    def seed(self) -> int:
        """The number on which all chance depends."""

    @property
    def store(self) -> Store:
        """The database file."""

    @property
    def time(self) -> WorldTime:
        """The world's time."""

    @property
    def directory(self) -> Directory:
        """Who lives there."""

    @property
    def cases(self) -> Cases:
        """The host's cases."""


@dataclass(frozen=True)
class Told:
    """One case as a file tells it; `id` is the file's own mark and never reaches the host."""

    id: str
    text: str
    area_code: str
    title: str
    category: str
    source: str
    #: Households that it affects, besides who reports it.
    households: int = 0


def seed(world: Ground, cases: Mapping[str, Any], street: Mapping[str, Any], *, start: datetime) -> dict[str, str]:
    """Fill *world* from the parsed cases and street files; return the files' ids by the host's.

    The cases were reported over the ten days before *start*, in an order that has nothing to do with
    that of the file.
    """
    told = [
        Told(
            *(case["id"], case["text"], case["area"], case["title"], case["category"], case["source"]),
            households=case.get("households", 0),
        )
        for case in cases["case"]
    ]
    with world.store.changing():
        _settle(world, street)
        return _report(world, told, start=start)


def seed_lines(world: Ground, lines: Iterable[str], *, start: datetime | None = None) -> dict[str, str]:
    """Add cases from JSON lines with `id` and `text`; return the lines' ids by the host's.

    `title`, `category`, `area_code` and `source` may be missing; a missing area becomes one of the
    world's grids. *start* is the world's time unless it is given.

    Raises:
        ConfigError: Some lines are no cases; nothing was added.
    """
    grids = [code for code in world.directory.areas() if len(code) > len("509901001001")]
    told, faults = [], []
    for number, line in enumerate(lines, 1):
        try:
            case = _read(line)
        except ValueError as error:
            faults.append(f"line {number}: {error}; write an object with id and text")
            continue
        missing = not case.area_code and bool(grids)
        told.append(replace(case, area_code=pick(grids, world.seed, "grid", case.id)) if missing else case)
    if faults:
        raise ConfigError(faults)
    with world.store.changing():
        return _report(world, told, start=start or world.time.now())


def people(street: Mapping[str, Any]) -> Iterator[Person]:
    """Return everybody whom the street file names: council members, duty officers, clerks."""
    for person in street["person"]:
        seats = person["seats"]
        yield _user(person, area=seats[0]["area"] if seats else street["street"]["code"], posts=seats)
    for officer in street.get("duty", ()):
        area = street["street"]["code"]
        yield _user(officer, area=area, posts=[_post("duty", area, order=officer["order"])])
    for clerk in street.get("clerk", ()):
        yield _user(clerk, area=clerk["areas"][0], posts=[_post("clerk", area) for area in clerk["areas"]])


def _read(line: str) -> Told:
    try:
        case = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError("not JSON") from error
    if not isinstance(case, dict) or not all(isinstance(case.get(name), str) for name in ("id", "text")):
        raise ValueError("no id or no text")
    area, title, category, source = (str(case.get(name) or "") for name in ("area_code", "title", "category", "source"))
    return Told(case["id"], case["text"], area, title, category, source or "网格上报")


def _settle(world: Ground, street: Mapping[str, Any]) -> None:
    for area in (street["street"], *street["community"], *street["grid"]):
        world.directory.add_area(area["code"], area["name"])
    for person in people(street):
        world.directory.add(person)


def _report(world: Ground, told: Sequence[Told], *, start: datetime) -> dict[str, str]:
    dated = sorted((start - PAST * draw(world.seed, "reported", case.id), case.id, case) for case in told)
    return {_open(world, case, at): case.id for at, _, case in dated}


def _open(world: Ground, case: Told, at: datetime) -> str:
    has_term = draw(world.seed, "term", case.id) < WITH_TERM
    new = NewCase(
        case.text,
        case.area_code,
        _resident(world, case, "reporter", first=REPORTERS),
        title=case.title,
        category=case.category,
        source=case.source,
        affected=[_resident(world, case, f"household {n}", first=HOUSEHOLDS) for n in range(case.households)],
        due_at=_working_days_later(at, TERM_DAYS) if has_term else None,
        created_at=at,
    )
    return str(world.cases.add(new, who=DESK)["id"])


def _resident(world: Ground, case: Told, part: str, *, first: int) -> Party:
    taken = int(world.store.setting(f"phones from {first}") or 0)
    world.store.set(f"phones from {first}", str(taken + 1))
    surname = pick(SURNAMES, world.seed, case.id, part, "surname")
    name = surname + pick(TITLES, world.seed, case.id, part, "title")
    party = Party(name, f"+86{first + taken}")
    world.directory.add(Person(case.id, party.name, party.phone, case.area_code))
    return party


def _user(person: Mapping[str, Any], *, area: str, posts: Sequence[Mapping[str, object]]) -> Person:
    return Person(person["id"], person["name"], f"+86{person['phone']}", area, posts=posts, is_user=True)


def _post(role: str, area: str, *, order: int = 0) -> Mapping[str, object]:
    return {"council": "", "area": area, "role": role, "order": order}


def _working_days_later(at: datetime, days: int) -> datetime:
    """Return the end of office hours *days* weekdays later; this host knows no holidays."""
    day = at.astimezone(SHANGHAI).date()
    while days:
        day += timedelta(days=1)
        days -= day.weekday() < 5
    return datetime.combine(day, time(18), SHANGHAI)
