"""The demo's end: the closing table, the stages that moved nothing, the promises that broke."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from ..plugin.domain.cases import ENDS, WITH_A_PERSON, CaseState
from ..plugin.domain.texts import Purpose
from ..plugin.store import audit, figures
from ..plugin.store.figures import Counts, Cross, Figures
from ..plugin.store.writebacks import WriteState
from .demo import Stage


@dataclass(frozen=True)
class Ending:
    """What our records and the host say at the end of a demo, read once."""

    said: Figures
    #: How many of our steps stand on the host, and how many stand there twice.
    verified: int
    doubled: int


def read_ending(running: Stage) -> Ending:
    """Return what our records and the host say now."""
    with running.office.store.begin() as tx:
        said = figures.read(tx, now=running.clock.now())
    keys = running.world.keys_on_host()
    return Ending(said, len(keys), sum(count > 1 for count in keys.values()))


def closing_table(ending: Ending) -> str:
    """Return what happened, from the first pull to the last write-back, as a table for a terminal."""
    said = ending.said
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_column(style="bold")
    table.add_column(overflow="fold")
    for name, value in _rows(said):
        table.add_row(name, value)
    table.add_row("write-backs", f"{_pairs(said.writebacks)}; on the host {ending.verified}, doubled {ending.doubled}")
    console = Console(width=118, highlight=False)
    with console.capture() as capture:
        console.print(table)
    return capture.get().rstrip()


def _rows(said: Figures) -> Iterator[tuple[str, str]]:
    yield "pulled", f"{said.cases.total}: {_list(said.cases.by_source)}"
    yield "states", _list(said.cases.by_state)
    for matter, rules in said.cases.by_rule.items():
        yield matter, f"{sum(rules.values())}: {_list(rules)}"
    yield "diverted", f"{sum(said.cases.by_divert.values())}: {_list(said.cases.by_divert)}"
    yield "unsure", f"{said.unsure} waited at the desk, {said.confirmed} were given a route there"
    yield "meetings", _pairs(said.meetings)
    yield "came", f"members {_share(said.came('member'))}, residents {_share(said.came('party'))}"
    texts: Counter[str] = Counter()
    parts: Counter[str] = Counter()
    for one in said.texts:
        texts[one.purpose] += one.count
        parts[one.purpose] += one.segments
    yield "texts", f"{texts.total()} in {parts.total()} segments: {_list(texts)}"
    states: Counter[str] = Counter()
    for one in said.texts:
        states[one.state] += one.count
    yield "", _list(states)
    yield "answers", _pairs(said.answers)
    yield "results", _list(said.results)
    yield "promises", _list(said.actions)
    yield "evaluations", f"answered {_share(said.answered)}, satisfied {_share(said.satisfied)}: {_list(said.verdicts)}"


def _share(share: figures.Share) -> str:
    percent = "" if share.percent is None else f" ({share.percent} %)"
    return f"{share.part} of {share.whole}{percent}"


def _list(counts: Counts) -> str:
    return ", ".join(f"{name or '-'} {count}" for name, count in counts.items()) or "none"


def _pairs(cross: Cross) -> str:
    return "; ".join(f"{name} {sum(counts.values())} ({_list(counts)})" for name, counts in cross.items()) or "none"


def silent_stages(ending: Ending) -> Iterator[str]:
    """Yield a line for each stage of the journey that moved nothing."""
    said = ending.said
    purposes = {one.purpose for one in said.texts}
    moved = {
        "intake": said.cases.total,
        "screening": sum(said.cases.by_divert.values()),
        "routing": sum(sum(rules.values()) for rules in said.cases.by_rule.values()),
        "confirmation": said.confirmed,
        "convening": sum(sum(states.values()) for states in said.meetings.values()),
        "inviting": Purpose.INVITE in purposes,
        "delivering": any(one.state == "delivered" for one in said.texts),
        "answers": said.answers.get("accept", {}).get("applied", 0),
        "concluding": sum(said.results.values()),
        "following": sum(said.actions.values()),
        "evaluating": said.answered.part,
        "writeback": sum(said.writebacks.get(WriteState.DONE, {}).values()),
    }
    for stage, count in moved.items():
        if not count:
            yield f"{stage} moved nothing"


def broken_promises(running: Stage, ending: Ending) -> Iterator[str]:
    """Yield a line for each promise of the product that does not hold at the end."""
    office, said = running.office, ending.said
    with office.store.begin() as tx:
        quiet = audit.texts_in_quiet_hours(tx, office.pace.quiet_from, office.pace.quiet_until, office.pace.zone)
        exposed = audit.texts_about_diverted(tx)
    lost = len(running.ids) - said.cases.total
    if lost:
        yield f"{lost} cases of the host never arrived"
    stuck = sum(said.cases.by_state.get(state, 0) for state in CaseState if state not in ENDS | WITH_A_PERSON)
    if stuck:
        yield f"{stuck} cases are neither at an end nor with a person: {_list(said.cases.by_state)}"
    doubled = [body for body, count in running.world.sent().items() if count > 1]
    if doubled:
        yield f"{len(doubled)} texts reached a phone twice"
    if quiet:
        yield f"{quiet} texts left in quiet hours"
    if exposed:
        yield f"{exposed} texts went to people of diverted cases"
    done = sum(said.writebacks.get(WriteState.DONE, {}).values())
    if ending.verified != done:
        yield f"{done} write-backs count as done, {ending.verified} are on the host"
    if ending.doubled:
        yield f"{ending.doubled} write-backs are on the host twice"
