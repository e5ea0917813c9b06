"""Figures: what happened, in counts only; the one screen and the closing table of a demonstration read them.

Every count is of rows that began in the period; what waits or is overdue is counted as it stands now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from ..domain.cases import ENDS, CaseState
from ..domain.councils import PARTY
from ..domain.evaluation import EvaluationState, Verdict
from ..domain.meetings import InvitationState, MeetingState
from .engine import Tx
from .tables import (
    action,
    case,
    council,
    evaluation,
    history,
    inbound,
    invitation,
    item,
    meeting,
    task,
    text,
    writeback,
)

#: Below this base a percentage says nothing and is not shown.
SMALLEST_BASE = 10
#: Before everything that we ever kept.
EVER = datetime(2000, 1, 1, tzinfo=UTC)

#: A count for each word.
Counts = Mapping[str, int]
#: A count for each pair of words, by the first and then the second.
Cross = Mapping[str, Counts]


@dataclass(frozen=True)
class Share:
    """A part of a whole; both are always shown."""

    part: int
    whole: int

    @property
    def percent(self) -> int | None:
        """The percentage, rounded; None for a base below `SMALLEST_BASE`."""
        return None if self.whole < SMALLEST_BASE else round(100 * self.part / self.whole)


@dataclass(frozen=True)
class TextCount:
    """How many texts of one purpose stand in one state, and what carriers bill for them."""

    purpose: str
    state: str
    count: int
    segments: int


@dataclass(frozen=True)
class OpenCount:
    """How many cases stand in one state that is no end, whenever they came."""

    state: str
    count: int
    #: Those whose deadline on the host is over.
    overdue: int
    #: Since when the one that waits longest stands there.
    oldest: datetime


@dataclass(frozen=True)
class CaseFigures:
    """The cases that came in the period."""

    total: int
    by_state: Counts
    #: Matter, then rule; diverted cases are not among them.
    by_rule: Cross
    #: Why no council may have them.
    by_divert: Counts
    by_source: Counts


@dataclass(frozen=True)
class Figures:
    """Everything that the screen shows."""

    since: datetime
    until: datetime
    cases: CaseFigures
    open: tuple[OpenCount, ...]
    #: Cases that waited at the desk once, and those that a person then gave a route.
    unsure: int
    confirmed: int
    #: Council kind, then state; of meetings planned in the period.
    meetings: Cross
    #: "member" or "party", then what they said, for meetings that were held.
    places: Cross
    texts: tuple[TextCount, ...]
    #: Meaning, then how it was handled.
    answers: Cross
    results: Counts
    actions: Counts
    #: State, then verdict, which is empty without an answer.
    evaluations: Cross
    #: State, then step.
    writebacks: Cross
    #: Open now, by kind.
    tasks: Counts

    @property
    def overdue(self) -> int:
        """How many cases have not ended though their deadline on the host is over."""
        return sum(one.overdue for one in self.open)

    @property
    def asked(self) -> int:
        """How many residents were asked whether it helped."""
        return sum(
            sum(verdicts.values()) for state, verdicts in self.evaluations.items() if state != EvaluationState.UNASKED
        )

    @property
    def answered(self) -> Share:
        """Those who answered, of those who were asked."""
        return Share(sum(self.verdicts.values()), self.asked)

    @property
    def verdicts(self) -> Counts:
        """What those who answered said."""
        return self.evaluations.get(EvaluationState.ANSWERED, {})

    @property
    def satisfied(self) -> Share:
        """Satisfied or fairly so, of those who answered; silence is neither."""
        good = self.verdicts.get(Verdict.SATISFIED, 0) + self.verdicts.get(Verdict.FAIRLY, 0)
        return Share(good, sum(self.verdicts.values()))

    @property
    def held(self) -> Share:
        """Meetings that were held, of those that were held, called off or had no quorum."""
        held, given_up = (
            self._meetings(MeetingState.CONVENED, MeetingState.CONCLUDED),
            self._meetings(MeetingState.LAPSED, MeetingState.CANCELLED),
        )
        return Share(held, held + given_up)

    @property
    def ended(self) -> Share:
        """Cases that have ended here, of all that came."""
        return Share(sum(self.cases.by_state.get(state, 0) for state in ENDS), self.cases.total)

    def came(self, whose: str) -> Share:
        """Those who said to come, of those invited to meetings that were held; *whose* is member or party."""
        said = self.places.get(whose, {})
        return Share(said.get(InvitationState.ACCEPTED, 0), sum(said.values()))

    def _meetings(self, *states: MeetingState) -> int:
        return sum(counts.get(state, 0) for counts in self.meetings.values() for state in states)


def read(tx: Tx, *, now: datetime, since: datetime = EVER) -> Figures:
    """Return the figures of what began at or after *since*, as they stand at *now*."""
    unsure, confirmed = _desk(tx, since)
    return Figures(
        since=since,
        until=now,
        cases=_cases(tx, since),
        open=_open(tx, now),
        unsure=unsure,
        confirmed=confirmed,
        meetings=_meetings(tx, since),
        places=_places(tx, since),
        texts=_texts(tx, since),
        answers=_cross(tx, inbound.c.meaning, inbound.c.handled, inbound.c.at >= since),
        results=_counts(tx, item.c.result, item.c.recorded_at >= since),
        actions=_counts(tx, action.c.state, _of_cases(action.c.case_id, since)),
        evaluations=_cross(tx, evaluation.c.state, evaluation.c.verdict, evaluation.c.asked_at >= since),
        writebacks=_cross(tx, writeback.c.state, writeback.c.step, writeback.c.written_at >= since),
        tasks=_counts(tx, task.c.kind, task.c.done_at.is_(None)),
    )


def as_json(figures: Figures) -> dict[str, Any]:
    """Return the figures as JSON values, the shares among them with both their numbers."""
    plain = {one.name: getattr(figures, one.name) for one in fields(figures)}
    shares = {
        "ended": figures.ended,
        "held": figures.held,
        "answered": figures.answered,
        "satisfied": figures.satisfied,
        "members_came": figures.came("member"),
        "parties_came": figures.came("party"),
    }
    return plain | {
        "since": figures.since.isoformat(),
        "until": figures.until.isoformat(),
        "cases": vars(figures.cases),
        "open": [vars(one) | {"oldest": one.oldest.isoformat()} for one in figures.open],
        "overdue": figures.overdue,
        "texts": [vars(one) for one in figures.texts],
        "shares": {
            name: {"part": one.part, "whole": one.whole, "percent": one.percent} for name, one in shares.items()
        },
    }


def _cases(tx: Tx, since: datetime) -> CaseFigures:
    """Count the cases in one pass: at a year's size the pass is the cost, not the grouping."""
    words = (case.c.state, case.c.matter, case.c.rule, case.c.divert, case.c.source)
    grouped = sa.select(*words, sa.func.count().label("n")).where(case.c.imported_at >= since)
    rows = tx.execute(grouped.group_by(*words)).all()
    return CaseFigures(
        total=sum(row.n for row in rows),
        by_state=_tally(rows, lambda row: row.state),
        by_rule=_nested(_rules(rows)),
        by_divert=_tally([row for row in rows if row.divert], lambda row: row.divert),
        by_source=_tally(rows, lambda row: row.source),
    )


def _open(tx: Tx, now: datetime) -> tuple[OpenCount, ...]:
    late = sa.func.sum(sa.case((case.c.due_at < now, 1), else_=0))
    rows = tx.execute(
        sa.select(case.c.state, sa.func.count(), late, sa.func.min(case.c.changed_at))
        .where(case.c.state.in_([state for state in CaseState if state not in ENDS]))
        .group_by(case.c.state)
        .order_by(case.c.state)
    )
    return tuple(OpenCount(row[0], row[1], int(row[2]), row[3]) for row in rows)


def _rules(rows: Any) -> Mapping[tuple[str, str], int]:  # noqa: ANN401 (rows of `_cases`)
    counts: Counter[tuple[str, str]] = Counter()
    for row in rows:
        if row.matter and not row.divert:
            counts[row.matter, row.rule or ""] += row.n
    return counts


def _tally(rows: Any, word: Callable[[Any], str]) -> Counts:  # noqa: ANN401 (rows of `_cases`)
    counts: Counter[str] = Counter()
    for row in rows:
        counts[word(row)] += row.n
    return dict(counts.most_common())


def _desk(tx: Tx, since: datetime) -> tuple[int, int]:
    """Return how many cases waited at the desk, and how many a person then gave a route."""
    waited = sa.func.count(sa.distinct(sa.case((history.c.new == CaseState.CONFIRMING, history.c.case_id))))
    confirmed = sa.and_(history.c.old == CaseState.CONFIRMING, history.c.new == CaseState.ROUTED)
    given = sa.func.count(sa.distinct(sa.case((confirmed, history.c.case_id))))
    row = tx.execute(sa.select(waited, given).where(history.c.at >= since, history.c.case_id.is_not(None)))
    unsure, routed = row.one()
    return unsure, routed


def _meetings(tx: Tx, since: datetime) -> Cross:
    joined = meeting.join(council, council.c.id == meeting.c.council_id)
    return _cross(tx, council.c.kind, meeting.c.state, meeting.c.planned_at >= since, source=joined)


def _places(tx: Tx, since: datetime) -> Cross:
    joined = invitation.join(meeting, meeting.c.id == invitation.c.meeting_id)
    whose = sa.case((invitation.c.role == PARTY, "party"), else_="member")
    held = meeting.c.state.in_([MeetingState.CONVENED, MeetingState.CONCLUDED])
    return _cross(tx, whose, invitation.c.state, sa.and_(held, meeting.c.planned_at >= since), source=joined)


def _texts(tx: Tx, since: datetime) -> tuple[TextCount, ...]:
    grouped = sa.select(text.c.purpose, text.c.state, sa.func.count(), sa.func.sum(text.c.segments))
    rows = tx.execute(
        grouped.where(text.c.written_at >= since)
        .group_by(text.c.purpose, text.c.state)
        .order_by(text.c.purpose, text.c.state)
    )
    return tuple(TextCount(row[0], row[1], row[2], int(row[3])) for row in rows)


def _of_cases(column: sa.Column[Any], since: datetime) -> sa.ColumnElement[bool]:
    return column.in_(sa.select(case.c.id).where(case.c.imported_at >= since))


def _counts(tx: Tx, word: sa.Column[Any], where: sa.ColumnElement[bool]) -> Counts:
    rows = tx.execute(sa.select(word, sa.func.count()).where(where, word.is_not(None)).group_by(word))
    return dict(Counter({row[0]: row[1] for row in rows}).most_common())


def _cross(
    tx: Tx,
    first: sa.ColumnElement[Any],
    second: sa.ColumnElement[Any],
    where: sa.ColumnElement[bool],
    *,
    source: sa.FromClause | None = None,
) -> Cross:
    # Grouped by position: PostgreSQL takes two spellings of one expression with bound values for two.
    first, second = first.label("first"), second.label("second")
    grouped = sa.select(first, second, sa.func.count()).where(where).group_by(sa.text("1, 2"))
    rows = tx.execute(grouped if source is None else grouped.select_from(source))
    return _nested({(row[0], row[1] or ""): row[2] for row in rows})


def _nested(counts: Mapping[tuple[str, str], int]) -> Cross:
    found: dict[str, dict[str, int]] = {}
    for (first, second), count in sorted(counts.items()):
        found.setdefault(first, {})[second] = count
    return found
