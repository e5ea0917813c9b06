"""The screen: counts that add up, shares with both numbers, nothing of a single case."""

from datetime import timedelta

import pytest
from sanhui.plugin import rulings
from sanhui.plugin.domain.cases import CaseState
from sanhui.plugin.domain.evaluation import Verdict
from sanhui.plugin.domain.matters import Divert, Matter
from sanhui.plugin.domain.meetings import InvitationState, MeetingState
from sanhui.plugin.domain.outcomes import Result
from sanhui.plugin.store import cases, evaluations, figures, meetings, people
from sanhui.plugin.store.figures import Figures, Share

from .conftest import START, Stage, act


def read(stage: Stage) -> Figures:
    with stage.store.begin() as tx:
        return figures.read(tx, now=stage.clock.now())


def evaluate(stage: Stage, *verdicts: Verdict | None) -> None:
    """Ask one resident for each of *verdicts*; None does not answer."""
    for number, verdict in enumerate(verdicts):
        case_id = stage.case()
        with stage.store.begin() as tx:
            resident = people.put(tx, stage.store.phones, f"1990001{number:04d}")
            evaluations.ask(tx, case_id, resident, now=START)
            if verdict is not None:
                evaluations.answer(tx, case_id, verdict, now=START)


@pytest.mark.parametrize(("whole", "percent"), [(0, None), (9, None), (10, 30), (11, 27)])
def test_a_share_of_less_than_ten_has_no_percentage(whole: int, percent: int | None) -> None:
    assert Share(min(3, whole), whole).percent == percent


def test_cases_are_counted_by_state_rule_and_source(stage: Stage) -> None:
    stage.confirming("S4")
    stage.routed("F3")
    stage.routed("F3")

    found = read(stage).cases

    assert found.by_state == {"routed": 2, "confirming": 1}
    assert (found.by_rule, found.by_source) == ({"family": {"F3": 2}, "shared": {"S4": 1}}, {"12345热线": 3})


def test_a_diverted_case_is_counted_by_its_kind_alone(stage: Stage) -> None:
    case_id = stage.case()
    with stage.store.begin() as tx:
        held = cases.get(tx, case_id)
        rulings.divert(tx, stage.letters, held, kind=Divert.CRIME, guards="", who="auto", why="", now=START)

    found = read(stage).cases

    assert (found.by_divert, found.by_rule) == ({"crime": 1}, {})


def test_a_case_is_overdue_after_its_deadline_until_it_ends(stage: Stage) -> None:
    late = [stage.case(due_at=START) for _ in range(2)]
    stage.walk(late[0], CaseState.WITHDRAWN)
    overdue = []
    for stage.clock.at in (START, START + timedelta(seconds=1)):
        overdue.append(read(stage).overdue)

    assert overdue == [0, 1]


def test_confirmed_cases_are_told_beside_those_that_were_unsure(stage: Stage) -> None:
    first, _ = stage.confirming(), stage.confirming()
    act(stage.logged_in(), stage, f"/desk/cases/{first}/confirm", first, rule="S4")

    found = read(stage)

    assert (found.confirmed, found.unsure) == (1, 2)


def test_meetings_places_and_results_are_counted(stage: Stage) -> None:
    _, item, invitation = stage.meeting(stage.routed(), state=MeetingState.CONVENED)
    with stage.store.begin() as tx:
        meetings.answer(tx, invitation, InvitationState.ACCEPTED, now=START)
        rulings.record_result(tx, item, Result.AGREED, who="Alice", now=START)

    found = read(stage)

    assert (found.meetings, found.results) == ({"neighbourhood": {"convened": 1}}, {"agreed": 1})
    assert (found.held, found.came("member"), found.came("party")) == (Share(1, 1), Share(1, 1), Share(0, 0))


def test_silence_is_no_verdict(stage: Stage) -> None:
    evaluate(stage, Verdict.SATISFIED, Verdict.FAIRLY, Verdict.DISSATISFIED, None)

    found = read(stage)

    assert (found.answered, found.satisfied) == (Share(3, 4), Share(2, 3))


def test_texts_are_counted_with_what_they_cost(stage: Stage) -> None:
    case_id = stage.case()
    with stage.store.begin() as tx:
        resident = people.put(tx, stage.store.phones, "19900010001")
        cases.put_party(tx, case_id, resident, "reporter")
        held = cases.get(tx, case_id)
        matter = Matter.FAMILY
        rulings.fix_route(tx, stage.letters, held, matter=matter, rule="F3", who="auto", why="", now=START)

    (found,) = read(stage).texts

    assert (found.purpose, found.state, found.count, found.segments) == ("route", "pending", 1, 1)


def test_the_screen_shows_both_numbers_and_no_small_percentage(stage: Stage) -> None:
    evaluate(stage, *[Verdict.SATISFIED] * 9, None)

    page = stage.logged_in().get("/").text

    assert '<b>9</b><span class="of"> / 10</span> <span class="percent">90%</span>' in page
    assert '<b>9</b><span class="of"> / 9</span></td>' in page


def test_the_screen_names_no_case_and_no_words(stage: Stage) -> None:
    case_id = stage.confirming()

    page = stage.logged_in("Charlie").get("/").text

    assert not any(words in page for words in ("楼顶漏水", stage.held(case_id).ref, f"/cases/{case_id}"))


def test_the_figures_reach_back_as_far_as_asked(stage: Stage) -> None:
    stage.case()
    stage.clock.at = START + timedelta(days=31)
    stage.case()
    browser = stage.logged_in()

    totals = [browser.get(f"/api/stats?days={days}").json()["cases"]["total"] for days in (30, 90, 0)]

    assert totals == [1, 2, 2]


def test_what_waits_is_counted_however_old_it_is(stage: Stage) -> None:
    stage.confirming()
    stage.clock.at = START + timedelta(days=400)

    found = stage.logged_in().get("/api/stats?days=30").json()

    assert [(one["state"], one["count"]) for one in found["open"]] == [("confirming", 1)]


def test_an_empty_street_has_a_screen(stage: Stage) -> None:
    browser = stage.logged_in()

    assert [browser.get(path).status_code for path in ("/", "/api/stats", "/desk")] == [200, 200, 200]


@pytest.mark.parametrize("days", ["-1", "x", "99999999999"])
def test_a_period_that_is_none_is_refused(stage: Stage, days: str) -> None:
    assert stage.logged_in().get(f"/?days={days}").status_code == 400
