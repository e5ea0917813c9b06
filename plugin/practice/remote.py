"""A practice world in a process of its own: how it is started, steered and looked into from another one."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from ..errors import PermanentError
from .clock import instant

#: Living through a day of a whole street takes this long at the most, in seconds.
_PATIENCE_S = 120
_STOP_S = 10


class RemoteWorld:
    """Steers the world at *url* through its own switches and doors."""

    def __init__(self, url: str, *, host_token: str, carrier_token: str) -> None:
        #: Where it answers, without a slash at the end.
        self.url = url
        self._tokens = {"/host": host_token, "/carrier": carrier_token}

    def now(self) -> datetime:
        """Return the world's time."""
        return instant(self._call("GET", "/practice/clock")["now"])

    def advance(self, to: datetime) -> None:
        """Let the world live up to *to* and stand still there; what it calls has been called when this returns."""
        self._call("PUT", "/practice/clock", {"now": to.isoformat()})

    def seed(self, cases: Mapping[str, Any], street: Mapping[str, Any], *, start: datetime) -> dict[str, str]:
        """Fill the world; return the file's ids by the host's."""
        given = {"cases": cases, "street": street, "start": start.isoformat()}
        return dict(self._call("POST", "/practice/seed", given))

    def seed_lines(self, lines: Sequence[str], *, start: datetime) -> dict[str, str]:
        """Add cases from JSON lines; return the lines' ids by the host's.

        Raises:
            PermanentError: Some lines are no cases; nothing was added, and every fault is named.
        """
        return dict(self._call("POST", "/practice/lines", {"lines": list(lines), "start": start.isoformat()}))

    def bring_answers_to(self, url: str) -> None:
        """Have people's texts brought to *url*."""
        self._call("PUT", "/practice/inbound", {"url": url})

    def sent(self) -> Counter[tuple[str, str]]:
        """Return how often the carrier took each body for each phone."""
        return Counter((one["to"], one["body"]) for one in self._pages("/carrier/v1/messages", {}))

    def cases(self) -> Iterator[Mapping[str, Any]]:
        """Yield every case of the host, ended ones too."""
        query = {"limit": "200"}
        while True:
            page = self._call("GET", f"/host/api/v1/cases?{urlencode(query)}")
            yield from page["items"]
            if page["next"] is None:
                return
            query |= page["next"]

    def keys_on_host(self) -> Counter[tuple[str, str]]:
        """Return how often each step's key stands with its case."""
        found: Counter[tuple[str, str]] = Counter()
        for case in self.cases():
            notes = self._call("GET", f"/host/api/v1/cases/{case['id']}/notes")["items"]
            found.update((case["id"], note["key"]) for note in notes if note["key"])
        return found

    def _pages(self, path: str, query: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
        number: int | None = 1
        while number is not None:
            page = self._call("GET", f"{path}?{urlencode({**query, 'page': number})}")
            yield from page["items"]
            number = page["next"]

    def _call(self, method: str, path: str, given: object = None) -> Any:  # noqa: ANN401 (any JSON)
        headers = {"Content-Type": "application/json"}
        token = next((token for prefix, token in self._tokens.items() if path.startswith(prefix)), "")
        if token:
            headers["Authorization"] = f"Bearer {token}"
        connection = HTTPConnection(urlsplit(self.url).netloc, timeout=_PATIENCE_S)
        try:
            connection.request(method, path, None if given is None else json.dumps(given), headers)
            answer = connection.getresponse()
            body = answer.read()
        finally:
            connection.close()
        if answer.status >= 300:
            raise PermanentError(f"the practice world refuses {method} {path}: {body.decode(errors='replace')}")
        return json.loads(body) if body else None


class WorldProcess:
    """A world that this process started and ends."""

    def __init__(self, path: Path, *, fast: bool, seed: int = 0, port: int = 0) -> None:
        command = [sys.executable, "-m", "sanhui.plugin.practice", "--db", str(path), "--port", str(port)]
        command += ["--seed", str(seed), *(["--fast"] if fast else [])]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603 (our own module)
        line = self._process.stdout.readline() if self._process.stdout else ""
        if not line.startswith("http"):
            raise PermanentError(f"the practice world did not start: exit code {self._process.wait()}")
        #: Where it answers, without a slash at the end.
        self.url = line.strip()

    def stop(self) -> None:
        """End the world; its database file stays."""
        self._process.terminate()
        try:
            self._process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()
