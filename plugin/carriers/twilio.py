"""Twilio as a `Carrier`, through its own SDK; the only module that imports it.

The SDK waits for ever unless told otherwise, and its own retries would send texts twice; both are set here.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, parse_qsl, urldefrag, urlsplit

from requests.adapters import HTTPAdapter
from requests.exceptions import ConnectionError as NoConnection
from requests.exceptions import ConnectTimeout
from twilio.base.exceptions import TwilioException, TwilioRestException, TwilioServiceException
from twilio.http.http_client import TwilioHttpClient
from twilio.request_validator import RequestValidator
from twilio.rest import Client
from urllib3.exceptions import HTTPError, MaxRetryError, NewConnectionError

from ..domain.texts import TextState
from ..errors import CarrierUnavailable, ConfigError, NotAllowed
from ..ports import CheckLine, Inbound, Outcome, OutText, StatusEvent, Submission, WebRequest
from .twilio_errors import judge

#: Seconds to reach Twilio.
CONNECT_S = 5.0
#: Seconds that a text may wait in Twilio's queue at most. https://www.twilio.com/docs/messaging/api/message-resource
MAX_VALIDITY_S = 36000
#: Five tries for each callback, after any failure. https://www.twilio.com/docs/usage/webhooks/webhooks-connection-overrides
CALLBACK_RETRIES = "#rc=5&rp=all"
#: The header that proves a callback.
SIGNATURE = "x-twilio-signature"
#: Twilio's clock may be behind ours by so much; its times have whole seconds.
SKEW = timedelta(seconds=60)
#: Twilio's words for where a text stands. https://www.twilio.com/docs/messaging/api/message-resource#message-status-values
STATES: Mapping[str, TextState] = {
    "accepted": TextState.ACCEPTED,
    "scheduled": TextState.ACCEPTED,
    "queued": TextState.ACCEPTED,
    "sending": TextState.ACCEPTED,
    "sent": TextState.SENT,
    "partially_delivered": TextState.SENT,
    "delivered": TextState.DELIVERED,
    "read": TextState.DELIVERED,
    "undelivered": TextState.UNDELIVERED,
    "failed": TextState.FAILED,
    "canceled": TextState.FAILED,
}

_BAD = frozenset({TextState.UNDELIVERED, TextState.FAILED})
# Texts in one page of a list.
_PAGE = 200
# What the SDK throws; its newer kind of refusal is not of the older kind's family, and an answer of another
# shape ends in whatever its decoder stumbles over.
_REFUSALS = (TwilioRestException, TwilioServiceException)
_STUMBLES = (
    *(TwilioException, TwilioServiceException, HTTPError, OSError),
    *(ValueError, TypeError, LookupError, AttributeError, RecursionError),
)

# They write the numbers that are asked for in a list, and all headers of the answers.
for _name in ("twilio", "urllib3"):
    logging.getLogger(_name).setLevel(logging.WARNING)


class _Form(dict[str, list[str]]):
    """A form in which a field may stand several times, as the SDK's validator reads it."""

    def getlist(self, name: str) -> list[str]:
        return self[name]

    def first(self, name: str) -> str:
        return self.get(name, [""])[0]


def _utc_now() -> datetime:
    return datetime.now(UTC)


class TwilioCarrier:
    """Keeps `ports.Carrier`."""

    def __init__(
        self,
        name: str,
        account_sid: str,
        auth_tokens: Sequence[str],
        sender: str,
        *,
        base_url: str | None = None,
        timeout_s: float = 30.0,
        pool: int = 32,
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        """Prepare to send from *sender*, a number, or the sid (MG…) of a messaging service.

        The first of *auth_tokens* calls Twilio; each of them proves callbacks, so that tokens can change
        while texts are under way. *pool* is how many threads may send at the same time.

        Raises:
            ConfigError: A token is missing or empty, so that anybody could sign.
        """
        if not auth_tokens or not all(auth_tokens):
            raise ConfigError([f"carrier {name}: auth_tokens has an empty token: set the account's own"])
        self.name = name
        self._account_sid = account_sid
        self._from = {"messaging_service_sid" if sender.startswith("MG") else "from_": sender}
        self._validators = [RequestValidator(token) for token in auth_tokens]
        self._now = now
        self._http = _http_client(timeout_s, pool)
        self._client = _client(account_sid, auth_tokens[0], self._http, base_url)

    def send(self, text: OutText) -> Submission:
        """Hand over one text, once; it waits in Twilio's queue no longer than it is of use."""
        try:
            taken = self._client.messages.create(
                to=text.to,
                body=text.body,
                status_callback=text.callback_url + CALLBACK_RETRIES,
                validity_period=self._validity(text),
                **self._from,
            )
        except _REFUSALS as error:
            return _refused(error.status, error.code)
        except UnicodeEncodeError:
            return Submission(Outcome.REJECTED, code="bad_text", reason="half a character cannot be sent")
        except NoConnection as error:
            never_left = isinstance(error, ConnectTimeout) or _is_refused(error)
            outcome = Outcome.RETRY_SAFE if never_left else Outcome.UNKNOWN
            return Submission(outcome, code=type(error).__name__, reason="no connection")
        except _STUMBLES as error:
            return Submission(Outcome.UNKNOWN, code=type(error).__name__, reason="no answer that can be read")
        if not isinstance(taken.sid, str) or not taken.sid:
            return Submission(Outcome.UNKNOWN, code="unreadable", reason="taken without a sid")
        return Submission(Outcome.ACCEPTED, provider_id=taken.sid)

    def look_up(self, text: OutText, *, since: datetime) -> StatusEvent | None:
        """Return the text as Twilio has it: same number, same words, not older; None when it has none.

        The list is asked by number alone: a text that still waits has no date of sending to ask by.

        Raises:
            CarrierUnavailable: Twilio cannot tell now.
        """
        try:
            return self._find(text, since - SKEW)
        except _STUMBLES as error:
            raise CarrierUnavailable(f"carrier {self.name}: no list: {type(error).__name__}") from error

    def status_events(self, request: WebRequest) -> Sequence[StatusEvent]:
        """Return the news in a status callback; a state that we do not know is no news.

        Raises:
            NotAllowed: The signature is wrong, missing or malformed, or the form lacks a field.
        """
        form = self._form(request, "MessageSid", "MessageStatus")
        state = STATES.get(form.first("MessageStatus"))
        if state is None:
            return ()
        code = _code(state, form.first("ErrorCode"))
        return (StatusEvent(form.first("MessageSid"), state, code, _text_id(request.url)),)

    def inbound(self, request: WebRequest) -> Sequence[Inbound]:
        """Return the text in an inbound callback; Twilio does not say when it came, so it came now.

        Raises:
            NotAllowed: The signature is wrong, missing or malformed, or the form lacks a field.
        """
        form = self._form(request, "MessageSid", "From", "Body")
        return (Inbound(form.first("MessageSid"), form.first("From"), form.first("Body"), self._now()),)

    def check(self) -> Sequence[CheckLine]:
        """Prove that the account is there and active; send nothing."""
        name = f"carrier {self.name}: account"
        try:
            status = str(self._client.api.v2010.accounts(self._account_sid).fetch().status)
        except _STUMBLES as error:
            seen = f"{type(error).__name__} {getattr(error, 'code', '')}".strip()
            return [CheckLine(name, "fail", seen, "active", "check account_sid and the first auth token")]
        if status != "active":
            return [CheckLine(name, "fail", status, "active", "open the account in Twilio's console")]
        return [CheckLine(name, "ok", status, "active")]

    def close(self) -> None:
        """Give back connections."""
        self._http.session.close()

    def _validity(self, text: OutText) -> int:
        left = int((text.expires_at - self._now()).total_seconds())
        return max(1, min(MAX_VALIDITY_S, left))

    def _find(self, text: OutText, since: datetime) -> StatusEvent | None:
        for message in self._client.messages.stream(to=text.to, page_size=_PAGE):
            if message.date_created is not None and message.date_created < since:
                # The newest stands first.
                return None
            if message.body == text.body and message.sid:
                # A state that we do not know is at least a text that Twilio has.
                state = STATES.get(message.status, TextState.ACCEPTED)
                return StatusEvent(message.sid, state, _code(state, str(message.error_code or "")), text.id)
        return None

    def _form(self, request: WebRequest, *fields: str) -> _Form:
        """Return the form in the raw body once its signature holds under one of the tokens."""
        given = next((value for name, value in request.headers.items() if name.lower() == SIGNATURE), "")
        try:
            form = _Form()
            for field, value in parse_qsl(request.body.decode(), keep_blank_values=True, errors="strict"):
                form.setdefault(field, []).append(value)
            url = urldefrag(request.url).url
            is_genuine = any(one.validate(url, form, given) for one in self._validators)
        except (ValueError, TypeError, LookupError) as error:
            raise NotAllowed(f"carrier {self.name}: the callback is no form that Twilio signs") from error
        if not is_genuine:
            raise NotAllowed(f"carrier {self.name}: the callback's signature is wrong or missing")
        missing = [field for field in fields if field not in form]
        if missing:
            raise NotAllowed(f"carrier {self.name}: the callback lacks {', '.join(missing)}")
        return form


def _client(account_sid: str, token: str, http: TwilioHttpClient, base_url: str | None) -> Client:
    # Without an environment of its own the SDK would take a region from the process's.
    client = Client(account_sid, token, http_client=http, environment={"TWILIO_REGION": ""})
    if base_url is not None:
        # Texts and accounts are all that is asked for, and both are of this domain.
        client.api.base_url = base_url
    return client


def _http_client(timeout_s: float, pool: int) -> TwilioHttpClient:
    http = TwilioHttpClient()
    # The constructor takes one number for both waits.
    http.timeout = (min(CONNECT_S, timeout_s), timeout_s)
    # The SDK's own pool has six places on two cores; retries stay at none.
    for scheme in ("https://", "http://"):
        http.session.mount(scheme, HTTPAdapter(pool_maxsize=pool, max_retries=0))
    # Neither proxies nor passwords are taken from the environment.
    http.session.trust_env = False
    return http


def _refused(status: object, code: object) -> Submission:
    number = _number(code) or _number(status)
    verdict = judge(_number(status), number)
    return Submission(verdict.outcome, code=str(number), reason=verdict.kind.value)


def _number(value: object) -> int:
    """Return a code or status as Twilio writes it, 0 for anything else."""
    return int(value) if isinstance(value, int | str) and str(value).isdecimal() else 0


def _is_refused(error: NoConnection) -> bool:
    """Say whether no connection came about, so that nothing can have been taken."""
    cause = error.args[0] if error.args else None
    # The name could not be resolved, or nobody listens there.
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)


def _code(state: TextState, code: str) -> str:
    """Return *code* for a bad end; on the way there an old one may still stand in the form."""
    return code if state in _BAD else ""


def _text_id(url: str) -> int | None:
    """Return our id, which the callback's address carries as `m`."""
    given = parse_qs(urlsplit(url).query).get("m", [""])[0]
    return int(given) if given.isascii() and given.isdigit() and len(given) < 20 else None
