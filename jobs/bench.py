"""Benchmarks: each figure beside a floor measured in the same run; never a timed test."""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median

from rich.console import Console
from rich.table import Table

from ..config.rules import read_table
from ..config.street import read_cases
from ..plugin.judging import Judge

#: Rounds of every measurement; floor and figure take turns, so that a busy neighbour slows both.
_ROUNDS = 7
_PASSES = 20


@dataclass(frozen=True)
class Measured:
    """One figure and what it is held against."""

    name: str
    size: int
    figure: float
    unit: str
    reference: Mapping[str, object]
    #: Higher is better: figure / reference, for times reference / figure.
    ratio: float
    cpu_s: float
    peak_mb: float


def route() -> list[Measured]:
    """Decisions with evidence a second on one core, beside the bare automaton scan of the same texts."""
    judge = Judge(read_table())
    texts = [case["text"] for case in read_cases()["case"]] * _PASSES
    began = time.process_time()
    scans, decisions = [], []
    for _ in range(_ROUNDS):
        scans.append(_rate(judge.scan_only, texts))
        decisions.append(_rate(judge.decide, texts))
    return [_measured("route", texts, median(decisions), "cases/s", "bare automaton scan", median(scans), began)]


def start_up() -> list[Measured]:
    """Start-up time of the command's lightest and commonest acts, beside bare Python."""
    began = time.process_time()
    acts = {"--help": ["--help"], "route": ["route", "/dev/null"]}
    bare: list[float] = []
    ours: dict[str, list[float]] = {name: [] for name in acts}
    for _ in range(_ROUNDS):
        bare.append(_child_cpu([sys.executable, "-c", "pass"]))
        for name, words in acts.items():
            code = f"import sys; sys.argv = ['sanhui', *{words!r}]; from sanhui.jobs.cli import main; main()"
            ours[name].append(_child_cpu([sys.executable, "-c", code]))
    floor = median(bare)
    return [
        Measured(
            f"import {name}",
            1,
            median(times),
            "s CPU",
            {"name": "bare Python", "figure": floor},
            floor / median(times),
            time.process_time() - began,
            _peak_mb(),
        )
        for name, times in ours.items()
    ]


#: The benchmarks by name.
BENCHES: Mapping[str, Callable[[], list[Measured]]] = {"route": route, "import": start_up}


def _rate(work: Callable[[str], object], texts: Sequence[str]) -> float:
    began = time.process_time()
    for text in texts:
        work(text)
    return len(texts) / (time.process_time() - began)


def _measured(
    name: str, texts: Sequence[str], figure: float, unit: str, floor: str, reference: float, began: float
) -> Measured:
    against = {"name": floor, "figure": reference}
    return Measured(
        name, len(texts), figure, unit, against, figure / reference, time.process_time() - began, _peak_mb()
    )


def _child_cpu(command: Sequence[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 (our own command)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (after.ru_utime - before.ru_utime) + (after.ru_stime - before.ru_stime)


def _peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def show(results: Sequence[Measured]) -> str:
    """Return the results as a table for a terminal."""
    table = Table(box=None, pad_edge=False)
    for heading in ("name", "size", "figure", "unit", "reference", "", "ratio", "cpu s", "peak MB"):
        table.add_column(heading)
    for one in results:
        table.add_row(
            one.name,
            str(one.size),
            f"{one.figure:,.3g}",
            one.unit,
            str(one.reference["name"]),
            f"{one.reference['figure']:,.3g}",
            f"{one.ratio:.3f}",
            f"{one.cpu_s:.1f}",
            f"{one.peak_mb:.0f}",
        )
    console = Console(width=140, highlight=False)
    with console.capture() as capture:
        console.print(table)
    return capture.get().rstrip()
