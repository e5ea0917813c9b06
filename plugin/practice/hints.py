"""What a text asks for, as a person sees it: the reply hints that it carries, and nothing else."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

#: "参加回1" or "参加回4821 1": words, then what to send for them.
ONE = re.compile(r"([^\s\d,，。;；:：、()（）]{1,12}?)回(\d{4} \d|\d)(?!\d)")

#: "回4821加1参加2请假3回避": a code once, then a digit before each option's words.
SHARED = re.compile(r"回(\d{4})加((?:\d[^\s\d,，。;；:：、()（）]{1,8})+)")
PART = re.compile(r"(\d)(\D+)")

#: Four digits that stand alone: the meeting's number; no part of a telephone number, no year.
CODE = re.compile(r"(?<![\d-])\d{4}(?![\d年-])")


class Kind(StrEnum):
    """What sort of thing a text asks."""

    #: Will you come?
    INVITATION = "invitation"
    #: Have you done what you promised?
    ACTION = "action"
    #: Did it help?
    EVALUATION = "evaluation"
    #: How did the meeting end?
    RESULT = "result"
    #: Have you taken this over?
    DUTY = "duty"


#: The words by which each kind is known, in the order in which they are looked for.
KNOWN_BY: Mapping[Kind, tuple[str, ...]] = {
    Kind.INVITATION: ("参加",),
    Kind.ACTION: ("完成",),
    Kind.EVALUATION: ("不满意",),
    Kind.RESULT: ("一致", "达成"),
    Kind.DUTY: ("已接",),
}


@dataclass(frozen=True)
class Hint:
    """One option of a text."""

    #: "参加".
    words: str
    #: What to send for it: "1", or "4821 1".
    reply: str


@dataclass(frozen=True)
class Asked:
    """What one text asks."""

    kind: Kind
    hints: tuple[Hint, ...]
    #: The meeting's number, empty when the text names none.
    code: str

    def is_again(self, earlier: "Asked") -> bool:
        """Tell whether this asks what *earlier* asked already."""
        if self.code and earlier.code:
            return (self.kind, self.code) == (earlier.kind, earlier.code)
        return (self.kind, self.hints) == (earlier.kind, earlier.hints)

    def reply_for(self, *words: str) -> str:
        """Return what to send for the first option that has one of *words*, empty when none has."""
        found = (hint.reply for word in words for hint in self.hints if word in hint.words)
        return next(found, "")


def asked(text: str) -> Asked | None:
    """Return what *text* asks, None when it asks nothing that a person would answer."""
    hints = tuple(_hints(text))
    words = " ".join(hint.words for hint in hints)
    for kind, known_by in KNOWN_BY.items():
        if any(word in words for word in known_by):
            code = CODE.search(text)
            return Asked(kind, hints, code.group() if code else "")
    return None


def _hints(text: str) -> Iterator[Hint]:
    for words, reply in ONE.findall(text):
        yield Hint(words, reply)
    for code, parts in SHARED.findall(text):
        for digit, words in PART.findall(parts):
            yield Hint(words, f"{code} {digit}")
