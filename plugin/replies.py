"""Replies: what a text from a phone means, and the one place where it takes effect."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from . import rulings
from .domain.answers import Asking, Meaning, Reading, read
from .domain.cases import CaseState
from .domain.evaluation import Verdict
from .domain.meetings import ENDS, InvitationState
from .domain.outcomes import ActionState, Result
from .domain.texts import Purpose
from .errors import SanhuiError
from .letters import Letters
from .ports import Inbound
from .store import Tx, cases, evaluations, meetings, people, promises, questions, tasks, texts
from .store.people import Person
from .store.phones import NotAPhone, PhoneSealer, normal
from .store.questions import Asked
from .store.tasks import TaskKind

#: The answer took effect.
APPLIED = "applied"
#: A person must read it.
DESK = "desk"
#: It changes nothing, and why is kept.
IGNORED = "ignored"

_INVITATION: Mapping[Meaning, InvitationState] = {
    Meaning.ACCEPT: InvitationState.ACCEPTED,
    Meaning.DECLINE: InvitationState.DECLINED,
    Meaning.RECUSE: InvitationState.RECUSED,
}
_VERDICT: Mapping[Meaning, Verdict] = {
    Meaning.SATISFIED: Verdict.SATISFIED,
    Meaning.FAIRLY: Verdict.FAIRLY,
    Meaning.DISSATISFIED: Verdict.DISSATISFIED,
}
_RESULT: Mapping[Meaning, Result] = {
    Meaning.AGREED: Result.AGREED,
    Meaning.ADJOURNED: Result.ADJOURNED,
    Meaning.NO_CONSENSUS: Result.NO_CONSENSUS,
    Meaning.OUT_OF_AUTHORITY: Result.OUT_OF_AUTHORITY,
    Meaning.NEEDS_VOTE: Result.NEEDS_VOTE,
}
_ACTION: Mapping[Meaning, ActionState] = {
    Meaning.DONE: ActionState.DONE,
    Meaning.TROUBLE: ActionState.BLOCKED,
}
#: These say something, but not yes or no: a person reads them.
_FOR_A_PERSON = frozenset({Meaning.QUESTION, Meaning.SUBSTITUTE, Meaning.UNCLEAR})


def take(tx: Tx, letters: Letters, carrier: str, inbound: Inbound, *, phones: PhoneSealer, now: datetime) -> str:
    """Keep a text from a phone and let it take effect, once; return applied, desk or ignored.

    A text that comes twice, by the carrier's id, is ignored the second time. Strangers get no answer. An
    answer proves that what the carrier has for the phone was delivered. The last answer before the meeting
    counts.
    """
    if questions.has_inbound(tx, carrier, inbound.provider_id):
        return IGNORED
    person = _sender(tx, phones, inbound.sender)
    if person is None:
        reading, handled, why = Reading(Meaning.UNCLEAR, None, "stranger"), IGNORED, "a number we do not know"
    else:
        texts.prove_delivery(tx, person.id, now=now)
        asked = questions.open_of(tx, person.id, now=now)
        reading = read(inbound.body, [one.question for one in asked])
        subject = {one.question.id: one for one in asked}
        one = subject.get(reading.question.id) if reading.question else None
        handled, why = _apply(tx, letters, person, reading, one, now)
        if handled == DESK:
            reason = f"an answer of person {person.id} needs a reader ({reading.meaning}: {why})"
            tasks.open_once(tx, TaskKind.ANSWER, f"{carrier}:{inbound.provider_id}", why=reason, now=now)
    questions.keep_inbound(
        tx,
        carrier,
        inbound.provider_id,
        person_id=person.id if person else None,
        body=inbound.body,
        at=inbound.at,
        meaning=reading.meaning,
        question_id=reading.question.id if reading.question else None,
        handled=handled,
        why=why,
    )
    return handled


def _sender(tx: Tx, phones: PhoneSealer, number: str) -> Person | None:
    try:
        return people.by_phone(tx, phones, normal(number))
    except NotAPhone:
        return None


def _apply(
    tx: Tx, letters: Letters, person: Person, reading: Reading, asked: Asked | None, now: datetime
) -> tuple[str, str]:
    """Let one reading take effect; return how it ended and why."""
    meaning = reading.meaning
    if meaning in {Meaning.OPT_OUT, Meaning.OPT_IN}:
        return _opt(tx, letters, person, out=meaning is Meaning.OPT_OUT, now=now)
    if meaning is Meaning.SEEN:
        return APPLIED, "seen"
    if meaning in _FOR_A_PERSON or asked is None:
        return DESK, reading.why
    try:
        done = _EFFECTS[asked.question.asking](tx, letters, asked, meaning, now)
    except SanhuiError as error:
        return DESK, str(error)
    if not done:
        return DESK, "it came too late to change anything"
    closes = asked.question.asking is not Asking.INVITATION and meaning is not Meaning.TROUBLE
    questions.note_answer(tx, asked.question.id, meaning, closes=closes)
    return APPLIED, reading.why


def _opt(tx: Tx, letters: Letters, person: Person, *, out: bool, now: datetime) -> tuple[str, str]:
    """Stop or start texts; the seat stays, and the clerk is told to call instead."""
    people.opt(tx, person.id, out=out, now=now)
    if out:
        texts.suppress_pending(tx, person.id, now=now)
        letters.text(tx, Purpose.STOP_ACK, person.id, f"{now:%Y-%m-%d}", now=now, expires_at=now + rulings.NEWS_LIFE)
        why = f"person {person.id} wants no more texts: call about meetings instead"
        tasks.open_once(tx, TaskKind.ANSWER, f"opt-out:{person.id}:{now:%Y-%m-%d}", why=why, now=now)
    return APPLIED, "no more texts" if out else "texts again"


def answer_invitation(tx: Tx, invitation_id: int, meaning: Meaning, *, now: datetime) -> bool:
    """Note whether an invited person comes; False once the meeting has begun, ended or was called off."""
    place = meetings.get_invitation(tx, invitation_id)
    held = meetings.get(tx, place.meeting_id)
    if held.state in ENDS or now >= held.starts_at or meaning not in _INVITATION:
        return False
    return meetings.answer(tx, invitation_id, _INVITATION[meaning], now=now)


def _invitation(tx: Tx, _letters: Letters, asked: Asked, meaning: Meaning, now: datetime) -> bool:
    return answer_invitation(tx, asked.subject_id, meaning, now=now)


def _duty(tx: Tx, letters: Letters, asked: Asked, _meaning: Meaning, now: datetime) -> bool:
    held = cases.get(tx, asked.subject_id)
    return rulings.acknowledge(tx, letters, held, who=f"person {asked.person_id}", now=now)


def _result(tx: Tx, _letters: Letters, asked: Asked, meaning: Meaning, now: datetime) -> bool:
    who = f"person {asked.person_id}"
    return rulings.record_result(tx, asked.subject_id, _RESULT[meaning], who=who, now=now)


def _action(tx: Tx, _letters: Letters, asked: Asked, meaning: Meaning, now: datetime) -> bool:
    if not promises.answer(tx, asked.subject_id, _ACTION[meaning], now=now):
        return False
    held = cases.get(tx, promises.get(tx, asked.subject_id).case_id)
    return cases.set_values(tx, held, now=now, next_at=now)


def _evaluation(tx: Tx, _letters: Letters, asked: Asked, meaning: Meaning, now: datetime) -> bool:
    held = cases.get(tx, asked.subject_id)
    if held.state is not CaseState.FEEDBACK:
        return False
    if not evaluations.answer(tx, held.id, _VERDICT[meaning], now=now):
        return False
    return cases.set_values(tx, held, now=now, next_at=now)


_EFFECTS: Mapping[Asking, Callable[[Tx, Letters, Asked, Meaning, datetime], bool]] = {
    Asking.INVITATION: _invitation,
    Asking.DUTY: _duty,
    Asking.RESULT: _result,
    Asking.ACTION: _action,
    Asking.EVALUATION: _evaluation,
}
