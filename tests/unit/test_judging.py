"""Judging: the 24 rules, scale, enquiries, empty texts, evidence and confidence."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sanhui.config.rules import read_table
from sanhui.plugin.domain.matters import COUNCIL_OF, CouncilKind, Divert, Matter
from sanhui.plugin.domain.rules import RULE_IDS
from sanhui.plugin.judging import Judge, as_json

JUDGE = Judge(read_table())

FIRST_ROUTES = {
    "G1": "医保转移在窗口问了三次都没结果",
    "G2": "建新路要改雨污管，居民想知道几时开工",
    "G3": "顶楼有人私自搭了一间房",
    "G4": "消防通道每晚停满车，消防车进不来",
    "G5": "门口路灯坏了半个月，晚上看不见",
    "G6": "隔壁独居老人没有收入，想申请低保",
    "G7": "还房十年没办下产权证",
    "G8": "餐馆老板拖欠两个月工资",
    "S1": "三栋楼想一起定个院坝使用办法",
    "S2": "物业公共收益从来不公示",
    "S3": "社区集体门面租金去哪了，要求公开",
    "S4": "楼顶漏水，五户都受影响，想动维修资金",
    "S5": "车位不够，想把绿地改成停车位",
    "S6": "垃圾桶太臭，能不能换个地方",
    "S7": "遛狗不牵绳，吓到小孩",
    "S8": "想办个老年食堂",
    "F1": "想找人帮忙搬家",
    "F2": "三个儿女互相推，都不管老母亲生活费",
    "F3": "一楼落水管堵了，污水倒灌，八户共用",
    "F4": "楼上半夜拖椅子，吵得睡不着",
    "F5": "两口子为钱天天吵，没有动手",
    "F6": "借了两万块，欠条在，拖着不还",
    "F7": "自家厨房水管漏，不知道找谁修",
    "F8": "腿脚不便，想请人每周送次菜",
}

WORDS = st.sampled_from(
    [
        *FIRST_ROUTES.values(),
        "业主",
        "Ａ栋",
        " ",
        "\u3000",
        "\n",
        "，",
        "。",
        "（",
        "请区政府核实处理",
        "㎡",
        "KTV",
        "\u200b",
        "😀",
    ]
)


@pytest.mark.parametrize(("rule", "text"), FIRST_ROUTES.items())
def test_each_rule_takes_its_own_kind_of_case(rule: str, text: str) -> None:
    decision = JUDGE.decide(text)

    assert decision.rule == rule
    assert decision.matter is RULE_IDS[rule]
    assert decision.council is COUNCIL_OF[RULE_IDS[rule]]


@pytest.mark.parametrize(
    ("text", "council"),
    [
        ("楼上漏水，漏到我家天花板", CouncilKind.NEIGHBOURHOOD),
        ("我们小区好几栋楼楼顶漏水，物业不管", CouncilKind.COMMUNITY),
        ("沿街好几个小区的下水道都堵了，污水横流到马路上，要求政府整治", CouncilKind.JOINT),
    ],
)
def test_scale_decides_before_subject(text: str, council: CouncilKind) -> None:
    assert JUDGE.decide(text).council is council


@pytest.mark.parametrize(
    "text",
    [
        "请问办老年证需要什么材料",
        "市民来电咨询：社保局电话多少",
        "咨询营业执照去哪里办理",
        "请问公租房的申请流程是什么",
    ],
)
def test_a_pure_question_goes_to_the_service_desk(text: str) -> None:
    decision = JUDGE.decide(text)

    assert decision.divert is Divert.ENQUIRY
    assert decision.council is None


def test_a_question_with_a_grievance_is_a_case() -> None:
    decision = JUDGE.decide("请问医保转移要什么材料，窗口推诿了三次，至今没有解决，我要投诉")

    assert decision.matter is Matter.PUBLIC


@pytest.mark.parametrize("text", ["", "   ", "。。。！？", "\u3000\n"])
def test_a_text_without_letters_is_empty_for_certain(text: str) -> None:
    decision = JUDGE.decide(text)

    assert (decision.matter, decision.divert, decision.auto) == (Matter.DIVERT, Divert.EMPTY, True)


@pytest.mark.parametrize("text", ["你好", "测试"])
def test_a_text_that_says_nothing_is_empty_but_a_person_looks(text: str) -> None:
    decision = JUDGE.decide(text)

    assert (decision.divert, decision.auto) == (Divert.EMPTY, False)


def test_two_letters_that_we_know_are_not_empty() -> None:
    assert JUDGE.decide("停电").rule == "G5"


def test_a_text_that_no_rule_knows_waits_for_a_person() -> None:
    decision = JUDGE.decide("那个东西还是老样子摆在那里呢")

    assert decision.rule is None
    assert not decision.auto
    assert decision.doubts == ("no_evidence",)


def test_an_operators_closing_line_is_no_evidence() -> None:
    case = "楼上半夜拖椅子，吵得睡不着"
    tail = "，请市公安局、区政府核实处理！（请职能局按规定在30分钟内联系市民，响应处置）"

    bare, closed = JUDGE.decide(case), JUDGE.decide(case + tail)

    assert closed.matter is bare.matter
    assert closed.confidence == bare.confidence
    assert all(hit.end <= len(case) for hit in closed.because)


def test_the_hosts_category_is_a_hint() -> None:
    text = "这个事情拖了很久，希望处理一下"

    assert JUDGE.decide(text, category="邻里纠纷").rule == "F4"


def test_words_that_stand_only_in_the_title_are_quoted_from_it() -> None:
    decision = JUDGE.decide("已经半年了，希望解决。", title="小区 电梯故障没人修")

    quotes = [hit for hit in decision.because if hit.in_title]
    assert decision.rule == "S4"
    assert any(hit.phrase == "电梯故障" and hit.start == 3 for hit in quotes)


def test_a_word_is_not_counted_again_for_the_words_inside_it() -> None:
    once = JUDGE.decide("小区消防通道")

    assert [hit.phrase for hit in once.because if hit.rule == "G4"] == ["消防通道"]


def test_the_same_text_always_gets_the_same_decision() -> None:
    other = Judge(read_table())

    assert [other.decide(text) for text in FIRST_ROUTES.values()] == [
        JUDGE.decide(text) for text in FIRST_ROUTES.values()
    ]


def test_a_decision_as_json_has_the_keys_of_the_route_command() -> None:
    decision = JUDGE.decide("楼上漏水，漏到我家天花板")

    assert list(as_json(decision)) == [
        *("matter", "rule", "divert", "council", "confidence", "auto"),
        *("guards", "because", "alternatives", "limits", "doubts"),
    ]


@given(st.lists(WORDS, max_size=8).map("".join), st.lists(WORDS, max_size=3).map("".join))
def test_every_quote_is_letter_for_letter_what_the_case_has(text: str, title: str) -> None:
    decision = JUDGE.decide(text, title=title)

    for hit in decision.because:
        assert (title if hit.in_title else text)[hit.start : hit.end] == hit.phrase


@given(st.text(max_size=60), st.text(max_size=20))
def test_any_text_gets_a_whole_decision(text: str, title: str) -> None:
    decision = JUDGE.decide(text, title=title)

    assert 0 <= decision.confidence <= 1
    assert (decision.matter is Matter.DIVERT) == (decision.divert is not None) == (decision.council is None)
    assert not decision.auto or decision.confidence >= JUDGE.table.measure.threshold


@pytest.mark.parametrize("part", ["丈夫没打她，", "打电话", "请区政府核实处理。", "房子要塌了吗，如果倒塌，"])
def test_a_text_as_long_as_a_novel_costs_no_more_than_its_length(part: str) -> None:
    decision = JUDGE.decide(part * 10_000)

    assert len(decision.because) <= JUDGE.table.measure.quotes + len(JUDGE.table.guards) + len(JUDGE.table.gates)


def test_half_a_letter_from_a_broken_host_hides_no_danger() -> None:
    assert "domestic_violence" in JUDGE.decide("家\ud83d暴").guards
