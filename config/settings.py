"""Settings: typed, from TOML and the environment; all faults at once, each with file, key, value and mend."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError

from ..plugin.domain.areas import AreaCode
from ..plugin.errors import ConfigError
from .faults import ENVIRONMENT, explain, variables

#: The file of an installation, and the one beside it that only its owner may read.
SETTINGS_FILE = "sanhui.toml"
SECRETS_FILE = "secrets.toml"
_PREFIX = "SANHUI_"


def _zone(name: str) -> str:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # OSError: the folder Asia is no zone
        raise ValueError("is no time zone: write one such as Asia/Shanghai") from error
    return name


def _area(code: str) -> str:
    try:
        return str(AreaCode(code))
    except ValueError as error:
        raise ValueError("is not an area code: give 6 digits of the district or 9 of the street") from error


def _local(clock: time) -> time:
    if clock.tzinfo is not None:
        raise ValueError("has a zone: write the office's local time such as 20:30:00")
    return clock


#: No longer than a week: what is meant is a wait, not a date.
Seconds = Annotated[float, Field(gt=0, le=604800, allow_inf_nan=False)]
LocalTime = Annotated[time, AfterValidator(_local)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Site(_Section):
    """What place this is."""

    #: The street's or district's area code; only for people and reports.
    area_code: Annotated[str, AfterValidator(_area)]
    #: Local time of the office.
    timezone: Annotated[str, AfterValidator(_zone)] = "Asia/Shanghai"
    #: The folder of templates/sms and templates/notes.
    language: Literal["zh", "en"] = "zh"
    #: shadow: pull, route, plan and render, send and write nothing. live: everything.
    mode: Literal["shadow", "live"] = "shadow"

    @property
    def zone(self) -> ZoneInfo:
        """The time zone."""
        return ZoneInfo(self.timezone)


class StoreSettings(_Section):
    """Our own database."""

    #: sqlite:///FILE (relative to the settings' folder) or postgresql://user@host/name.
    url: str = "sqlite:///sanhui.db"


class Queue(_Section):
    """What nudges the workers."""

    #: embedded (one process), redis://… or amqp://….
    broker: Annotated[str, Field(pattern=r"^(embedded|rediss?://.+|amqps?://.+)$")] = "embedded"
    #: Threads of one worker process.
    threads: Annotated[int, Field(ge=1, le=64)] = 4


class Web(_Section):
    """The web door."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8140
    #: How the outside reaches us, without a slash at the end; carriers call back there.
    public_url: Annotated[str, Field(pattern=r"^https?://[^/]+(/.*[^/])?$")] = "http://127.0.0.1:8140"
    #: Who may frame our pages: the host's own address, or nobody.
    frame_ancestors: str = "'none'"


class HostSettings(_Section):
    """The platform whose cases we take."""

    kind: Literal["practice"] = "practice"
    #: Our name for it; part of every key, so it never changes.
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,31}$")] = "practice"
    #: Its address; empty: the built-in practice host is started with us.
    url: str = ""
    page_size: Annotated[int, Field(ge=1, le=1000)] = 100
    timeout_s: Seconds = 60


class CarrierSettings(_Section):
    """Who sends our texts."""

    kind: Literal["practice", "twilio"] = "practice"
    name: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,31}$")] = "practice"
    #: Its address; empty: the carrier's own, or the built-in practice carrier.
    url: str = ""
    #: Twilio: a number (+…) or a Messaging Service (MG…).
    sender: str = ""
    #: Twilio: AC….
    account: str = ""
    timeout_s: Seconds = 30


class Texts(_Section):
    """How texts look and when they leave."""

    #: Filed with the carrier, without the brackets.
    signature: Annotated[str, Field(min_length=2, max_length=8)] = "江畔街道"
    #: A number that answers; members are told it in every text.
    landline: Annotated[str, Field(pattern=r"^[0-9-]{7,15}$")] = "023-60000141"
    #: Nothing but alarms leaves from here …
    quiet_from: LocalTime = time(20, 30)
    #: … until here, local time.
    quiet_until: LocalTime = time(8, 0)
    #: To one person and day.
    daily: Annotated[int, Field(ge=1)] = 4
    #: A claim is given up after this time; must exceed the carrier's timeout.
    lease_s: Seconds = 90
    #: A lost answer is looked up after this time (sms procedure: 30 s + 35 s).
    grace_s: Seconds = 65
    #: Texts and answers lose their words after this time (个人信息保护法 19).
    keep_days: Annotated[int, Field(ge=1)] = 183


class Routing(_Section):
    """Who confirms a route."""

    #: auto: nobody; unsure: a person confirms what the rules are unsure of; always: a person confirms all.
    policy: Literal["auto", "unsure", "always"] = "unsure"


class Following(_Section):
    """What comes after a meeting."""

    #: A result not given within this time after the meeting opens a task.
    result_hours: Annotated[int, Field(ge=1)] = 24
    #: The resident is asked again after so many days, once.
    remind_days: Annotated[int, Field(ge=1)] = 3
    #: No answer after so many days is no answer.
    close_days: Annotated[int, Field(ge=2)] = 7


class Beats(_Section):
    """How often the clock runs each step, in seconds."""

    intake: Seconds = 300
    routing: Seconds = 20
    convening: Seconds = 60
    inviting: Seconds = 30
    delivering: Seconds = 5
    concluding: Seconds = 60
    following: Seconds = 60
    evaluating: Seconds = 60
    writeback: Seconds = 10
    retention: Seconds = 3600


class Secrets(_Section):
    """What nobody else may read; from secrets.toml (mode 600) or SANHUI_SECRETS__…."""

    #: The first seals phone numbers, all open them.
    phone_keys: Annotated[tuple[SecretStr, ...], Field(min_length=1)]
    #: Finds a person by number; never changes.
    phone_hash_key: SecretStr
    session_key: SecretStr
    #: The first signs links, all read them.
    link_keys: Annotated[tuple[SecretStr, ...], Field(min_length=1)]
    host_token: SecretStr = SecretStr("practice-host-token")
    carrier_token: SecretStr = SecretStr("practice-carrier-token")
    #: Practice carrier: the callback secret; Twilio: the second auth token during rotation.
    carrier_second: SecretStr = SecretStr("practice-callback-secret")
    #: Name to password hash; made by `sanhui init`.
    operators: Mapping[str, SecretStr] = Field(default_factory=dict)


class Settings(BaseSettings):
    """Everything an installation sets."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True)

    site: Site
    secrets: Secrets
    store: StoreSettings = StoreSettings()
    queue: Queue = Queue()
    web: Web = Web()
    host: HostSettings = HostSettings()
    carrier: CarrierSettings = CarrierSettings()
    texts: Texts = Texts()
    routing: Routing = Routing()
    following: Following = Following()
    beats: Beats = Beats()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Let the environment win over the files."""
        return env_settings, init_settings


def read_settings(folder: Path, *, env: Mapping[str, str] = os.environ) -> Settings:
    """Read the settings in *folder*, the environment over the files.

    Raises:
        ConfigError: Something is wrong; the error holds every fault, each with file, key, value and mend.
    """
    faults: list[str] = []
    files = {name: read_toml(folder / name, faults) for name in (SETTINGS_FILE, SECRETS_FILE)}
    faults += _strange_variables(env)
    if faults:
        raise ConfigError(faults)
    merged: dict[str, Any] = {**files[SETTINGS_FILE], **files[SECRETS_FILE]}
    try:
        settings = Settings(**merged)
    except SettingsError as error:
        raise ConfigError([f'{ENVIRONMENT}: {error}: write a list or a table as JSON, for example ["…"]']) from error
    except ValidationError as error:
        raise ConfigError(explain(error, {ENVIRONMENT: variables(env, _PREFIX), **files})) from error
    faults = _contradictions(settings)
    if faults:
        raise ConfigError(faults)
    return settings


def read_toml(path: Path, faults: list[str]) -> dict[str, Any]:
    """Return the tables in *path*; what is wrong goes into *faults*, and an empty table comes back."""
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        faults.append(f"{path.name}: no such file in {path.parent}: make one with `sanhui init {path.parent}`")
    except OSError as error:
        faults.append(f"{path.name}: cannot be read in {path.parent}: {error.strerror}: mend its rights")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        faults.append(f"{path.name}: is not TOML: {error}: mend that line")
    return {}


def _strange_variables(env: Mapping[str, str]) -> list[str]:
    known = {f"{_PREFIX}{name}".upper() for name in Settings.model_fields}
    return [
        f"{ENVIRONMENT}: {name}: no such setting: sections are {', '.join(sorted(Settings.model_fields))}, "
        f"keys follow two underscores, for example {_PREFIX}WEB__PORT"
        for name in sorted(env)
        if name.upper().startswith(_PREFIX) and name.upper().split("__")[0] not in known
    ]


def _contradictions(settings: Settings) -> list[str]:
    faults = []
    if settings.texts.lease_s <= settings.carrier.timeout_s:
        faults.append(
            f"{SETTINGS_FILE}: texts.lease_s: {settings.texts.lease_s} is not longer than carrier.timeout_s "
            f"({settings.carrier.timeout_s}): a text could be sent by two processes; raise lease_s"
        )
    if settings.carrier.kind == "twilio" and not (settings.carrier.sender and settings.carrier.account):
        faults.append(
            f"{SETTINGS_FILE}: carrier.sender, carrier.account: Twilio needs both: write the number or MG… and AC…"
        )
    if settings.following.close_days <= settings.following.remind_days:
        faults.append(
            f"{SETTINGS_FILE}: following.close_days: {settings.following.close_days} is not after remind_days "
            f"({settings.following.remind_days}): nobody could answer the reminder; raise close_days"
        )
    return faults
