"""The world's pages: the host's screen for an office, and everybody's phone."""

import json
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, Query
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from ..words import pages
from .cases import MOVES, NewCase, Party
from .clock import instant
from .hints import asked
from .living import Life
from .looking import PAGE, count_cases, find_cases, find_phones, thread, timeline
from .refusing import Refusal
from .seed import Ground
from .texts import Texts

#: Who the host says changed what was changed on its pages.
OFFICE = "街道经办"


class Pages:
    """The routes of the pages; they ask for no token."""

    def __init__(self, ground: Ground, *, texts: Texts, life: Life) -> None:
        self._ground = ground
        self._texts = texts
        self._life = life
        self._templates = pages("practice")
        self._templates.filters |= {"when": when, "masked": masked, "posts": json.loads}

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter(include_in_schema=False)
        router.add_api_route("/", self.start)
        router.add_api_route("/host", self.cases)
        router.add_api_route("/host/new", self.new_case)
        router.add_api_route("/host/cases", self.opened, methods=["POST"])
        router.add_api_route("/host/cases/{case_id}", self.case)
        router.add_api_route("/host/cases/{case_id}/status", self.moved, methods=["POST"])
        router.add_api_route("/phones", self.phones)
        router.add_api_route("/phones/{number}", self.phone)
        router.add_api_route("/phones/{number}", self.said, methods=["POST"])
        return router

    async def start(self) -> Response:
        """Go to the list of cases."""
        return RedirectResponse("/host", 303)

    async def cases(self, status: str = "", q: str = "", page: Annotated[int, Query(ge=1)] = 1) -> Response:
        """Show the cases, newest change first."""
        found = find_cases(self._ground.store, status=status, sought=q.strip(), page=page)
        counts = count_cases(self._ground.store)
        last = max(1, -(-found.total // PAGE))
        return self._page("host", found=found, counts=counts, status=status, q=q, page=page, last=last)

    async def new_case(self) -> Response:
        """Show the form for a new case."""
        return self._page("new_case", areas=self._ground.directory.areas())

    async def opened(
        self,
        text: Annotated[str, Form()],
        area_code: Annotated[str, Form()],
        name: Annotated[str, Form()],
        phone: Annotated[str, Form()],
        title: Annotated[str, Form()] = "",
        category: Annotated[str, Form()] = "",
        source: Annotated[str, Form()] = "居民自报",
    ) -> Response:
        """Open the case that the form tells, and show it."""
        new = NewCase(text, area_code, Party(name, number_of(phone)), title, category, source)
        return RedirectResponse(f"/host/cases/{self._ground.cases.add(new, who=OFFICE)['id']}", 303)

    async def case(self, case_id: str, told: str = "") -> Response:
        """Show one case with everything that was ever written to it."""
        case = self._ground.cases.get(case_id)
        area = self._ground.directory.areas().get(str(case["area_code"]), "")
        changes = timeline(self._ground.store, case_id)
        moves = MOVES[str(case["status"])]
        return self._page("case", case=case, area=area, changes=changes, moves=moves, told=told)

    async def moved(self, case_id: str, status: Annotated[str, Form()], version: Annotated[int, Form()]) -> Response:
        """Move the status as the office wishes, unless the case has changed under its eyes."""
        told = ""
        try:
            self._ground.cases.change(case_id, who=OFFICE, version=version, status=status)
        except Refusal:
            told = "?told=changed"
        return RedirectResponse(f"/host/cases/{case_id}{told}", 303)

    async def phones(self, q: str = "", page: Annotated[int, Query(ge=1)] = 1) -> Response:
        """Show all phones, those with something unread first."""
        found = find_phones(self._ground.store, sought=q.strip(), page=page)
        return self._page("phones", phones=found[:PAGE], has_more=len(found) > PAGE, q=q, page=page)

    async def phone(self, number: str) -> Response:
        """Show one phone: what it got and sent, and what the last text offers to answer."""
        phone = number_of(number)
        messages = thread(self._ground.store, phone)
        self._texts.mark_read(phone)
        got = [message["body"] for message in messages if message["direction"] == "out"]
        question = asked(got[-1]) if got else None
        hints = question.hints if question else ()
        name = self._ground.directory.name_of(phone)
        return self._page("phone", phone=phone, name=name, thread=messages, hints=hints)

    def said(self, number: str, body: Annotated[str, Form(max_length=500)] = "") -> Response:
        """Send a text from this phone; it runs in a thread of its own, for it calls out."""
        if body.strip():
            self._life.say(number_of(number), body)
        return RedirectResponse(f"/phones/{number}", 303)

    def _page(self, template: str, **values: object) -> Response:
        now = self._ground.time.now()
        return HTMLResponse(self._templates.get_template(f"{template}.html.j2").render(now=now, **values))


def number_of(text: str) -> str:
    """Return the E.164 number that *text* means; eleven digits from 1 on are a Chinese mobile's."""
    digits = "".join(character for character in text if character.isdecimal())
    is_domestic = len(digits) == 11 and digits.startswith("1") and not text.startswith("+")
    return f"+86{digits}" if is_domestic else f"+{digits}"


def when(at: str | datetime | None) -> str:
    """Return a time as people read it: 3月2日 09:05, empty when there is none."""
    if not at:
        return ""
    moment = instant(at) if isinstance(at, str) else at
    return f"{moment.month}月{moment.day}日 {moment:%H:%M}"


def masked(phone: str) -> str:
    """Return a number with its middle hidden, as an office sees it."""
    return f"{phone[:-8].removeprefix('+86')}****{phone[-4:]}"
