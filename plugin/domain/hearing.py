"""How the words of an answer are heard: in normal form, row by row, then clause by clause."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from .meanings import Meaning
from .wordings import ALONE, COURTESY, GAP, NEGATOR, PLAIN_YES, ROWS, Row

_SIGNS = str.maketrans(
    dict(zip("參來沒請時間滿見準會無訂復應覺", "参来没请时间满见准会无订复应觉", strict=True))
    | dict.fromkeys("👍👌✅✔☑🆗", "收到,")
    | dict.fromkeys("❌✖✗✘🚫🙅👎🤷", "不一定,")  # a cross makes doubtful whatever stands beside it
    | dict.fromkeys("'’`\ufe0f\u20e3\u200b\u200c\u200d\u2060\ufeff🏻🏼🏽🏾🏿")
)
_MARKS = re.compile(r"[^\w? ]+|_+")
_HAN_GAP = re.compile(r"(?<=[^\x00-\x7f]) (?=[^\x00-\x7f])")

#: What may stand unexplained beside a 收到: a name as signature.
_SIGNATURE = 4


@dataclass(frozen=True)
class Heard:
    """What the words of a text say."""

    #: The meanings, first found first, each once.
    meanings: tuple[Meaning, ...]
    #: What nothing explains, run together.
    unexplained: str


def normal(text: str) -> str:
    """Return *text* in the form that is read: NFKC, small letters, a comma for all marks but '?'."""
    plain = unicodedata.normalize("NFKC", text).casefold().translate(_SIGNS)
    plain = "".join("," if char in "\r\n" else char if char.isprintable() else " " for char in plain)
    return re.sub("[, ]*,[, ]*", ",", re.sub(" +", " ", _MARKS.sub(",", plain))).strip(", ")


def hear(plain: str) -> Heard:
    """Return what the words of *plain* say, which `normal` has made.

    A plain yes that may be mere courtesy is heard as `ACCEPT` and `SEEN` together: who was asked whether to
    come accepts with it, anybody else has read.
    """
    rest = _HAN_GAP.sub("", plain)
    if PLAIN_YES.fullmatch(rest):
        return Heard((Meaning.ACCEPT, Meaning.SEEN), "")
    found: list[Meaning] = []
    for row in ROWS:
        said, rest = _explained(row, rest)
        found += said
    clauses = [clause for clause in rest.split(",") if not COURTESY.fullmatch(clause)]
    alone = [meaning for clause in clauses if (meaning := _alone(clause))]
    unexplained = "".join(clause.replace(GAP, "") for clause in clauses if not _alone(clause))
    return Heard(_weighed(found, alone, len(unexplained)), unexplained)


def _explained(row: Row, text: str) -> tuple[list[Meaning], str]:
    """Return what *row* finds in *text*, and the text with gaps for it."""
    said: list[Meaning] = []
    last = 0
    for match in row.pattern.finditer(text):
        if row.meaning is not None:
            said.append(Meaning.UNCLEAR if _is_negated(row, match, last) else row.meaning)
        last = match.end()
    return said, row.pattern.sub(GAP, text)


def _is_negated(row: Row, match: re.Match[str], last: int) -> bool:
    """Return whether a negator stands near enough before *match*, or behind a phrase that says yes."""
    before = match.string[max(last, match.start() - row.wary) : match.start()].rpartition(",")[2]
    behind = match.string[match.end() :].partition(",")[0] if row.is_positive else ""
    return bool(NEGATOR.search(before) or NEGATOR.search(behind))


def _alone(clause: str) -> Meaning | None:
    """Return what *clause* says that holds one short answer and courtesy, or None."""
    return next((meaning for meaning, pattern in ALONE.items() if pattern.fullmatch(clause)), None)


def _weighed(found: Sequence[Meaning], alone: Sequence[Meaning], unexplained: int) -> tuple[Meaning, ...]:
    """Return the meanings that stand: a question or a doubt outweighs all, a short answer says little."""
    meanings = list(dict.fromkeys([*found, *alone]))
    doubts = [meaning for meaning in meanings if meaning in (Meaning.QUESTION, Meaning.UNCLEAR)]
    if doubts:
        return (doubts[0],)
    if not found and alone:
        return (Meaning.UNCLEAR,) if unexplained else tuple(dict.fromkeys([*alone, Meaning.SEEN]))
    if meanings == [Meaning.SEEN]:
        return (Meaning.UNCLEAR,) if unexplained > _SIGNATURE else (Meaning.SEEN,)
    return tuple(meaning for meaning in meanings if meaning not in _yielding(meanings))


def _yielding(meanings: Sequence[Meaning]) -> frozenset[Meaning]:
    """Return the meanings that give way to another one among *meanings*."""
    firm = {Meaning.SUBSTITUTE, Meaning.RECUSE} & set(meanings)
    return frozenset({Meaning.SEEN, Meaning.DECLINE} if firm else {Meaning.SEEN})
