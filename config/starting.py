"""Start an installation: write its settings, its secrets and an operator's password; never overwrite."""

from __future__ import annotations

import os
import secrets
import shutil
from pathlib import Path

from ..plugin.errors import ConfigError
from ..plugin.store.phones import new_key
from ..plugin.web.passwords import hash_password
from .councils import COUNCILS_FILE
from .settings import SECRETS_FILE, SETTINGS_FILE

_SHIPPED = Path(__file__).parent / SETTINGS_FILE
_COUNCILS = Path(__file__).parent / COUNCILS_FILE
#: What a new installation writes, the database last; where one of them stands, somebody has begun.
_FILES = (SETTINGS_FILE, SECRETS_FILE, COUNCILS_FILE, "sanhui.db")

#: The one operator that a new installation has.
OPERATOR = "admin"


def start(folder: Path) -> str:
    """Write a commented configuration into *folder* and return the operator's password, shown once.

    Raises:
        ConfigError: The folder holds an installation already.
    """
    taken = [name for name in _FILES if (folder / name).exists()]
    if taken:
        raise ConfigError([f"{folder / name} exists: choose another folder, or move it away" for name in taken])
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(_SHIPPED, folder / SETTINGS_FILE)
    shutil.copyfile(_COUNCILS, folder / COUNCILS_FILE)
    password = secrets.token_urlsafe(9)
    write_secrets(folder, password)
    return password


def write_secrets(folder: Path, password: str) -> None:
    """Write new secrets, readable by their owner only."""
    lines = [
        "# Nobody else may read this file. A key is changed by putting a new one in front of the old.",
        "[secrets]",
        f'phone_keys = ["{new_key()}"]',
        f'phone_hash_key = "{secrets.token_urlsafe(32)}"   # never change it: persons are found by it',
        f'session_key = "{secrets.token_urlsafe(32)}"',
        f'link_keys = ["{secrets.token_urlsafe(32)}"]',
        'host_token = "practice-host-token"',
        'carrier_token = "practice-carrier-token"      # Twilio: the auth token',
        'carrier_second = "practice-callback-secret"   # Twilio: the second auth token while it is changed, or ""',
        "",
        "[secrets.operators]                           # who may log in; the password's hash",
        f'{OPERATOR} = "{hash_password(password)}"',
        "",
    ]
    path = folder / SECRETS_FILE
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("\n".join(lines))
