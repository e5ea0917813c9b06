"""The words of a rule table, numbered for one pass over a text, and what each of them means."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

#: A phrase that was seen: its number, its first position and the position after its last.
Spot = tuple[int, int, int]

#: Words exactly as a case has them, their first position, the one after their last, and whether these
#: count in the title.
Quote = tuple[str, int, int, bool]


#: What a phrase adds to a rule: the rule's place, the weight beyond that of phrases inside it, the full one.
Effect = tuple[int, float, float]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Phrases by number; each belongs to groups (bits) and adds to rules."""

    phrases: tuple[str, ...]
    #: For each phrase the bits of the groups that it belongs to.
    marks: tuple[int, ...]
    #: For each phrase what it adds to which rules.
    effects: tuple[tuple[Effect, ...], ...]
    #: The bit of each group.
    bits: Mapping[str, int]

    def mask(self, phrases: Iterable[int]) -> int:
        """Return the bits of all groups that hold one of *phrases*."""
        marks, mask = self.marks, 0
        for phrase in phrases:
            mask |= marks[phrase]
        return mask


@dataclass(frozen=True, slots=True)
class Reading:
    """One text with what was seen in it."""

    #: The words in normal form; every position counts in them.
    text: str
    seen: Sequence[Spot]
    #: The phrases seen, each once.
    phrases: Collection[int]
    #: The bits of all groups that stand in the text.
    mask: int
    lexicon: Lexicon
    #: Leads a span back to the words of the case.
    quote: Callable[[int, int], Quote]

    def only(self, bits: int) -> "Reading":
        """Return this reading with nothing in it but words of the groups in *bits*."""
        marks = self.lexicon.marks
        seen = [spot for spot in self.seen if marks[spot[0]] & bits]
        return Reading(self.text, seen, self.phrases, self.mask, self.lexicon, self.quote)

    def has(self, group: str) -> bool:
        """Say whether a word of *group* stands in the text."""
        return bool(self.mask & self.lexicon.bits[group])

    def spots(self, group: str) -> list[Spot]:
        """Return where words of *group* stand, in order of their ends."""
        bit = self.lexicon.bits[group]
        if not self.mask & bit:
            return []
        marks = self.lexicon.marks
        return [spot for spot in self.seen if marks[spot[0]] & bit]


def number(groups: Mapping[str, Iterable[str]], rules: Sequence[Iterable[tuple[str, float]]]) -> Lexicon:
    """Number every phrase of *groups* and *rules*; equal phrases share a number.

    Args:
        groups: The words of each group.
        rules: The weighted words of each rule, in the order of the rules.
    """
    bits = {name: 1 << place for place, name in enumerate(groups)}
    marks: dict[str, int] = {}
    effects: dict[str, list[Effect]] = {}
    for name, words in groups.items():
        for word in words:
            marks[word] = marks.get(word, 0) | bits[name]
    for index, weighted in enumerate(rules):
        for word, net, weight in _net(weighted):
            effects.setdefault(word, []).append((index, net, weight))
    phrases = tuple(dict.fromkeys((*marks, *effects)))
    return Lexicon(
        phrases=phrases,
        marks=tuple(marks.get(phrase, 0) for phrase in phrases),
        effects=tuple(tuple(effects.get(phrase, ())) for phrase in phrases),
        bits=bits,
    )


def _net(weighted: Iterable[tuple[str, float]]) -> list[tuple[str, float, float]]:
    """Return each word with its net and its full weight: words inside a longer one are not counted twice."""
    nets: list[tuple[str, float, float]] = []
    for word, weight in sorted(weighted, key=lambda pair: len(pair[0])):
        inside = sum(net for part, net, _ in nets if part in word)
        nets.append((word, max(0.0, weight - inside), weight))
    return nets


def union(bits: Mapping[str, int], names: Iterable[str]) -> int:
    """Return the bits of the groups called *names*."""
    mask = 0
    for name in names:
        mask |= bits[name]
    return mask
