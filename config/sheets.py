"""One TOML table under reading: gives values of the right type, and notes every fault instead of stopping."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, TypeVar

Choice = TypeVar("Choice", bound=StrEnum)


class Sheet:
    """A TOML table that knows its place; a wrong value is noted, and a harmless one stands in for it."""

    def __init__(self, values: dict[str, Any], place: str, faults: list[str]) -> None:
        self._values = values
        self._place = place
        self._faults = faults
        self._read: set[str] = set()
        self._parts: list[Sheet] = []

    def __contains__(self, key: str) -> bool:
        return key in self._values

    def text(self, key: str) -> str:
        """Return a text that is not blank."""
        value = self._take(key)
        if isinstance(value, str) and value.strip():
            return value
        self._note(key, value, "write a text in quotes")
        return ""

    def flag(self, key: str) -> bool:
        """Return true or false; false if the key is not there."""
        value = self._take(key) if key in self else False
        if not isinstance(value, bool):
            self._note(key, value, "write true or false")
        return value is True

    def number(self, key: str, least: float, most: float) -> float:
        """Return a number from *least* to *most*."""
        value = self._take(key)
        if isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most:
            return float(value)
        self._note(key, value, f"write a number from {least:g} to {most:g}")
        return least

    def words(self, key: str, *, optional: bool = False) -> tuple[str, ...]:
        """Return a list of texts, none blank; only an *optional* one may be missing or empty."""
        value = self._take(key)
        if optional and value in (None, []):
            return ()
        if not isinstance(value, list) or not value:
            self._note(key, value, "write a list of texts, at least one")
            return ()
        for word in value:
            if not isinstance(word, str) or not word.strip():
                self._note(key, word, "write a text in quotes, or remove it")
        words = [word for word in value if isinstance(word, str) and word.strip()]
        for word in sorted({word for word in words if words.count(word) > 1}):
            self._note(key, word, "it stands more than once: keep one")
        return tuple(words)

    def choice(self, key: str, choices: type[Choice]) -> Choice:
        """Return a member of *choices* by its value."""
        value = self._take(key)
        for member in choices:
            if value == member.value:
                return member
        self._note(key, value, f"use one of {', '.join(choices)}")
        return next(iter(choices))

    def sheet(self, key: str) -> "Sheet":
        """Return the table under *key*; an empty one if there is none."""
        value = self._take(key)
        if not isinstance(value, dict):
            self._note(key, value, f"write a table [{key}]")
            value = {}
        return self._part(value, key)

    def sheets(self, key: str, *, optional: bool = False) -> "list[Sheet]":
        """Return the tables of the list under *key*."""
        value = self._take(key)
        if optional and value in (None, []):
            return []
        if not isinstance(value, list) or not all(isinstance(part, dict) for part in value):
            self._note(key, value, f"write tables [[{key}]]")
            return []
        return [self._part(part, _label(key, part, count)) for count, part in enumerate(value, 1)]

    def named(self) -> "Iterator[tuple[str, Sheet]]":
        """Yield every table of this one with its key."""
        for key in self._values:
            yield key, self.sheet(key)

    def close(self) -> None:
        """Note every key that nobody read, here and below: a slip of the pen, or an old option."""
        for key in self._values.keys() - self._read:
            self._note(key, self._values[key], "it is not known here: mend the name or remove it")
        for part in self._parts:
            part.close()

    def _take(self, key: str) -> Any:  # noqa: ANN401 - tomllib's values; each reader above checks its own
        self._read.add(key)
        return self._values.get(key)

    def _part(self, values: dict[str, Any], label: str) -> "Sheet":
        part = Sheet(values, f"{self._place}: {label}", self._faults)
        self._parts.append(part)
        return part

    def _note(self, key: str, value: object, mend: str) -> None:
        seen = "is missing" if value is None else repr(value)
        self._faults.append(f"{self._place}: {key}: {seen}: {mend}")


def _label(key: str, part: dict[str, Any], count: int) -> str:
    return f"{key} {part.get('id') or part.get('name') or count!r}"
