"""Guards: what must be seen before any rule, so that no victim is ever put before a council."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from operator import itemgetter

from .lexicon import Reading, Spot, union
from .matters import Divert

#: Every guard that a table must hold, by the name that answers and records use.
GUARD_NAMES = (
    "domestic_violence",
    "minor_at_risk",
    "elder_or_disabled_abuse",
    "self_harm",
    "fire",
    "gas",
    "collapse_or_flood",
    "violence_or_threat",
    "crime",
    "discipline_complaint",
    "in_litigation",
    "owners_vote",
    "collective_assets_vote",
)

#: No word of a guard has more letters.
LONGEST = 24
_end = itemgetter(2)
_SENTENCE_END = re.compile(r"[。！？!?；;\n]")


class Turn(StrEnum):
    """What a sign such as a negation makes of a guard's words."""

    #: They count all the same.
    KEEP = "keep"
    #: A person must look.
    ASK = "ask"
    #: They do not count.
    DROP = "drop"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two sets of words that mean a hazard only together."""

    first: str
    second: str
    #: At most this many characters apart, in one sentence; 0: anywhere in the text.
    within: int
    #: The pair only asks for a person.
    asks: bool


@dataclass(frozen=True, slots=True)
class Sign:
    """Words in the same clause that turn a guard's words: "not", "last year", "often", "for fear of"."""

    #: Found in the words just before; anchored at their end.
    before: re.Pattern[str]
    #: Found in the words just after; anchored at their start.
    after: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Signs:
    """The four signs that a guard may heed."""

    negation: Sign
    past: Sign
    habit: Sign
    supposed: Sign


@dataclass(frozen=True, slots=True)
class Guard:
    """One guard, or one gate when `divert` is None."""

    name: str
    #: Chinese name, for the clerk.
    title: str
    #: Where the case goes instead of a council; None: it goes on, and `duty` limits the council.
    divert: Divert | None
    #: The law and article that demand it.
    law: str
    #: What must be done, or what the council may not decide.
    duty: str
    #: Who must be told.
    to: str
    #: Within what time.
    within: str
    #: One of these is enough.
    certain: tuple[str, ...]
    #: One of these asks for a person.
    asks: tuple[str, ...]
    pairs: tuple[Pair, ...]
    #: Homonyms: a longer word that covers a hit takes it away.
    unless: tuple[str, ...]
    negation: Turn
    past: Turn
    habit: Turn
    supposed: Turn
    #: How sure a hit makes us; 0..1.
    confidence: float
    signs: Signs


@dataclass(frozen=True, slots=True)
class Finding:
    """One guard's words, where they stand, and whether they decide or only ask."""

    guard: Guard
    start: int
    end: int
    asks: bool


@dataclass(frozen=True, slots=True)
class Watch:
    """The guards on their posts: what wakes each of them, and what it looks at."""

    guards: tuple[Guard, ...]
    #: For each guard the bits of which one is enough to wake it.
    alone: tuple[int, ...]
    #: Bits that must stand together, and the place of the guard that they wake.
    together: tuple[tuple[int, int], ...]
    #: For each guard the bits of all groups that it looks at.
    sees: tuple[int, ...]


def post(guards: Iterable[Guard], bits: Mapping[str, int]) -> Watch:
    """Return *guards* ready to screen texts whose groups have *bits*."""
    everyone = tuple(guards)
    return Watch(
        guards=everyone,
        alone=tuple(bits[f"{guard.name}:certain"] | bits[f"{guard.name}:asks"] for guard in everyone),
        together=tuple(
            (bits[pair.first] | bits[pair.second], place)
            for place, guard in enumerate(everyone)
            for pair in guard.pairs
        ),
        sees=tuple(_sees(guard, bits) for guard in everyone),
    )


def screen(reading: Reading, watch: Watch) -> tuple[Finding, ...]:
    """Return what the guards find, at most one finding each; a deciding one goes before an asking one."""
    mask = reading.mask
    woken = {place for place, bits in enumerate(watch.alone) if mask & bits}
    woken.update([place for bits, place in watch.together if mask & bits == bits])
    found = []
    for place in sorted(woken):
        near = reading.only(watch.sees[place])
        finding = _strongest(_findings(near, watch.guards[place]))
        if finding is not None:
            found.append(finding)
    return tuple(found)


def _sees(guard: Guard, bits: Mapping[str, int]) -> int:
    own = [f"{guard.name}:{group}" for group in ("certain", "asks", "unless")]
    return union(bits, (*own, *(name for pair in guard.pairs for name in (pair.first, pair.second))))


def _strongest(findings: Iterable[Finding]) -> Finding | None:
    """Return the first finding that decides, else the first that asks."""
    asking = None
    for finding in findings:
        if not finding.asks:
            return finding
        asking = asking or finding
    return asking


def _findings(reading: Reading, guard: Guard) -> Iterator[Finding]:
    homonyms = reading.spots(f"{guard.name}:unless")
    for start, end, action, asks in _candidates(reading, guard, homonyms):
        turn = _turn(reading.text, guard, action)
        if turn is not Turn.DROP:
            yield Finding(guard, start, end, asks or turn is Turn.ASK)


def _candidates(reading: Reading, guard: Guard, homonyms: list[Spot]) -> Iterator[tuple[int, int, Spot, bool]]:
    """Yield the span to quote, the words that a sign may turn, and whether they only ask."""

    def meant(group: str) -> list[Spot]:
        spots = reading.spots(group)
        return [spot for spot in spots if not _is_covered(spot, homonyms)] if homonyms else spots

    for asks, group in ((False, "certain"), (True, "asks")):
        for spot in meant(f"{guard.name}:{group}"):
            yield spot[1], spot[2], spot, asks
    for pair in guard.pairs:
        seconds = meant(pair.second)
        for first in meant(pair.first) if pair.within else meant(pair.first)[:1]:
            for second in _around(seconds, first, pair.within):
                if _is_near(reading.text, first, second, pair.within):
                    yield (*_quote(first, second, pair.within), second, pair.asks)


def _around(spots: list[Spot], spot: Spot, within: int) -> list[Spot]:
    """Return those of *spots* that may be near: looking at all would cost the square of a long text."""
    if not within:
        return spots
    return _ending(spots, spot[1] - within, spot[2] + within + LONGEST)


def _ending(spots: list[Spot], first: int, last: int) -> list[Spot]:
    """Return those of *spots*, which are in the order of their ends, that end from *first* to *last*."""
    return spots[bisect_left(spots, first, key=_end) : bisect_right(spots, last, key=_end)]


def _quote(first: Spot, second: Spot, within: int) -> tuple[int, int]:
    if within:
        return min(first[1], second[1]), max(first[2], second[2])
    return second[1], second[2]


def _is_near(text: str, first: Spot, second: Spot, within: int) -> bool:
    if not within:
        return True
    left, right = (first, second) if first[1] <= second[1] else (second, first)
    gap = right[1] - left[2]
    return gap <= within and (gap <= 0 or not _SENTENCE_END.search(text, left[2], right[1]))


def _is_covered(spot: Spot, homonyms: list[Spot]) -> bool:
    return any(start <= spot[1] for _, start, _ in _ending(homonyms, spot[2], spot[2] + LONGEST))


def _turn(text: str, guard: Guard, spot: Spot) -> Turn:
    """Return the strongest turn that the clause around *spot* gives the guard."""
    before, after = text[max(0, spot[1] - 16) : spot[1]], text[spot[2] : spot[2] + 12]
    turns = [
        turn
        for sign, turn in (
            (guard.signs.negation, guard.negation),
            (guard.signs.past, guard.past),
            (guard.signs.habit, guard.habit),
            (guard.signs.supposed, guard.supposed),
        )
        if turn is not Turn.KEEP and _stands(sign, before, after)
    ]
    if Turn.DROP in turns:
        return Turn.DROP
    return Turn.ASK if turns else Turn.KEEP


def _stands(sign: Sign, before: str, after: str) -> bool:
    return bool(sign.before.search(before) or (sign.after and sign.after.match(after)))
