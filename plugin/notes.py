"""Notes: what the host's case record says of each step, and our names for things in the office's language."""

from __future__ import annotations

from datetime import date
from typing import Any

from .domain.matters import CouncilKind, Divert
from .domain.outcomes import Result
from .errors import ConfigError
from .words import plain

#: Longer notes are refused by hosts, and nobody reads them (design: write-back lines of at most 200 characters).
LONGEST_NOTE = 200


class Notes:
    """The notes of one language: templates/notes/<language>, one template a step, and `names.j2`.

    A note names no person and no subject beyond what the case record holds already. It ends with the step's
    key, by which a person and the host's search find it.
    """

    def __init__(self, language: str) -> None:
        self._templates = plain(f"notes/{language}")
        self._names: dict[str, Any] = vars(self._templates.get_template("names.j2").module)

    def note(self, step: str, /, *, key: str, **values: str) -> str:
        """Return the note of *step*.

        Raises:
            ConfigError: It is longer than `LONGEST_NOTE`.
        """
        said = " ".join(self._templates.get_template(f"{step}.j2").render(values).split())
        note = f"{said}〔三会:{key}〕"
        if len(note) > LONGEST_NOTE:
            raise ConfigError([f"templates/notes: {step}.j2: {len(note)} characters: cut it to {LONGEST_NOTE}"])
        return note

    def council(self, kind: CouncilKind) -> str:
        """Return the neutral name of a council kind."""
        return str(self._names["councils"][kind])

    def divert(self, kind: Divert) -> str:
        """Return the neutral name of a diversion; it tells an officer how urgent, and nobody what."""
        return str(self._names["diversions"][kind])

    def result(self, result: Result) -> str:
        """Return a result in words."""
        return str(self._names["results"][result])

    def verdict(self, verdict: str) -> str:
        """Return a resident's verdict, or why there is none, in words."""
        return str(self._names["verdicts"][verdict])

    def matter(self, matter: str) -> str:
        """Return the name of a matter."""
        return str(self._names["matters"][matter])

    def day(self, day: date) -> str:
        """Return *day* as people say it."""
        return str(self._names["day"](day))

    @property
    def promise(self) -> str:
        """The promise of a meeting that gave no details: carry out what was agreed."""
        return str(self._names["promise"])

    @property
    def resident(self) -> str:
        """How a text addresses somebody whose name we do not keep."""
        return str(self._names["resident"])
