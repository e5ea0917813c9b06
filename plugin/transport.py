"""The one door to HTTP: bounded in time and size, without redirects, and clear about what was lost."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from time import monotonic

import httpx2

from .errors import ConfigError, TransientError

#: Seconds to reach the other side.
CONNECT_S = 5.0
#: Bytes of an answer, unpacked; a larger one is not read to its end.
MAX_BYTES = 16 * 1024 * 1024
#: Threads that may call at the same time; each gets a connection of its own.
THREADS = 32
#: Seconds that an unused connection is kept; below the five after which common servers close theirs.
IDLE_S = 4.0

# Nothing was said yet: the other side cannot have done anything.
_NEVER_LEFT = (
    httpx2.ConnectError,
    httpx2.ConnectTimeout,
    httpx2.PoolTimeout,
    httpx2.LocalProtocolError,
    httpx2.UnsupportedProtocol,
)
_TOKEN = re.compile(r"[!-~]+")
_RESET = (httpx2.ReadError, httpx2.WriteError, httpx2.RemoteProtocolError)

# Both write every address they ask for, with the phone numbers in its query.
for _name in ("httpx2", "httpcore2"):
    logging.getLogger(_name).setLevel(logging.WARNING)


@dataclass(frozen=True)
class Answer:
    """What the other side said."""

    status: int
    body: bytes
    #: False: the body was larger than `MAX_BYTES`, and `body` is empty.
    is_whole: bool = True


@dataclass(frozen=True)
class Lost:
    """The end of a request without an answer; it may have had its effect."""

    #: Who, method, path and kind of the fault; no query, no body.
    why: str


class Client:
    """Calls one server; every thread may use it at the same time.

    Neither proxies nor passwords are taken from the environment.
    """

    def __init__(self, what: str, url: str, *, token: str, timeout_s: float, unavailable: type[TransientError]) -> None:
        """Prepare to call *what* at *url* with a bearer *token*; out of reach, it raises *unavailable*.

        *timeout_s* bounds each wait for the other side, and the reading of one answer as a whole.

        Raises:
            ConfigError: *url* is no address of a web server, or *token* cannot stand in a header.
        """
        if not _TOKEN.fullmatch(token):
            raise ConfigError([f"{what}: the token is empty or has spaces or foreign letters: copy it anew"])
        self._what = what
        self._unavailable = unavailable
        self._timeout_s = timeout_s
        self._client = httpx2.Client(
            base_url=_checked(what, url),
            headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
            timeout=httpx2.Timeout(timeout_s, connect=min(CONNECT_S, timeout_s)),
            limits=httpx2.Limits(max_connections=THREADS, max_keepalive_connections=THREADS, keepalive_expiry=IDLE_S),
            follow_redirects=False,
            trust_env=False,
        )

    def get(self, path: str, query: Sequence[tuple[str, str]] = ()) -> Answer:
        """Read; a connection that breaks is tried once more on a new one."""
        try:
            try:
                return self._ask("GET", path, query=query)
            except _RESET:
                return self._ask("GET", path, query=query)
        except httpx2.RequestError as error:
            raise self._unavailable(self._why("GET", path, error)) from error

    def post(self, path: str, body: bytes) -> Answer | Lost:
        """Send JSON once; what never left raises, what may have arrived without an answer is `Lost`."""
        try:
            return self._ask("POST", path, body=body)
        except _NEVER_LEFT as error:
            raise self._unavailable(self._why("POST", path, error)) from error
        except httpx2.RequestError as error:
            return Lost(self._why("POST", path, error))

    def close(self) -> None:
        """Give back the connections."""
        self._client.close()

    def _ask(
        self, method: str, path: str, *, query: Sequence[tuple[str, str]] = (), body: bytes | None = None
    ) -> Answer:
        headers: Mapping[str, str] = {} if body is None else {"Content-Type": "application/json"}
        until = monotonic() + self._timeout_s
        read = bytearray()
        with self._client.stream(method, path, params=list(query), content=body, headers=headers) as response:
            for chunk in response.iter_bytes():
                read += chunk
                if len(read) > MAX_BYTES:
                    return Answer(response.status_code, b"", is_whole=False)
                if monotonic() > until:
                    raise httpx2.ReadTimeout("the answer dripped too slowly", request=response.request)
            return Answer(response.status_code, bytes(read))

    def _why(self, method: str, path: str, error: httpx2.RequestError) -> str:
        return f"{self._what}: {method} {path}: {type(error).__name__}"


def _checked(what: str, url: str) -> httpx2.URL:
    try:
        address = httpx2.URL(url)
    except httpx2.InvalidURL as error:
        raise ConfigError([f"{what}: url {url!r}: {error}: write it as https://name/path"]) from error
    if address.scheme not in ("http", "https") or not address.host:
        raise ConfigError([f"{what}: url {url!r} is no address of a web server: write it as https://name/path"])
    return address
