"""The rule table: which words speak for which of the 24 rules, and which tell the scale."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from .guards import Guard
from .matters import Matter

#: The 24 rules that a table must hold, eight for each matter.
RULE_IDS: Mapping[str, Matter] = {
    f"{letter}{number}": matter
    for letter, matter in (("G", Matter.PUBLIC), ("S", Matter.SHARED), ("F", Matter.FAMILY))
    for number in range(1, 9)
}


class Clock(StrEnum):
    """Which set of time limits a rule runs on."""

    #: Public matters: consultation 3, help 7, complaint 15 working days.
    PUBLIC = "TL-G"
    #: Shared matters: heard within 5 working days or on the next monthly date.
    SHARED = "TL-S"
    #: Family matters: heard within 3 working days, closed by default.
    FAMILY = "TL-F"


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that speak for a rule, and how loudly."""

    text: str
    #: Above 0; 1 is a hint, 2 is usual, 3 settles it unless something else speaks up.
    weight: float


@dataclass(frozen=True, slots=True)
class Context:
    """A named set of words that tells scale, place or form, not the subject."""

    name: str
    words: tuple[str, ...]
    #: What one such word adds to each matter; `Matter.DIVERT` stands for a pure enquiry here.
    leans: Mapping[Matter, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """One of the 24 rules."""

    #: G1 to G8, S1 to S8, F1 to F8.
    id: str
    matter: Matter
    #: Chinese name, as the responsibility list prints it.
    name: str
    name_en: str
    description: str
    phrases: tuple[Phrase, ...]
    #: Contexts of which one must stand in the text, or the rule does not count; empty: no condition.
    needs: tuple[str, ...]
    #: Contexts that rule this rule out.
    excludes: tuple[str, ...]
    #: Parts of a host's category name that speak for this rule.
    categories: tuple[str, ...]
    #: Parts of a host's source name that speak for this rule.
    sources: tuple[str, ...]
    #: Who leads by default.
    lead: str
    clock: Clock
    #: Guards and gates most likely to stand beside this rule; shown to the clerk.
    gate: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Measure:
    """The numbers of a judgement."""

    #: A decision at or above this confidence, and without a doubt, may go on by itself; 0..1.
    threshold: float
    #: What each matter starts with; `Matter.DIVERT` stands for a pure enquiry.
    prior: Mapping[Matter, float]
    #: No rule counts for more than this, however many of its words a long text holds.
    ceiling: float
    #: How much the second and later rules of a matter add to its best one; 0..1.
    support: float
    #: What part of a subject's weight a mere question about it takes over; 0..1.
    absorb: float
    #: Divides scores before they become chances: higher is humbler.
    temperature: float
    #: What a host's category adds to a rule.
    category: float
    #: What a host's source adds to a rule.
    source: float
    #: Evidence below this lowers the confidence in proportion.
    evidence: float
    #: A text with fewer letters than this, and no word that we know, is empty.
    letters: int
    #: At most this many quotes in a decision.
    quotes: int


@dataclass(frozen=True, slots=True)
class Table:
    """Everything that judges a case: as read from the configuration, complete and free of contradictions."""

    version: str
    measure: Measure
    contexts: tuple[Context, ...]
    rules: tuple[Rule, ...]
    #: The 13 guards with fixed names; screened before any rule.
    guards: tuple[Guard, ...]
    #: Further conditions that let a case pass but limit the council.
    gates: tuple[Guard, ...]
    #: Words by which an operator's closing line is known; such a line is no evidence.
    tails: tuple[str, ...]
