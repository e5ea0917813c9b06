"""What Twilio's refusals mean for one text; data, so that an operator can read and extend it.

These are the codes that answer a hand-over. Those that come later, in a status callback, are kept as they are.
Every code has its page: https://www.twilio.com/docs/api/errors/<code>.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from ..ports import Outcome


class Kind(StrEnum):
    """Whose fault a refusal is, and so who mends it."""

    #: Our request is wrong; a defect.
    BUG = "bug"
    #: The account, the sender or its rights; an admin mends it, and the same text may go then.
    CONFIG = "config"
    #: The account may not send to this number; the text goes by another way.
    ROUTE = "route"
    #: This number takes no texts.
    RECIPIENT = "recipient"
    #: The person said that no more shall come.
    OPT_OUT = "opt_out"
    #: These words are not carried.
    CONTENT = "content"
    #: Too much at once; nothing was sent.
    THROTTLE = "throttle"
    #: The server stumbled; whether it took the text is not known.
    UNCLEAR = "unclear"


@dataclass(frozen=True)
class Verdict:
    """What a refusal means."""

    kind: Kind
    outcome: Outcome


_OUTCOMES: Mapping[Kind, Outcome] = {
    Kind.BUG: Outcome.REJECTED,
    Kind.CONFIG: Outcome.RETRY_SAFE,
    Kind.ROUTE: Outcome.REJECTED,
    Kind.RECIPIENT: Outcome.REJECTED,
    Kind.OPT_OUT: Outcome.REJECTED,
    Kind.CONTENT: Outcome.REJECTED,
    Kind.THROTTLE: Outcome.RETRY_SAFE,
    Kind.UNCLEAR: Outcome.UNKNOWN,
}

_CODES: Mapping[Kind, tuple[int, ...]] = {
    #: Bad or missing parameter: /20001, /20422, /21602 (no body), /21603 (no sender), /21604 (no recipient),
    #: /21201, /21617 (over 1600 characters), /21654, /21655, /21656 (content variables).
    Kind.BUG: (20001, 20422, 21201, 21602, 21603, 21604, 21617, 21654, 21655, 21656),
    #: Credentials and account: /20003, /20005, /20006, /20008. Service or sender not there: /20404, /21701,
    #: /21703, /21704, /21705. Sender not ours, not for texts, wrong region: /21606, /21607, /21657, /21663.
    #: StatusCallback is no address that Twilio can reach: /21609. Retention not allowed: /30029, /30030.
    Kind.CONFIG: (
        *(20003, 20005, 20006, 20008, 20404, 21701, 21703, 21704, 21705),
        *(21606, 21607, 21657, 21663, 21609, 30029, 30030),
    ),
    #: Country not switched on: /21408. A trial account and an unverified number: /21608. No way from this
    #: sender to this number: /21612.
    Kind.ROUTE: (21408, 21608, 21612),
    #: No number: /21211. A premium number: /21268. No mobile, such as a landline: /21614.
    Kind.RECIPIENT: (21211, 21268, 21614),
    #: /21610 (the person answered STOP).
    Kind.OPT_OUT: (21610,),
    #: /21618.
    Kind.CONTENT: (21618,),
    #: "Never processed, always safe to retry": /20429. The sender's queue is full: /21611. Maintenance: /21730.
    Kind.THROTTLE: (20429, 21611, 21730),
    #: "Not idempotent: it is possible for a customer to receive multiple messages": /20500, /20503, /20504.
    Kind.UNCLEAR: (20500, 20502, 20503, 20504),
}

# HTTP 401 and 403 without a code of Twilio's come from what stands before it; 429 as in /20429.
_STATUSES: Mapping[int, Kind] = {401: Kind.CONFIG, 403: Kind.CONFIG, 429: Kind.THROTTLE}


def _verdicts() -> Iterator[tuple[int, Verdict]]:
    for kind, codes in _CODES.items():
        for code in codes:
            yield code, Verdict(kind, _OUTCOMES[kind])


#: The verdict for each code that we know.
VERDICTS: Mapping[int, Verdict] = dict(_verdicts())


def judge(status: int, code: int) -> Verdict:
    """Return what HTTP *status* with Twilio's *code* means; what is not known is judged by the status.

    A 4xx refused the text, a 429 did not take it; after anything else nobody knows.
    """
    if code in VERDICTS:
        return VERDICTS[code]
    kind = _STATUSES.get(status, Kind.BUG if 400 <= status < 500 else Kind.UNCLEAR)
    return Verdict(kind, _OUTCOMES[kind])
