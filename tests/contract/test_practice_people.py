"""The scripted people of the practice world answer by what a text says, and always the same."""

from collections import Counter
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
from sanhui.plugin.practice.clock import SHANGHAI
from sanhui.plugin.practice.hints import Hint, Kind, asked
from sanhui.plugin.practice.people import Answer, answer
from sanhui.plugin.practice.texts import NewText
from sanhui.plugin.practice.world import World

START = datetime(2026, 1, 5, 1, tzinfo=UTC)
INVITATION = "【江畔街道】Alice您好,1月9日15:00柳岸议事厅开社区评议会(4821)。参加回1,请假回2,回避回3。电话023-60000141"
EVALUATION = "您反映的事(4821)已办。满意回1,基本满意回2,不满意回3"
RESULT = "会议(4821)结果:达成一致回1,择期再议回2,未谈成回3"
TASK = "请于1月20日前办理(4821)。完成回5,有困难回6"
DUTY = "急事(4821),请速处置。已接回9"
PHONES = [f"+861990000{n:04d}" for n in range(2000)]


def answers(text: str, *, seed: int = 1, now: datetime = START, earlier: tuple[str, ...] = ()) -> list[Answer | None]:
    """Return what two thousand people answer to *text*."""
    return [answer(text, seed=seed, phone=phone, now=now, earlier=earlier) for phone in PHONES]


def bodies(text: str) -> Counter[str]:
    """Count what two thousand people say; "" is silence."""
    return Counter(found.body if found else "" for found in answers(text))


@pytest.mark.parametrize(
    ("text", "kind", "first"),
    [
        (INVITATION, Kind.INVITATION, Hint("参加", "1")),
        (TASK, Kind.ACTION, Hint("完成", "5")),
        (EVALUATION, Kind.EVALUATION, Hint("满意", "1")),
        (RESULT, Kind.RESULT, Hint("达成一致", "1")),
        (DUTY, Kind.DUTY, Hint("已接", "9")),
        ("参加回4821 1,请假回4821 2", Kind.INVITATION, Hint("参加", "4821 1")),
        ("回4821加1参加2请假3回避", Kind.INVITATION, Hint("参加", "4821 1")),
    ],
)
def test_a_text_is_understood_by_its_hints(text: str, kind: Kind, first: Hint) -> None:
    question = asked(text)

    assert question is not None
    assert (question.kind, question.hints[0]) == (kind, first)


@pytest.mark.parametrize("text", ["1月9日的会取消了(4821)", "您反映的事已转社区评议会", "", "回1"])
def test_a_text_without_hints_is_not_answered(text: str) -> None:
    assert answer(text, seed=1, phone=PHONES[0], now=START, earlier=()) is None


def test_no_telephone_number_year_or_time_is_taken_for_a_code() -> None:
    question = asked("2026年1月9日15:00开会,电话0571-88886666。参加回1,请假回2")

    assert question is not None
    assert question.code == ""


@pytest.mark.parametrize("text", [INVITATION, TASK, EVALUATION, RESULT, DUTY])
def test_the_same_seed_gives_the_same_answers(text: str) -> None:
    assert answers(text) == answers(text)


def test_another_seed_gives_other_answers() -> None:
    assert answers(INVITATION, seed=1) != answers(INVITATION, seed=2)


def test_invitations_are_answered_in_all_the_ways_of_people() -> None:
    said = bodies(INVITATION)
    coming = sum(said[way] for way in ("1", "1。", "１", "参加", "好的"))
    declining = sum(said[way] for way in ("2", "请假", "去不了", "让老张替我去"))

    assert 0.77 <= coming / len(PHONES) <= 0.87
    assert 0.06 <= declining / len(PHONES) <= 0.11
    assert all(said[way] for way in ("", "１", "1。", "参加", "好的", "3", "收到", "几点开始?", "让老张替我去"))


def test_owners_mostly_keep_their_promises() -> None:
    said = bodies(TASK)

    assert said[""] == 0
    assert 0.82 <= sum(said[way] for way in ("5", "完成", "已完成")) / len(PHONES) <= 0.88


def test_residents_evaluate_in_digits_and_in_words() -> None:
    said = bodies(EVALUATION)
    satisfied, dissatisfied = said["1"] + said["满意"], said["3"] + said["不满意"]

    assert 0.37 <= said[""] / len(PHONES) <= 0.43
    assert dissatisfied * 4 < satisfied
    assert min(said["满意"], said["不满意"]) > 0


def test_conveners_always_tell_the_result() -> None:
    said = bodies(RESULT)

    assert set(said) == {"1", "2", "3"}
    assert 0.81 <= said["1"] / len(PHONES) <= 0.89


def test_duty_officers_answer_within_minutes_also_at_night() -> None:
    midnight = datetime(2026, 1, 5, 23, 59, tzinfo=SHANGHAI)
    found = answers(DUTY, now=midnight)

    assert {reply.body for reply in found if reply} == {"9", "已接"}
    assert all(reply and reply.at - midnight < timedelta(minutes=10) for reply in found)


@pytest.mark.parametrize("hour", [7, 12, 19, 21, 22, 23, 0, 3, 6])
def test_nobody_else_answers_at_night(hour: int) -> None:
    now = datetime(2026, 1, 5, hour, 59, tzinfo=SHANGHAI)
    times = [reply.at.astimezone(SHANGHAI).time() for reply in answers(INVITATION, now=now) if reply]

    assert all(time(7) <= at < time(22) for at in times)


def test_nobody_answers_before_being_asked() -> None:
    assert all(reply.at > START for reply in answers(INVITATION) if reply)


def test_who_only_said_seen_or_asked_back_answers_when_asked_again() -> None:
    first, second = answers(INVITATION), answers(f"提醒:{INVITATION}", earlier=(INVITATION,))
    pairs = [(a.body, b) for a, b in zip(first, second, strict=True) if a and a.body in ("收到", "几点开始?")]

    assert pairs
    assert {again.body for _, again in pairs if again} == {"1", "2"}
    assert all(again for _, again in pairs)


def test_who_answered_in_words_says_the_same_as_a_digit_when_asked_for_one() -> None:
    first = answers(INVITATION)
    second = answers("请您只回数字:参加回1,请假回2,回避回3。", earlier=(INVITATION,))
    pairs = {(a.body, b and b.body) for a, b in zip(first, second, strict=True) if a and not a.body.isdigit()}
    answered = {pair for pair in pairs if pair[0] not in ("收到", "几点开始?")}

    expected = {
        ("参加", "1"),
        ("好的", "1"),
        ("1。", "1"),
        ("请假", "2"),
        ("去不了", "2"),
        ("让老张替我去", "2"),
        ("回避", "3"),
    }
    assert answered - {("参加", None), ("好的", None), ("1。", None)} == expected


def test_about_half_of_the_silent_answer_the_reminder() -> None:
    first, second = answers(INVITATION), answers(f"提醒:{INVITATION}", earlier=(INVITATION,))
    reminded = [again for before, again in zip(first, second, strict=True) if before is None]

    assert 0.35 <= sum(again is not None for again in reminded) / len(reminded) <= 0.65


def test_some_answer_only_days_later() -> None:
    delays = [reply.at - START for reply in answers(INVITATION) if reply]

    assert 0 < sum(delay > timedelta(days=2) for delay in delays) < 0.04 * len(PHONES)


def test_another_matter_is_not_the_same_question() -> None:
    other = INVITATION.replace("4821", "5937")
    assert answers(other, earlier=(INVITATION,)) == answers(other)


def test_people_answer_the_same_however_far_time_is_set_at_once(tmp_path: Path) -> None:
    said = []
    for name, steps in (("one", [600]), ("many", range(0, 601, 7))):
        world = World(tmp_path / f"{name}.db", fast=True)
        world.advance(START)
        for phone in PHONES[:40]:
            world.texts.accept(NewText(phone, INVITATION))
        for minutes in steps:
            world.advance(START + timedelta(minutes=minutes))
        said.append(
            [(row["phone"], row["body"], row["at"]) for row in world.texts.page(direction="in", skip=0, limit=99)]
        )
        world.close()

    assert len(said[0]) > 20
    assert said[0] == said[1]


def test_a_fast_world_answers_delivered_texts_by_itself(tmp_path: Path) -> None:
    world = World(tmp_path / "world.db", fast=True, seed=3)
    world.advance(START)
    world.texts.accept(NewText(PHONES[1], DUTY))
    world.advance(START + timedelta(minutes=15))
    inbound = world.texts.page(direction="in", skip=0, limit=10)
    world.close()

    assert [(row["phone"], row["body"] in ("9", "已接")) for row in inbound] == [(PHONES[1], True)]


def test_a_world_that_is_not_fast_leaves_answering_to_people(tmp_path: Path) -> None:
    world = World(tmp_path / "world.db", seed=3)
    world.advance(START)
    world.texts.accept(NewText(PHONES[1], DUTY))
    world.advance(START + timedelta(hours=1))
    inbound = world.texts.page(direction="in", skip=0, limit=10)
    world.close()

    assert inbound == []
