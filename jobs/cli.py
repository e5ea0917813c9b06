"""The command: ``sanhui``; its parts are imported when they are used, so that ``--help`` is quick."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, TextIO

import click

from .. import __version__
from ..plugin.errors import SanhuiError

#: Everything was done.
OK = 0
#: Something was found wrong, or a stage moved nothing.
FOUND = 1
#: What was given cannot be used; nothing was done with it.
UNUSABLE = 2

_FOLDER = click.option(
    "--dir",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path(),
    show_default="here",
    help="The folder of the installation.",
)


def main() -> None:
    """Run the command; an error of ours is one line for each fault, never a trace."""
    try:
        code = cli(standalone_mode=False)
    except click.exceptions.Abort:
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (SanhuiError, OSError) as error:  # OSError: no room, no right, a port that is taken
        click.echo(str(error), err=True)
        sys.exit(UNUSABLE)
    sys.exit(code if isinstance(code, int) else OK)


@click.group()
@click.version_option(__version__, prog_name="sanhui")
def cli() -> None:
    """Take a street's open cases to the right council by text message, and the outcome back."""


def _logged(function: Callable[..., Any]) -> Callable[..., Any]:
    """Send what the parts report to standard error, away from the command's own lines."""

    @wraps(function)
    def run(*given: object, **named: object) -> object:
        from .logs import set_up

        set_up()
        return function(*given, **named)

    return run


@cli.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def init(folder: Path) -> int:
    """Write a commented configuration and an empty database into FOLDER; overwrite nothing."""
    from ..config.settings import read_settings
    from ..config.starting import OPERATOR, start
    from .wiring import open_store

    password = start(folder)
    open_store(read_settings(folder), folder).close()
    click.echo(f"{folder}: sanhui.toml, secrets.toml, councils.toml and the database are there.")
    click.echo(f"Log in as {OPERATOR} with the password {password} (it is not shown again).")
    click.echo(f"Next: sanhui check --dir {folder}; sanhui up --dir {folder}")
    return OK


@cli.command()
@_FOLDER
@click.option("--json", "as_json", is_flag=True, help="One JSON list.")
@_logged
def check(folder: Path, as_json: bool) -> int:
    """Look at everything an installation needs; each line tells what was seen and the remedy."""
    from .checking import check_office, show

    lines = check_office(folder)
    click.echo(json.dumps([vars(line) for line in lines], ensure_ascii=False) if as_json else show(lines))
    return FOUND if any(line.verdict == "fail" for line in lines) else OK


def _long_running(name: str, help_text: str) -> None:
    @cli.command(name, help=help_text)
    @_FOLDER
    @_logged
    def command(folder: Path) -> int:
        from .running import run

        run(folder, name)
        return OK


_long_running("up", "Run everything in one process: web, clock and worker.")
_long_running("web", "Run the web door.")
_long_running("clock", "Run the clock; a second one stands by.")
_long_running("worker", "Run a worker.")


@cli.command("run")
@click.argument("step")
@click.option("--dry-run", is_flag=True, help="Run it in full and leave nothing.")
@_FOLDER
@_logged
def run_step(step: str, dry_run: bool, folder: Path) -> int:
    """Run STEP once, now, and print what it did, in counts."""
    from .running import practice_world
    from .steps import STEPS, runners
    from .tally import line
    from .wiring import open_office

    if step not in STEPS:
        raise click.BadParameter(f"{step!r} is no step: {', '.join(STEPS)}", param_hint="STEP")
    with practice_world(folder):
        office = open_office(folder, dry=dry_run)
        try:
            click.echo(("(dry run) " if dry_run else "") + line(step, runners(office)[step]()))
        finally:
            office.close()
    return OK


@cli.command()
@click.option("--serve", is_flag=True, help="Leave host, phones and screen running afterwards.")
@click.option("--fast", is_flag=True, help="Show the end only, not every day.")
@click.option(
    "--cases", type=click.Path(exists=True, dir_okay=False, path_type=Path), help="JSON lines of other texts."
)
def demo(serve: bool, fast: bool, cases: Path | None) -> int:
    """Walk the whole journey on the practice host and phones; fail if a stage moved nothing."""
    from .demonstrating import demonstrate

    return FOUND if demonstrate(serve=serve, fast=fast, texts=cases, say=click.echo) else OK


@cli.command()
@click.argument("file", type=click.File("r", encoding="utf-8", errors="surrogateescape"), default="-")
@click.option("--json", "_as_json", is_flag=True, help="The only form there is; given for clarity.")
@click.option("--rules", type=click.Path(file_okay=False, exists=True, path_type=Path), help="A folder of other rules.")
def route(file: TextIO, _as_json: bool, rules: Path | None) -> int:
    """Read cases as JSON lines from FILE or standard input, write decisions as JSON lines."""
    from ..config.rules import SHIPPED, read_table
    from ..plugin.judging import Judge
    from .judging_lines import Refusal, answer_lines

    code = OK
    for answer in answer_lines(file, Judge(read_table(rules or SHIPPED))):
        if isinstance(answer, Refusal):
            click.echo(str(answer), err=True)
            code = UNUSABLE
        else:
            click.echo(answer.line)
    return code


@cli.group()
def rules() -> None:
    """Look at the rules that route."""


@rules.command("lint")
@click.argument("folder", type=click.Path(file_okay=False, exists=True, path_type=Path), required=False)
def rules_lint(folder: Path | None) -> int:
    """Load the rules in FOLDER, or the shipped ones, and tell every fault."""
    from ..config.rules import SHIPPED, read_table

    table = read_table(folder or SHIPPED)
    click.echo(f"{len(table.rules)} rules and {len(table.guards)} guards are whole.")
    return OK


@rules.command("explain")
@click.argument("text")
def rules_explain(text: str) -> int:
    """Show how TEXT would be judged, and by which words."""
    from ..config.rules import SHIPPED, read_table
    from ..plugin.judging import Judge
    from .explaining import explain

    click.echo(explain(text, Judge(read_table(SHIPPED)).decide(text)))
    return OK


@cli.group()
def roster() -> None:
    """Who sits on the councils."""


@roster.command("import")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--keep-good", is_flag=True, help="Take the good rows although others are bad.")
@_FOLDER
def roster_import(file: Path, keep_good: bool, folder: Path) -> int:
    """Take over the seats in FILE (xlsx or csv); nothing if any row is bad, unless --keep-good."""
    from ..config.councils import read_councils
    from ..config.roster import read_roster
    from ..config.settings import read_settings
    from ..plugin.store import rosters
    from .wiring import open_store

    found = read_roster(file)
    for fault in found.faults:
        click.echo(fault, err=True)
    if found.faults and not keep_good:
        click.echo(f"nothing was imported: mend {len(found.faults)} rows, or use --keep-good", err=True)
        return UNUSABLE
    store = open_store(read_settings(folder), folder)
    try:
        with store.begin() as tx:
            names = {kind: one.name for kind, one in read_councils(folder).items()}
            counts = rosters.take_over(tx, store.phones, found.entries, names=names)
    finally:
        store.close()
    click.echo(", ".join(f"{count} {what}" for what, count in counts.items()))
    return FOUND if found.faults else OK


@cli.group()
def sms() -> None:
    """Look at the texts, and at how answers are read."""


@sms.command("read")
@click.argument("text")
@click.option("--json", "as_json", is_flag=True)
def sms_read(text: str, as_json: bool) -> int:
    """Tell how an answer would be understood, with one meeting open."""
    from .sms_command import read_line

    click.echo(read_line(text, json=as_json))
    return OK


@sms.command("preview")
@_FOLDER
def sms_preview(folder: Path) -> int:
    """Show every text with sample values, its units and segments."""
    from ..config.settings import read_settings
    from .sms_command import preview
    from .wiring import open_words

    for one in preview(open_words(read_settings(folder))):
        click.echo(f"{one.purpose} ({one.units} units, segments: {one.segments}): {one.text}")
    return OK


@sms.command("lint")
@_FOLDER
def sms_lint(folder: Path) -> int:
    """Tell what carriers or people would refuse in the texts."""
    from ..config.settings import read_settings
    from .sms_command import lint
    from .wiring import open_words

    faults = lint(open_words(read_settings(folder)))
    for fault in faults:
        click.echo(fault, err=True)
    click.echo(f"{len(faults)} faults")
    return FOUND if faults else OK


@cli.group()
def host() -> None:
    """Look at the host."""


@host.command("check")
@_FOLDER
@_logged
def host_check(folder: Path) -> int:
    """Prove identity and rights on the host by an authenticated read."""
    from ..config.settings import read_settings
    from .checking import show
    from .running import practice_world
    from .wiring import SystemClock, open_host

    with practice_world(folder):
        adapter = open_host(read_settings(folder), SystemClock())
        lines = list(adapter.check())
        adapter.close()
    click.echo(show(lines))
    return FOUND if any(line.verdict == "fail" for line in lines) else OK


@cli.group()
def outbox() -> None:
    """See what waits for the host or the carrier, and decide about it."""


@outbox.command("list")
@_FOLDER
def outbox_list(folder: Path) -> int:
    """List texts and write-backs that have not arrived, and why."""
    from .outbox_command import waiting

    click.echo(waiting(folder))
    return OK


@outbox.command("retry")
@click.argument("number", type=int)
@_FOLDER
def outbox_retry(number: int, folder: Path) -> int:
    """Let the write-back NUMBER be tried again now."""
    from .outbox_command import decide

    return _decided(decide(folder, number, retry=True), number)


@outbox.command("drop")
@click.argument("number", type=int)
@_FOLDER
def outbox_drop(number: int, folder: Path) -> int:
    """Give up the write-back NUMBER; the host need not know."""
    from .outbox_command import decide

    return _decided(decide(folder, number, retry=False), number)


def _decided(done: bool, number: int) -> int:
    click.echo("done" if done else f"write-back {number} does not wait: see `sanhui outbox list`")
    return OK if done else FOUND


@cli.command()
@click.argument("name")
@click.option("--json", "as_json", is_flag=True)
def bench(name: str, as_json: bool) -> int:
    """Measure NAME beside its floor or peer, in the same run."""
    from .bench import BENCHES, show

    if name not in BENCHES:
        raise click.BadParameter(f"{name!r} is no benchmark: {', '.join(sorted(BENCHES))}", param_hint="NAME")
    results = BENCHES[name]()
    click.echo(json.dumps([vars(one) for one in results]) if as_json else show(results))
    return OK
