"""The steps of one office by name, in the order in which a case meets them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from . import concluding, convening, delivering, evaluating, following, intake, inviting, retention, routing
from . import writeback as writing
from .tally import Tally
from .wiring import Office

#: The order in which a case meets the steps.
STEPS = (
    "intake",
    "routing",
    "convening",
    "inviting",
    "delivering",
    "concluding",
    "following",
    "evaluating",
    "writeback",
    "retention",
)

#: What moves in a step is the work of these: they are nudged at once instead of at their next beat.
FOLLOWERS: Mapping[str, Sequence[str]] = {
    "intake": ("routing",),
    "routing": ("convening", "delivering", "writeback"),
    "convening": ("inviting", "writeback"),
    "inviting": ("delivering", "writeback"),
    "concluding": ("following", "delivering", "writeback"),
    "following": ("evaluating", "convening", "delivering", "writeback"),
    "evaluating": ("delivering", "writeback"),
}

#: Rows that one run of a step takes at most; the next run takes the rest.
LIMIT = 500
#: Pages of the host that one run takes at most.
PAGES = 20
#: Longer than any write to a host may take, its own time limit included.
WRITE_LEASE = timedelta(minutes=5)


def runners(office: Office) -> Mapping[str, Callable[[], Tally]]:
    """Return each step bound to *office*'s parts and values, by name."""
    store, letters, clock, settings = office.store, office.letters, office.clock, office.settings
    after = settings.following
    return {
        "intake": lambda: intake.pull_cases(
            store, office.host, clock=clock, limit=settings.host.page_size, pages=PAGES
        ),
        "routing": lambda: routing.judge_cases(
            store, office.judge, letters, clock=clock, policy=settings.routing.policy, limit=LIMIT
        ),
        "convening": lambda: convening.plan_meetings(
            store, letters, clock=clock, procedures=office.procedures, calendar=office.calendar, limit=LIMIT
        ),
        "inviting": lambda: inviting.watch_meetings(
            store, letters, clock=clock, procedures=office.procedures, calendar=office.calendar, limit=LIMIT
        ),
        "delivering": lambda: deliver(office),
        "concluding": lambda: concluding.take_results(
            store,
            letters,
            clock=clock,
            procedures=office.procedures,
            result_within=timedelta(hours=after.result_hours),
            limit=LIMIT,
        ),
        "following": lambda: following.follow_up(
            store, letters, clock=clock, procedures=office.procedures, calendar=office.calendar, limit=LIMIT
        ),
        "evaluating": lambda: evaluating.ask_residents(
            store,
            letters,
            clock=clock,
            remind_after=timedelta(days=after.remind_days),
            close_after=timedelta(days=after.close_days),
            limit=LIMIT,
        ),
        "writeback": lambda: write_back(office),
        "retention": lambda: retention.clean_up(
            store, clock=clock, keep_texts=timedelta(days=settings.texts.keep_days)
        ),
    }


def deliver(office: Office) -> Tally:
    """Send every text that is due and find out what became of the others."""
    tally = reconcile(office)
    while ids := delivering.due_texts(office.store, clock=office.clock, limit=LIMIT):
        tally += send_texts(office, ids)
    return tally


def send_texts(office: Office, ids: Sequence[int]) -> Tally:
    """Send the texts in *ids*; nothing leaves in shadow mode."""
    if office.is_shadow:
        return Tally()
    return delivering.send_texts(
        office.store,
        office.carrier,
        ids,
        clock=office.clock,
        pace=office.pace,
        callback_url=office.settings.web.public_url,
    )


def reconcile(office: Office) -> Tally:
    """Find out what became of texts whose end nobody knows."""
    return delivering.reconcile(
        office.store,
        office.carrier,
        clock=office.clock,
        pace=office.pace,
        callback_url=office.settings.web.public_url,
        limit=LIMIT,
    )


def write_back(office: Office) -> Tally:
    """Write every step that is due to the host, in order for each case."""
    tally = Tally()
    while ids := writing.due_writes(office.store, clock=office.clock, limit=LIMIT):
        tally += write_steps(office, ids)
    return tally


def write_steps(office: Office, ids: Sequence[int]) -> Tally:
    """Write the steps in *ids* to the host; nothing leaves in shadow mode."""
    if office.is_shadow:
        return Tally()
    return writing.write_back(office.store, office.host, ids, clock=office.clock, lease=WRITE_LEASE)
