"""Settings: what is shipped, what the environment changes, and how every fault is told."""

import shutil
from collections.abc import Callable
from datetime import time
from pathlib import Path

import pytest
from pydantic import BaseModel
from sanhui.config.settings import Settings, read_settings
from sanhui.config.starting import start
from sanhui.plugin.errors import ConfigError


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return an installation made once: a password takes its time to hash."""
    folder = tmp_path_factory.mktemp("made")
    start(folder)
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path) -> Path:
    shutil.copytree(made, tmp_path / "office")
    return tmp_path / "office"


@pytest.fixture
def change(folder: Path) -> Callable[..., None]:
    """Return what replaces a text in a settings file."""

    def replace(old: str, new: str, file: str = "sanhui.toml") -> None:
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")

    return replace


def faults_of(folder: Path) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as refused:
        read_settings(folder)
    return refused.value.faults


@pytest.mark.parametrize("section", sorted(set(Settings.model_fields) - {"site", "secrets"}))
def test_the_shipped_file_shows_the_defaults(folder: Path, section: str) -> None:
    default = Settings.model_fields[section].default

    assert getattr(read_settings(folder), section) == default


@pytest.mark.parametrize("section", sorted(set(Settings.model_fields) - {"site", "secrets"}))
def test_the_shipped_file_names_every_setting(folder: Path, section: str) -> None:
    shown: BaseModel = getattr(read_settings(folder), section)

    assert shown.model_fields_set == set(type(shown).model_fields)


def test_a_new_installation_is_a_shadow_in_chinese(folder: Path) -> None:
    site = read_settings(folder).site

    assert (site.area_code, site.timezone, site.language, site.mode) == ("509901001", "Asia/Shanghai", "zh", "shadow")


def test_a_key_that_is_left_out_has_its_default(folder: Path, change: Callable[..., None]) -> None:
    change("daily = 4", "")

    assert read_settings(folder).texts.daily == 4


def test_the_environment_wins_over_the_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANHUI_WEB__PORT", "8080")
    monkeypatch.setenv("SANHUI_TEXTS__QUIET_FROM", "21:00:00")

    settings = read_settings(folder)

    assert (settings.web.port, settings.texts.quiet_from) == (8080, time(21))
    assert settings.web.host == "127.0.0.1"


def test_the_environment_wins_over_the_secrets(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANHUI_SECRETS__HOST_TOKEN", "another")

    secrets = read_settings(folder).secrets

    assert secrets.host_token.get_secret_value() == "another"
    assert secrets.carrier_token.get_secret_value() == "practice-carrier-token"


def test_no_secret_is_shown_when_settings_are_printed(folder: Path) -> None:
    settings = read_settings(folder)

    shown = [secret.get_secret_value() in repr(settings) for secret in settings.secrets.phone_keys]
    assert shown == [False]
    assert settings.secrets.host_token.get_secret_value() not in repr(settings)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ('"509901001"', '"5099"', "site.area_code: '5099' is not an area code: give 6 digits"),
        ('"509901001"', '"{street}"', "site.area_code: '{street}' is not an area code: give 6 digits"),
        ('"Asia/Shanghai"', '"Asia/Jiangjin"', "site.timezone: 'Asia/Jiangjin' is no time zone: write one such as"),
        ('"Asia/Shanghai"', '"Asia"', "site.timezone: 'Asia' is no time zone: write one such as"),
        ('"zh"', '"fr"', "site.language: 'fr' is not one of the values that are allowed: 'zh' or 'en'"),
        ('"shadow"', '"on"', "site.mode: 'on' is not one of the values that are allowed: 'shadow' or 'live'"),
        ('"embedded"', '"kafka://h"', "queue.broker: 'kafka://h' is not of the form"),
        ("threads = 4", "threads = 0", "queue.threads: 0 Input should be greater than or equal to 1"),
        ("threads = 4", "threads = true_", "is not TOML"),
        ("port = 8140", "port = 65536", "web.port: 65536 Input should be less than or equal to 65535"),
        ("port = 8140", 'port = "http"', "web.port: 'http' is no whole number"),
        ("port = 8140", "prot = 8140", "web.prot: 8140 no such key: take it out, or mend its spelling"),
        ('"http://127.0.0.1:8140"', '"127.0.0.1"', "web.public_url: '127.0.0.1' is not of the form"),
        ('name = "practice"', 'name = "Our Host"', "host.name: 'Our Host' is not of the form"),
        ("page_size = 100", "page_size = 1001", "host.page_size: 1001 Input should be less than or equal to 1000"),
        ("timeout_s = 60", "timeout_s = 0", "host.timeout_s: 0 Input should be greater than 0"),
        ("timeout_s = 60", "timeout_s = inf", "host.timeout_s: inf Input should be a finite number"),
        ("lease_s = 90", "lease_s = 1e300", "texts.lease_s: 1e+300 Input should be less than or equal to 604800"),
        ("20:30:00", '"late"', "texts.quiet_from: 'late' Input should be in a valid time format"),
        ("20:30:00", '"20:30:00+08:00"', "has a zone: write the office's local time such as 20:30:00"),
        ("daily = 4", "daily = 0", "texts.daily: 0 Input should be greater than or equal to 1"),
        ('"unsure"', '"sometimes"', "routing.policy: 'sometimes' is not one of the values that are allowed"),
        ("intake = 300", "intake = -1", "beats.intake: -1 Input should be greater than 0"),
        ("[queue]", "[qeue]", "qeue: {'broker': 'embedded', 'threads': 4} no such key"),
    ],
)
def test_a_fault_is_one_line_with_file_key_value_and_mend(
    folder: Path, change: Callable[..., None], old: str, new: str, fault: str
) -> None:
    change(old, new)

    (found,) = faults_of(folder)

    assert found.startswith("sanhui.toml: ")
    assert fault in found


def test_every_fault_is_told_at_once(folder: Path, change: Callable[..., None]) -> None:
    change("port = 8140", "port = 70000")
    change("daily = 4", "daily = 0")
    change("session_key", "sesion_key", "secrets.toml")

    assert sorted(tuple(fault.split(": ")[:2]) for fault in faults_of(folder)) == [
        ("sanhui.toml", "texts.daily"),
        ("sanhui.toml", "web.port"),
        ("secrets.toml", "secrets.sesion_key"),
        ("secrets.toml", "secrets.session_key"),
    ]


def test_missing_files_are_told_at_once_with_the_command_that_makes_them(tmp_path: Path) -> None:
    assert faults_of(tmp_path) == (
        f"sanhui.toml: no such file in {tmp_path}: make one with `sanhui init {tmp_path}`",
        f"secrets.toml: no such file in {tmp_path}: make one with `sanhui init {tmp_path}`",
    )


def test_a_file_that_cannot_be_read_is_a_fault(folder: Path) -> None:
    (folder / "sanhui.toml").unlink()
    (folder / "sanhui.toml").mkdir()

    (fault,) = faults_of(folder)

    assert fault == f"sanhui.toml: cannot be read in {folder}: Is a directory: mend its rights"


def test_bytes_that_are_no_text_are_a_fault(folder: Path) -> None:
    (folder / "sanhui.toml").write_bytes("站点".encode("gb18030"))

    (fault,) = faults_of(folder)

    assert fault.startswith("sanhui.toml: is not TOML: ")


@pytest.mark.parametrize(
    "line",
    ['session_key = ["a-secret-that-nobody-reads"]', 'phone_keys = "a-secret-that-nobody-reads"'],
)
def test_a_fault_never_shows_a_secret(folder: Path, line: str) -> None:
    text = (folder / "secrets.toml").read_text(encoding="utf-8")
    key = line.partition(" ")[0]
    lines = [line if old.startswith(key) else old for old in text.splitlines()]
    (folder / "secrets.toml").write_text("\n".join(lines), encoding="utf-8")

    (fault,) = faults_of(folder)

    assert fault.startswith(f"secrets.toml: secrets.{key}: (not shown) ")
    assert "a-secret-that-nobody-reads" not in fault


def test_a_missing_section_is_named(folder: Path) -> None:
    (folder / "sanhui.toml").write_text("", encoding="utf-8")

    (fault,) = faults_of(folder)

    assert fault.endswith("site: is missing: write it")


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("SANHUI_WEB__PORT", "http", "environment: web.port: 'http' is no whole number"),
        ("SANHUI_WEB__PROT", "1", "environment: web.prot: '1' no such key: take it out, or mend its spelling"),
        ("SANHUI_SECRETS__PHONE_HASH_KEYS", "1", "environment: secrets.phone_hash_keys: (not shown) no such key"),
    ],
)
def test_a_fault_of_a_variable_names_the_environment(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, fault: str
) -> None:
    monkeypatch.setenv(name, value)

    (found,) = faults_of(folder)

    assert found.startswith(fault)


def test_a_variable_of_no_section_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SANHUI_WBE__PORT", "8080")

    (fault,) = faults_of(folder)

    assert fault.startswith("environment: SANHUI_WBE__PORT: no such setting: sections are ")


@pytest.mark.parametrize("name", ["SANHUI_WEB", "SANHUI_SECRETS__PHONE_KEYS"])
def test_a_variable_that_is_no_json_where_it_must_be_is_a_fault(
    folder: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "a-secret-that-nobody-reads")

    (fault,) = faults_of(folder)

    assert fault.startswith("environment: ")
    assert "as JSON" in fault
    assert "a-secret-that-nobody-reads" not in fault


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("lease_s = 90", "lease_s = 30", "texts.lease_s: 30.0 is not longer than carrier.timeout_s (30.0)"),
        ("close_days = 7", "close_days = 3", "following.close_days: 3 is not after remind_days (3)"),
        ('kind = "practice"               # practice or', 'kind = "twilio" #', "carrier.sender, carrier.account"),
    ],
)
def test_settings_that_contradict_each_other_are_a_fault(
    folder: Path, change: Callable[..., None], old: str, new: str, key: str
) -> None:
    change(old, new)

    (fault,) = faults_of(folder)

    assert fault.startswith(f"sanhui.toml: {key}")


@pytest.mark.parametrize(("old", "new"), [("lease_s = 90", "lease_s = 30.1"), ("close_days = 7", "close_days = 4")])
def test_settings_just_within_their_bounds_are_taken(
    folder: Path, change: Callable[..., None], old: str, new: str
) -> None:
    change(old, new)

    assert read_settings(folder).site.mode == "shadow"
