"""Faults of settings as lines for people: file, key, value, mend."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

#: What stands for a file's name when a variable is at fault.
ENVIRONMENT = "environment"
_SECRET = ("secrets",)
#: What to do about each kind of fault pydantic finds; others are told in its own words.
_MENDS = {
    "missing": "is missing: write it",
    "extra_forbidden": "no such key: take it out, or mend its spelling",
    "literal_error": "is not one of the values that are allowed: {expected}",
    "string_pattern_mismatch": "is not of the form {pattern}",
    "int_parsing": "is no whole number",
    "float_parsing": "is no number",
    "bool_parsing": "is neither true nor false",
}


def explain(error: ValidationError, files: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return one line for each fault in *error*; *files* are the tables as they were read, by file name.

    The first of them that holds the value is named, so that what wins comes first.
    """
    return [_line(fault["loc"], fault, files) for fault in error.errors()]


def variables(env: Mapping[str, str], prefix: str) -> dict[str, dict[str, str]]:
    """Return the variables that set one key, PREFIX_SECTION__KEY, as the tables of a file would hold them."""
    tables: dict[str, dict[str, str]] = {}
    for name, value in env.items():
        section, _, key = name.lower().removeprefix(prefix.lower()).partition("__")
        if key and name.lower().startswith(prefix.lower()):
            tables.setdefault(section, {})[key] = value
    return tables


def _line(loc: tuple[int | str, ...], fault: Any, files: Mapping[str, Mapping[str, Any]]) -> str:  # noqa: ANN401 (pydantic's own dict)
    key = ".".join(str(part) for part in loc)
    known = _MENDS.get(fault["type"])
    mend = known.format(**fault.get("ctx", {})) if known else fault["msg"].removeprefix("Value error, ")
    where = _file_of(loc, files)
    if fault["type"] == "missing":
        return f"{where}: {key}: {mend}"
    value = "(not shown)" if loc[:1] == _SECRET else repr(fault["input"])
    return f"{where}: {key}: {value} {mend}"


def _file_of(loc: tuple[int | str, ...], files: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the file in which the deepest part of *loc* stands; the environment if in none."""
    for name, table in files.items():
        if _holds(table, loc):
            return name
    for name, table in files.items():
        if loc and loc[0] in table and name != ENVIRONMENT:
            return name
    return "secrets.toml" if loc[:1] == _SECRET else "sanhui.toml or environment"


def _holds(table: Any, loc: tuple[int | str, ...]) -> bool:  # noqa: ANN401 (any value of TOML)
    for part in loc:
        if isinstance(table, Mapping):
            found = part in table
        else:
            found = isinstance(table, list) and isinstance(part, int) and part < len(table)
        if not found:
            return False
        table = table[part]
    return True
