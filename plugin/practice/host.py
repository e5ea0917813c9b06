"""The host's door for machines: cases, notes, statuses, history and users under /host/api/v1."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from fastapi.responses import Response
from pydantic import AwareDatetime, BaseModel, Field

from .cases import MAX_NOTE, MAX_PAGE, MOVES, Cases, Changed, NewCase, NewNote, Party, Shown
from .clock import WorldTime, instant, iso
from .directory import Directory
from .faults import Faults, spend
from .refusing import Refusal, bearer

#: Who the host says wrote what came in at this door.
PLUGIN = "三会插件"


class PartyBody(BaseModel):
    """A person whom a case names."""

    name: str
    phone: str


class CaseBody(BaseModel):
    """A case to open."""

    text: str
    area_code: str
    title: str = ""
    category: str = ""
    source: str = "居民自报"
    reporter: PartyBody
    affected: list[PartyBody] = Field(default_factory=list)
    due_at: AwareDatetime | None = None


class NoteBody(BaseModel):
    """A note to write; `version` counts where a note stands alone."""

    text: str
    key: str = ""
    version: int | None = None


class ChangeBody(BaseModel):
    """A change of status or of what the office can correct; fields that are absent stay as they are."""

    version: int | None = None
    status: str | None = None
    title: str | None = None
    text: str | None = None
    category: str | None = None
    area_code: str | None = None


class WriteBody(BaseModel):
    """A note and a status in one transaction."""

    note: NoteBody
    status: str | None = None
    version: int | None = None


class HostDoor:
    """The routes of the host's API."""

    def __init__(self, cases: Cases, directory: Directory, *, time: WorldTime, faults: Faults, token: str) -> None:
        self._cases = cases
        self._directory = directory
        self._time = time
        self._faults = faults
        self._token = token

    def router(self) -> APIRouter:
        """Return the routes; every one of them asks for the bearer token."""
        guards = [Depends(bearer(self._token)), Depends(self._stand)]
        router = APIRouter(prefix="/host/api/v1", dependencies=guards, tags=["host"])
        router.add_api_route("/me", self.me)
        router.add_api_route("/users", self.users)
        router.add_api_route("/cases", self.listed)
        router.add_api_route("/cases", self.opened, methods=["POST"], status_code=201)
        router.add_api_route("/cases/{case_id}", self.one)
        router.add_api_route("/cases/{case_id}", self.changed, methods=["PATCH"])
        router.add_api_route("/cases/{case_id}", self.deleted, methods=["DELETE"], status_code=204)
        router.add_api_route("/cases/{case_id}/notes", self.notes)
        router.add_api_route("/cases/{case_id}/notes", self.noted, methods=["POST"], status_code=201)
        router.add_api_route("/cases/{case_id}/writes", self.written, methods=["POST"])
        router.add_api_route("/cases/{case_id}/history", self.history)
        return router

    async def me(self) -> Response:
        """Tell who the caller is, what it may do, and the limits of this host."""
        rights = ["cases.read", "cases.write", "notes.write", "users.read"]
        identity = {"id": "sanhui", "name": PLUGIN, "rights": rights}
        product = {"product": "practice-host", "version": "1", "timezone": "Asia/Shanghai"}
        return answer({**identity, **product, "max_note": MAX_NOTE, "max_page": MAX_PAGE})

    async def users(
        self, page: Annotated[int, Query(ge=1)] = 1, size: Annotated[int, Query(ge=1, le=500)] = 100
    ) -> Response:
        """List the platform's users with their posts."""
        return answer(self._directory.users(page=page, size=size))

    async def listed(
        self,
        status: Annotated[list[str] | None, Query()] = None,
        updated_since: str = "",
        after_id: str = "",
        limit: Annotated[int, Query(ge=1)] = 100,
    ) -> Response:
        """List cases by time of change; `next` names the pair to go on from, null at the end."""
        wanted = min(limit, MAX_PAGE)
        since = iso(_time(updated_since)) if updated_since else ""
        if after_id and not since:
            raise Refusal(422, {"error": "after_id needs updated_since"})
        found = self._cases.page(_statuses(status or []), since=since, after_id=after_id, limit=wanted + 1)
        page = found[:wanted]
        pair = {"updated_since": page[-1]["updated_at"], "after_id": page[-1]["id"]} if len(found) > wanted else None
        server_time = max(iso(self._time.now()), self._cases.latest_change())
        items = [self._shown(case) for case in page]
        return self._maybe_cut(answer({"items": items, "next": pair, "server_time": server_time}))

    async def opened(self, body: CaseBody) -> Response:
        """Open a case."""
        reporter = Party(body.reporter.name, body.reporter.phone)
        affected = [Party(party.name, party.phone) for party in body.affected]
        plain = body.model_dump(exclude={"reporter", "affected"})
        case = self._cases.add(NewCase(reporter=reporter, affected=affected, **plain), who=PLUGIN)
        return answer(case, status=201)

    async def one(self, case_id: str) -> Response:
        """Show one case."""
        return answer(self._shown(self._cases.get(case_id)))

    async def changed(self, case_id: str, body: ChangeBody) -> Response:
        """Change the status, or correct the case; the version is obligatory."""
        version = self._obligatory(case_id, body.version)
        values = body.model_dump(exclude={"version", "status"}, exclude_none=True)
        if (body.status is None) != bool(values):
            raise Refusal(422, {"error": "either a status or corrections, one at a time"})
        if body.status is None:
            return self._done(self._cases.edit(case_id, who=PLUGIN, version=version, values=values))
        return self._done(self._cases.change(case_id, who=PLUGIN, version=version, status=body.status).case)

    async def deleted(self, case_id: str) -> Response:
        """Delete a case."""
        self._cases.delete(case_id, who=PLUGIN)
        return Response(status_code=204)

    async def notes(self, case_id: str, key: str | None = None) -> Response:
        """List the notes of a case, or those with one key."""
        return answer({"items": self._cases.notes(case_id, key=key)})

    async def noted(self, case_id: str, body: NoteBody) -> Response:
        """Write a note; the same note twice is two notes."""
        changed = self._cases.change(case_id, who=PLUGIN, version=body.version, note=_note(body))
        return self._done(dict(changed.note or {}), status=201)

    async def written(self, case_id: str, body: WriteBody) -> Response:
        """Write a note and move the status, both or neither; the version is obligatory."""
        version = self._obligatory(case_id, body.version)
        note = _note(body.note)
        changed = self._cases.change(case_id, who=PLUGIN, version=version, status=body.status, note=note)
        return self._done(_both(changed))

    async def history(self, case_id: str) -> Response:
        """List every change of a case."""
        return answer({"items": self._cases.history(case_id)})

    async def _stand(self) -> None:
        if spend(self._faults.host, "down"):
            raise Refusal(503, {"error": "down for maintenance"})

    def _obligatory(self, case_id: str, version: int | None) -> int:
        if version is None:
            self._cases.get(case_id)
            raise Refusal(428, {"error": "name the version that you read"})
        return version

    def _done(self, body: Mapping[str, object], *, status: int = 200) -> Response:
        if spend(self._faults.host, "after_effect_500"):
            raise Refusal(500, {"error": "internal error"})
        return answer(body, status=status)

    def _shown(self, case: Shown) -> Shown:
        faults = self._faults.host
        case_id = str(case["id"])
        if case_id in faults.unknown_status:
            case["status"] = "待研判"
        if case_id in faults.bad_time:
            case["updated_at"] = "2026-13-45 99:00"
        case.pop(faults.missing_field.get(case_id, ""), None)
        return case

    def _maybe_cut(self, whole: Response) -> Response:
        if not spend(self._faults.host, "broken_json"):
            return whole
        return Response(bytes(whole.body)[: len(whole.body) // 2], media_type="application/json")


def answer(body: Mapping[str, object], *, status: int = 200) -> Response:
    """Return *body* as a JSON answer."""
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"))
    return Response(text.encode(), status_code=status, media_type="application/json")


def _both(changed: Changed) -> dict[str, object]:
    return {"case": changed.case, "note": changed.note}


def _note(body: NoteBody) -> NewNote:
    if not 0 < len(body.text) <= MAX_NOTE:
        raise Refusal(422, {"error": f"a note has 1 to {MAX_NOTE} characters", "max": MAX_NOTE})
    return NewNote(body.text, body.key)


def _statuses(given: list[str]) -> list[str]:
    unknown = [status for status in given if status not in MOVES]
    if unknown:
        raise Refusal(422, {"error": "no such status", "allowed": list(MOVES)})
    return given


def _time(text: str) -> datetime:
    try:
        return instant(text)
    except ValueError as error:
        raise Refusal(422, {"error": "updated_since is an ISO time with its zone"}) from error
