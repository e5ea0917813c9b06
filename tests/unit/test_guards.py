"""The guards: what must never reach a council, what only asks, and what sounds like danger and is none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sanhui.config.rules import read_table
from sanhui.plugin.domain.guards import GUARD_NAMES
from sanhui.plugin.domain.matters import Divert, Matter
from sanhui.plugin.judging import Judge

JUDGE = Judge(read_table())

DANGERS = [
    ("丈夫昨晚又打她，孩子在旁边哭", "domestic_violence", Divert.PROTECTION),
    ("阳台冒烟，有火苗", "fire", Divert.EMERGENCY),
    ("屋里一股燃气味", "gas", Divert.EMERGENCY),
    ("他说今晚就拿刀来", "violence_or_threat", Divert.CRIME),
    ("不想活了，在楼顶", "self_harm", Divert.PROTECTION),
    ("举报社区干部收钱", "discipline_complaint", Divert.STATUTORY),
    ("已经起诉到法院了", "in_litigation", Divert.STATUTORY),
    ("以前被打过，现在怕", "domestic_violence", Divert.PROTECTION),
    ("她说长期被家暴", "domestic_violence", Divert.PROTECTION),
    ("隔壁男的打老婆", "domestic_violence", Divert.PROTECTION),
    ("我被老公打了", "domestic_violence", Divert.PROTECTION),
    ("他掐脖子不松手", "domestic_violence", Divert.PROTECTION),
    ("把她锁在屋里，不准出门", "domestic_violence", Divert.PROTECTION),
    ("他每天喝醉了就打我", "domestic_violence", Divert.PROTECTION),
    ("我怕他回来打我", "domestic_violence", Divert.PROTECTION),
    ("孩子身上有伤，老师看到了", "minor_at_risk", Divert.PROTECTION),
    ("楼下有个没人管的娃", "minor_at_risk", Divert.PROTECTION),
    ("爸爸不让上学", "minor_at_risk", Divert.PROTECTION),
    ("小孩失踪一天了", "minor_at_risk", Divert.PROTECTION),
    ("爷爷被儿子打，不给饭吃", "elder_or_disabled_abuse", Divert.PROTECTION),
    ("有人站在天台要跳楼", "self_harm", Divert.PROTECTION),
    ("他在家里割腕", "self_harm", Divert.PROTECTION),
    ("三楼着火", "fire", Divert.EMERGENCY),
    ("配电箱起火了", "fire", Divert.EMERGENCY),
    ("厨房煤气泄漏", "gas", Divert.EMERGENCY),
    ("楼道里天然气漏得厉害", "gas", Divert.EMERGENCY),
    ("围墙随时会倒", "collapse_or_flood", Divert.EMERGENCY),
    ("有人持刀在门口", "violence_or_threat", Divert.CRIME),
    ("昨晚有人砍人", "violence_or_threat", Divert.CRIME),
    ("邻居扬言要杀我全家", "violence_or_threat", Divert.CRIME),
    ("有人打电话诈骗老人", "crime", Divert.CRIME),
    ("一楼天天聚众赌博", "crime", Divert.CRIME),
    ("有人在车库吸毒", "crime", Divert.CRIME),
    ("打麻将输了几千块，天天聚赌", "crime", Divert.CRIME),
]

TRAPS = [
    "每天打扫卫生的人不见人影",
    "楼上打麻将吵得很",
    "给社区打电话没人接",
    "楼上装修打墙太响",
    "孩子打针要排队多久",
    "一起火锅店的油烟太大",
    "隔壁的人爱发火",
    "火车声音大",
    "晚上跳广场舞声音大",
    "孩子吵，晚上睡不着",
    "怕着火，楼道堆物没人清",
    "担心电线老化引起火灾",
    "天天休息被打扰",
    "减轻生活负担的补贴怎么发",
    "公交车右拐走了别的路",
    "跳楼价甩卖的喇叭太吵",
    "垃圾堆放对安全构成严重威胁",
]

#: Sentences that say nothing about any danger.
IRRELEVANT = [
    "今天天气不错。",
    "小区门口的花开了。",
    "我住在三栋二单元。",
    "谢谢你们的工作。",
    "上个月刚搬来。",
    "麻烦登记一下。",
]


@pytest.mark.parametrize(("text", "guard", "divert"), DANGERS)
def test_a_danger_never_reaches_a_council(text: str, guard: str, divert: Divert) -> None:
    decision = JUDGE.decide(text)

    assert guard in decision.guards
    assert (decision.matter, decision.divert, decision.council) == (Matter.DIVERT, divert, None)


@pytest.mark.parametrize("text", TRAPS)
def test_what_only_sounds_like_danger_fires_no_guard(text: str) -> None:
    assert JUDGE.decide(text).guards == ()


@pytest.mark.parametrize("text", TRAPS)
def test_what_only_sounds_like_danger_is_not_diverted_as_one(text: str) -> None:
    assert JUDGE.decide(text).divert in (None, Divert.ENQUIRY)


@pytest.mark.parametrize("text", ["没有动手", "两口子为钱天天吵，没有动手", "他没有打我", "老公没打过孩子"])
def test_a_denied_violence_asks_a_person(text: str) -> None:
    decision = JUDGE.decide(text)

    assert decision.matter is not Matter.DIVERT
    assert decision.doubts
    assert not decision.auto


def test_a_refusal_to_mediate_binds_the_council_and_asks_a_person() -> None:
    decision = JUDGE.decide("楼上漏水到我家，对方明确说不接受调解")

    assert "mediation_refused" in decision.limits
    assert not decision.auto


@pytest.mark.parametrize(
    ("text", "gate"),
    [
        ("楼顶漏水，五户都受影响，想动维修资金", "owners_vote"),
        ("车位不够，想把绿地改成停车位", "owners_vote"),
        ("我们楼想加装电梯", "owners_vote"),
        ("社区集体门面租金去哪了，要求公开", "collective_assets_vote"),
    ],
)
def test_a_gate_lets_the_case_go_on_and_limits_the_council(text: str, gate: str) -> None:
    decision = JUDGE.decide(text)

    assert gate in decision.guards
    assert gate in decision.limits
    assert decision.council is not None


@pytest.mark.parametrize("text", ["办事窗口效率太低，工作人员态度差", "街道办一直推诿，办理太慢", "居委会主任不接电话"])
def test_a_slow_office_is_no_discipline_case(text: str) -> None:
    decision = JUDGE.decide(text)

    assert "discipline_complaint" not in decision.guards
    assert decision.matter is Matter.PUBLIC


def test_a_recurring_fault_asks_where_the_same_words_now_are_an_emergency() -> None:
    now = JUDGE.decide("有人被困电梯")
    often = JUDGE.decide("小区电梯经常发生业主被困电梯的情况")

    assert now.divert is Divert.EMERGENCY
    assert often.divert is None
    assert "collapse_or_flood" in often.doubts


def test_a_victim_goes_before_a_fire() -> None:
    decision = JUDGE.decide("老公打我，还把窗帘点燃，已经着火了")

    assert decision.divert is Divert.PROTECTION
    assert {"domestic_violence", "fire"} <= set(decision.guards)


def test_the_operators_closing_line_hides_no_danger() -> None:
    decision = JUDGE.decide("请派出所对持刀砍人的情况核实处理（请职能局在30分钟内联系市民，响应处置）")

    assert "violence_or_threat" in decision.guards


def test_every_guard_says_law_duty_addressee_and_time() -> None:
    table = read_table()

    assert [guard.name for guard in table.guards] == list(GUARD_NAMES)
    assert all(guard.law and guard.duty and guard.to and guard.within for guard in table.guards)


@given(
    danger=st.sampled_from(DANGERS),
    before=st.lists(st.sampled_from(IRRELEVANT), max_size=3),
    after=st.lists(st.sampled_from(IRRELEVANT), max_size=3),
)
def test_an_irrelevant_sentence_never_removes_a_guard(
    danger: tuple[str, str, Divert], before: list[str], after: list[str]
) -> None:
    text, guard, _ = danger

    decision = JUDGE.decide("".join(before) + text + "。" + "".join(after))

    assert guard in decision.guards
    assert decision.matter is Matter.DIVERT


@given(danger=st.sampled_from(DANGERS), place=st.integers(0, 30), blank=st.sampled_from(" \u3000\u200b\t\ufeff"))
def test_a_blank_within_the_words_never_removes_a_guard(
    danger: tuple[str, str, Divert], place: int, blank: str
) -> None:
    text, guard, _ = danger

    decision = JUDGE.decide(text[:place] + blank + text[place:])

    assert guard in decision.guards


@given(st.lists(st.sampled_from([*TRAPS, *(text for text, _, _ in DANGERS)]), min_size=1, max_size=3), st.data())
def test_full_width_forms_do_not_change_guards(sentences: list[str], data: st.DataObject) -> None:
    plain = data.draw(st.sampled_from(["A3栋12号KTV", "110", "502室", "x单元"])) + "。".join(sentences)
    wide = "".join(chr(ord(letter) + 0xFEE0) if "!" < letter <= "~" else letter for letter in plain)

    assert JUDGE.decide(wide).guards == JUDGE.decide(plain).guards
