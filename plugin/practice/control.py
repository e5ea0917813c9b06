"""The world's own switches under /practice: its clock, its faults, where it calls, what fills it."""

from typing import Any, Literal

from fastapi import APIRouter
from fastapi.responses import Response
from pydantic import AwareDatetime, BaseModel

from ..errors import ConfigError
from .clock import Backwards, iso
from .directory import Mark
from .faults import Faults
from .host import answer
from .living import Life
from .refusing import Refusal
from .seed import Ground, seed, seed_lines


class ClockBody(BaseModel):
    """The instant at which the world shall stand."""

    now: AwareDatetime


class InboundBody(BaseModel):
    """Where the carrier brings people's texts, and in whose style."""

    url: str
    style: Literal["practice", "twilio"] = "practice"


class TouchBody(BaseModel):
    """Cases that change at one and the same instant."""

    ids: list[str]


class SeedBody(BaseModel):
    """What the street and the cases files hold, and when the practice starts."""

    cases: dict[str, Any]
    street: dict[str, Any]
    start: AwareDatetime


class LinesBody(BaseModel):
    """Cases as JSON lines, and when the practice starts."""

    lines: list[str]
    start: AwareDatetime


class ControlDoor:
    """The routes for whoever runs the practice; they ask for no token."""

    def __init__(self, ground: Ground, *, life: Life, faults: Faults) -> None:
        self._ground = ground
        self._store = ground.store
        self._time = ground.time
        self._life = life
        self._faults = faults

    def router(self) -> APIRouter:
        """Return the routes."""
        router = APIRouter(prefix="/practice", tags=["practice"])
        router.add_api_route("/clock", self.clock)
        router.add_api_route("/clock", self.frozen, methods=["PUT"])
        router.add_api_route("/inbound", self.inbound)
        router.add_api_route("/inbound", self.redirected, methods=["PUT"])
        router.add_api_route("/faults", self.faults)
        router.add_api_route("/faults", self.misbehave, methods=["PUT"])
        router.add_api_route("/marks", self.marked, methods=["PUT"])
        router.add_api_route("/touch", self.touched, methods=["POST"])
        router.add_api_route("/seed", self.seeded, methods=["POST"], status_code=201)
        router.add_api_route("/lines", self.told, methods=["POST"], status_code=201)
        return router

    async def clock(self) -> Response:
        """Tell the world's time."""
        return answer({"now": iso(self._time.now()), "frozen": self._time.is_frozen})

    def frozen(self, body: ClockBody) -> Response:
        """Live up to an instant and stand still there; it runs in a thread of its own, for it calls out."""
        try:
            self._life.freeze(body.now)
        except Backwards as error:
            raise Refusal(409, {"error": str(error), "now": iso(self._time.now())}) from error
        return answer({"now": iso(self._time.now()), "frozen": True})

    async def inbound(self) -> Response:
        """Tell where people's texts are brought."""
        style = self._store.setting("inbound_style") or "practice"
        return answer({"url": self._store.setting("inbound_url"), "style": style})

    async def redirected(self, body: InboundBody) -> Response:
        """Set where people's texts are brought, also after a restart."""
        with self._store.changing():
            self._store.set("inbound_url", body.url)
            self._store.set("inbound_style", body.style)
        return answer(body.model_dump())

    async def faults(self) -> Response:
        """Tell how the switches stand now."""
        return answer(self._faults.model_dump())

    async def misbehave(self, body: Faults) -> Response:
        """Set the switches of the parts that are named; a restart clears all of them."""
        self._faults.take_over(body)
        return answer(self._faults.model_dump())

    async def marked(self, body: dict[str, Mark]) -> Response:
        """Mark phones by number; an empty mark takes the old one off."""
        for phone, mark in body.items():
            self._ground.directory.mark(phone, mark)
        return answer({"marks": body})

    async def touched(self, body: TouchBody) -> Response:
        """Give cases one and the same new time of change."""
        self._ground.cases.touch(body.ids)
        return answer({"ids": body.ids})

    async def seeded(self, body: SeedBody) -> Response:
        """Fill the world; the answer tells the files' ids by the host's."""
        return answer(seed(self._ground, body.cases, body.street, start=body.start), status=201)

    async def told(self, body: LinesBody) -> Response:
        """Add cases from lines; the answer tells the lines' ids by the host's."""
        try:
            return answer(seed_lines(self._ground, body.lines, start=body.start), status=201)
        except ConfigError as error:
            raise Refusal(422, {"error": error.faults}) from error
