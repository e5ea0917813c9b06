"""A street with its web door open: a real store, the practice carrier, operators and cases in every state."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa
from sanhui.plugin import rulings
from sanhui.plugin.carriers.practice import PracticeCarrier
from sanhui.plugin.domain.cases import CaseState, HostState
from sanhui.plugin.domain.matters import CouncilKind
from sanhui.plugin.domain.meetings import MeetingState
from sanhui.plugin.domain.rules import RULE_IDS
from sanhui.plugin.letters import Letters
from sanhui.plugin.notes import Notes
from sanhui.plugin.store import Store, Tx, cases, councils, meetings, people
from sanhui.plugin.store.cases import Case, Incoming
from sanhui.plugin.store.phones import PhoneSealer, new_key
from sanhui.plugin.store.tables import metadata
from sanhui.plugin.web.app import Door, create_app, hash_password
from sanhui.plugin.words import Words
from starlette.testclient import TestClient

START = datetime(2026, 1, 5, 9, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
GRID = "509901001001001"
TEXT = "三栋楼顶漏水，找物业多次没有结果，请联系13912345678"
SECRET = "practice-callback-secret"
LINK_KEYS = ("a-link-key-for-the-practice-street",)
PASSWORD = "one long invented password"
CSRF = re.compile(r'name="csrf" value="([^"]+)"')
_HASHED = hash_password(PASSWORD)
_DECISION = {
    "because": [
        {"rule": "S4", "phrase": "楼顶漏水", "start": 2, "end": 6, "weight": 3.0, "field": "text"},
        {"rule": "S2", "phrase": "物业", "start": 8, "end": 10, "weight": 1.0, "field": "text"},
    ],
    "guards": [],
    "limits": ["owners_vote"],
    "doubts": ["owners_vote"],
    "alternatives": [{"matter": "public", "rule": "G2", "confidence": 0.21}],
}


@dataclass
class SetClock:
    """Tells the time that it was set to."""

    at: datetime = START

    def now(self) -> datetime:
        return self.at


@dataclass
class Stage:
    """The street, its store and its door."""

    store: Store
    letters: Letters
    clock: SetClock
    door: Door
    nudges: list[datetime]
    _made: list[int] = field(default_factory=list)

    def browser(self) -> TestClient:
        return TestClient(create_app(self.door), base_url="https://sanhui.test", follow_redirects=False)

    def logged_in(self, name: str = "Alice") -> TestClient:
        browser = self.browser()
        form = {"name": name, "password": PASSWORD, "csrf": csrf(browser, "/login")}
        assert browser.post("/login", data=form).status_code == 303
        return browser

    def case(self, **values: Any) -> int:
        """Keep a new case and return its id."""
        self._made.append(1)
        ref = f"HB-{len(self._made):03d}"
        new: dict[str, Any] = {
            "ref": ref,
            "title": "楼顶漏水",
            "text": TEXT,
            "category": "房屋",
            "source": "12345热线",
            "area_code": GRID,
            "host_state": HostState.OPEN,
            "host_version": "1",
            "host_updated_at": START,
            "reported_at": START,
            "due_at": START + timedelta(days=5),
        }
        with self.store.begin() as tx:
            cases.insert(tx, "practice", [Incoming(**(new | values))], now=self.clock.now())
            held = cases.known(tx, "practice", [str((new | values)["ref"])])
        return next(iter(held.values())).id

    def confirming(self, rule: str = "S4") -> int:
        """Keep a case that waits for a person, judged to belong to *rule*."""
        case_id = self.case()
        with self.store.begin() as tx:
            held = cases.get(tx, case_id)
            judged = {"matter": RULE_IDS[rule], "rule": rule, "confidence": 0.62}
            cases.set_values(tx, held, now=self.clock.now(), decision=json.dumps(_DECISION), **judged)
            cases.move(tx, held, CaseState.CONFIRMING, who="auto", why="unsure", now=self.clock.now())
        return case_id

    def routed(self, rule: str = "F3") -> int:
        """Keep a case with a fixed route."""
        case_id = self.case()
        with self.store.begin() as tx:
            held = cases.get(tx, case_id)
            matter = RULE_IDS[rule]
            rulings.fix_route(
                tx, self.letters, held, matter=matter, rule=rule, who="auto", why="sure", now=self.clock.now()
            )
        return case_id

    def walk(self, case_id: int, *states: CaseState, **values: Any) -> None:
        """Move a case through *states*."""
        for state in states:
            with self.store.begin() as tx:
                held = cases.get(tx, case_id)
                cases.move(tx, held, state, who="auto", why="so it went", now=self.clock.now(), **values)

    def meeting(self, case_id: int, *, state: MeetingState = MeetingState.INVITING) -> tuple[int, int, int]:
        """Put a routed case on an agenda with one member; return meeting, item and invitation."""
        with self.store.begin() as tx:
            council = councils.put(tx, CouncilKind.NEIGHBOURHOOD, GRID, name="柳岸网格邻里会", place="柳岸驿站")
            meeting = meetings.plan(
                tx, council, starts_at=START + timedelta(days=2), place="柳岸驿站", quorum=1, now=START
            )
            meetings.put_item(tx, meeting, case_id)
            bob = people.put(tx, self.store.phones, "19900000002", name="Bob")
            invitation = meetings.put_invitation(tx, meeting, bob, role="convener", votes=True)
            assert invitation is not None
            self._advance(tx, meeting, state)
            item = meetings.items(tx, meeting)[0].id
        self.walk(case_id, CaseState.SCHEDULED, sittings=1)
        return meeting, item, invitation

    def _advance(self, tx: Tx, meeting: int, state: MeetingState) -> None:
        for step in (MeetingState.INVITING, MeetingState.QUORATE, MeetingState.CONVENED):
            meetings.move(tx, meetings.get(tx, meeting), step, who="auto", why="", now=START)
            if step is state:
                return

    def break_store(self) -> None:
        """Make the database one that cannot be opened."""
        self.store.close()
        self.store.engine = sa.create_engine("sqlite:////nowhere/at/all.db")

    def held(self, case_id: int) -> Case:
        with self.store.begin() as tx:
            return cases.get(tx, case_id)


def csrf(browser: TestClient, path: str = "/desk") -> str:
    """Return the token of the forms on a page."""
    found = CSRF.search(browser.get(path).text)
    assert found is not None
    return found[1]


def act(browser: TestClient, stage: Stage, path: str, case_id: int = 0, **form: str) -> Any:
    """Post a form of the desk as its page would."""
    seen = {"seen": stage.held(case_id).changed_at.isoformat()} if case_id else {}
    return browser.post(path, data={"csrf": csrf(browser, "/"), **seen, **form})


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    store = Store(f"sqlite:///{tmp_path / 'sanhui.db'}", PhoneSealer([new_key()], "hash"))
    metadata.create_all(store.engine)
    clock = SetClock()
    words = Words("zh", signature="江畔街道", landline="023-60000141")
    letters = Letters(words, Notes("zh"), ZONE, time(20, 30), time(8))
    carrier = PracticeCarrier("practice", "http://127.0.0.1:9", "token", SECRET)
    nudges: list[datetime] = []
    door = Door(
        store=store,
        letters=letters,
        carriers={"practice": carrier},
        clock=clock,
        public_url="https://sanhui.test",
        session_secret="a-session-secret-of-the-street",
        link_keys=LINK_KEYS,
        operators=dict.fromkeys(("Alice", "Bob", "Charlie"), _HASHED),
        zone=ZONE,
        mode="live",
        rules={rule: f"规则{rule}" for rule in RULE_IDS},
        after_inbound=lambda: nudges.append(clock.now()),
        leaders=("Charlie",),
    )
    yield Stage(store, letters, clock, door, nudges)
    carrier.close()
    store.close()
