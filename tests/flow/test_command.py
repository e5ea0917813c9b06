"""The command as an admin meets it: its lines, its exit codes, and never a trace."""

import fcntl
import json
import os
import shutil
import socket
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from sanhui.config.settings import read_settings
from sanhui.jobs.wiring import PRACTICE_PORT, open_store
from sanhui.plugin.store import councils, people, writebacks
from sanhui.plugin.store.writebacks import WriteState

from .conftest import NOW, Records

COMMANDS = ("bench", "check", "clock", "demo", "host", "init", "outbox", "roster", "route", "rules", "run", "sms", "up")
NOISE = {"id": "b", "text": "楼上半夜拖椅子，吵得睡不着"}
FIRE = {"id": 7, "text": "三单元着火了，快来人"}
HEADINGS = "会议,区域编码,地点,姓名,电话,角色,候补顺序"
GOOD = "邻里会,509901001001003,柳岸驿站,Alice,19900000001,召集人,"
BAD = "邻里会,509901001001003,柳岸驿站,Bob,199,调解员,"
_PATIENCE_S = 60

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Return what runs the command in a folder of its own, as a shell would."""

    def command(*words: str, stdin: str | bytes = "", **env: str) -> subprocess.CompletedProcess[str]:
        given = stdin.encode() if isinstance(stdin, str) else stdin
        ended = subprocess.run(
            [sys.executable, "-c", "from sanhui.jobs.cli import main; main()", *words],
            input=given,
            cwd=tmp_path,
            env={**os.environ, **env},
            capture_output=True,
            check=False,
            timeout=_PATIENCE_S,
        )
        assert b"Traceback" not in ended.stderr, ended.stderr.decode()
        return subprocess.CompletedProcess(ended.args, ended.returncode, ended.stdout.decode(), ended.stderr.decode())

    return command


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an installation as `sanhui init` leaves it."""
    folder = tmp_path_factory.mktemp("made") / "office"
    command = [sys.executable, "-c", "from sanhui.jobs.cli import main; main()", "init", str(folder)]
    subprocess.run(command, check=True, capture_output=True)
    return folder


@pytest.fixture
def office(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "office")
    return tmp_path / "office"


@pytest.fixture
def practice_port() -> Iterator[None]:
    """Hold the port of the built-in practice world for one test at a time."""
    with (Path(tempfile.gettempdir()) / f"sanhui-{PRACTICE_PORT}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        pause = Event()
        for _ in range(_PATIENCE_S * 10):
            if _is_free(PRACTICE_PORT):
                break
            pause.wait(0.1)
        yield


def _is_free(port: int) -> bool:
    with socket.socket() as asked:
        asked.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            asked.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def line(case: Mapping[str, object]) -> str:
    return json.dumps(case, ensure_ascii=False) + "\n"


# ── help and mistakes ──


def test_help_names_every_command(run: Run) -> None:
    ended = run("--help")

    assert ended.returncode == 0
    assert [name for name in COMMANDS if f"  {name} " not in ended.stdout] == []


def test_the_version_is_told(run: Run) -> None:
    assert run("--version").stdout.startswith("sanhui, version 0.")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("convene",), "No such command 'convene'."),
        (("run", "dancing"), "'dancing' is no step: intake, routing, convening, inviting, delivering, concluding"),
        (("bench", "speed"), "'speed' is no benchmark: "),
        (("route", "nowhere.jsonl"), "'nowhere.jsonl': No such file or directory"),
        (("rules", "lint", "nowhere"), "'nowhere' does not exist"),
        (("outbox", "retry", "first"), "'first' is not a valid integer"),
        (("sms", "read"), "Missing argument 'TEXT'"),
    ],
)
def test_a_mistake_is_named_and_ends_with_two(run: Run, words: tuple[str, ...], said: str) -> None:
    ended = run(*words)

    assert ended.returncode == 2
    assert ended.stdout == ""
    assert said in ended.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("check",),
        ("run", "routing"),
        ("outbox", "list"),
        ("outbox", "drop", "1"),
        ("roster", "import", "roster.csv"),
        ("sms", "preview"),
        ("sms", "lint"),
        ("host", "check"),
        ("up",),
        ("clock",),
    ],
)
def test_a_folder_without_settings_is_named_file_by_file(run: Run, tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "roster.csv").write_text(f"{HEADINGS}\n{GOOD}\n", encoding="utf-8")

    ended = run(*words)

    assert ended.returncode != 0
    said = " ".join((ended.stdout + ended.stderr).split())
    assert "sanhui.toml: no such file" in said
    assert "secrets.toml: no such file" in said


def test_every_fault_of_the_settings_is_a_line(run: Run, office: Path) -> None:
    ended = run("outbox", "list", "--dir", str(office), SANHUI_WEB__PORT="http", SANHUI_TEXTS__DAILY="0")

    assert ended.returncode == 2
    assert [told.split(": ")[:2] for told in ended.stderr.splitlines()] == [
        ["environment", "web.port"],
        ["environment", "texts.daily"],
    ]


def test_a_database_that_does_not_answer_is_told(run: Run, office: Path) -> None:
    url = "postgresql://root:a-password@127.0.0.1:1/nothing?connect_timeout=2"

    ended = run("outbox", "list", "--dir", str(office), SANHUI_STORE__URL=url)

    assert ended.returncode == 2
    assert ended.stderr.startswith("the database does not answer: ")
    assert "a-password" not in ended.stderr


def test_a_folder_that_cannot_be_made_is_told(run: Run) -> None:
    ended = run("init", "/proc/nowhere/office")

    assert ended.returncode == 2
    assert "No such file or directory: '/proc/nowhere'" in ended.stderr


# ── route ──


def test_cases_are_routed_in_order(run: Run) -> None:
    ended = run("route", stdin=line(NOISE) + line(FIRE) + line({**NOISE, "id": "a"}))

    found = [json.loads(answer) for answer in ended.stdout.splitlines()]
    assert (ended.returncode, ended.stderr) == (0, "")
    assert [(one["id"], one["matter"]) for one in found] == [("b", "family"), (7, "divert"), ("a", "family")]
    assert found[1]["guards"] == ["fire"]


def test_a_bad_line_is_reported_and_the_others_are_answered(run: Run) -> None:
    ended = run("route", "-", "--json", stdin=line(NOISE) + "{\n" + line({"id": 1}) + "\n" + line(FIRE))

    assert ended.returncode == 2
    assert [json.loads(answer)["id"] for answer in ended.stdout.splitlines()] == ["b", 7]
    assert [told.split(":")[0] for told in ended.stderr.splitlines()] == ["line 2", "line 3"]


def test_bytes_that_are_no_text_are_a_bad_line(run: Run) -> None:
    ended = run("route", stdin=line(NOISE).encode() + b'{"id": 1, "text": "\xff"}\n' + line(FIRE).encode())

    assert ended.returncode == 2
    assert len(ended.stdout.splitlines()) == 2
    assert ended.stderr.startswith("line 2: ")


def test_a_file_is_routed_as_well(run: Run, tmp_path: Path) -> None:
    (tmp_path / "cases.jsonl").write_text(line(NOISE), encoding="utf-8")

    ended = run("route", "cases.jsonl")

    assert (ended.returncode, json.loads(ended.stdout)["rule"]) == (0, "F4")


def test_nothing_in_is_nothing_out(run: Run) -> None:
    ended = run("route")

    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")


def test_a_folder_of_other_rules_that_holds_none_is_told(run: Run, tmp_path: Path) -> None:
    ended = run("route", "--rules", str(tmp_path), stdin=line(NOISE))

    assert ended.returncode == 2
    assert "routing.toml: no such file" in ended.stderr


# ── rules and texts ──


def test_the_shipped_rules_are_whole(run: Run) -> None:
    ended = run("rules", "lint")

    assert (ended.returncode, ended.stdout) == (0, "24 rules and 13 guards are whole.\n")


def test_an_explanation_names_the_rule_and_the_words_that_decided(run: Run) -> None:
    ended = run("rules", "explain", str(NOISE["text"]))

    assert ended.returncode == 0
    assert "family F4, council neighbourhood" in ended.stdout
    assert "F4: '拖椅子' at 4-7" in ended.stdout


@pytest.mark.parametrize(
    ("text", "meaning"),
    [("1", "accept"), ("去不了", "decline"), ("申请回避", "recuse"), ("几点开始?", "question"), ("退订", "opt_out")],
)
def test_an_answer_is_read_as_a_phone_would_be(run: Run, text: str, meaning: str) -> None:
    ended = run("sms", "read", text, "--json")

    assert ended.returncode == 0
    assert json.loads(ended.stdout)["meaning"] == meaning


def test_an_answer_is_told_in_a_line_for_people(run: Run) -> None:
    assert run("sms", "read", "1").stdout == "accept 4821 (the digit 1)\n"


def test_a_preview_shows_each_text_in_a_line(run: Run, office: Path) -> None:
    ended = run("sms", "preview", "--dir", str(office))

    lines = ended.stdout.splitlines()
    assert ended.returncode == 0
    assert len(lines) == 15
    assert all("segments: 1): 【江畔街道】" in one for one in lines)


# ── an installation ──


def test_an_installation_is_made_and_nothing_is_overwritten(run: Run, tmp_path: Path) -> None:
    first = run("init", "office")
    before = {path.name: path.read_bytes() for path in (tmp_path / "office").iterdir()}

    second = run("init", "office")

    assert first.returncode == 0
    assert sorted(before) == ["councils.toml", "sanhui.db", "sanhui.toml", "secrets.toml"]
    assert stat.S_IMODE((tmp_path / "office" / "secrets.toml").stat().st_mode) == 0o600
    assert second.returncode == 2
    assert [told.split(" exists: ")[0] for told in second.stderr.splitlines()] == [
        "office/sanhui.toml",
        "office/secrets.toml",
        "office/councils.toml",
        "office/sanhui.db",
    ]
    assert {path.name: path.read_bytes() for path in (tmp_path / "office").iterdir()} == before


def test_a_new_installation_is_checked_as_it_is(run: Run, office: Path, practice_port: None) -> None:
    ended = run("check", "--dir", str(office), "--json")

    lines = {one["name"]: one for one in json.loads(ended.stdout)}
    assert [name for name, one in lines.items() if one["verdict"] == "fail"] == ["duty officer"]
    assert lines["duty officer"]["remedy"].startswith("add rows with 值班员 to the roster")
    assert {"settings", "secrets", "councils", "host practice: identity", "mode"} <= set(lines)
    assert ended.returncode == 1


def test_a_new_installation_runs_its_steps_as_it_is(run: Run, office: Path, practice_port: None) -> None:
    dry = run("run", "intake", "--dry-run", "--dir", str(office))
    routed = run("run", "routing", "--dry-run", "--dir", str(office))

    assert (dry.returncode, routed.returncode) == (0, 0)
    assert dry.stdout.startswith("(dry run) intake: ")
    assert dry.stdout.rstrip().endswith(" new")
    assert routed.stdout == "(dry run) routing: nothing to do\n"


def test_secrets_that_others_may_read_are_found(run: Run, office: Path, practice_port: None) -> None:
    (office / "secrets.toml").chmod(0o644)

    ended = run("check", "--dir", str(office), "--json")

    (secrets,) = [one for one in json.loads(ended.stdout) if one["name"] == "secrets"]
    assert (secrets["verdict"], secrets["seen"]) == ("fail", "mode 644")
    assert secrets["remedy"] == f"chmod 600 {office / 'secrets.toml'}"


def test_the_practice_port_that_is_taken_is_told(run: Run, office: Path, practice_port: None) -> None:
    with socket.create_server(("127.0.0.1", PRACTICE_PORT)):
        ended = run("run", "routing", "--dir", str(office))

    assert ended.returncode == 2
    assert "Address already in use" in ended.stderr


def test_a_database_of_shadow_mode_never_goes_live(run: Run, office: Path) -> None:
    url = "http://127.0.0.1:1"
    run("run", "routing", "--dir", str(office), SANHUI_HOST__URL=url)

    ended = run("run", "routing", "--dir", str(office), SANHUI_HOST__URL=url, SANHUI_SITE__MODE="live")

    assert ended.returncode == 2
    assert "site.mode: 'live', but the database of store.url was made in 'shadow' mode" in ended.stderr


@pytest.mark.parametrize("command", ["web", "clock", "worker"])
def test_a_process_alone_needs_a_broker_and_a_host(run: Run, office: Path, command: str) -> None:
    alone = run(command, "--dir", str(office))
    embedded = run(command, "--dir", str(office), SANHUI_HOST__URL="http://127.0.0.1:1")

    assert (alone.returncode, embedded.returncode) == (2, 2)
    assert "host.url: is empty: only `sanhui up` starts the practice host by itself" in alone.stderr
    assert "queue.broker: 'embedded' serves one process only" in embedded.stderr


# ── roster and outbox ──


def test_a_roster_is_imported(run: Run, office: Path) -> None:
    (office / "roster.csv").write_text(f"{HEADINGS}\n{GOOD}\n", encoding="gb18030")

    ended = run("roster", "import", str(office / "roster.csv"), "--dir", str(office))

    assert (ended.returncode, ended.stdout) == (0, "1 persons, 1 councils, 1 seats, 0 posts\n")


@pytest.mark.parametrize(
    ("options", "code", "seats"), [((), 2, 0), (("--keep-good",), 1, 1)], ids=["all or nothing", "keep good"]
)
def test_a_bad_row_stops_the_import_unless_the_good_ones_are_wanted(
    run: Run, office: Path, options: tuple[str, ...], code: int, seats: int
) -> None:
    (office / "roster.csv").write_text(f"{HEADINGS}\n{GOOD}\n{BAD}\n", encoding="utf-8")

    ended = run("roster", "import", str(office / "roster.csv"), "--dir", str(office), *options)

    store = open_store(read_settings(office), office)
    with store.begin() as tx:
        made = sum(councils.sizes(tx).values())
        alice = people.by_phone(tx, store.phones, "+8619900000001")
    store.close()
    assert ended.returncode == code
    assert ended.stderr.startswith("roster.csv row 3: phone …199 is no")
    assert (made, alice is not None) == (seats, bool(seats))


def test_an_empty_outbox_says_so(run: Run, office: Path) -> None:
    ended = run("outbox", "list", "--dir", str(office))

    assert (ended.returncode, ended.stdout) == (0, "nothing waits\n")


def test_what_waits_is_listed_with_the_reason_and_let_go_by_hand(run: Run, office: Path) -> None:
    store = open_store(read_settings(office), office)
    case_id = Records(store).case()
    with store.begin() as tx:
        values: dict[str, Any] = {"key": "a-key", "step": "routed", "note": "", "host_state": None, "now": NOW}
        writebacks.write(tx, case_id, state=WriteState.PARKED, **values)
    store.close()

    seen = [
        run("outbox", *words, "--dir", str(office)) for words in (("list",), ("retry", "1"), ("drop", "1"), ("list",))
    ]

    assert [one.returncode for one in seen] == [0, 0, 0, 0]
    assert [one.stdout for one in seen] == [
        "write-back 1: case HB-001, routed, parked after 0 tries: -\n",
        "done\n",
        "done\n",
        "nothing waits\n",
    ]


@pytest.mark.parametrize("command", ["retry", "drop"])
def test_a_step_that_does_not_wait_is_not_decided_about(run: Run, office: Path, command: str) -> None:
    ended = run("outbox", command, "7", "--dir", str(office))

    assert (ended.returncode, ended.stdout) == (1, "write-back 7 does not wait: see `sanhui outbox list`\n")
