"""The carrier's own door: send, look up, list, under /carrier/v1."""

import asyncio
import sqlite3
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import BaseModel, Field

from .clock import instant, iso
from .faults import Faults, spend
from .host import answer
from .refusing import Refusal, bearer
from .texts import BadNumber, NewText, Texts

#: Messages in one page of a list.
PAGE = 50


class MessageBody(BaseModel):
    """A text to send."""

    to: str
    body: Annotated[str, Field(min_length=1, max_length=1600)]
    callback: str = ""
    tag: str = ""


class CarrierDoor:
    """The routes of the carrier's API."""

    def __init__(self, texts: Texts, *, faults: Faults, token: str) -> None:
        self._texts = texts
        self._faults = faults
        self._token = token

    def router(self) -> APIRouter:
        """Return the routes; every one of them asks for the bearer token."""
        guards = [Depends(bearer(self._token)), Depends(self._stand)]
        router = APIRouter(prefix="/carrier/v1", dependencies=guards, tags=["carrier"])
        router.add_api_route("/messages", self.sent, methods=["POST"], status_code=201)
        router.add_api_route("/messages", self.listed)
        router.add_api_route("/messages/{message_id}", self.one)
        router.add_api_route("/inbound", self.inbound)
        return router

    async def sent(self, body: MessageBody) -> Response:
        """Take a text; the same text twice is two texts."""
        row = await take(self._texts, self._faults, NewText(body.to, body.body, callback=body.callback, tag=body.tag))
        return answer({"id": row["id"], "status": "accepted", "at": row["at"]}, status=201)

    async def listed(self, to: str = "", since: str = "", page: Annotated[int, Query(ge=1)] = 1) -> Response:
        """List the texts taken, oldest first, for comparing."""
        return self._list("out", phone=to, since=since, page=page)

    async def inbound(self, since: str = "", page: Annotated[int, Query(ge=1)] = 1) -> Response:
        """List what people sent, oldest first, for those who missed a call."""
        return self._list("in", phone="", since=since, page=page)

    async def one(self, message_id: str) -> Response:
        """Show one text."""
        row = self._texts.get(message_id)
        if row is None:
            raise Refusal(404, {"code": "no_such_message", "error": "no such message"})
        return answer(_shown(row))

    def _list(self, direction: str, *, phone: str, since: str, page: int) -> Response:
        skip = (page - 1) * PAGE
        found = self._texts.page(direction=direction, phone=phone, since=_time(since), skip=skip, limit=PAGE + 1)
        following = page + 1 if len(found) > PAGE else None
        return answer({"items": [_shown(row) for row in found[:PAGE]], "page": page, "next": following})

    async def _stand(self) -> None:
        stand(self._faults)


def stand(faults: Faults) -> None:
    """Refuse with 503 while the carrier is down."""
    if spend(faults.carrier, "down"):
        raise Refusal(503, {"code": "down", "error": "down for maintenance"})


async def take(texts: Texts, faults: Faults, new: NewText) -> sqlite3.Row:
    """Accept *new* as the switches allow.

    Raises:
        Refusal: The number is bad, or a switch says so; then the text may have been taken all the same.
    """
    if spend(faults.carrier, "before_effect_500"):
        raise Refusal(500, {"code": "internal", "error": "internal error"})
    is_late = spend(faults.carrier, "late_accept")
    try:
        row = texts.accept(new, late=timedelta(seconds=faults.carrier.late_accept_s if is_late else 0))
    except BadNumber as error:
        raise Refusal(400, {"code": error.code, "error": f"no text to this number: {error.code}"}) from error
    if is_late:
        raise Refusal(504, {"code": "timeout", "error": "the gateway did not answer in time"})
    if faults.carrier.hang_s:
        await asyncio.sleep(faults.carrier.hang_s)
    if spend(faults.carrier, "after_effect_500"):
        raise Refusal(500, {"code": "internal", "error": "internal error"})
    return row


def _shown(row: sqlite3.Row) -> dict[str, object]:
    ends = {"to": row["phone"], "from": row["sender"]}
    if row["direction"] == "in":
        ends = {"to": row["sender"], "from": row["phone"]}
    told = {name: row[name] for name in ("body", "tag", "error", "at", "updated_at")}
    return {"id": row["id"], "status": row["state"], **ends, **told}


def _time(text: str) -> str:
    try:
        return iso(instant(text)) if text else ""
    except ValueError as error:
        raise Refusal(422, {"error": "since is an ISO time with its zone"}) from error
