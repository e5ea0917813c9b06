"""How much a text speaks for each matter: the words of the rules, and those that tell the scale."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp

from .lexicon import Lexicon, Reading, Spot, union
from .matters import Matter
from .rules import Context, Measure, Rule, Table

#: The outcomes that are weighed; `Matter.DIVERT` stands for a pure enquiry, guards see to the others.
MATTERS = (Matter.PUBLIC, Matter.SHARED, Matter.FAMILY, Matter.DIVERT)

#: The group of words by which an operator's closing line is known.
TAILS = "tails"

_TAIL_REACH = 40
#: An order that came back many times has a few; looking at all would cost the square of a long text.
_MOST_TAILS = 16
_ENDS = "。！？!?；;\n"
_OPEN, _CLOSE = "（(", "）)"

#: What a phrase is worth as evidence, below zero so that the weightiest comes first, and for what it speaks.
Worth = tuple[float, str]


@dataclass(frozen=True, slots=True)
class Balance:
    """A rule table prepared for weighing many texts."""

    lexicon: Lexicon
    measure: Measure
    rules: tuple[Rule, ...]
    #: For each rule the place of its matter in `MATTERS`.
    places: tuple[int, ...]
    #: For each rule with conditions its place, the bits of which one must be set, and those that rule it out.
    conditions: tuple[tuple[int, int, int], ...]
    #: For each rule what its phrases, and those of contexts that lean to its matter, are worth as evidence.
    evidence: tuple[Mapping[int, Worth], ...]
    #: For each of `MATTERS` the same where no rule speaks.
    scales: tuple[Mapping[int, Worth], ...]
    #: For each context with a lean its bit and what it adds to each of `MATTERS`.
    leans: tuple[tuple[int, tuple[float, float, float, float]], ...]
    prior: tuple[float, ...]
    #: Parts of a host's category names, the place of the rule that they speak for.
    categories: tuple[tuple[str, int], ...]
    #: The same for source names.
    sources: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Weighed:
    """What speaks for each of `MATTERS`, and the best rule of each."""

    chances: tuple[float, ...]
    #: The place of the best rule in the table, None where no rule speaks.
    best: tuple[int | None, ...]
    #: What was weighed: the words outside operators' closing lines.
    seen: Sequence[Spot]


def prepare(table: Table, lexicon: Lexicon) -> Balance:
    """Return *table* prepared for weighing."""
    bits = lexicon.bits
    return Balance(
        lexicon=lexicon,
        measure=table.measure,
        rules=table.rules,
        places=tuple(MATTERS.index(rule.matter) for rule in table.rules),
        conditions=tuple(
            (place, union(bits, rule.needs), union(bits, rule.excludes))
            for place, rule in enumerate(table.rules)
            if rule.needs or rule.excludes
        ),
        evidence=tuple(
            _scale(table, lexicon, rule.matter) | _evidence(rule, lexicon, place)
            for place, rule in enumerate(table.rules)
        ),
        scales=tuple(_scale(table, lexicon, matter) for matter in MATTERS),
        leans=tuple((bits[context.name], _leans(context)) for context in table.contexts if context.leans),
        prior=tuple(table.measure.prior.get(matter, 0.0) for matter in MATTERS),
        categories=tuple((word, place) for place, rule in enumerate(table.rules) for word in rule.categories),
        sources=tuple((word, place) for place, rule in enumerate(table.rules) for word in rule.sources),
    )


def weigh(balance: Balance, reading: Reading, *, category: str = "", source: str = "") -> Weighed:
    """Weigh *reading*; the host's category and source count as hints."""
    seen, phrases, mask = reading.seen, reading.phrases, reading.mask
    if reading.has(TAILS):
        seen = _without_tails(reading)
        phrases = {spot[0] for spot in seen}
        mask = balance.lexicon.mask(phrases)
    totals = _totals(balance, phrases, mask)
    if category or source:
        for index, weight in _hinted(balance, category, source).items():
            totals[index] = totals.get(index, 0.0) + weight
    scores, best = _by_matter(balance, totals)
    subject = scores[0] - balance.prior[0]
    public, shared, family, enquiry = scores
    asked = 0.0
    for bit, (to_public, to_shared, to_family, to_enquiry) in balance.leans:
        if mask & bit:
            public += to_public
            shared += to_shared
            family += to_family
            asked += to_enquiry
    enquiry += asked
    if asked > 0:
        # A mere question names its subject as well as a complaint does: that subject is no reason to hear it.
        enquiry += balance.measure.absorb * min(asked, 4.0) / 4.0 * subject
    chances = _chances((public, shared, family, enquiry), balance.measure.temperature)
    return Weighed(chances, tuple(best), seen)


def _leans(context: Context) -> tuple[float, float, float, float]:
    public, shared, family, enquiry = (context.leans.get(matter, 0.0) for matter in MATTERS)
    return public, shared, family, enquiry


def _evidence(rule: Rule, lexicon: Lexicon, place: int) -> dict[int, Worth]:
    return {
        phrase: (-full, rule.id)
        for phrase, effects in enumerate(lexicon.effects)
        for index, _, full in effects
        if index == place
    }


def _scale(table: Table, lexicon: Lexicon, matter: Matter) -> dict[int, Worth]:
    scale: dict[int, Worth] = {}
    for context in table.contexts:
        lean = context.leans.get(matter, 0.0)
        if lean > 0:
            bit = lexicon.bits[context.name]
            for phrase, marks in enumerate(lexicon.marks):
                if marks & bit:
                    scale.setdefault(phrase, (-lean, context.name))
    return scale


def _totals(balance: Balance, phrases: Iterable[int], mask: int) -> dict[int, float]:
    """Return what each rule's words weigh, each word once."""
    effects = balance.lexicon.effects
    totals: dict[int, float] = {}
    for phrase in phrases:
        for index, net, _ in effects[phrase]:
            totals[index] = totals.get(index, 0.0) + net
    for index, needs, excludes in balance.conditions:
        if index in totals and ((needs and not mask & needs) or mask & excludes):
            del totals[index]
    return totals


def _hinted(balance: Balance, category: str, source: str) -> dict[int, float]:
    """Return what the host's own sorting adds to each rule; one hint a rule, of each kind."""
    hints = {place: balance.measure.category for word, place in balance.categories if word in category}
    for place in {place for word, place in balance.sources if word in source}:
        hints[place] = hints.get(place, 0.0) + balance.measure.source
    return hints


def _by_matter(balance: Balance, totals: Mapping[int, float]) -> tuple[list[float], list[int | None]]:
    """Return the score of each matter, and its best rule: the best counts whole, the others in part."""
    scores = list(balance.prior)
    best: list[int | None] = [None] * len(MATTERS)
    top = [0.0] * len(MATTERS)
    ceiling, support = balance.measure.ceiling, balance.measure.support
    for index in sorted(totals):
        place, weight = balance.places[index], min(totals[index], ceiling)
        scores[place] += support * weight
        if weight > top[place]:
            top[place], best[place] = weight, index
    return [score + (1 - support) * most for score, most in zip(scores, top, strict=True)], best


def _chances(scores: Sequence[float], temperature: float) -> tuple[float, ...]:
    highest = max(scores)
    shares = [exp((score - highest) / temperature) for score in scores]
    whole = sum(shares)
    return tuple(share / whole for share in shares)


def _without_tails(reading: Reading) -> list[Spot]:
    """Return what stands outside operators' closing lines: they name an office, not a subject."""
    seen = list(reading.seen)
    for start, end in {_tail(reading.text, spot) for spot in reading.spots(TAILS)[-_MOST_TAILS:]}:
        seen = [spot for spot in seen if spot[1] < start or spot[2] > end]
    return seen


def _tail(text: str, spot: Spot) -> tuple[int, int]:
    """Return the bracket around a closing mark, or the clause from the request before it."""
    start, end = spot[1], spot[2]
    floor = max(0, start - _TAIL_REACH)
    opening = max(text.rfind(mark, floor, start) for mark in _OPEN)
    if opening >= 0 and not any(text.rfind(mark, opening, start) >= 0 for mark in _CLOSE):
        closing = max(text.find(mark, end, end + _TAIL_REACH) for mark in _CLOSE)
        return opening, max(end, closing + 1)
    request = max(text.rfind("请", floor, start), text.rfind("望", floor, start))
    if request >= 0 and not any(mark in text[request:start] for mark in _ENDS):
        return request, end
    return start, end
