"""Area codes: district, street, community, grid, each a prefix of the next."""

from __future__ import annotations

import re
from enum import IntEnum

#: Six digits of the district, three of the street, three of the community, two to four of the grid.
#: Statistical area codes plus the grid number seen in live use (15 digits); the length is never assumed.
_PATTERN = re.compile(r"\d{6}(\d{3}(\d{3}(\d{2,4})?)?)?")


class Level(IntEnum):
    """How much of the map a code covers; a larger number is a smaller place."""

    DISTRICT = 6
    STREET = 9
    COMMUNITY = 12
    GRID = 14


class AreaCode(str):
    """An area code that is known to be well formed.

    Raises:
        ValueError: The text is not 6, 9, 12 or 14 to 16 ASCII digits.
    """

    __slots__ = ()

    def __new__(cls, text: str) -> AreaCode:
        """Return *text* as an area code, if it is one."""
        if not (text.isascii() and _PATTERN.fullmatch(text)):
            raise ValueError(f"{text!r} is not an area code: give 6, 9, 12 or 14 to 16 digits")
        return super().__new__(cls, text)

    @property
    def level(self) -> Level:
        """The level that the code's length tells."""
        return Level(min(len(self), Level.GRID))

    def up_to(self, level: Level) -> AreaCode | None:
        """Return the area of *level* that holds this one; None when this one is larger than that."""
        if self.level < level:
            return None
        return self if self.level == level else AreaCode(self[: int(level)])

    def holds(self, other: AreaCode) -> bool:
        """Return whether *other* is this area or lies inside it."""
        return other.startswith(self)
