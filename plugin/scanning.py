"""Find known phrases in a text in one pass; the only module that knows the automaton.

Phrases are sought in the normal form of a text: compatibility forms (full-width letters, circled digits) as
plain ones, no blanks and no invisible characters; line ends stay, they end sentences. `Scan.origin` leads
back to the text as it was given. A text that is in normal form already costs one look more.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from ahocorasick_rs import AhoCorasick, Implementation

from .domain.lexicon import Spot

# Full-width Chinese punctuation is left out on purpose: it stands in every text, and no phrase holds any.
_UNUSUAL = re.compile(
    "[ \t\u00a0\u00ad\u00b2\u00b3\u00b9\u200b-\u200f\u2060\u2460-\u24ff\u2e80-\u2fdf\u3000\u3200-\u33ff"
    "\uf900-\ufaff\ufe00-\ufe0f\ufeff\uff10-\uff19\uff21-\uff3a\uff41-\uff5a"
    "\ud800-\udfff\U0001d400-\U0001d7ff\U0002f800-\U0002fa1f]"
)
_INVISIBLE = dict.fromkeys(
    [
        *map(ord, " \t\u00a0\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u3000\ufeff"),
        *range(0xD800, 0xE000),
        *range(0xFE00, 0xFE10),
    ]
)


@dataclass(frozen=True, slots=True)
class Scan:
    """The normal form of a text, what stands in it, and the way back."""

    normal: str
    spots: list[Spot]
    #: Where in the normal form something was taken out or replaced, in rising order.
    cuts: Sequence[int] = ()
    #: What to add to a position at or after the cut of the same index.
    shifts: Sequence[int] = ()

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Return the span of the given text that became *start* to *end* of the normal form."""
        if not self.cuts:
            return start, end
        return self._back(start), self._back(end - 1) + 1

    def _back(self, position: int) -> int:
        place = bisect_right(self.cuts, position)
        return position + self.shifts[place - 1] if place else position


class Scanner:
    """Finds a fixed set of phrases, each in normal form; safe to share between threads."""

    def __init__(self, phrases: Sequence[str]) -> None:
        self._automaton = AhoCorasick(phrases, implementation=Implementation.DFA)

    def scan(self, text: str) -> Scan:
        """Find every phrase in *text*, overlapping ones too."""
        normal, cuts, shifts = _respelt(text) if _UNUSUAL.search(text) else (text, (), ())
        return Scan(normal, self._automaton.find_matches_as_indexes(normal, overlapping=True), cuts, shifts)


def normal_form(text: str) -> str:
    """Return *text* in the form in which phrases are sought."""
    return _respelt(text)[0]


def _respelt(text: str) -> tuple[str, Sequence[int], Sequence[int]]:
    """Return *text* in normal form, and the way back."""
    parts: list[str] = []
    cuts: list[int] = []
    shifts: list[int] = []
    done, length = 0, 0
    for unusual in _UNUSUAL.finditer(text):
        start, end = unusual.span()
        spelt = "" if unusual[0] == " " else unicodedata.normalize("NFKC", unusual[0]).translate(_INVISIBLE)
        parts += (text[done:start], spelt)
        length += start - done
        for _ in spelt:
            # Each letter of a longer spelling leads back to the one that it stands for.
            cuts.append(length)
            shifts.append(start - length)
            length += 1
        cuts.append(length)
        shifts.append(end - length)
        done = end
    parts.append(text[done:])
    return "".join(parts), cuts, shifts
