"""Who may import whom: every contract is kept, and each one bites."""

import ast
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import sanhui

ROOT = Path(sanhui.__file__).parent
FOLDERS = ("plugin", "jobs", "config")
MODULES = sorted(path.relative_to(ROOT) for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))
PROJECT = ROOT / "pyproject.toml"
#: The modules that may be longer than 300 lines, and how long.
LONGER = {
    "plugin/store": 400,
    "plugin/store/tables.py": 450,
    "plugin/store/migrations/versions": 600,
    "jobs/cli.py": 400,
}

#: An import that each contract forbids: the contract, the file that offends, the line.
OFFENCES = [
    ("folders", "plugin/ports.py", "from ..config import street"),
    ("folders", "plugin/ports.py", "from ..jobs import tally"),
    ("folders", "config/street.py", "from ..jobs import tally"),
    ("jobs", "jobs/intake.py", "from . import routing"),
    ("jobs", "jobs/tally.py", "from . import intake"),
    ("jobs", "jobs/actors.py", "from . import scheduler"),
    ("jobs", "jobs/wiring.py", "from . import cli"),
    ("plugin", "plugin/errors.py", "from .domain import cases"),
    ("plugin", "plugin/domain/cases.py", "from .. import links"),
    ("plugin", "plugin/links.py", "from . import words"),
    ("plugin", "plugin/store/cases.py", "from .. import replies"),
    ("plugin", "plugin/hosts/practice.py", "from ..web import app"),
    ("domain", "plugin/domain/cases.py", "import pydantic"),
    ("domain", "plugin/domain/areas.py", "from phonenumbers import parse"),
    ("steps", "jobs/inviting.py", "import sqlalchemy"),
    ("steps", "jobs/delivering.py", "from ..plugin.carriers import twilio"),
    ("steps", "jobs/writeback.py", "from ..plugin.hosts import practice"),
    ("tables", "jobs/routing.py", "from ..plugin.store import tables"),
    ("tables", "plugin/replies.py", "from .store.tables import case"),
    ("door_twilio", "plugin/carriers/practice.py", "import twilio"),
    ("door_apscheduler", "jobs/actors.py", "from apscheduler.schedulers.background import BackgroundScheduler"),
    ("door_dramatiq", "jobs/scheduler.py", "import dramatiq"),
    ("door_httpx2", "plugin/hosts/practice.py", "import httpx2"),
    ("door_jinja2", "plugin/web/pages.py", "from jinja2 import Environment"),
    ("door_sqlalchemy", "plugin/web/desk.py", "import sqlalchemy as sa"),
    ("door_sqlalchemy", "plugin/rulings.py", "from sqlalchemy import select"),
    ("door_ahocorasick_rs", "plugin/judging.py", "import ahocorasick_rs"),
    ("door_openpyxl", "config/street.py", "import openpyxl"),
    ("door_chinese_calendar", "plugin/domain/calendar.py", "import chinese_calendar"),
]


def contracts() -> dict[str, str]:
    """Return every contract's name by its id."""
    table = tomllib.loads(PROJECT.read_text(encoding="utf-8"))
    return {one["id"]: one["name"] for one in table["tool"]["importlinter"]["contracts"]}


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a copy of the package and its contracts."""
    folder = tmp_path_factory.mktemp("sources")
    (folder / "sanhui").mkdir()
    shutil.copy(ROOT / "__init__.py", folder / "sanhui")
    for module in MODULES:
        (folder / "sanhui" / module).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / module, folder / "sanhui" / module)
    shutil.copy(PROJECT, folder)
    return folder


def lint(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Hold the sources in *folder*, not the installed ones, against their contracts."""
    command = "import sys; from importlinter.cli import lint_imports_command; lint_imports_command()"
    return subprocess.run(
        [sys.executable, "-c", command, "--no-cache", *options],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "250"},
        capture_output=True,
        text=True,
        check=False,
    )


def depth(module: Path) -> int:
    """Return the dots of the deepest relative import in *module*."""
    tree = ast.parse((ROOT / module).read_text(encoding="utf-8"))
    return max((node.level for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)), default=0)


def imported(module: Path) -> set[str]:
    """Return the packages that *module* imports by their full names."""
    nodes = list(ast.walk(ast.parse((ROOT / module).read_text(encoding="utf-8"))))
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module and not node.level}
    return {name.partition(".")[0] for name in names}


def limit(module: Path) -> int:
    """Return how many lines *module* may have."""
    limits = [LONGER[str(place)] for place in (module, *module.parents) if str(place) in LONGER]
    return next(iter(limits), 300)


def test_every_contract_is_kept(sources: Path) -> None:
    report = lint(sources)

    assert report.returncode == 0, report.stdout
    assert f"Contracts: {len(contracts())} kept, 0 broken." in report.stdout


def test_every_contract_has_an_offence_here() -> None:
    assert {contract for contract, _, _ in OFFENCES} == set(contracts())


@pytest.mark.parametrize(("contract", "file", "line"), OFFENCES)
def test_an_import_that_a_contract_forbids_breaks_it(sources: Path, contract: str, file: str, line: str) -> None:
    offender = sources / "sanhui" / file
    whole = offender.read_text(encoding="utf-8")
    offender.write_text(f"{whole}\n{line}\n", encoding="utf-8")

    report = lint(sources, "--contract", contract)
    offender.write_text(whole, encoding="utf-8")

    assert f"{contracts()[contract]} BROKEN" in report.stdout
    assert report.returncode == 1


def test_no_relative_import_goes_deeper_than_two_dots() -> None:
    assert [str(module) for module in MODULES if depth(module) > 2] == []


def test_every_module_is_short_enough_to_be_read() -> None:
    lengths = {module: (ROOT / module).read_text(encoding="utf-8").count("\n") for module in MODULES}

    assert {str(module): lines for module, lines in lengths.items() if lines > limit(module)} == {}


def test_the_domain_imports_the_standard_library_only() -> None:
    domain = [module for module in MODULES if module.parts[:2] == ("plugin", "domain")]

    found = {name for module in domain for name in imported(module)}

    assert len(domain) > 10
    assert found <= sys.stdlib_module_names


def test_the_command_is_quick_because_it_imports_its_parts_late() -> None:
    command = "import sys; import sanhui.jobs.cli; print(*sorted(name.partition('.')[0] for name in sys.modules))"

    seen = subprocess.run([sys.executable, "-c", command], capture_output=True, text=True, check=True).stdout.split()

    assert "click" in seen
    assert not {"sqlalchemy", "twilio", "fastapi", "dramatiq", "apscheduler", "jinja2", "pydantic"} & set(seen)
