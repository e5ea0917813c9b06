"""What the template of each purpose holds, and what carriers and people refuse to read."""

import re
from collections.abc import Mapping

from .meanings import Asking
from .texts import Purpose

#: What the template of each purpose is given, all of it and nothing else; `landline` comes from the place.
VARIABLES: Mapping[Purpose, frozenset[str]] = {
    purpose: frozenset(names.split())
    for purpose, names in {
        Purpose.DUTY: "code kind options",
        Purpose.CANCEL: "name council code when",
        Purpose.CHANGE: "name council code when place options landline",
        Purpose.INVITE: "name council code when place options landline",
        Purpose.INVITE_PARTY: "name council code when place options landline",
        Purpose.ASK_RESULT: "code council when options",
        Purpose.REMIND: "name council code when place options landline",
        Purpose.TASK: "name code what due options",
        Purpose.TASK_REMIND: "name code what due options",
        Purpose.ROUTE: "code council",
        Purpose.RESULT: "code when result",
        Purpose.EVALUATE: "code options",
        Purpose.EVALUATE_AGAIN: "code options",
        Purpose.CLARIFY: "options",
        Purpose.STOP_ACK: "landline",
    }.items()
}

#: What each purpose asks, where it asks for an answer.
ASKS: Mapping[Purpose, Asking] = {
    Purpose.DUTY: Asking.DUTY,
    Purpose.CHANGE: Asking.INVITATION,
    Purpose.INVITE: Asking.INVITATION,
    Purpose.INVITE_PARTY: Asking.INVITATION,
    Purpose.ASK_RESULT: Asking.RESULT,
    Purpose.REMIND: Asking.INVITATION,
    Purpose.TASK: Asking.ACTION,
    Purpose.TASK_REMIND: Asking.ACTION,
    Purpose.EVALUATE: Asking.EVALUATION,
    Purpose.EVALUATE_AGAIN: Asking.EVALUATION,
    Purpose.CLARIFY: Asking.INVITATION,
}

#: The longest text in UTF-16 units: one part in Chinese; three in English, whose words take more room.
LONGEST: Mapping[str, int] = {"zh": 70, "en": 201}

#: The longest value in characters; the Chinese limit is a carrier's. https://volcengine.com/docs/6361/170340
LONGEST_VALUE: Mapping[str, int] = {"zh": 35, "en": 80}

# What carriers refuse in a text, and what to write instead.
_REFUSED = (
    (re.compile("党|信访|维权|投诉|领导|调解"), "carriers refuse this word: write a neutral one"),
    (re.compile("【[^】]*】?|】"), "the signature is put in front by itself: leave the brackets out"),
    (
        re.compile(r"https?:|www\.|[a-z0-9-]+\.(?:cn|com|net|org)\b", re.I),
        "people distrust links: ask for a digit",
    ),
    (re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)"), "a mobile looks like fraud: print {{ landline }}"),
    (re.compile("[¥★√※_&]"), "carriers break on this sign: leave it out"),
)
_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.S)
_ADJACENT = re.compile(r"\}\}\s*\{\{")


def variable_faults(used: set[str], purpose: Purpose) -> list[str]:
    """Return what is wrong with the values that a template for *purpose* uses."""
    wanted = VARIABLES[purpose]
    missing = [f"{{{{ {name} }}}} is missing: put it in" for name in sorted(wanted - used)]
    surplus = [f"{{{{ {name} }}}} is not given to this text: take it out" for name in sorted(used - wanted)]
    return missing + surplus


def wording_faults(source: str) -> list[str]:
    """Return what carriers or people would refuse in the words of a template."""
    body = _TAG.sub(" ", source)
    faults = [f"'{hit[0]}': {mend}" for refused, mend in _REFUSED for hit in refused.finditer(body)]
    if _ADJACENT.search(source):
        faults.append("'}}{{': two values touch: put a word or a mark between them")
    return faults


def length_faults(text: int, values: Mapping[str, str], language: str) -> list[str]:
    """Return which of *values* are too long, and whether a *text* of so many units is."""
    faults = [
        f"{{{{ {name} }}}} can be {len(value)} characters long: at most {LONGEST_VALUE[language]}"
        for name, value in values.items()
        if len(value) > LONGEST_VALUE[language]
    ]
    if text > LONGEST[language]:
        faults.append(f"{text} units with the longest values: cut it to {LONGEST[language]}")
    return faults
