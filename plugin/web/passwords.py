"""Passwords of operators: how they are kept, and how guessing is slowed down."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass

# One of the equal settings of the OWASP Password Storage Cheat Sheet: 32 MiB and about 0.2 s a try.
_N, _R, _P = 2**15, 8, 3
_MEMORY = 64 * 2**20
_LENGTH = 32
#: Wrong tries before a name is locked, and for how long, in seconds.
TRIES = 5
LOCKED_S = 300.0
#: Names that nobody has are remembered too, so that an answer tells nothing; so many at most.
_STRANGERS = 1000


def hash_password(password: str) -> str:
    """Return what is kept of *password*: scrypt with a new salt, as text for the settings."""
    salt = secrets.token_bytes(16)
    return f"scrypt${_text(salt)}${_text(_scrypt(password, salt))}"


def is_hash(hashed: str) -> bool:
    """Return whether *hashed* was made by `hash_password`."""
    return _parts(hashed) is not None


def fits(password: str, hashed: str) -> bool:
    """Return whether *password* is the one of which *hashed* was made."""
    parts = _parts(hashed)
    return parts is not None and hmac.compare_digest(_scrypt(password, parts[0]), parts[1])


def _scrypt(password: str, salt: bytes) -> bytes:
    # Half letters that no encoding knows must fail like any wrong password.
    raw = password.encode("utf-8", "replace")
    return hashlib.scrypt(raw, salt=salt, n=_N, r=_R, p=_P, maxmem=_MEMORY, dklen=_LENGTH)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def _parts(hashed: str) -> tuple[bytes, bytes] | None:
    kind, _, rest = hashed.partition("$")
    salt, _, digest = rest.partition("$")
    try:
        parts = base64.b64decode(salt, validate=True), base64.b64decode(digest, validate=True)
    except (binascii.Error, ValueError):
        return None
    return parts if kind == "scrypt" and len(parts[0]) >= 16 and len(parts[1]) == _LENGTH else None


@dataclass
class _Misses:
    count: int = 0
    locked_until: float = 0.0


class Gate:
    """Lets an operator in by name and password; locks a name after `TRIES` wrong ones for `LOCKED_S`.

    The count is kept in this process: several web processes allow as many times the tries, a restart forgets.
    A name that nobody has costs the same work and gets the same answers. *tick* gives seconds, never backwards.
    """

    def __init__(self, operators: Mapping[str, str], *, tick: Callable[[], float] = time.monotonic) -> None:
        #: Held while a password is checked: the work is dear, and who waits for it must not hold a thread.
        self.turn = asyncio.Semaphore(1)
        self._operators = operators
        self._tick = tick
        self._misses: OrderedDict[str, _Misses] = OrderedDict()
        self._lock = threading.Lock()
        # Checked for names that nobody has: no password fits it, and the work is the same.
        self._nobody = f"scrypt${_text(secrets.token_bytes(16))}${_text(secrets.token_bytes(_LENGTH))}"

    def is_locked(self, name: str) -> bool:
        """Return whether *name* is locked now, right password or not."""
        with self._lock:
            return name in self._misses and self._tick() < self._misses[name].locked_until

    def admits(self, name: str, password: str) -> bool:
        """Return whether the password is right, and count it when it is wrong; the caller asks `is_locked` first."""
        right = fits(password, self._operators.get(name, self._nobody)) and name in self._operators
        with self._lock:
            if right:
                self._misses.pop(name, None)
            else:
                self._miss(name)
        return right

    def _miss(self, name: str) -> None:
        misses = self._misses.setdefault(name, _Misses())
        misses.count += 1
        if misses.count >= TRIES:
            misses.count, misses.locked_until = 0, self._tick() + LOCKED_S
        strangers = [one for one in self._misses if one not in self._operators]
        for one in strangers[: max(0, len(strangers) - _STRANGERS)]:
            del self._misses[one]
