"""Callbacks: what carriers post to us, news of texts and answers from phones.

The carrier proves itself by its signature over the raw body and the address that it called. Every answer is
204 whether we know the text or not; a database that does not answer is a 503, so that the carrier tries again.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

import structlog
from fastapi import APIRouter, HTTPException, Request, Response
from starlette.concurrency import run_in_threadpool

from .. import replies
from ..errors import NotAllowed, PermanentError
from ..ports import Carrier, Inbound, WebRequest
from ..store import texts
from .door import AnyDoor, Door
from .forms import storable

router = APIRouter(tags=["carriers"])
_log = structlog.get_logger()

#: A form of a carrier has about twenty fields.
_MOST_FIELDS = 200
_FORM = "application/x-www-form-urlencoded"
_ANSWERS: dict[int | str, dict[str, Any]] = {
    204: {"description": "Taken, or nothing of ours."},
    400: {"description": "Malformed."},
    403: {"description": "The signature is wrong, missing or malformed."},
    404: {"description": "There is no such carrier."},
    413: {"description": "Longer than 64 KiB."},
    503: {"description": "The database does not answer: try again."},
}


@router.post("/carriers/{name}/status", status_code=204, responses=_ANSWERS)
async def status(door: AnyDoor, name: str, request: Request) -> Response:
    """Take a carrier's news of texts that it has."""
    called = await _called(door, request)
    await run_in_threadpool(_note_news, door, _carrier(door, name), called)
    return Response(status_code=204)


@router.post("/carriers/{name}/inbound", status_code=204, responses=_ANSWERS)
async def inbound(door: AnyDoor, name: str, request: Request) -> Response:
    """Take the texts that came from phones; each has its effect once."""
    called = await _called(door, request)
    await run_in_threadpool(_take_answers, door, _carrier(door, name), called)
    return Response(status_code=204)


def _carrier(door: Door, name: str) -> Carrier:
    if name not in door.carriers:
        raise HTTPException(404, "there is no such carrier")
    return door.carriers[name]


async def _called(door: Door, request: Request) -> WebRequest:
    path = request.scope.get("raw_path") or request.scope["path"].encode()
    body = await request.body()
    is_form = request.headers.get("content-type", "").partition(";")[0].strip().lower() == _FORM
    return WebRequest(
        url=door.public(path.decode("latin-1"), request.scope["query_string"].decode("latin-1")),
        headers=request.headers,
        body=body,
        form=_fields(body) if is_form else (),
    )


def _fields(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(body.decode(), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS)
    except ValueError as error:
        raise HTTPException(400, "the form cannot be read") from error


def _note_news(door: Door, carrier: Carrier, called: WebRequest) -> None:
    try:
        events = carrier.status_events(called)
    except PermanentError as error:
        raise _refused(carrier, error) from error
    with door.store.begin() as tx:
        for event in events:
            texts.note_event(
                tx,
                carrier.name,
                event.provider_id,
                event.state,
                event.code,
                text_id=event.text_id,
                now=door.clock.now(),
            )


def _take_answers(door: Door, carrier: Carrier, called: WebRequest) -> None:
    try:
        came = carrier.inbound(called)
    except PermanentError as error:
        raise _refused(carrier, error) from error
    for one in came:
        with door.store.begin() as tx:
            replies.take(tx, door.letters, carrier.name, _clean(one), phones=door.store.phones, now=door.clock.now())
    if came:
        door.after_inbound()


def _clean(one: Inbound) -> Inbound:
    """Return the text as a database can hold it; what is taken out is no letter of any answer."""
    return replace(one, body=storable(one.body))


def _refused(carrier: Carrier, error: PermanentError) -> HTTPException:
    """Return the answer to a call that the carrier did not make, or that cannot be read."""
    is_forged = isinstance(error, NotAllowed)
    _log.warning("callback.refused", carrier=carrier.name, forged=is_forged)
    return HTTPException(403 if is_forged else 400, "refused")
