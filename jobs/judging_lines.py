"""Answer JSON lines with JSON lines: one case in, one decision out, in order; what `sanhui route` does."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import msgspec

from ..plugin.judging import Judge, as_json


@dataclass(frozen=True, slots=True)
class Answer:
    """One decision as a line of JSON, without the line end."""

    number: int
    line: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A line that could not be read as a case; the reason names keys and types, never what they hold."""

    #: Counted from 1.
    number: int
    reason: str

    def __str__(self) -> str:
        return f"line {self.number}: {self.reason}"


class _Case(msgspec.Struct):
    id: str | int
    text: str
    title: str | None = None
    category: str | None = None
    area_code: str | None = None
    source: str | None = None


_MEND = "write one JSON object with 'id' and 'text' on a line"
_DECODER = msgspec.json.Decoder(_Case)
_ENCODER = msgspec.json.Encoder()


def answer_lines(lines: Iterable[str], judge: Judge) -> Iterator[Answer | Refusal]:
    """Yield an answer for each line that is a case and a refusal for each that is not; skip blank lines.

    A case is an object with `id` and `text`, and optionally `title`, `category`, `area_code` and `source`;
    further keys are ignored. The caller prints the answers, reports the refusals, and ends with 2 if there
    was one.
    """
    for number, line in enumerate(lines, 1):
        words = line.strip("\ufeff \t\r\n")
        if words:
            yield _answer(number, words, judge)


def _answer(number: int, line: str, judge: Judge) -> Answer | Refusal:
    try:
        case = _DECODER.decode(line)
    except msgspec.DecodeError as error:
        return Refusal(number, f"{error}: {_MEND}")
    except UnicodeEncodeError:
        return Refusal(number, f"Holds bytes that are not UTF-8: {_MEND}")
    decision = judge.decide(
        case.text,
        title=case.title or "",
        category=case.category or "",
        source=case.source or "",
        area_code=case.area_code or "",
    )
    return Answer(number, _ENCODER.encode({"id": case.id, **as_json(decision)}).decode())
