"""Wiring: the only place that knows concrete parts; makes an office from its settings."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from ..config.calendar import read_calendar
from ..config.councils import read_councils
from ..config.rules import SHIPPED, read_table
from ..config.settings import Settings, read_settings
from ..plugin.carriers.practice import PracticeCarrier
from ..plugin.carriers.twilio import TwilioCarrier
from ..plugin.domain.calendar import WorkingCalendar
from ..plugin.domain.councils import Procedures
from ..plugin.errors import ConfigError
from ..plugin.hosts.practice import PracticeHost
from ..plugin.judging import Judge
from ..plugin.letters import Letters
from ..plugin.notes import Notes
from ..plugin.ports import Carrier, Clock, Host
from ..plugin.store import Store, meta
from ..plugin.store.phones import PhoneSealer
from ..plugin.words import Words
from .delivering import Pace
from .rehearsing import DryCarrier, DryHost

#: Where the built-in practice host and phones answer, for settings that name no other address.
PRACTICE_PORT = 8141
_PRACTICE_URL = f"http://127.0.0.1:{PRACTICE_PORT}"


class SystemClock:
    """The machine's time."""

    def now(self) -> datetime:
        """Return the present instant in UTC."""
        return datetime.now(UTC)


@dataclass(frozen=True)
class Office:
    """One office's Sanhui: its settings and every part they name."""

    settings: Settings
    store: Store
    host: Host
    carrier: Carrier
    clock: Clock
    judge: Judge
    letters: Letters
    procedures: Procedures
    calendar: WorkingCalendar
    pace: Pace

    @property
    def is_shadow(self) -> bool:
        """Whether nothing may leave: no text, no write-back."""
        return self.settings.site.mode == "shadow"

    def close(self) -> None:
        """Give back connections."""
        self.host.close()
        self.carrier.close()
        self.store.close()


def open_office(folder: Path, *, clock: Clock | None = None, dry: bool = False) -> Office:
    """Make the office whose settings stand in *folder*.

    With *dry*, steps run in full and leave nothing: the database forgets, host and carrier only nod.

    Raises:
        ConfigError: The settings are wrong, or the database belongs to another mode.
    """
    settings = read_settings(folder)
    zone = settings.site.zone
    store = open_store(settings, folder, dry=dry)
    _hold_mode(store, settings)
    clock = clock or SystemClock()
    host, carrier = open_host(settings, clock), open_carrier(settings, clock)
    shadow = settings.site.mode == "shadow"
    return Office(
        settings=settings,
        store=store,
        host=DryHost(host) if dry else host,
        carrier=DryCarrier(carrier) if dry else carrier,
        clock=clock,
        judge=Judge(read_table(rules_folder(folder))),
        letters=Letters(
            open_words(settings),
            Notes(settings.site.language),
            zone,
            settings.texts.quiet_from,
            settings.texts.quiet_until,
            shadow=shadow,
        ),
        procedures=read_councils(folder),
        calendar=read_calendar(folder, zone),
        pace=_pace(settings),
    )


def open_store(settings: Settings, folder: Path, *, dry: bool = False) -> Store:
    """Open the office's database, its tables brought up to date; a relative SQLite file lies in *folder*."""
    url = settings.store.url
    prefix = "sqlite:///"
    if url.startswith(prefix) and not url.startswith(prefix + "/"):
        url = f"{prefix}{folder.resolve() / url.removeprefix(prefix)}"
    secrets = settings.secrets
    keys = [key.get_secret_value() for key in secrets.phone_keys]
    phones = PhoneSealer(keys, secrets.phone_hash_key.get_secret_value())
    with closing(Store(url, phones)) as outdated:
        outdated.upgrade()
    return Store(url, phones, dry=dry)


def open_words(settings: Settings) -> Words:
    """Return the words of the texts."""
    texts = settings.texts
    return Words(settings.site.language, signature=texts.signature, landline=texts.landline)


def _hold_mode(store: Store, settings: Settings) -> None:
    """Refuse a database of the other mode: what was rehearsed in shadow must never be sent."""
    mode = settings.site.mode
    with store.begin() as tx:
        held = meta.once(tx, "mode", mode)
    if held != mode:
        raise ConfigError(
            [
                f"sanhui.toml: site.mode: {mode!r}, but the database of store.url was made in {held!r} mode: "
                "name a new one in store.url; it fills itself from the host"
            ]
        )


def rules_folder(folder: Path) -> Path:
    """Return the office's folder if it holds rules of its own, else that of the shipped ones."""
    return folder if (folder / "routing.toml").exists() else SHIPPED


def open_host(settings: Settings, clock: Clock) -> Host:
    """Return the adapter of the office's host."""
    host = settings.host
    return PracticeHost(
        host.name,
        host.url or _PRACTICE_URL,
        settings.secrets.host_token.get_secret_value(),
        timeout_s=host.timeout_s,
        page_size=host.page_size,
        now=clock.now,
    )


def open_carrier(settings: Settings, clock: Clock) -> Carrier:
    """Return the adapter of the office's carrier."""
    carrier, secrets = settings.carrier, settings.secrets
    token, second = secrets.carrier_token.get_secret_value(), secrets.carrier_second.get_secret_value()
    if carrier.kind == "twilio":
        return TwilioCarrier(
            carrier.name,
            carrier.account,
            tuple(one for one in (token, second) if one),
            carrier.sender,
            base_url=carrier.url or None,
            timeout_s=carrier.timeout_s,
            now=clock.now,
        )
    return PracticeCarrier(carrier.name, carrier.url or _PRACTICE_URL, token, second, timeout_s=carrier.timeout_s)


def _pace(settings: Settings) -> Pace:
    texts = settings.texts
    return Pace(
        zone=settings.site.zone,
        quiet_from=texts.quiet_from,
        quiet_until=texts.quiet_until,
        daily=texts.daily,
        lease=timedelta(seconds=texts.lease_s),
        grace=timedelta(seconds=texts.grace_s),
        looks=2,
        rounds=2,
        news_after=timedelta(minutes=15),
    )
