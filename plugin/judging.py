"""The one object that judges: it reads a case's words and returns whose business they are, with quotes."""

from collections.abc import Callable, Iterable, Iterator

from .domain.decisions import Decision, Hit, decide
from .domain.guards import post
from .domain.lexicon import Lexicon, Quote, Reading, number
from .domain.rules import Table
from .domain.weighing import TAILS, prepare
from .scanning import Scan, Scanner, normal_form

# Between text and title; ends a sentence, so that no words reach from the one into the other.
_JOINT = "\n"


class Judge:
    """Judges cases by one rule table; made once, safe to share between threads."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._lexicon = lexicon_of(table)
        self._scanner = Scanner(self._lexicon.phrases)
        self._balance = prepare(table, self._lexicon)
        self._watch = post((*table.guards, *table.gates), self._lexicon.bits)

    def scan_only(self, case_text: str) -> int:
        """Return how many phrases stand in a text: the floor of judging, for measuring only."""
        return len(self._scanner.scan(case_text).spots)

    def decide(
        self, case_text: str, title: str = "", category: str = "", source: str = "", area_code: str = ""
    ) -> Decision:
        """Judge one case.

        The quotes of `because` are letter for letter what the case has, at the positions given; those whose
        words stand only in the title say so. The area code has no say yet: scale is read from the words.
        """
        words = f"{case_text}{_JOINT}{title}" if title else case_text
        scan = self._scanner.scan(words)
        phrases = {spot[0] for spot in scan.spots}

        quote = _quoting(words, scan, len(case_text))
        reading = Reading(scan.normal, scan.spots, phrases, self._lexicon.mask(phrases), self._lexicon, quote)
        return decide(self._balance, reading, self._watch, category=category, source=source)


def as_json(decision: Decision) -> dict[str, object]:
    """Return *decision* as JSON values, keyed as `sanhui route` prints them, with limits and doubts."""
    return {
        "matter": decision.matter,
        "rule": decision.rule,
        "divert": decision.divert,
        "council": decision.council,
        "confidence": decision.confidence,
        "auto": decision.auto,
        "guards": list(decision.guards),
        "because": [_quote_as_json(hit) for hit in decision.because],
        "alternatives": [other._asdict() for other in decision.alternatives],
        "limits": list(decision.limits),
        "doubts": list(decision.doubts),
    }


def lexicon_of(table: Table) -> Lexicon:
    """Return the words of *table* in normal form, numbered."""
    everything = (*table.guards, *table.gates)
    groups = {context.name: list(_spellings(context.words)) for context in table.contexts}
    groups[TAILS] = list(_spellings(table.tails))
    for guard in everything:
        groups[f"{guard.name}:certain"] = list(_spellings(guard.certain))
        groups[f"{guard.name}:asks"] = list(_spellings(guard.asks))
        groups[f"{guard.name}:unless"] = list(_spellings(guard.unless))
    rules = [
        [(spelling, phrase.weight) for phrase in rule.phrases for spelling in _spellings([phrase.text])]
        for rule in table.rules
    ]
    return number(groups, rules)


def _spellings(words: Iterable[str]) -> Iterator[str]:
    """Yield each word in normal form, with Latin letters in both cases."""
    for word in words:
        normal = normal_form(word)
        yield from dict.fromkeys((normal.lower(), normal.upper()))


def _quoting(words: str, scan: Scan, length: int) -> Callable[[int, int], Quote]:
    """Return what leads a span back to *words*; behind the text's *length* it counts in the title."""
    title = length + len(_JOINT)

    def quote(start: int, end: int) -> Quote:
        if scan.cuts:
            start, end = scan.origin(start, end)
        if start <= length:
            return words[start:end], start, end, False
        return words[start:end], start - title, end - title, True

    return quote


def _quote_as_json(hit: Hit) -> dict[str, object]:
    return {
        "rule": hit.rule,
        "phrase": hit.phrase,
        "start": hit.start,
        "end": hit.end,
        "weight": hit.weight,
        "field": "title" if hit.in_title else "text",
    }
