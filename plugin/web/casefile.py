"""A case's file: its words, the decision, its meetings, promises, texts, and what the host was told."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Response

from ..store import cases, evaluations, promises, views
from .desk import waiting_case
from .door import AnyDoor
from .forms import RowId
from .pages import show
from .sessions import Clerk

router = APIRouter(include_in_schema=False)

#: Texts about one case are a dozen; a page shows the newest of more.
_MOST_TEXTS = 100


@router.get("/cases/{case_id}")
def file(door: AnyDoor, clerk: Clerk, case_id: RowId) -> Response:
    """Show the case; no phone number and no text's words."""
    with door.store.begin() as tx:
        held = cases.find(tx, case_id)
        if held is None:
            raise HTTPException(404)
        past = cases.past(tx, case_id)
        sittings = views.sittings_of(tx, case_id)
        actions = promises.of_case(tx, case_id)
        evaluation = evaluations.find(tx, case_id)
        texts = views.texts_about(tx, case_id, limit=_MOST_TEXTS)
        steps = views.steps_told(tx, case_id)
    return show(
        door,
        "case",
        clerk,
        one=waiting_case(held),
        rules=door.rules,
        past=past,
        sittings=sittings,
        actions=actions,
        evaluation=evaluation,
        texts=texts,
        steps=steps,
    )
