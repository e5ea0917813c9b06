"""The carrier's second door, in Twilio's shape, on the same texts.

Shapes, codes and headers after https://www.twilio.com/docs/messaging/api/message-resource.
"""

import sqlite3
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from secrets import compare_digest
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import Response

from .carrier import stand, take
from .clock import instant, iso
from .faults import Faults
from .forms import TWILIO_ERRORS, segments, twilio_status
from .host import answer
from .refusing import Refusal
from .texts import NewText, Texts

#: Twilio's sentences for its numbers, as far as this door says them.
SENTENCES: Mapping[int, str] = {
    20001: "Unknown parameters",
    20003: "Authenticate",
    20009: "Cannot update this resource before it is complete",
    20404: "The requested resource was not found",
    20500: "An internal server error has occurred",
    20503: "Service Unavailable",
    20504: "Gateway Timeout",
    21211: "The 'To' number is not a valid phone number.",
    21602: "Message body is required.",
    21603: "A 'From' phone number is required.",
    21610: "Attempt to send to unsubscribed recipient",
    21614: "'To' number is not a valid mobile number",
    21617: "The concatenated message body exceeds the 1600 character limit.",
}


class TwilioRefusal(Refusal):
    """A refusal in Twilio's shape."""

    def __init__(self, status: int, code: int) -> None:
        more = f"https://www.twilio.com/docs/errors/{code}"
        super().__init__(status, {"code": code, "message": SENTENCES[code], "more_info": more, "status": status})


@dataclass(frozen=True)
class Wanted:
    """What a list is asked for; each limit is an instant as the store writes it, or empty."""

    to: str
    sender: str
    since: str
    until: str


class TwilioDoor:
    """The routes in Twilio's shape."""

    def __init__(self, texts: Texts, *, faults: Faults, token: str) -> None:
        self._texts = texts
        self._faults = faults
        self._token = token

    def router(self) -> APIRouter:
        """Return the routes; every one of them asks for the account's sid and token."""
        router = APIRouter(
            prefix="/2010-04-01/Accounts/{account}", dependencies=[Depends(self._check)], tags=["twilio"]
        )
        router.add_api_route(".json", self.account)
        router.add_api_route("/Messages.json", self.sent, methods=["POST"], status_code=201)
        router.add_api_route("/Messages.json", self.listed)
        router.add_api_route("/Messages/{sid}.json", self.one)
        router.add_api_route("/Messages/{sid}.json", self.redacted, methods=["POST"])
        return router

    async def account(self, account: str) -> Response:
        """Show the account, as a client does to see whether its credentials hold."""
        return answer({"sid": account, "friendly_name": "practice", "status": "active", "type": "Full"})

    async def sent(
        self,
        account: str,
        to: Annotated[str, Form(alias="To")] = "",
        body: Annotated[str, Form(alias="Body")] = "",
        sender: Annotated[str, Form(alias="From")] = "",
        service: Annotated[str, Form(alias="MessagingServiceSid")] = "",
        callback: Annotated[str, Form(alias="StatusCallback")] = "",
    ) -> Response:
        """Take a text; the same text twice is two texts."""
        _require(bool(body), 21602)
        _require(len(body) <= 1600, 21617)
        _require(bool(sender or service), 21603)
        new = NewText(to, body, callback=callback, style="twilio", account=account, service=service)
        if sender:
            new = NewText(to, body, callback=callback, style="twilio", account=account, sender=sender)
        try:
            row = await take(self._texts, self._faults, new)
        except Refusal as refusal:
            raise _in_shape(refusal) from refusal
        return answer(_shown(row), status=201)

    async def listed(
        self,
        request: Request,
        account: str,
        page: Annotated[int, Query(alias="Page", ge=0)] = 0,
        size: Annotated[int, Query(alias="PageSize", ge=1)] = 50,
    ) -> Response:
        """List texts both ways, newest first."""
        wanted = _wanted(request.query_params)
        size = min(size, 1000)
        found = self._texts.page(
            direction="out" if wanted.to else "in" if wanted.sender else "",
            phone=wanted.to or wanted.sender,
            since=wanted.since,
            until=wanted.until,
            newest_first=True,
            skip=page * size,
            limit=size + 1,
        )
        return answer(_paged(request, found, page=page, size=size))

    async def one(self, account: str, sid: str) -> Response:
        """Show one text."""
        row = self._texts.get(sid)
        if row is None:
            raise TwilioRefusal(404, 20404)
        return answer(_shown(row))

    async def redacted(self, account: str, sid: str, body: Annotated[str, Form(alias="Body")] = "") -> Response:
        """Empty the body of a text that has come to its end; nothing else can be changed."""
        if self._texts.get(sid) is None:
            raise TwilioRefusal(404, 20404)
        row = self._texts.redact(sid)
        if row is None:
            raise TwilioRefusal(409, 20009)
        return answer(_shown(row))

    async def _check(self, request: Request, account: str) -> None:
        given = request.headers.get("authorization", "").removeprefix("Basic ")
        try:
            user, _, token = b64decode(given, validate=True).decode("latin-1").partition(":")
        except NotBase64:
            user, token = "", ""
        is_known = user == account or user.startswith("SK")
        if not (is_known and compare_digest(token.encode(), self._token.encode())):
            raise TwilioRefusal(401, 20003)
        try:
            stand(self._faults)
        except Refusal as refusal:
            raise _in_shape(refusal) from refusal


def _require(is_there: bool, code: int) -> None:
    if not is_there:
        raise TwilioRefusal(400, code)


def _in_shape(refusal: Refusal) -> TwilioRefusal:
    if refusal.status >= 500:
        return TwilioRefusal(refusal.status, 20000 + refusal.status)
    return TwilioRefusal(refusal.status, TWILIO_ERRORS[str(refusal.body["code"])])


def _wanted(query: Mapping[str, str]) -> Wanted:
    day = query.get("DateSent", "")[: len("2026-03-02")]  # the SDK makes an instant of it
    since, until = query.get("DateSent>", day), query.get("DateSent<", day)
    try:
        return Wanted(query.get("To", ""), query.get("From", ""), _edge(since), _edge(until, end=True))
    except ValueError as error:
        raise TwilioRefusal(400, 20001) from error


def _edge(text: str, *, end: bool = False) -> str:
    """Return the instant at which a day (in UTC) begins or ends, or the instant that *text* names."""
    if not text:
        return ""
    if len(text) > len("2026-03-02"):
        return iso(instant(text))
    day = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)
    return iso(day + timedelta(days=1, microseconds=-1) if end else day)


def _paged(request: Request, found: list[sqlite3.Row], *, page: int, size: int) -> dict[str, object]:
    def uri(number: int) -> str:
        asked = [(name, value) for name, value in request.query_params.items() if name not in ("Page", "PageSize")]
        return f"{request.url.path}?{urlencode([*asked, ('PageSize', size), ('Page', number)])}"

    shown = [_shown(row) for row in found[:size]]
    return {
        "messages": shown,
        "page": page,
        "page_size": size,
        "start": page * size,
        "end": page * size + max(len(shown) - 1, 0),
        "uri": uri(page),
        "first_page_uri": uri(0),
        "previous_page_uri": uri(page - 1) if page else None,
        "next_page_uri": uri(page + 1) if len(found) > size else None,
    }


def _shown(row: sqlite3.Row) -> dict[str, object]:
    uri = f"/2010-04-01/Accounts/{row['account']}/Messages/{row['id']}"
    is_in = row["direction"] == "in"
    sender = None if row["service"] and row["state"] == "accepted" else row["sender"]
    code = TWILIO_ERRORS[row["error"]] if row["error"] else None
    return {
        "account_sid": row["account"],
        "api_version": "2010-04-01",
        "body": row["body"],
        "date_created": _rfc2822(row["at"]),
        "date_sent": _rfc2822(row["sent_at"] or (row["at"] if is_in else None)),
        "date_updated": _rfc2822(row["updated_at"]),
        "direction": "inbound" if is_in else "outbound-api",
        "error_code": code,
        "error_message": None,
        "from": row["phone"] if is_in else sender,
        "messaging_service_sid": row["service"] or None,
        "num_media": "0",
        "num_segments": str(segments(row["body"])),
        "price": None,
        "price_unit": "USD",
        "sid": row["id"],
        "status": twilio_status(row),
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": row["sender"] if is_in else row["phone"],
        "uri": f"{uri}.json",
    }


def _rfc2822(at: str | None) -> str | None:
    return format_datetime(instant(at).astimezone(UTC)) if at else None
