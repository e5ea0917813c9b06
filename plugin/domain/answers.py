"""How an answer is read: opt-outs first, then code, digit and words; what is left, a person reads."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from .hearing import Heard, hear, normal
from .meanings import DIGITS, OPTIONS, Asking, Meaning
from .wordings import NEGATOR, OPT_IN, OPT_OUT

__all__ = ["DIGITS", "OPTIONS", "Asking", "Meaning", "Question", "Reading", "allot", "read"]

#: The longest answer that is read, in characters: three texts. A longer one is a letter, for a person.
LONGEST = 201

_GOOD = frozenset({Meaning.ACCEPT, Meaning.DONE, Meaning.SATISFIED, Meaning.AGREED, Meaning.ACKNOWLEDGED, Meaning.SEEN})
_BAD = frozenset({Meaning.DECLINE, Meaning.TROUBLE, Meaning.DISSATISFIED})

# A clause that is nothing but a numeral.
_NUMERAL = re.compile("(?:^|(?<=,))(?:我?回复?|我?选择?|按)?([一二三四五六七八九壹贰叁])(?=,|$)")
_NUMERALS = dict(zip("一二三四五六七八九壹贰叁", "123456789123", strict=True))
# A number that counts, orders, dates or dials is no answer: 3个人, 2楼, 周1, 第2, a telephone.
_COUNTED = re.compile(
    r"\d{7,}|(?<=[第周期月午]) ?\d+"
    "|\\d+(?= ?(?:[个人楼栋户年次元层把位岁幢组点时号日月分]|单元|小时|家(?![里中])|天(?!气)|[班路](?!上)))"
)
_NUMBER = re.compile(r"\d+")
# What may stand unexplained beside a digit that marks set apart: a name, a few words.
_ASIDE = 12


@dataclass(frozen=True)
class Question:
    """One open question of one phone."""

    #: The caller's own key, for example of the invitation.
    id: int
    #: What kind of thing was asked.
    asking: Asking
    #: Four digits, unique among the phone's open questions.
    code: str
    #: One digit an option, in the order of `OPTIONS`; empty: the code alone answers it.
    digits: tuple[int, ...]


@dataclass(frozen=True)
class Reading:
    """What an answer means, and to which question."""

    #: What it means.
    meaning: Meaning
    #: The question it answers; None if it answers none, or more than one could be meant.
    question: Question | None
    #: What decided, without quoting the person.
    why: str


def allot(asking: Asking, taken: Collection[int]) -> tuple[int, ...]:
    """Return the digits for a new question of a phone whose open questions hold *taken*.

    The usual digits if they are free, else the first free run of 1 to 9, else none: then the code answers.
    """
    size = len(OPTIONS[asking])
    runs = (tuple(range(first, first + size)) for first in range(1, 11 - size))
    return next((run for run in (DIGITS[asking], *runs) if not set(run) & set(taken)), ())


def read(text: str, questions: Sequence[Question]) -> Reading:
    """Return what *text* means to the open *questions* of the phone it came from; never raises.

    An answer is never guessed: what could mean two things is `UNCLEAR`, and a person reads it.
    """
    if len(text.strip()) > LONGEST:
        return _unsure("longer than an answer", questions)
    plain = normal(text)
    if OPT_OUT.fullmatch(plain):
        return Reading(Meaning.OPT_OUT, None, "the whole text asks for no more texts")
    if OPT_IN.fullmatch(plain):
        return Reading(Meaning.OPT_IN, None, "the whole text asks for texts again")
    named = [question for question in questions if _code(question).search(plain)]
    if len(named) > 1:
        return _unsure("names more than one code", ())
    if named:
        return _answer(normal(_code(named[0]).sub(",", plain)), named, by_code=True)
    return _answer(plain, questions, by_code=False)


def _code(question: Question) -> re.Pattern[str]:
    """Return how the code of *question* stands in a text, the digit close behind it or not."""
    return re.compile(rf"(?<!\d){re.escape(question.code)}(?!\d\d)")


def _answer(plain: str, questions: Sequence[Question], *, by_code: bool) -> Reading:
    """Return what *plain* answers to *questions*: by the one digit in it, else by its words."""
    plain = _NUMERAL.sub(lambda numeral: _NUMERALS[numeral[1]], plain)
    numbers = _numbers(plain)
    if not numbers:
        return _by_words(hear(plain), questions)
    if len({number[0] for number in numbers}) > 1 or len(numbers[0][0]) > 1:
        return _asks(hear(plain), questions) or _unsure("holds more than one number, or a long one", questions)
    return _by_digit(plain, numbers, questions, by_code=by_code)


def _numbers(plain: str) -> list[re.Match[str]]:
    """Return the numbers in *plain* that may be answers."""
    counted = {place for match in _COUNTED.finditer(plain) for place in range(*match.span())}
    return [match for match in _NUMBER.finditer(plain) if match.start() not in counted]


def _by_digit(plain: str, numbers: Sequence[re.Match[str]], questions: Sequence[Question], *, by_code: bool) -> Reading:
    """Return what the one digit means, unless the words beside it say something else."""
    digit = int(numbers[0][0])
    held = [(question, option) for question in questions if (option := _option(question, digit, by_code=by_code))]
    if len(held) != 1:
        return _unsure("no open question holds this digit", questions)
    question, option = held[0]
    words = hear(normal(_without(plain, numbers)))
    if reading := _asks(words, [question]):
        return reading
    if Meaning.SUBSTITUTE in words.meanings and question.asking is Asking.INVITATION:
        return Reading(Meaning.SUBSTITUTE, question, "the words beside the digit name somebody else")
    if not words.meanings and not _is_aside(words.unexplained, option, glued=_is_glued(plain, numbers)):
        return _unsure("nobody knows what stands beside the digit", [question])
    if not _fit(option, words, questions):
        return _unsure("the words contradict the digit", [question])
    return Reading(option, question, f"the digit {digit}" + (" behind the code" if by_code else ""))


def _option(question: Question, digit: int, *, by_code: bool) -> Meaning | None:
    """Return what *digit* means to *question*: the printed digit, or behind its code an option's number."""
    options = OPTIONS[question.asking]
    if digit in question.digits:
        return options[question.digits.index(digit)]
    return options[digit - 1] if by_code and 1 <= digit <= len(options) else None


def _without(plain: str, numbers: Sequence[re.Match[str]]) -> str:
    for number in reversed(numbers):
        plain = f"{plain[: number.start()]},{plain[number.end() :]}"
    return plain


def _is_glued(plain: str, numbers: Sequence[re.Match[str]]) -> bool:
    """Return whether a letter touches one of *numbers*."""
    touching = "".join(plain[max(0, at.start() - 1) : at.start()] + plain[at.end() : at.end() + 1] for at in numbers)
    return any(char.isalnum() for char in touching)


def _is_aside(unexplained: str, option: Meaning, *, glued: bool) -> bool:
    """Return whether what stands beside a digit may be passed over: a name, a few words, no negation."""
    doubtful = option in _GOOD and NEGATOR.search(unexplained)
    return len(unexplained) <= (0 if glued else _ASIDE) and not doubtful


def _by_words(words: Heard, questions: Sequence[Question]) -> Reading:
    """Return what *words* mean, if exactly one open question takes that."""
    if not words.meanings:
        return _unsure("no word is known", questions)
    if reading := _asks(words, questions):
        return reading
    takers = [(question, word) for word in words.meanings for question in questions if _takes(question, word)]
    if len(takers) == 1 and _fit(takers[0][1], words, questions):
        return Reading(takers[0][1], takers[0][0], f"the words say {takers[0][1]}")
    if not takers and Meaning.SEEN in words.meanings:
        return Reading(Meaning.SEEN, _only(questions), "the words say no more than that it was read")
    return _unsure("the words fit no open question, or more than one", questions)


def _takes(question: Question, word: Meaning) -> bool:
    return word in OPTIONS[question.asking] or (word is Meaning.SUBSTITUTE and question.asking is Asking.INVITATION)


def _fit(option: Meaning, words: Heard, questions: Sequence[Question]) -> bool:
    """Return whether every word goes with *option*.

    It does if it says the same, or the same way (good or bad) in the terms of something not asked.
    """
    asked = {meaning for question in questions for meaning in OPTIONS[question.asking]}
    courteous = Meaning.SEEN in words.meanings
    return all(
        word in (option, Meaning.SEEN)
        or (word is Meaning.DECLINE and option is Meaning.RECUSE)
        or (any(word in way and option in way for way in (_GOOD, _BAD)) and (courteous or word not in asked))
        for word in words.meanings
    )


def _asks(words: Heard, questions: Sequence[Question]) -> Reading | None:
    """Return the reading of a question or a doubt, or None if *words* hold neither."""
    reasons = {Meaning.QUESTION: "asks something", Meaning.UNCLEAR: "is doubtful, or says two things"}
    word = next(iter(words.meanings), Meaning.SEEN)
    return Reading(word, _only(questions), reasons[word]) if word in reasons else None


def _unsure(why: str, questions: Sequence[Question]) -> Reading:
    return Reading(Meaning.UNCLEAR, _only(questions), why)


def _only(questions: Sequence[Question]) -> Question | None:
    return questions[0] if len(questions) == 1 else None
