"""What `sanhui sms` shows: how an answer is read, what the texts look like and what is wrong with them."""

from dataclasses import dataclass
from json import dumps

from ..plugin.domain.answers import DIGITS, Asking, Question, read
from ..plugin.domain.texts import Purpose, segments, units
from ..plugin.words import Words

#: What the phone is thought to be asked: to come to one meeting, and whether one action is done.
OPEN = (
    Question(id=1, asking=Asking.INVITATION, code="4821", digits=DIGITS[Asking.INVITATION]),
    Question(id=2, asking=Asking.ACTION, code="4822", digits=DIGITS[Asking.ACTION]),
)


@dataclass(frozen=True)
class Preview:
    """One text as it would look with the longest values that are likely."""

    #: What it is for.
    purpose: Purpose
    #: What the phone shows.
    text: str
    #: Its UTF-16 code units.
    units: int
    #: What the carrier bills.
    segments: int


def read_line(text: str, *, json: bool) -> str:
    """Return one line: what *text* would mean with one meeting and one action open, and why."""
    reading = read(text, OPEN)
    code = reading.question.code if reading.question else None
    if json:
        return dumps({"meaning": reading.meaning, "code": code, "why": reading.why}, ensure_ascii=False)
    return " ".join([reading.meaning, *([code] if code else []), f"({reading.why})"])


def preview(words: Words) -> list[Preview]:
    """Return every text of *words*, in the order of its purposes."""
    texts = ((purpose, words.example(purpose)) for purpose in Purpose)
    return [Preview(purpose, text, units(text), segments(text)) for purpose, text in texts]


def lint(words: Words) -> list[str]:
    """Return what is wrong with the texts, one line a fault: the file, the value and the mend."""
    return words.lint()
