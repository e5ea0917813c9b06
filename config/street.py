"""The practice street and its cases: what `sanhui demo` and the built-in practice host are filled with."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..plugin.store.rosters import Entry

_HERE = Path(__file__).parent / "practice"


def read_cases() -> dict[str, Any]:
    """Return the practice cases as TOML gives them."""
    return tomllib.loads((_HERE / "cases.toml").read_text(encoding="utf-8"))


def read_street() -> dict[str, Any]:
    """Return the practice street, its councils' members and officers as TOML gives them."""
    return tomllib.loads((_HERE / "street.toml").read_text(encoding="utf-8"))


def roster(street: dict[str, Any]) -> Iterator[Entry]:
    """Yield the street's seats and posts as a roster file would hold them."""
    places = {street["street"]["code"]: street["street"]["hall"]}
    places |= {one["code"]: one["hall"] for one in street["community"]}
    places |= {one["code"]: one["place"] for one in street["grid"]}
    for person in street["person"]:
        for seat in person["seats"]:
            yield _entry(person, seat["council"], seat["area"], places[seat["area"]], seat["role"], seat["order"])
    for officer in street["duty"]:
        yield _entry(officer, "duty_officer", street["street"]["code"], "", "duty_officer", officer["order"])
    for clerk in street["clerk"]:
        for area in clerk["areas"]:
            yield _entry(clerk, "clerk", area, "", "clerk", 1)


def _entry(person: dict[str, Any], kind: str, area: str, place: str, role: str, order: int) -> Entry:
    return Entry(kind, area, place, person["name"], f"+86{person['phone']}", role, order)
