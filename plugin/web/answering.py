"""The member's page: one meeting, two large buttons; opened by the link in a text, without a login."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from .. import links, replies
from ..domain.answers import Meaning
from ..domain.codes import case_code
from ..domain.councils import PARTY
from ..domain.meetings import ENDS, InvitationState
from ..errors import NotAllowed
from ..links import LinkExpired
from ..store import Tx, meetings, views
from ..store.meetings import InvitationRow, MeetingRow
from .door import AnyDoor, Door
from .pages import go, show

router = APIRouter(include_in_schema=False)
_ANSWERS = frozenset({Meaning.ACCEPT, Meaning.DECLINE, Meaning.RECUSE})
_CHANGED = "会议安排有变化，请以最新的短信为准。"
_OVER = "这次会议已经开始、结束或取消，不能再答复。"
_LATE = "链接已过有效期。"
_BROKEN = "链接不完整或已失效，请重新点开短信中的链接。"


@dataclass(frozen=True)
class _Place:
    """What the page shows: no name, no subject."""

    state: InvitationState
    is_party: bool
    council: str
    code: str
    starts_at: datetime
    place: str
    codes: tuple[str, ...]


class Unanswerable(Exception):
    """The page cannot be answered; says with which status, and why."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


async def refuse(request: Request, error: Exception) -> Response:
    """Answer an `Unanswerable` with a page that names the landline."""
    if not isinstance(error, Unanswerable):
        raise error
    return show(request.app.state.door, "closed", status=error.status, problem=error.why)


# GET never answers: link previews and scanners fetch it.
@router.api_route("/m/{token}", methods=["GET", "HEAD"])
def ask(door: AnyDoor, token: str) -> Response:
    """Show the meeting and what was answered so far; changes nothing."""
    with door.store.begin() as tx:
        invitation, held = _open(door, tx, token)
        place = _place(tx, invitation, held)
    return show(door, "answer", token=token, place=place)


@router.post("/m/{token}")
def answer(door: AnyDoor, token: str, answer: Annotated[str, Form()] = "") -> Response:
    """Take the answer; another one before the start replaces it."""
    with door.store.begin() as tx:
        invitation, held = _open(door, tx, token)
        if answer not in _ANSWERS or (answer == Meaning.RECUSE and invitation.role == PARTY):
            return show(door, "answer", status=400, token=token, place=_place(tx, invitation, held))
        taken = replies.answer_invitation(tx, invitation.id, Meaning(answer), now=door.clock.now())
    if not taken:
        raise Unanswerable(410, _OVER)
    door.after_inbound()
    return go(door, f"/m/{token}")


def _open(door: Door, tx: Tx, token: str) -> tuple[InvitationRow, MeetingRow]:
    """Return the invitation and its meeting, if they may still be answered."""
    now = door.clock.now()
    try:
        invitation_id, version = links.read(token, now, keys=door.link_keys)
    except LinkExpired as error:
        raise Unanswerable(410, _LATE) from error
    except NotAllowed as error:
        raise Unanswerable(403, _BROKEN) from error
    if not views.has(tx, "invitation", invitation_id):
        raise Unanswerable(410, _OVER)
    invitation = meetings.get_invitation(tx, invitation_id)
    held = meetings.get(tx, invitation.meeting_id)
    if held.version != version:
        raise Unanswerable(410, _CHANGED)
    if held.state in ENDS or now >= held.starts_at or invitation.state is InvitationState.CALLED_OFF:
        raise Unanswerable(410, _OVER)
    return invitation, held


def _place(tx: Tx, invitation: InvitationRow, held: MeetingRow) -> _Place:
    return _Place(
        state=invitation.state,
        is_party=invitation.role == PARTY,
        council=held.council_name,
        code=held.code,
        starts_at=held.starts_at,
        place=held.place,
        codes=tuple(case_code(case_id) for case_id in views.agenda(tx, held.id)),
    )
