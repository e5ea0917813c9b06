"""Links: tokens that open the answer page of one invitation, for one version of its meeting, for a time."""

from __future__ import annotations

import base64
import binascii
import hmac
import struct
from collections.abc import Sequence
from datetime import UTC, datetime

from .errors import ConfigError, NotAllowed

#: The first byte; a token of another make is refused.
_MAKE = 1
#: Make, invitation, version of the meeting, expiry in seconds since 1970.
_FIELDS = struct.Struct(">BQHI")
#: Bytes of the signature: 80 bits, so that a whole token takes 34 characters (carriers take values of 35).
_SIGNATURE = 10
#: Shorter keys can be guessed, in characters.
SHORTEST_KEY = 16


class LinkExpired(NotAllowed):
    """The token is genuine, and its time is over."""


def check_keys(keys: Sequence[str]) -> None:
    """Refuse a list of keys that protects nothing.

    Raises:
        ConfigError: There is no key, or one is too short.
    """
    if not keys or any(len(key) < SHORTEST_KEY for key in keys):
        raise ConfigError(
            [f"secrets.link_keys: {len(keys)} keys: give at least one, of {SHORTEST_KEY} characters or more"]
        )


def make(invitation_id: int, version: int, *, expires: datetime, keys: Sequence[str]) -> str:
    """Return the token for an invitation and the *version* of its meeting, signed by the first of *keys*.

    It ends at *expires*, rounded down to the second.
    """
    fields = _FIELDS.pack(_MAKE, invitation_id, version, int(expires.timestamp()))
    return base64.urlsafe_b64encode(fields + _sign(fields, keys[0])).decode().rstrip("=")


def read(token: str, now: datetime, *, keys: Sequence[str]) -> tuple[int, int]:
    """Return the invitation and the version of its meeting that *token* was made for.

    Any of *keys* may have signed it: a key is changed by putting a new one in front. The caller compares the
    version with the meeting's own, so that a moved meeting ends the tokens that were made before.

    Raises:
        LinkExpired: Its time is over.
        NotAllowed: It was not made by us, or was changed on the way.
    """
    raw = _decoded(token)
    fields, signature = raw[: _FIELDS.size], raw[_FIELDS.size :]
    # All keys are tried, whichever fits: the time taken tells nothing.
    fits = [hmac.compare_digest(signature, _sign(fields, key)) for key in keys]
    if not any(fits):
        raise NotAllowed("link: the signature is wrong: open the address in the text once more")
    make_, invitation_id, version, until = _FIELDS.unpack(fields)
    if make_ != _MAKE:
        raise NotAllowed(f"link: make {make_} is unknown: open the address in the newest text")
    if now >= datetime.fromtimestamp(until, UTC):
        raise LinkExpired("link: its time is over: call instead")
    return invitation_id, version


def _sign(fields: bytes, key: str) -> bytes:
    return hmac.digest(key.encode(), b"sanhui.link\0" + fields, "sha256")[:_SIGNATURE]


def _decoded(token: str) -> bytes:
    """Return the bytes of *token*; one that is not spelled as we spell it is none of ours."""
    try:
        raw = base64.b64decode(f"{token}{'=' * (-len(token) % 4)}", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError) as error:
        raise NotAllowed("link: it is no token of ours: open the address in the text once more") from error
    spelled = base64.urlsafe_b64encode(raw).decode().rstrip("=")
    if len(raw) != _FIELDS.size + _SIGNATURE or spelled != token:
        raise NotAllowed("link: it is cut off or changed: open the address in the text once more")
    return raw
