"""Scripted people: each answers a text by what the text says, by who they are, and in their own time."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import TypeAlias

from .clock import SHANGHAI
from .draws import draw, weighed
from .hints import Asked, Kind, asked

#: Nobody answers from here on, duty officers apart.
NIGHT_FROM = time(22)

#: Up to here.
NIGHT_UNTIL = time(7)

#: Shares of ways in which people take an invitation.
TEMPERS: Sequence[tuple[float, str]] = (
    (0.80, "accept"),
    (0.08, "decline"),
    (0.02, "recuse"),
    (0.03, "seen"),
    (0.03, "silent"),
    (0.02, "curious"),
    (0.02, "late"),
)

#: How people write each answer; "" is the reply that the text itself names.
WAYS: Mapping[str, Sequence[tuple[float, str]]] = {
    "accept": ((0.60, ""), (0.08, "full-width"), (0.12, "参加"), (0.10, "好的"), (0.10, "stop")),
    "decline": ((0.60, ""), (0.20, "请假"), (0.12, "去不了"), (0.08, "让老张替我去")),
    "recuse": ((0.60, ""), (0.40, "回避")),
    "done": ((0.70, ""), (0.20, "完成"), (0.10, "已完成")),
    "trouble": ((0.70, ""), (0.30, "有困难")),
    "satisfied": ((0.75, ""), (0.25, "满意")),
    "fairly": ((0.75, ""), (0.25, "基本满意")),
    "dissatisfied": ((0.75, ""), (0.25, "不满意")),
    "acknowledged": ((0.50, ""), (0.50, "已接")),
}

#: Digits that people have answered before, and the share of those who mind others.
USUAL = frozenset("123569")
CAREFUL = 0.9

#: The words by which an option's meaning is known in a text; the first that fits counts.
WORDS: Mapping[str, Sequence[str]] = {
    "accept": ("参加",),
    "decline": ("请假", "不能来", "来不了"),
    "recuse": ("回避",),
    "done": ("完成",),
    "trouble": ("困难",),
    "satisfied": ("满意",),
    "fairly": ("基本满意",),
    "dissatisfied": ("不满意",),
    "acknowledged": ("已接",),
}


@dataclass(frozen=True)
class Answer:
    """What somebody will send, and when."""

    body: str
    at: datetime


@dataclass(frozen=True)
class Hearer:
    """Somebody who has just read a text."""

    seed: int
    phone: str
    asked: Asked
    #: How often the same thing was asked before.
    times: int

    def chance(self, *keys: str) -> float:
        """Return a number in [0, 1): the same each time that this person is asked this."""
        return draw(self.seed, self.phone, self.asked.kind, self.asked.code, *keys)

    def choice(self, options: Sequence[tuple[float, str]], *keys: str) -> str:
        """Return one of *options* by weight, the same each time that this person is asked this."""
        return weighed(options, self.seed, self.phone, self.asked.kind, self.asked.code, *keys)

    def say(self, meaning: str) -> str:
        """Return how this person writes *meaning*.

        Who is asked again, or finds a digit that is not the usual one, mostly keeps to what the text names.
        """
        reply = self.asked.reply_for(*WORDS[meaning])
        careful = self.times or (reply not in USUAL and self.chance("careful") < CAREFUL)
        way = "" if careful else self.choice(WAYS[meaning], "way", meaning)
        if way == "full-width":
            return reply.translate({ord(digit): ord(digit) + 0xFEE0 for digit in "0123456789"})
        return reply + "。" if way == "stop" else way or reply


#: What somebody says to one kind of question; empty is silence.
Script: TypeAlias = Callable[[Hearer], str]


def answer(text: str, *, seed: int, phone: str, now: datetime, earlier: Sequence[str]) -> Answer | None:
    """Return what the person with *phone* answers to *text*, None when nothing.

    The same seed, phone and texts give the same answer every time. *earlier* is what the
    phone got before: who only said 收到, or nothing, may answer when asked again.
    """
    question = asked(text)
    if question is None:
        return None
    before = [known for known in map(asked, earlier) if known and question.is_again(known)]
    if before and not question.code:
        # "Please send only the digit" names no meeting: people take it for the last one.
        question = replace(question, code=before[-1].code)
    times = sum(question.is_again(known) for known in before)
    hearer = Hearer(seed, phone, question, times)
    body = SCRIPTS[question.kind](hearer)
    return Answer(body, _when(hearer, now)) if body else None


def _invited(hearer: Hearer) -> str:
    temper = hearer.choice(TEMPERS, "temper")
    if temper in ("accept", "decline", "recuse"):
        return hearer.say(temper)
    if temper == "silent":
        return _accept_or_not(hearer) if hearer.times == 1 and hearer.chance("reminded") < 0.5 else ""
    if temper == "late":
        return hearer.say("accept") if not hearer.times else ""
    first = {"seen": "收到", "curious": "几点开始?"}[temper]
    return _accept_or_not(hearer) if hearer.times else first


def _accept_or_not(hearer: Hearer) -> str:
    return hearer.say("accept" if hearer.chance("second thought") < 0.8 else "decline")


def _promised(hearer: Hearer) -> str:
    return hearer.say("done" if hearer.chance("kept") < 0.85 else "trouble")


def _evaluating(hearer: Hearer) -> str:
    will = hearer.chance("will")
    if will >= 0.6 and not (hearer.times and will >= 0.9):
        return ""
    return hearer.say(hearer.choice(((0.7, "satisfied"), (0.2, "fairly"), (0.1, "dissatisfied")), "verdict"))


def _concluding(hearer: Hearer) -> str:
    replies = [hint.reply for hint in hearer.asked.hints]
    rest = len(replies) - 1
    spread = [(0.15 / rest, reply) for reply in replies[1:]] if rest else []
    return hearer.choice([(0.85, replies[0]), *spread], "result")


def _on_duty(hearer: Hearer) -> str:
    return hearer.say("acknowledged")


#: Who says what to which kind of question.
SCRIPTS: Mapping[Kind, Script] = {
    Kind.INVITATION: _invited,
    Kind.ACTION: _promised,
    Kind.EVALUATION: _evaluating,
    Kind.RESULT: _concluding,
    Kind.DUTY: _on_duty,
}


def _when(hearer: Hearer, now: datetime) -> datetime:
    haste = hearer.chance("haste", str(hearer.times))
    if hearer.asked.kind is Kind.DUTY:
        return now + timedelta(minutes=1 + 7 * haste)
    at = now + timedelta(minutes=2, hours=6 * haste**2)
    if hearer.asked.kind is Kind.INVITATION and hearer.choice(TEMPERS, "temper") == "late":
        at += timedelta(days=2 + int(3 * haste))
    return _by_day(at, haste)


def _by_day(at: datetime, haste: float) -> datetime:
    """Return *at*, or a time in the first hour of the next morning when *at* is at night."""
    local = at.astimezone(SHANGHAI)
    if NIGHT_UNTIL <= local.time() < NIGHT_FROM:
        return local
    day = local.date() + timedelta(days=local.time() >= NIGHT_FROM)
    return datetime.combine(day, NIGHT_UNTIL, SHANGHAI) + timedelta(minutes=59 * haste)
