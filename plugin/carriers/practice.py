"""The practice carrier as a `Carrier`: one hand-over for each call, its callbacks signed."""

from __future__ import annotations

import hmac
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

import msgspec

from ..domain.texts import TextState
from ..errors import CarrierUnavailable, ConfigError, NotAllowed
from ..ports import CheckLine, Inbound, Outcome, OutText, StatusEvent, Submission, WebRequest
from ..transport import Answer, Client, Lost

#: Where the carrier's door is.
PREFIX = "/carrier/v1"
#: The header that proves a callback: hex HMAC-SHA256 of the raw body.
SIGNATURE = "x-practice-signature"
#: The carrier's clock may be behind ours by so much.
SKEW = timedelta(seconds=60)
#: The carrier's words for where a text stands.
STATES: Mapping[str, TextState] = {
    "accepted": TextState.ACCEPTED,
    "sent": TextState.SENT,
    "delivered": TextState.DELIVERED,
    "undelivered": TextState.UNDELIVERED,
    "failed": TextState.FAILED,
}

# Nothing was sent, and it is not about this text: a wrong token, too many requests, a carrier that is down.
_LATER = frozenset({401, 403, 429, 503})
# The carrier knows no such number, so this list is empty and yet asks for the token.
_NOBODY = "+8610000000000"
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
_BROKEN = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class _Taken(msgspec.Struct):
    id: str


class _Refused(msgspec.Struct):
    code: str


class _Message(msgspec.Struct):
    id: str
    status: str
    to: str
    body: str
    tag: str
    error: str


class _Page(msgspec.Struct):
    items: list[_Message]
    next: int | None


class PracticeCarrier:
    """Keeps `ports.Carrier`."""

    def __init__(self, name: str, url: str, token: str, callback_secret: str, *, timeout_s: float = 30.0) -> None:
        """Prepare to hand texts to the carrier at *url*.

        Raises:
            ConfigError: The secret is empty, so that anybody could sign, or *url* is no address.
        """
        if not callback_secret:
            raise ConfigError([f"carrier {name}: callback_secret '' lets anybody sign: set it"])
        self.name = name
        self._secret = callback_secret.encode()
        self._client = Client(f"carrier {name}", url, token=token, timeout_s=timeout_s, unavailable=CarrierUnavailable)

    def send(self, text: OutText) -> Submission:
        """Hand over one text, once.

        Our id goes along as its tag and comes back with every callback.
        """
        form = {"to": text.to, "body": text.body, "callback": text.callback_url, "tag": str(text.id)}
        try:
            answer = self._client.post(f"{PREFIX}/messages", msgspec.json.encode(form))
        except UnicodeEncodeError:
            return Submission(Outcome.REJECTED, code="bad_text", reason="half a character cannot be sent")
        except CarrierUnavailable as error:
            return Submission(Outcome.RETRY_SAFE, code="unreachable", reason=str(error))
        if isinstance(answer, Lost):
            return Submission(Outcome.UNKNOWN, code="lost", reason=answer.why)
        return _submission(answer)

    def look_up(self, text: OutText, *, since: datetime) -> StatusEvent | None:
        """Return the text as the carrier has it: same number, same words, our tag; None when it has none.

        Raises:
            CarrierUnavailable: The carrier cannot tell now.
        """
        for message in self._messages(text.to, since - SKEW):
            if (message.to, message.body, message.tag) == (text.to, text.body, str(text.id)):
                # A state that we do not know is at least a text that the carrier has.
                state = STATES.get(message.status, TextState.ACCEPTED)
                return StatusEvent(message.id, state, message.error, text.id)
        return None

    def status_events(self, request: WebRequest) -> Sequence[StatusEvent]:
        """Return the news in a status callback; a state that we do not know is no news.

        Raises:
            NotAllowed: The signature is wrong, missing or malformed, or the form lacks a field.
        """
        form = self._form(request, "MessageId", "MessageStatus")
        state = STATES.get(form["MessageStatus"])
        if state is None:
            return ()
        return (StatusEvent(form["MessageId"], state, form.get("ErrorCode", ""), _text_id(form.get("Tag", ""))),)

    def inbound(self, request: WebRequest) -> Sequence[Inbound]:
        """Return the text in an inbound callback.

        Raises:
            NotAllowed: The signature is wrong, missing or malformed, or the form lacks a field.
        """
        form = self._form(request, "MessageId", "From", "Body", "At")
        return (Inbound(form["MessageId"], form["From"], form["Body"], _time(form["At"])),)

    def check(self) -> Sequence[CheckLine]:
        """Prove that the carrier knows us, by an empty list that asks for the token; send nothing."""
        name = f"carrier {self.name}"
        try:
            next(self._messages(_NOBODY, _LONG_AGO), None)
        except CarrierUnavailable as error:
            mend = "check the carrier's url and token, and that it is running"
            return [CheckLine(name, "fail", str(error), "a list of texts", mend)]
        return [CheckLine(name, "ok", "a list of texts")]

    def close(self) -> None:
        """Give back connections."""
        self._client.close()

    def _messages(self, number: str, since: datetime) -> Iterator[_Message]:
        page: int | None = 1
        while page is not None:
            query = [("to", number), ("since", since.isoformat()), ("page", str(page))]
            found = self._page(self._client.get(f"{PREFIX}/messages", query))
            yield from found.items
            page = found.next

    def _page(self, answer: Answer) -> _Page:
        if answer.status != 200:
            raise CarrierUnavailable(f"carrier {self.name}: the list of texts answered {answer.status}")
        try:
            return msgspec.json.decode(answer.body, type=_Page)
        except _BROKEN as error:
            raise CarrierUnavailable(f"carrier {self.name}: the list of texts is none: {error}") from error

    def _form(self, request: WebRequest, *fields: str) -> dict[str, str]:
        """Return the form in the raw body, which is what the signature covers."""
        given = next((value for name, value in request.headers.items() if name.lower() == SIGNATURE), "")
        wanted = hmac.new(self._secret, request.body, "sha256").hexdigest()
        if not hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode()):
            raise NotAllowed(f"carrier {self.name}: the callback's signature is wrong or missing")
        try:
            pairs = parse_qsl(request.body.decode(), keep_blank_values=True, errors="strict")
        except ValueError as error:
            raise NotAllowed(f"carrier {self.name}: the callback is no form: let it send UTF-8") from error
        form = dict(pairs)
        missing = [field for field in fields if field not in form]
        if missing:
            raise NotAllowed(f"carrier {self.name}: the callback lacks {', '.join(missing)}")
        return form


def _submission(answer: Answer) -> Submission:
    if answer.status == 201:
        try:
            taken = msgspec.json.decode(answer.body, type=_Taken)
        except _BROKEN:
            return Submission(Outcome.UNKNOWN, code="unreadable", reason="201 without an id")
        return Submission(Outcome.ACCEPTED, provider_id=taken.id)
    reason = f"answered {answer.status}"
    if answer.status in _LATER:
        return Submission(Outcome.RETRY_SAFE, code=str(answer.status), reason=reason)
    if 400 <= answer.status < 500:
        return Submission(Outcome.REJECTED, code=_code(answer), reason=reason)
    return Submission(Outcome.UNKNOWN, code=str(answer.status), reason=reason)


def _code(answer: Answer) -> str:
    try:
        return msgspec.json.decode(answer.body, type=_Refused).code[:64]
    except _BROKEN:
        return str(answer.status)


def _text_id(tag: str) -> int | None:
    return int(tag) if tag.isascii() and tag.isdigit() and len(tag) < 20 else None


def _time(value: str) -> datetime:
    try:
        at = datetime.fromisoformat(value)
        if at.tzinfo is not None:
            return at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise NotAllowed("the callback's At is no time: let the carrier send ISO 8601") from error
    raise NotAllowed("the callback's At has no zone: let the carrier send +08:00 with it")
