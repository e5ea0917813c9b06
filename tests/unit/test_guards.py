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
    ("十一岁的女孩彻夜未归", "minor_at_risk", Divert.PROTECTION),
    ("他拿扫把踹老人", "elder_or_disabled_abuse", Divert.PROTECTION),
    ("失智的外公被反锁在屋里，身上长疮", "elder_or_disabled_abuse", Divert.PROTECTION),
    ("奶奶关在阳台，三天没吃东西", "elder_or_disabled_abuse", Divert.PROTECTION),
    ("外公说活起没意思", "self_harm", Divert.PROTECTION),
    ("楼道电表箱噼啪响，直冒火花", "fire", Divert.EMERGENCY),
    ("插座一插就喷火", "fire", Divert.EMERGENCY),
    ("修路的铲断了管，嘶嘶响", "gas", Divert.EMERGENCY),
    ("钻破了地下的管，味道刺鼻", "gas", Divert.EMERGENCY),
    ("悬崖边的大石往下滚", "collapse_or_flood", Divert.EMERGENCY),
    ("后山的土正往下垮", "collapse_or_flood", Divert.EMERGENCY),
    ("河水漫上来，水位到大腿了", "collapse_or_flood", Divert.EMERGENCY),
    ("讨账的人往我家门上泼红油漆", "violence_or_threat", Divert.CRIME),
]

#: Signs that prove nothing alone: a person must look before anything goes on.
SIGNS = [
    ("我老公查手机，不让回娘家", "domestic_violence"),
    ("妻子眼眶发黑，问她只摇头", "domestic_violence"),
    ("我被他打过，不想让别人知道", "domestic_violence"),
    ("他给我装定位，出门就盘问", "domestic_violence"),
    ("班上几个人天天扒裤子取笑他", "minor_at_risk"),
    ("放学路上总有人要保护费", "minor_at_risk"),
    ("我孙女不敢去学校，一问就哭", "minor_at_risk"),
    ("女儿跟我吵完就走，手机关机", "minor_at_risk"),
    ("小孩天黑了还没回家", "minor_at_risk"),
    ("请的护工硬塞饭，还吼老年人", "elder_or_disabled_abuse"),
    ("养老院里的爷爷手上青了一片，不敢吭声", "elder_or_disabled_abuse"),
    ("脑瘫的那个小伙睡地上，顿顿馊菜", "elder_or_disabled_abuse"),
    ("智力残疾的妹妹被他嫂子欺负", "elder_or_disabled_abuse"),
    ("她留了一封信，电话打不通", "self_harm"),
    ("他把存折和密码都给了妹妹，敲门不应", "self_harm"),
    ("爷爷偷偷攒药，说不拖累你们", "self_harm"),
    ("坡上的泥巴一直往下梭", "collapse_or_flood"),
    ("那根黄管子在冒气", "gas"),
    ("会销的把我爸的积蓄掏光了", "crime"),
    ("卖保健品的忽悠老人，叫瞒着子女", "crime"),
    ("前男友跟到公司，站在门口看", "violence_or_threat"),
    ("他说再去告就让你好看", "violence_or_threat"),
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
    "落水管堵了，污水倒灌进厨房，八户共用一根管",
    "放假娃儿没人看，想办个托管班",
    "暑假孩子没人照顾，盼社区开班",
    "楼上阳台花盆往下掉，盆土落我家被子上",
    "阳台上空调往下掉水",
    "开发商跑路后，房产证一直没办",
    "老人忘带钥匙，想找个开锁师傅",
    "想给卧床老人学褥疮护理",
    "学校门口的路口放学时太堵",
    "校门口的监控录像坏了",
    "孩子上学的事，窗口电话打不通",
    "儿子在外地打工，过年没回来",
    "社区讲座讲了养老金认证",
    "老伴住院的药费报账太慢",
    "插座在网上买的，打火机点蜡烛",
    "气管炎病人闻到油烟刺鼻",
    "挖断了自来水管，停水两天",
    "装天然气要打穿橱柜吗",
    "石头路太滑，皮球老往坡下滚",
    "水位计的读数看不清",
    "石头从货车上滚下来，路面砸了个坑",
    "膝盖疼，想要楼道加扶手",
    "出差几天，猫托邻居喂",
    "家里东西都送到新房了，请收旧家具",
    "给药店多开一把药柜钥匙",
    "老师把手机收了，放学才还",
    "这条裙子让你好看又舒服",
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


@pytest.mark.parametrize(("text", "guard"), SIGNS)
def test_a_sign_of_danger_is_never_passed_on_without_a_person(text: str, guard: str) -> None:
    decision = JUDGE.decide(text)

    assert guard in (*decision.guards, *decision.doubts)
    assert decision.matter is Matter.DIVERT or not decision.auto


def test_a_blocked_shared_pipe_is_the_neighbours_business_and_no_flood() -> None:
    decision = JUDGE.decide("底楼下水管堵了，污水倒灌到厨房，六户共用这根管")

    assert (decision.matter, decision.rule) == (Matter.FAMILY, "F3")
    assert "collapse_or_flood" not in (*decision.guards, *decision.doubts)


@pytest.mark.parametrize("text", ["河水倒灌进屋", "污水混着洪水，已经灌进一楼"])
def test_a_rising_river_is_a_flood_though_a_blocked_pipe_is_none(text: str) -> None:
    assert "collapse_or_flood" in JUDGE.decide(text).guards


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
