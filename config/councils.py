"""Read councils.toml: how the three councils of this place work."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import time, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from ..plugin.domain.councils import Procedure, Procedures, Quorum, StandingDate
from ..plugin.domain.matters import CouncilKind
from ..plugin.errors import ConfigError
from .faults import explain
from .settings import read_toml

COUNCILS_FILE = "councils.toml"
_SHIPPED = Path(__file__).parent / COUNCILS_FILE
_QUORUM = re.compile(r"(over|at least) ([1-9])/([1-9])")
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _quorum(text: str) -> str:
    match = _QUORUM.fullmatch(text)
    if match is None or int(match[2]) >= int(match[3]) + (match[1] == "at least"):
        raise ValueError('is no quorum: write "over 1/2" or "at least 2/3"')
    return text


def _slot(text: str) -> str:
    try:
        slot = time.fromisoformat(text)
    except ValueError as error:
        raise ValueError('is no time of day: write "09:30"') from error
    if slot.tzinfo is not None:
        raise ValueError('has a zone: write the local time, "09:30"')
    return text


_Count = Annotated[int, Field(ge=1)]
#: At most a year.
_Hours = Annotated[float, Field(ge=0, le=8784, allow_inf_nan=False)]


class _Standing(BaseModel):
    model_config = ConfigDict(extra="forbid")

    months: Annotated[list[Annotated[int, Field(ge=1, le=12)]], Field(min_length=1)]
    weekday: Literal[_DAYS]  # type: ignore[valid-type] # a tuple of literals is allowed at run time
    nth: Annotated[int, Field(ge=1, le=4)]


class _Council(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=2, max_length=8)]
    quorum: Annotated[str, AfterValidator(_quorum)]
    notice_hours: _Hours
    within_days: _Count
    slots: Annotated[list[Annotated[str, AfterValidator(_slot)]], Field(min_length=1)]
    batch: _Count
    needed_roles: list[str]
    watching_roles: list[str]
    remind_hours: _Hours
    substitute_hours: _Hours
    decide_hours: _Hours
    reschedules: Annotated[int, Field(ge=0, le=5)]
    publicity_days: Annotated[int, Field(ge=0)]
    gather_hours: _Hours
    action_days: _Count
    length_minutes: _Count
    standing: _Standing | None = None


_COUNCILS = TypeAdapter(dict[CouncilKind, _Council])


def read_councils(folder: Path | None = None) -> Procedures:
    """Return the procedure of each council: the shipped values, changed key by key by *folder*'s file if it has one.

    Raises:
        ConfigError: A value is wrong; the error holds every fault.
    """
    faults: list[str] = []
    table = read_toml(_SHIPPED, faults)
    own = folder / COUNCILS_FILE if folder else None
    if own is not None and own.exists():
        table = _changed(table, read_toml(own, faults))
    if faults:
        raise ConfigError(faults)
    try:
        councils = _COUNCILS.validate_python(table)
    except ValidationError as error:
        raise ConfigError(explain(error, {COUNCILS_FILE: table})) from error
    faults = [fault for kind, council in councils.items() for fault in _contradictions(kind, council)]
    if faults:
        raise ConfigError(faults)
    return {kind: _procedure(kind, council) for kind, council in councils.items()}


def _changed(shipped: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    changed = {kind: {**shipped.get(kind, {}), **table} for kind, table in own.items() if isinstance(table, Mapping)}
    return {**shipped, **own, **changed}


def _contradictions(kind: CouncilKind, council: _Council) -> list[str]:
    faults = []
    if not council.remind_hours >= council.substitute_hours >= council.decide_hours:
        faults.append(
            f"{COUNCILS_FILE}: {kind}: remind_hours {council.remind_hours}, substitute_hours "
            f"{council.substitute_hours}, decide_hours {council.decide_hours}: each must not be less than the next"
        )
    if council.notice_hours < council.decide_hours:
        faults.append(
            f"{COUNCILS_FILE}: {kind}: notice_hours {council.notice_hours} is less than decide_hours "
            f"{council.decide_hours}: a meeting would be given up when it is called; raise notice_hours"
        )
    both = set(council.needed_roles) & set(council.watching_roles)
    if both:
        faults.append(
            f"{COUNCILS_FILE}: {kind}: {', '.join(sorted(both))} cannot both be needed and only watch: take it out"
        )
    return faults


def _procedure(kind: CouncilKind, council: _Council) -> Procedure:
    match = _QUORUM.fullmatch(council.quorum)
    if match is None:
        raise ConfigError([f"{COUNCILS_FILE}: {kind}.quorum: {council.quorum!r} is no quorum"])
    return Procedure(
        kind=kind,
        name=council.name,
        quorum=Quorum(Fraction(int(match[2]), int(match[3])), more_than=match[1] == "over"),
        notice=timedelta(hours=council.notice_hours),
        within_days=council.within_days,
        slots=tuple(time.fromisoformat(slot) for slot in council.slots),
        batch=council.batch,
        needed_roles=frozenset(council.needed_roles),
        watching_roles=frozenset(council.watching_roles),
        remind_before=timedelta(hours=council.remind_hours),
        substitute_before=timedelta(hours=council.substitute_hours),
        decide_before=timedelta(hours=council.decide_hours),
        reschedules=council.reschedules,
        publicity=timedelta(days=council.publicity_days),
        gather=timedelta(hours=council.gather_hours),
        action_days=council.action_days,
        length=timedelta(minutes=council.length_minutes),
        standing=_standing(council.standing),
    )


def _standing(standing: _Standing | None) -> StandingDate | None:
    if standing is None:
        return None
    return StandingDate(frozenset(standing.months), _DAYS.index(standing.weekday), standing.nth)
