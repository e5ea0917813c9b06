"""Phone numbers at rest: sealed by a key that can be changed, found by a keyed hash."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence

import phonenumbers
from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from ..errors import ConfigError, PermanentError

_REGION = "CN"


class NotAPhone(PermanentError):
    """The text is no phone number that a text can reach; the message shows its last four characters only."""


def normal(phone: str) -> str:
    """Return *phone* in E.164, numbers without a country read as mainland China's.

    Raises:
        NotAPhone: It is none.
    """
    ending = phone.strip()[-4:]
    try:
        parsed = phonenumbers.parse(phone, _REGION)
    except phonenumbers.NumberParseException as error:
        raise NotAPhone(f"…{ending} is no phone number: give 11 digits, or + and the country code") from error
    if not phonenumbers.is_possible_number(parsed):
        raise NotAPhone(f"…{ending} is no phone number: it has a wrong count of digits")
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


class PhoneSealer:
    """Seals and opens phone numbers.

    The first of *keys* seals; all of them open, so a key is changed by putting a new one in front. The hash
    key never changes: it finds a person by number without opening anything.

    Raises:
        ConfigError: A key is not 32 bytes in url-safe base64.
    """

    def __init__(self, keys: Sequence[str], hash_key: str) -> None:
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except ValueError as error:
            raise ConfigError(
                ["secrets.phone_keys: a key is not 32 bytes in url-safe base64: make one with `sanhui init`"]
            ) from error
        self._hash_key = hash_key.encode()

    def seal(self, phone: str) -> str:
        """Return *phone* (E.164) sealed."""
        return self._fernet.encrypt(phone.encode()).decode()

    def open(self, sealed: str) -> str:
        """Return the number in *sealed*.

        Raises:
            ConfigError: No key opens it.
        """
        try:
            return self._fernet.decrypt(sealed.encode()).decode()
        except InvalidToken as error:
            raise ConfigError(
                ["secrets.phone_keys: no key opens a stored number: put the former key back at the end of the list"]
            ) from error

    def hash(self, phone: str) -> str:
        """Return the keyed hash of *phone* (E.164), 64 hex digits."""
        return hmac.new(self._hash_key, phone.encode(), hashlib.sha256).hexdigest()


def new_key() -> str:
    """Return a new key, 32 random bytes in url-safe base64."""
    return Fernet.generate_key().decode()
