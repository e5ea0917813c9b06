"""The one door to jinja2: pages, and what the texts say."""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from pathlib import Path
from typing import Any

from jinja2 import (
    BaseLoader,
    Environment,
    FileSystemLoader,
    PackageLoader,
    StrictUndefined,
    TemplateError,
    TemplateNotFound,
    TemplateSyntaxError,
    UndefinedError,
)
from jinja2.meta import find_undeclared_variables

from .domain.answers import DIGITS, OPTIONS, Asking, Meaning, Question
from .domain.texts import Purpose, units
from .domain.wording_rules import (
    ASKS,
    LONGEST,
    VARIABLES,
    length_faults,
    variable_faults,
    wording_faults,
)
from .errors import ConfigError

__all__ = ["VARIABLES", "Environment", "Words", "pages", "plain"]

_PHRASES = "phrases"
# What the phrases of every language hold, beside a word for each option.
_NEEDED = frozenset({"options", "signed", "hint", "hint_by_code", "when", "samples"})
# A value that brings signature brackets along would look as if somebody else had signed.
_BRACKETS = str.maketrans("", "", "【】")


def pages(folder: str) -> Environment:
    """Return the environment of the pages in templates/*folder*; every value is escaped.

    A name that a page uses and nobody gives raises at once, instead of leaving a gap.
    """
    return Environment(
        loader=PackageLoader("sanhui", f"templates/{folder}"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def plain(folder: str) -> Environment:
    """Return the environment of the texts in templates/*folder*, which are no markup: nothing is escaped."""
    return _unescaped(PackageLoader("sanhui", f"templates/{folder}"))


class Words:
    """What the texts of one language say: a folder with one template a purpose, and `phrases.j2`.

    *signature* stands without brackets in front of every text; carriers file it. *folder* holds a place's
    own templates, in place of ours.

    Raises:
        ConfigError: There is no such language, or its phrases cannot be read.
    """

    def __init__(self, language: str, *, signature: str, landline: str, folder: Path | None = None) -> None:
        if language not in LONGEST:
            raise ConfigError([f"language: '{language}' has no texts ({', '.join(LONGEST)})"])
        self.language = language
        self._signature = signature
        #: Answers when people ask whether a text is genuine.
        self.landline = landline
        self._where = str(folder) if folder else f"templates/sms/{language}"
        self._templates = _unescaped(FileSystemLoader(folder)) if folder else plain(f"sms/{language}")
        self._phrases = self._read_phrases()

    def text(self, purpose: Purpose, /, **values: str) -> str:
        """Return the text for *purpose*, signed, on one line; `landline` need not be given.

        Raises:
            ConfigError: The template is missing or broken, or asks for a value that nobody gave.
        """
        try:
            body = self._templates.get_template(f"{purpose}.j2").render({"landline": self.landline, **values})
        except TemplateError as error:
            raise ConfigError([self._fault(purpose, error)]) from error
        return self._phrase("signed", self._signature, " ".join(body.translate(_BRACKETS).split()))

    def options(self, question: Question, *, is_party: bool = False) -> str:
        """Return the hint how to answer *question*: its digits, or its code and the option's number.

        A party (*is_party*) is not offered to step aside from its own matter.
        """
        offered = [option for option in OPTIONS[question.asking] if not (is_party and option is Meaning.RECUSE)]
        words = [self._phrases["options"][option] for option in offered]
        if not question.digits:
            return self._phrase("hint_by_code", question.code, words)
        return ",".join(self._phrase("hint", *pair) for pair in zip(words, question.digits, strict=False))

    def when(self, moment: datetime, zone: tzinfo) -> str:
        """Return *moment* as the texts print it, in the local time of *zone*."""
        return self._phrase("when", moment.astimezone(zone))

    def example(self, purpose: Purpose) -> str:
        """Return the text for *purpose* with the longest values that are likely."""
        return self.text(purpose, **self._samples(purpose, DIGITS))

    def lint(self) -> list[str]:
        """Return what is wrong with the texts: each fault names the file, the value and the mend."""
        names = {Path(name).stem for name in self._templates.list_templates()}
        surplus = sorted(names - {*Purpose, _PHRASES})
        faults = [f"{self._where}/{name}.j2: no purpose has this name: remove it" for name in surplus]
        for purpose in Purpose:
            faults += self._faults(purpose)
        return faults

    def _faults(self, purpose: Purpose) -> list[str]:
        """Return the faults of one template; one that cannot be rendered is not measured."""
        try:
            loader = self._templates.loader or BaseLoader()
            source = loader.get_source(self._templates, f"{purpose}.j2")[0]
            used = find_undeclared_variables(self._templates.parse(source))
        except TemplateError as error:
            return [self._fault(purpose, error)]
        faults = [*variable_faults(used, purpose), *wording_faults(source)]
        if used <= VARIABLES[purpose]:
            faults += self._length_faults(purpose)
        return [f"{self._where}/{purpose}.j2: {fault}" for fault in faults]

    def _length_faults(self, purpose: Purpose) -> list[str]:
        """Return the faults with digits in the hint, and with none left, when a code stands in for them."""
        faults: dict[str, None] = {}
        for digits in (DIGITS, {}):
            values = self._samples(purpose, digits)
            size = units(self.text(purpose, **values))
            faults |= dict.fromkeys(length_faults(size, values, self.language))
        return list(faults)

    def _samples(self, purpose: Purpose, digits: Mapping[Asking, tuple[int, ...]]) -> dict[str, str]:
        values: dict[str, str] = dict(self._phrases["samples"])
        if asking := ASKS.get(purpose):
            question = Question(id=0, asking=asking, code=values["code"], digits=digits.get(asking, ()))
            values["options"] = self.options(question, is_party=purpose is Purpose.INVITE_PARTY)
        return {name: value for name, value in values.items() if name in VARIABLES[purpose]}

    def _read_phrases(self) -> dict[str, Any]:
        try:
            phrases = vars(self._templates.get_template(f"{_PHRASES}.j2").module)
        except TemplateError as error:
            raise ConfigError([self._fault(_PHRASES, error)]) from error
        wanted = {option for options in OPTIONS.values() for option in options}
        missing = sorted((_NEEDED - phrases.keys()) or (wanted - phrases["options"].keys()))
        if missing:
            raise ConfigError([f"{self._where}/{_PHRASES}.j2: '{name}' is missing: set it" for name in missing])
        return phrases

    def _phrase(self, name: str, *values: object) -> str:
        return str(self._phrases[name](*values))

    def _fault(self, name: str, error: TemplateError) -> str:
        """Return one line that names the file, the value and the mend."""
        where = f"{self._where}/{name}.j2"
        if isinstance(error, TemplateNotFound):
            return f"{where}: is missing: write it"
        if isinstance(error, UndefinedError):
            return f"{where}: {error.message}: give it a value, or take it out"
        line = f" line {error.lineno}:" if isinstance(error, TemplateSyntaxError) else ""
        return f"{where}:{line} {error.message}: mend the tag"


def _unescaped(loader: BaseLoader) -> Environment:
    # Texts and notes are no markup: an escaped sign would reach the phone as it stands.
    return Environment(loader=loader, undefined=StrictUndefined, autoescape=False)  # noqa: S701
