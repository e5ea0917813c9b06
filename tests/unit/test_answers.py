"""Answers as people write them, and what they must be read as."""

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sanhui.plugin.domain.answers import DIGITS, OPTIONS, Asking, Meaning, Question, Reading, allot, read

MEETING = Question(id=1, asking=Asking.INVITATION, code="4821", digits=(1, 2, 3))
SECOND = Question(id=2, asking=Asking.INVITATION, code="4830", digits=(4, 5, 6))
CODED = Question(id=3, asking=Asking.INVITATION, code="4840", digits=())
ACTION = Question(id=4, asking=Asking.ACTION, code="4822", digits=(5, 6))
VERDICT = Question(id=5, asking=Asking.EVALUATION, code="4823", digits=(1, 2, 3))
RESULT = Question(id=6, asking=Asking.RESULT, code="4824", digits=(1, 2, 3, 4, 5))
ALARM = Question(id=7, asking=Asking.DUTY, code="4825", digits=(9,))

# With one meeting and one action open; divided by bars.
SAID: Mapping[Meaning, str] = {
    Meaning.ACCEPT: """
        1|１|①|⑴|一|壹|1。|1!|1.|(1)|1️⃣|回1|回复1|我选1|按1|1 1|1参加|参加1|参加回1|1同意|1我来|1 好的
        |好的1|1收到|1🙏|1 张三|1,张三|张三 1|1谢谢|1,谢谢通知|回复:1|一。|参加|我参加|准时到|按时参加|去
        |会去|好的|可以|行|没问题|OK|YES|yes|中|要得|好|来|好嘞|好吧|我会来的|一定来|准时参加|参加,谢谢
        |好的,谢谢|收到,参加|收到,准时参加|没事,参加|我要来|要来嘛|得行|没得问题|晓得了,要来|硬是要得
        |不见不散|不会缺席|保证不缺席|4821 1|48211|4821,1|(4821)1|４８２１ １|1 4821|4821一|参加回4821 1
        |4821参加|4821 参加|4821好的|同意参加|参加会议|我参加今天的会|明天准时参加|马上来|可以,我参加
        |可以的|不管怎么样都来参加|不请假,准时到|不会迟到,准时到|参加 02360000000|带2个人参加|參加
        |没问题,一定到|王主任您好,我准时参加|参加。张三|不用回避,参加|我能来|愿意参加|报名参加|我亲自来
        |Ok.|no problem|I will come
    """,
    Meaning.DECLINE: """
        2|２|②|二|2。谢谢|2参加不了|2 家里有事|2家里有事|2,出差|2请假|请假2|请假回2|4821 2|48212|4821请假
        |4821去不了|不参加|不 参加|不去|去不了|来不了|没空|冇空|请假|有事|出差|住院|NO|no|不来|不能参加
        |无法参加|参加不了|来不到|不得空|没得空|莫得空|来不成|走不开|走不脱|家里有事|屋头有事来不到|我请假
        |已请假|请个假|在外地|我在外地来不了|没时间|没得时间|没空参加|不方便|不太方便|今天没空,来不了
        |不好意思,来不了|不好意思来不了|对不起,去不了|我老婆住院,来不了|孩子生病|要上班|加班|身体不舒服
        |回老家了|不在家|我不想参加|不打算去|不会去|没办法参加|抽不开身|赶不回来|有点事|临时有事
        |单位有事来不了|好的,来不了|收到,来不了|收到,请假|不用了|不了,谢谢|不行|不得行|不可以|拒绝参加
        |不方便参加|不能到场|不出席|缺席|这次来不了,下次一定|我有事,不来了|没空来不了|太忙了|忙不过来|沒空
        |來不了|can't come|not coming
    """,
    Meaning.RECUSE: """
        3|三|３|回避|申请回避|我要回避|需要回避|避嫌|我应该回避|3回避|回避3|3 不参加|4821 3|我跟他家有利害关系
        |回避,不参加
    """,
    Meaning.SUBSTITUTE: """
        让老张替我去|让老张代我参加|我来不了,让老张去|由老李参加|我老婆来|我儿子去|我弟弟去|派人去
        |换个人去|老张来|老李代|请王师傅代我参加|委托邻居参加|2 让老张去|叫我爱人来|替我|张主任参加
    """,
    Meaning.SEEN: """
        收到|知道了|👍|👍🏻|👌|已阅|收到,谢谢|晓得了|晓得了哈|收到了|好的,收到|收到,好的|嗯|哦|嗯嗯
        |好的知道了|明白|收到 张三|收到🙏|4821收到|received
    """,
    Meaning.QUESTION: """
        几点开始?|1点半行吗|在哪里|什么时候|参加?|1吗?|1,几点?|能请假吗|可以不参加吗|能不能改时间
        |改时间行不行|改到周六可以吗|你是谁|这是啥子会|好久开会|多久|4821几点开始|要得不|去不去
        |你们是哪个单位|?|为什么找我|今天还是明天|可不可以请假
    """,
    Meaning.UNCLEAR: """
        你好|您好|谢谢|…|2参加|1不去|1不参加|2去|3参加|4821 1不参加|4821 1 2|看情况|尽量|尽量来|晚点到
        |可能来不了|不一定|再说|1或2|1,2|123|11|0|7|不能不参加|不得不去|不是不去|没说不参加|不不参加
        |不没空|没请假|不请假|下次参加|下次一定|改天|4830 1|参加1请假2|参加回1,请假回2,回避回3|有事再联系
        |我有事反映|有空就来|没收到通知|他不参加|老张说他参加|今天不去明天去|去个铲铲|🌧|1楼漏水|2楼|我去医院|我要去外地|参加婚礼
        |要去区里开会|我在开会|等会回你|3点来|明天3点到|周六可以|取消|已经参加过了|上次没来|参加❌|不,参加
        |R你好|T恤|能参加但要早走|参加不参加都行|完成了一半|明天完成|没有困难|还没修好
    """,
    Meaning.OPT_OUT: """
        R|r|T|TD|td|ＴＤ|TD.|退订|退订。|STOP|Stop.|stop all|UNSUBSCRIBE|回复TD
    """,
    Meaning.OPT_IN: """
        START|start|恢复|恢复短信|UNSTOP
    """,
    Meaning.DONE: """
        5|５|五|完成|已完成|5完成|5 好的|完成了|办好了|修好了|搞定了|5 修好了|弄好了|整归一了|已经解决了
        |4822 1|4822 5
    """,
    Meaning.TROUBLE: """
        6|六|有困难|6有困难|6 没钱|完不成|搞不定|遇到困难|有点困难|做不了|4822 2|4822 6
    """,
}
CASES = [(said.strip(), meaning) for meaning, line in SAID.items() for said in line.split("|") if said.strip()]


@pytest.mark.parametrize(("said", "meaning"), CASES)
def test_an_answer_is_read_as_meant(said: str, meaning: Meaning) -> None:
    assert read(said, [MEETING, ACTION]).meaning == meaning


@pytest.mark.parametrize(
    ("said", "meaning"),
    [
        ("1", Meaning.SATISFIED),
        ("2", Meaning.FAIRLY),
        ("3", Meaning.DISSATISFIED),
        ("满意", Meaning.SATISFIED),
        ("非常满意!", Meaning.SATISFIED),
        ("1满意", Meaning.SATISFIED),
        ("基本满意", Meaning.FAIRLY),
        ("不满意", Meaning.DISSATISFIED),
        ("不太满意", Meaning.DISSATISFIED),
        ("不是很满意", Meaning.DISSATISFIED),
        ("3满意", Meaning.UNCLEAR),
        ("不是不满意", Meaning.UNCLEAR),
        ("没有不满意", Meaning.UNCLEAR),
        ("满意个铲铲", Meaning.UNCLEAR),
        ("满意,但是灯没修", Meaning.UNCLEAR),
        ("满意吗", Meaning.QUESTION),
        ("好的", Meaning.SEEN),
    ],
)
def test_a_verdict_is_read_as_meant(said: str, meaning: Meaning) -> None:
    assert read(said, [VERDICT]).meaning == meaning


@pytest.mark.parametrize(
    ("said", "meaning"),
    [
        ("1", Meaning.AGREED),
        ("二", Meaning.ADJOURNED),
        ("5", Meaning.NEEDS_VOTE),
        ("4824 4", Meaning.OUT_OF_AUTHORITY),
        ("达成一致", Meaning.AGREED),
        ("没达成一致", Meaning.NO_CONSENSUS),
        ("下次再议", Meaning.ADJOURNED),
        ("超出权限", Meaning.OUT_OF_AUTHORITY),
        ("需要业主表决", Meaning.NEEDS_VOTE),
        ("不需要表决", Meaning.UNCLEAR),
        ("未达成一致,下次再议", Meaning.UNCLEAR),
    ],
)
def test_a_result_is_read_as_meant(said: str, meaning: Meaning) -> None:
    assert read(said, [RESULT]).meaning == meaning


@pytest.mark.parametrize(
    ("said", "meaning"),
    [
        ("9", Meaning.ACKNOWLEDGED),
        ("已接", Meaning.ACKNOWLEDGED),
        ("已接,马上到", Meaning.ACKNOWLEDGED),
        ("收到", Meaning.SEEN),
        ("没接到", Meaning.UNCLEAR),
        ("接不了", Meaning.UNCLEAR),
    ],
)
def test_an_alarm_counts_as_taken_only_when_somebody_says_so(said: str, meaning: Meaning) -> None:
    assert read(said, [ALARM]).meaning == meaning


def test_a_digit_finds_the_question_that_holds_it() -> None:
    assert read("5", [MEETING, SECOND]) == Reading(Meaning.DECLINE, SECOND, "the digit 5")


def test_a_word_is_not_guessed_between_two_meetings() -> None:
    reading = read("参加", [MEETING, SECOND])

    assert (reading.meaning, reading.question) == (Meaning.UNCLEAR, None)


def test_a_word_behind_a_code_finds_its_meeting() -> None:
    reading = read("4830参加", [MEETING, SECOND])

    assert (reading.meaning, reading.question) == (Meaning.ACCEPT, SECOND)


@pytest.mark.parametrize(
    ("said", "meaning"), [("4830 1", Meaning.ACCEPT), ("4830 4", Meaning.ACCEPT), ("48302", Meaning.DECLINE)]
)
def test_a_code_takes_the_number_of_the_option_and_the_digit_printed(said: str, meaning: Meaning) -> None:
    assert read(said, [MEETING, SECOND]).meaning == meaning


def test_two_codes_in_one_text_are_for_a_person() -> None:
    assert read("4821 1,4830 2", [MEETING, SECOND]).meaning == Meaning.UNCLEAR


def test_a_question_without_digits_takes_no_bare_digit() -> None:
    assert read("1", [CODED]).meaning == Meaning.UNCLEAR


def test_a_question_without_digits_takes_its_code() -> None:
    assert read("4840 2", [CODED]).meaning == Meaning.DECLINE


def test_a_printed_digit_wins_over_the_number_of_an_option() -> None:
    shifted = Question(id=8, asking=Asking.INVITATION, code="4850", digits=(2, 3, 4))

    assert read("4850 2", [shifted]).meaning == Meaning.ACCEPT


@pytest.mark.parametrize("said", ["1", "参加", "4821 1", "让老张替我去", "不满意"])
def test_nothing_is_answered_where_nothing_is_open(said: str) -> None:
    reading = read(said, [])

    assert (reading.meaning, reading.question) == (Meaning.UNCLEAR, None)


def test_an_opt_out_needs_no_open_question() -> None:
    assert read("退订", []).meaning == Meaning.OPT_OUT


def test_a_question_to_us_names_the_only_meeting_it_can_be_about() -> None:
    assert read("几点开始", [MEETING]).question == MEETING


def test_a_letter_is_for_a_person_even_with_an_answer_in_it() -> None:
    assert read("我参加。" + "楼道的灯坏了。" * 40, [MEETING]).meaning == Meaning.UNCLEAR


def test_the_reason_of_a_reading_does_not_quote_the_person() -> None:
    assert "张三" not in read("参加,张三", [MEETING]).why


@pytest.mark.parametrize(
    ("asking", "taken", "digits"),
    [
        (Asking.INVITATION, set(), (1, 2, 3)),
        (Asking.INVITATION, {1, 2, 3}, (4, 5, 6)),
        (Asking.INVITATION, {2}, (3, 4, 5)),
        (Asking.INVITATION, {1, 2, 3, 5, 6}, (7, 8, 9)),
        (Asking.INVITATION, {3, 6, 9}, ()),
        (Asking.ACTION, set(), (5, 6)),
        (Asking.ACTION, {5}, (1, 2)),
        (Asking.RESULT, {1}, (2, 3, 4, 5, 6)),
        (Asking.DUTY, set(), (9,)),
        (Asking.DUTY, {9}, (1,)),
    ],
)
def test_a_new_question_gets_free_digits(asking: Asking, taken: set[int], digits: tuple[int, ...]) -> None:
    assert allot(asking, taken) == digits


@given(st.sampled_from(Asking), st.sets(st.integers(1, 9)))
def test_allotted_digits_are_free_and_one_an_option_or_none(asking: Asking, taken: set[int]) -> None:
    digits = allot(asking, taken)

    assert not set(digits) & taken
    assert len(digits) in (0, len(OPTIONS[asking]))


def test_every_option_has_a_usual_digit() -> None:
    assert {asking: len(digits) for asking, digits in DIGITS.items()} == {
        asking: len(options) for asking, options in OPTIONS.items()
    }


WORDS = st.sampled_from([said for said, _ in CASES])
ANYTHING = st.one_of(
    st.text(max_size=250),
    st.lists(WORDS, max_size=5).map("".join),
    st.text(alphabet="不没来去参加1234点号的了吗,4821 \x00\ud800👍\u200b", max_size=60),
)


@given(ANYTHING, st.lists(st.sampled_from([MEETING, SECOND, CODED, ACTION, VERDICT, RESULT, ALARM]), unique=True))
def test_reading_never_raises_and_answers_only_what_was_asked(said: str, asked: list[Question]) -> None:
    reading = read(said, asked)

    assert reading.question is None or reading.question in asked
    options = [option for question in asked for option in OPTIONS[question.asking]]
    outside = {
        Meaning.SUBSTITUTE,
        Meaning.SEEN,
        Meaning.QUESTION,
        Meaning.UNCLEAR,
        Meaning.OPT_IN,
        Meaning.OPT_OUT,
    }
    assert reading.meaning in {*options, *outside}


def test_a_giant_text_is_for_a_person() -> None:
    assert read("1" + " 参加" * 2_000_000, [MEETING]).meaning == Meaning.UNCLEAR


PLAIN_YES = [said for said, meaning in CASES if meaning is Meaning.ACCEPT and not set(said) & set(",。 席")]


@pytest.mark.parametrize("word", PLAIN_YES)
def test_no_yes_survives_a_not_in_front(word: str) -> None:
    assert read(f"不{word}", [MEETING]).meaning != Meaning.ACCEPT


@pytest.mark.parametrize("word", [said for said, meaning in CASES if meaning is Meaning.DECLINE and said != "缺席"])
def test_no_refusal_becomes_a_yes_with_a_not_in_front(word: str) -> None:
    assert read(f"不{word}", [MEETING]).meaning != Meaning.ACCEPT


@given(
    st.sampled_from(["参加", "去", "来", "参加会议", "能来", "会去", "想参加", "出席", "到场"]),
    st.sampled_from("不冇没"),
)
def test_a_negated_coming_is_never_a_yes(word: str, no: str) -> None:
    assert read(no + word, [MEETING]).meaning != Meaning.ACCEPT


@given(
    st.sampled_from([said for said, meaning in CASES if meaning is Meaning.ACCEPT and "4821" not in said]),
    st.sampled_from([said for said, meaning in CASES if meaning is Meaning.DECLINE and "4821" not in said]),
)
def test_a_refusal_beside_a_yes_is_never_a_yes(yes: str, no: str) -> None:
    assert read(f"{yes},{no}", [MEETING]).meaning != Meaning.ACCEPT
    assert read(f"{no},{yes}", [MEETING]).meaning != Meaning.ACCEPT
