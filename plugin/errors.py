"""The errors of Sanhui, in one tree.

SanhuiError
├── TransientError            the queue tries again
│   ├── HostUnavailable       the host did not answer, or answered that it cannot now
│   ├── CarrierUnavailable    the carrier took nothing
│   └── StoreUnavailable      our own database did not answer
├── PermanentError            trying again changes nothing; a person mends it
│   ├── ConfigError           settings, rules or rosters are wrong; all faults at once
│   ├── HostRefused           the host understood and said no
│   ├── HostUnreadable        the host answered something that is not a page of cases
│   ├── IllegalMove           a state that cannot follow the one there is
│   └── NotAllowed            this person may not do this
└── SendUnknown               nobody knows whether the text went out; a look-up or a person decides
"""

from collections.abc import Iterable


class SanhuiError(Exception):
    """Every error that Sanhui raises on purpose."""


class TransientError(SanhuiError):
    """The same call may succeed later; nothing was done."""


class HostUnavailable(TransientError):
    """The host did not answer, or answered that it cannot now."""


class CarrierUnavailable(TransientError):
    """The carrier took nothing; the text is safe to send again."""


class StoreUnavailable(TransientError):
    """Our own database did not answer."""


class PermanentError(SanhuiError):
    """Trying again changes nothing; a person mends it."""


class ConfigError(PermanentError):
    """Settings, rules or rosters are wrong; every fault is in `faults`, one line each.

    A fault names the file, the key, the value and the mend.
    """

    def __init__(self, faults: Iterable[str]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(self.faults))


class HostRefused(PermanentError):
    """The host understood the request and said no."""


class HostUnreadable(PermanentError):
    """The host answered something that is not a page of cases."""


class IllegalMove(PermanentError):
    """A state cannot follow the one there is."""


class NotAllowed(PermanentError):
    """This person may not do this."""


class SendUnknown(SanhuiError):
    """Nobody knows whether the text went out; a look-up or a person decides."""
