"""`sanhui init`: what it writes, who may read it, and that it overwrites nothing."""

import stat
from pathlib import Path

import pytest
from sanhui.config.councils import read_councils
from sanhui.config.settings import read_settings
from sanhui.config.starting import OPERATOR, start
from sanhui.plugin.errors import ConfigError
from sanhui.plugin.web.passwords import fits


def test_a_new_installation_is_whole(tmp_path: Path) -> None:
    start(tmp_path / "a" / "new" / "folder")

    assert read_settings(tmp_path / "a" / "new" / "folder").site.mode == "shadow"
    assert read_councils(tmp_path / "a" / "new" / "folder") == read_councils()


def test_only_their_owner_may_read_the_secrets(tmp_path: Path) -> None:
    start(tmp_path)

    assert stat.S_IMODE((tmp_path / "secrets.toml").stat().st_mode) == 0o600


def test_the_password_that_is_shown_opens_the_door_and_stands_nowhere(tmp_path: Path) -> None:
    password = start(tmp_path)

    hashed = read_settings(tmp_path).secrets.operators[OPERATOR].get_secret_value()
    assert fits(password, hashed)
    assert not any(password in path.read_text(encoding="utf-8") for path in tmp_path.iterdir())


def test_two_installations_share_no_secret_that_was_made(tmp_path: Path) -> None:
    passwords = {start(tmp_path / "a"), start(tmp_path / "b")}

    one, other = (read_settings(tmp_path / name).secrets for name in "ab")
    made = ("phone_keys", "phone_hash_key", "session_key", "link_keys", "operators")
    assert len(passwords) == 2
    assert [name for name in made if getattr(one, name) == getattr(other, name)] == []


@pytest.mark.parametrize("name", ["sanhui.toml", "secrets.toml", "councils.toml", "sanhui.db"])
def test_what_stands_is_never_overwritten(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine", encoding="utf-8")

    with pytest.raises(ConfigError) as refused:
        start(tmp_path)

    assert refused.value.faults == (f"{tmp_path / name} exists: choose another folder, or move it away",)
    assert [path.name for path in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text(encoding="utf-8") == "mine"


def test_everything_that_stands_is_named_at_once(tmp_path: Path) -> None:
    start(tmp_path)

    with pytest.raises(ConfigError) as refused:
        start(tmp_path)

    assert len(refused.value.faults) == 3
