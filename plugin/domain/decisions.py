"""From what stands in a text to whose business it is: guards first, then scale and rules."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from .guards import GUARD_NAMES, Finding, Watch, screen
from .lexicon import Reading
from .matters import COUNCIL_OF, CouncilKind, Divert, Matter
from .weighing import MATTERS, Balance, Weighed, weigh

#: Which diversion wins when several guards speak: a victim's silence first, then what burns.
PRECEDENCE = (Divert.PROTECTION, Divert.EMERGENCY, Divert.CRIME, Divert.STATUTORY)

#: The doubt of a case that no word of any rule speaks for.
NO_EVIDENCE = "no_evidence"


class Hit(NamedTuple):
    """Words that speak for a rule, for a scale or for a guard."""

    #: The rule, the context or the guard that they speak for.
    rule: str
    #: The words exactly as the case has them.
    phrase: str
    start: int
    end: int
    weight: float
    #: Whether the words stand only in the title, and the positions count there.
    in_title: bool = False


class Alternative(NamedTuple):
    """What the case might be instead."""

    matter: Matter
    rule: str | None
    #: 0..1.
    confidence: float


@dataclass(frozen=True, slots=True)
class Decision:
    """What a case is, why, and how sure that is."""

    matter: Matter
    #: The rule that decided; None for a diversion and for a text without evidence.
    rule: str | None
    divert: Divert | None
    council: CouncilKind | None
    #: 0..1.
    confidence: float
    #: Whether the case may go on without a person.
    auto: bool
    #: The guards that fired, in the order of `GUARD_NAMES`.
    guards: tuple[str, ...]
    because: tuple[Hit, ...]
    alternatives: tuple[Alternative, ...]
    #: Gates that let the case pass but bind the council: it may advise, not decide.
    limits: tuple[str, ...]
    #: Why a person must look: the guards and gates that asked, or `NO_EVIDENCE`.
    doubts: tuple[str, ...]


def decide(balance: Balance, reading: Reading, watch: Watch, *, category: str = "", source: str = "") -> Decision:
    """Judge one text: what the guards find comes before everything that the rules say."""
    findings = screen(reading, watch)
    if findings:
        diversions = {finding.guard.divert for finding in findings if not finding.asks}
        for divert in PRECEDENCE:
            if divert in diversions:
                return _diverted(balance, reading, findings, divert)
    weighed = weigh(balance, reading, category=category, source=source)
    if not findings and _is_empty(balance, reading, weighed):
        return _empty(reading)
    return _routed(balance, reading, findings, weighed)


def _diverted(balance: Balance, reading: Reading, findings: Sequence[Finding], divert: Divert) -> Decision:
    deciding = [finding for finding in findings if finding.guard.divert and not finding.asks]
    deciding.sort(key=lambda finding: finding.guard.divert is not divert)
    confidence = deciding[0].guard.confidence
    return Decision(
        matter=Matter.DIVERT,
        rule=None,
        divert=divert,
        council=None,
        confidence=confidence,
        auto=confidence >= balance.measure.threshold,
        guards=_fired(findings),
        because=tuple(_of_finding(reading, finding) for finding in deciding),
        alternatives=(),
        limits=_limits(findings),
        doubts=_asked(findings),
    )


def _routed(balance: Balance, reading: Reading, findings: Sequence[Finding], weighed: Weighed) -> Decision:
    place = max(range(len(MATTERS)), key=weighed.chances.__getitem__)
    matter = MATTERS[place]
    rule = _rule(balance, weighed, place)
    quotes = _quotes(balance, reading, weighed, place)
    weight = sum(hit.weight for hit in quotes)
    confidence = round(weighed.chances[place] * min(1.0, weight / balance.measure.evidence), 3)
    doubts = _asked(findings) if weight else (*_asked(findings), NO_EVIDENCE)
    gates = tuple([_of_finding(reading, finding) for finding in findings])
    return Decision(
        matter=matter,
        rule=rule,
        divert=Divert.ENQUIRY if matter is Matter.DIVERT else None,
        council=COUNCIL_OF.get(matter),
        confidence=confidence,
        auto=confidence >= balance.measure.threshold and not doubts,
        guards=_fired(findings),
        because=gates + quotes,
        alternatives=_alternatives(balance, weighed, place),
        limits=_limits(findings),
        doubts=doubts,
    )


def _empty(reading: Reading) -> Decision:
    """Return the decision for a text that says nothing; a person looks if it holds a letter at all."""
    mute = not any(map(str.isalnum, reading.text))
    return Decision(
        matter=Matter.DIVERT,
        rule=None,
        divert=Divert.EMPTY,
        council=None,
        confidence=1.0 if mute else 0.5,
        auto=mute,
        guards=(),
        because=(),
        alternatives=(),
        limits=(),
        doubts=() if mute else (NO_EVIDENCE,),
    )


def _is_empty(balance: Balance, reading: Reading, weighed: Weighed) -> bool:
    if weighed.best != (None, None, None, None):
        return False
    return sum(map(str.isalnum, reading.text)) < balance.measure.letters


def _fired(findings: Iterable[Finding]) -> tuple[str, ...]:
    names = {finding.guard.name for finding in findings if not finding.asks}
    return tuple([name for name in GUARD_NAMES if name in names]) if names else ()


def _asked(findings: Iterable[Finding]) -> tuple[str, ...]:
    return tuple(finding.guard.name for finding in findings if finding.asks)


def _limits(findings: Iterable[Finding]) -> tuple[str, ...]:
    return tuple(finding.guard.name for finding in findings if finding.guard.divert is None)


def _of_finding(reading: Reading, finding: Finding) -> Hit:
    return _hit(reading, finding.guard.name, finding.start, finding.end, finding.guard.confidence)


def _hit(reading: Reading, rule: str, start: int, end: int, weight: float) -> Hit:
    words, first, last, in_title = reading.quote(start, end)
    return Hit(rule, words, first, last, weight, in_title)


def _rule(balance: Balance, weighed: Weighed, place: int) -> str | None:
    index = weighed.best[place]
    return None if index is None else balance.rules[index].id


def _quotes(balance: Balance, reading: Reading, weighed: Weighed, place: int) -> tuple[Hit, ...]:
    """Return the words that speak for the matter at *place*, the weightiest first, each once."""
    rule = weighed.best[place]
    evidence = balance.scales[place] if rule is None else balance.evidence[rule]
    known: set[int] = set()
    chosen: list[tuple[float, int, int, str]] = []
    # Phrases come in the order of their ends: what a longer one covers stands last when that one comes.
    for phrase, start, end in weighed.seen:
        if phrase in evidence and phrase not in known:
            known.add(phrase)
            if chosen and chosen[-1][2] == end and chosen[-1][1] <= start:
                continue
            while chosen and chosen[-1][1] >= start:
                chosen.pop()
            worth, label = evidence[phrase]
            chosen.append((worth, start, end, label))
    chosen.sort()
    del chosen[balance.measure.quotes :]
    return tuple([_hit(reading, label, start, end, -worth) for worth, start, end, label in chosen])


def _alternatives(balance: Balance, weighed: Weighed, chosen: int) -> tuple[Alternative, ...]:
    """Return the other matters that are worth a clerk's glance, the likeliest first."""
    others = [
        Alternative(matter, _rule(balance, weighed, place), round(weighed.chances[place], 3))
        for place, matter in enumerate(MATTERS)
        if place != chosen and weighed.chances[place] >= 0.05
    ]
    return tuple(sorted(others, key=lambda other: -other.confidence))
