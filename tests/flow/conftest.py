"""A store with the tables of the newest migration, on SQLite and on PostgreSQL, and what stands in it."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Event
from typing import Any, TypeVar

import pytest
import sqlalchemy as sa
from sanhui.plugin.domain.cases import HostState
from sanhui.plugin.domain.matters import CouncilKind
from sanhui.plugin.domain.texts import Purpose, TextState
from sanhui.plugin.store import Store, Tx, cases, councils, meetings, people, texts, writebacks
from sanhui.plugin.store.cases import Incoming
from sanhui.plugin.store.phones import PhoneSealer, new_key
from sanhui.plugin.store.texts import NewText
from sanhui.plugin.store.writebacks import WriteState

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
GRID = "509901001001003"
#: How long one of two that meet is waited for; nothing takes a tenth of it.
_PATIENCE_S = 30
Found = TypeVar("Found")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.services)])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Return the address of an empty database of each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'sanhui.db'}"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    opened = Store(store_url, PhoneSealer([new_key()], "an-invented-hash-key"))
    opened.upgrade()
    yield opened
    opened.close()


@dataclass
class Records:
    """Puts rows into a store, one transaction each."""

    store: Store

    def person(self, number: int = 1) -> int:
        with self.store.begin() as tx:
            return people.put(tx, self.store.phones, f"199{number:08d}")

    def incoming(self, ref: str = "HB-001", **values: Any) -> Incoming:
        new: dict[str, Any] = {
            "ref": ref,
            "title": "楼顶漏水",
            "text": "三栋楼顶漏水",
            "category": "房屋",
            "source": "12345热线",
            "area_code": GRID,
            "host_state": HostState.OPEN,
            "host_version": "1",
            "host_updated_at": NOW,
            "reported_at": NOW,
            "due_at": NOW + timedelta(days=5),
        }
        return Incoming(**(new | values))

    def case(self, ref: str = "HB-001", **values: Any) -> int:
        with self.store.begin() as tx:
            cases.insert(tx, "practice", [self.incoming(ref, **values)], now=NOW)
            return cases.known(tx, "practice", [ref])[ref].id

    def meeting(self) -> int:
        with self.store.begin() as tx:
            council = councils.put(tx, CouncilKind.NEIGHBOURHOOD, GRID, name="网格邻里会", place="柳岸驿站")
            starts_at = NOW + timedelta(days=2)
            return meetings.plan(tx, council, starts_at=starts_at, place="柳岸驿站", quorum=1, now=NOW)

    def invitation(self, meeting_id: int, person_id: int) -> int:
        with self.store.begin() as tx:
            made = meetings.put_invitation(tx, meeting_id, person_id, role="delegate", votes=True)
        assert made is not None
        return made

    def item(self, meeting_id: int, case_id: int) -> int:
        with self.store.begin() as tx:
            meetings.put_item(tx, meeting_id, case_id)
            return meetings.items(tx, meeting_id)[-1].id

    def new_text(self, person_id: int, key: str = "a-key", **values: Any) -> NewText:
        new: dict[str, Any] = {
            "dedupe_key": key,
            "purpose": Purpose.INVITE,
            "person_id": person_id,
            "body": "请回复1参加",
            "state": TextState.PENDING,
            "not_before": NOW,
            "expires_at": NOW + timedelta(days=1),
        }
        return NewText(**(new | values))

    def text(self, person_id: int, key: str = "a-key", **values: Any) -> int:
        with self.store.begin() as tx:
            made = texts.write(tx, self.new_text(person_id, key, **values), now=NOW)
        assert made is not None
        return made

    def write(self, case_id: int, step: str) -> int:
        key = writebacks.key_of("practice", str(case_id), step, "")
        with self.store.begin() as tx:
            written = writebacks.write(
                tx, case_id, key=key, step=step, note="", host_state=None, state=WriteState.PENDING, now=NOW
            )
            assert written
            return writebacks.waiting(tx, limit=1000)[-1].id


@pytest.fixture
def records(store: Store) -> Records:
    return Records(store)


@dataclass
class Meeting:
    """Lets transactions of several threads meet."""

    store: Store

    def overlap(self, act: Callable[[Tx], Found]) -> tuple[Found, Found]:
        """Run *act* twice, the second time while the first is done and not committed; return what each found."""
        began = Event()
        with ThreadPoolExecutor(1) as pool:
            with self.store.begin() as tx:
                first = act(tx)
                second = pool.submit(self._alone, act, began)
                assert began.wait(_PATIENCE_S)
                self._until_blocked(tx, second)
            return first, second.result(_PATIENCE_S)

    def together(self, count: int, act: Callable[[Tx], Found]) -> list[Found]:
        """Run *act* in *count* threads that start at once; return what each found."""
        barrier = Barrier(count, timeout=_PATIENCE_S)

        def one() -> Found:
            barrier.wait()
            return self._alone(act, Event())

        with ThreadPoolExecutor(count) as pool:
            return [future.result(_PATIENCE_S) for future in [pool.submit(one) for _ in range(count)]]

    def _alone(self, act: Callable[[Tx], Found], began: Event) -> Found:
        began.set()
        with self.store.begin() as tx:
            return act(tx)

    def _until_blocked(self, tx: Tx, other: "Future[Any]") -> None:
        """Wait until *other* waits for *tx* or has ended; SQLite's begins by waiting."""
        if tx.dialect.name == "sqlite":
            return
        mine = tx.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        waits = sa.text("SELECT count(*) FROM pg_stat_activity WHERE :mine = ANY(pg_blocking_pids(pid))")
        pause = Event()
        for _ in range(_PATIENCE_S * 100):
            with self.store.engine.connect() as looking:
                if other.done() or looking.execute(waits, {"mine": mine}).scalar_one():
                    return
            pause.wait(0.01)
        raise AssertionError("the second transaction neither waits nor ends")


@pytest.fixture
def meet(store: Store) -> Meeting:
    return Meeting(store)
