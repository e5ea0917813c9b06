"""Demonstrating: run the demo, tell what happened, and fail if a stage moved nothing or a promise broke."""

from __future__ import annotations

import logging
import shutil
import signal
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from threading import Event

import structlog

from .demo import Stage, serve_on, stage, walk
from .demo_report import broken_promises, closing_table, read_ending, silent_stages


def demonstrate(*, serve: bool, fast: bool, texts: Path | None, say: Callable[[str], object]) -> bool:
    """Run the demo and return whether something was wrong.

    With *fast* only the end is told. With *serve* the demo goes on in real time until SIGINT or SIGTERM.
    """
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    folder = Path(tempfile.mkdtemp(prefix="sanhui-demo-"))
    began = time.monotonic()
    try:
        with stage(folder, texts=texts) as running:
            say(f"The practice street wakes up: {len(running.ids)} open cases on the host.")
            days = walk(running, say=_nobody if fast else say)
            ending = read_ending(running)
            say(closing_table(ending))
            faults = [*silent_stages(ending), *broken_promises(running, ending)]
            for fault in faults:
                say(f"WRONG: {fault}")
            say(f"{days} days of a street in {time.monotonic() - began:.1f} s; {len(faults)} faults.")
            if serve:
                _stay(running, say)
            return bool(faults)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _nobody(_line: str) -> None:
    """Tell nobody."""


def _stay(running: Stage, say: Callable[[str], object]) -> None:
    stopped = Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    say(f"host    {running.world.url}/host")
    say(f"phones  {running.world.url}/phones")
    say(f"screen  {running.web_url}/  (admin, {running.password})")
    say("Report a case on the host, answer a text on a phone; Ctrl-C ends it.")
    serve_on(running, until=stopped.is_set)
