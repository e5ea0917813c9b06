"""Intake: take what changed on the host, each case once, the cursor in the same transaction as the page."""

from __future__ import annotations

from datetime import datetime

from ..plugin import rulings
from ..plugin.domain.cases import ENDS, HOST_ENDS
from ..plugin.errors import HostRefused, HostUnreadable
from ..plugin.ports import Clock, Host, HostCase, Page, Unreadable
from ..plugin.store import Store, Tx, cases, cursors, people, tasks
from ..plugin.store.cases import Case, Incoming
from ..plugin.store.phones import NotAPhone
from ..plugin.store.tasks import TaskKind
from .tally import Tally

#: Records that could not be read are asked for again in every run, so many at most.
_RETRIES = 50


def pull_cases(store: Store, host: Host, *, clock: Clock, limit: int, pages: int) -> Tally:
    """Take up to *pages* pages of *limit* cases; return what was new, changed, closed and unreadable.

    A case is kept once for its reference. An answer that is no page leaves the cursor where it was and opens
    a task; a single record that cannot be read opens a task of its own and is asked for again in every run.

    Raises:
        HostUnavailable: The host did not answer; nothing is lost, the next run goes on from the cursor.
    """
    tally = Tally()
    for _ in range(pages):
        with store.begin() as tx:
            cursor = cursors.load(tx, host.name)
        try:
            page = host.pull(cursor, limit=limit)
        except (HostUnreadable, HostRefused) as error:
            _report_host(store, host.name, str(error), clock.now())
            tally["refused or unreadable"] += 1
            return tally
        with store.begin() as tx:
            tally += _keep(tx, store, host.name, page, clock.now())
            cursors.save(tx, host.name, page.cursor, now=clock.now())
        if not page.more:
            break
    return tally + _ask_again(store, host, clock.now())


def _keep(tx: Tx, store: Store, host: str, page: Page, now: datetime) -> Tally:
    tally = Tally()
    held = cases.known(tx, host, [one.ref for one in page.cases])
    fresh = [one for one in page.cases if one.ref not in held and one.state not in HOST_ENDS]
    cases.insert(tx, host, [_incoming(one) for one in fresh], now=now)
    kept = cases.known(tx, host, [one.ref for one in fresh])
    for one in fresh:
        tally += _keep_parties(tx, store, kept[one.ref], one, now)
    tally["new"] += len(fresh)
    for one in page.cases:
        if one.ref in held:
            tally[_refresh(tx, held[one.ref], one, now)] += 1
    for record in page.unreadable:
        tally["unreadable"] += _report(tx, host, record, now)
    return tally


def _incoming(one: HostCase) -> Incoming:
    return Incoming(
        ref=one.ref,
        title=one.title,
        text=one.text,
        category=one.category,
        source=one.source,
        area_code=one.area_code,
        host_state=one.state,
        host_version=one.version,
        host_updated_at=one.updated_at,
        reported_at=one.created_at,
        due_at=one.due_at,
    )


def _keep_parties(tx: Tx, store: Store, held: Case, one: HostCase, now: datetime) -> Tally:
    tally = Tally()
    for contact in one.contacts:
        try:
            person = people.put(tx, store.phones, contact.phone)
        except NotAPhone as error:
            why = f"case {held.ref}: the {contact.part}'s number: {error}; mend it on the host, or call"
            tasks.open_once(
                tx, TaskKind.UNREADABLE, f"phone:{held.id}:{contact.part}", why=why, now=now, case_id=held.id
            )
            tally["bad numbers"] += 1
            continue
        cases.put_party(tx, held.id, person, contact.part)
    return tally


def _refresh(tx: Tx, held: Case, one: HostCase, now: datetime) -> str:
    """Take over what the host changed; say which kind of change it was."""
    changed = cases.refresh(tx, held, _incoming(one), now=now)
    if one.state in HOST_ENDS and held.state not in ENDS:
        rulings.withdraw(tx, held, why=f"{one.raw_state} on the host", now=now)
        return "closed on the host"
    return "changed" if changed else "unchanged"


def _report(tx: Tx, host: str, record: Unreadable, now: datetime) -> bool:
    subject = f"{host}:{record.ref}" if record.ref else f"{host}::{record.why}"
    return tasks.open_once(tx, TaskKind.UNREADABLE, subject, why=record.why, now=now)


def _report_host(store: Store, host: str, why: str, now: datetime) -> None:
    with store.begin() as tx:
        tasks.open_once(tx, TaskKind.HOST, f"{host}:{now:%Y-%m-%d}", why=why, now=now)


def _ask_again(store: Store, host: Host, now: datetime) -> Tally:
    """Ask once more for records that could not be read; a mended one is kept and its task closed."""
    tally = Tally()
    prefix = f"{TaskKind.UNREADABLE}:{host.name}:"
    with store.begin() as tx:
        waiting = tasks.waiting(tx, kind=TaskKind.UNREADABLE, limit=_RETRIES)
    if not waiting:
        return tally
    refs = [one.key.removeprefix(prefix) for one in waiting if one.key.startswith(prefix)]
    for ref in refs:
        mended = host.get(ref) if ref and not ref.startswith(":") else None
        if not isinstance(mended, HostCase):
            continue
        with store.begin() as tx:
            page = Page(cases=(mended,), unreadable=(), cursor={}, more=False)
            tally += _keep(tx, store, host.name, page, now)
            tasks.close_for(
                tx,
                TaskKind.UNREADABLE,
                f"{host.name}:{ref}",
                who="auto",
                resolution="readable again",
                now=now,
            )
    return tally
