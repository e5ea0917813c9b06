"""What the texts say, and what the lint finds in bad ones."""

import re
import shutil
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import UndefinedError
from sanhui.jobs.sms_command import lint, preview, read_line
from sanhui.plugin.domain.answers import DIGITS, OPTIONS, Asking, Question, read
from sanhui.plugin.domain.texts import Purpose, segments, units
from sanhui.plugin.errors import ConfigError
from sanhui.plugin.words import VARIABLES, Words, pages

ROOT = Path(__file__).parents[2]
SIGNATURE, LANDLINE = "江畔街道", "023-60000141"
INVITED = {
    "name": "许安",
    "council": "社区评议会",
    "code": "4821",
    "when": "1月8日15:00",
    "place": "二楼会议室",
    "options": "参加回1,请假回2,回避回3",
}


def words(language: str = "zh", folder: Path | None = None) -> Words:
    return Words(language, signature=SIGNATURE, landline=LANDLINE, folder=folder)


def asked(asking: Asking, digits: tuple[int, ...] = ()) -> Question:
    return Question(id=1, asking=asking, code="4821", digits=digits)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A place's own templates: ours, to be spoilt."""
    shutil.copytree(ROOT / "templates" / "sms" / "zh", tmp_path / "zh")
    return tmp_path / "zh"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_our_own_texts_pass_the_lint(language: str) -> None:
    assert words(language).lint() == []


@pytest.mark.parametrize("purpose", Purpose)
def test_a_chinese_text_is_one_part_at_its_longest(purpose: Purpose) -> None:
    text = words().example(purpose)

    assert units(text) <= 70
    assert segments(text) == 1


@pytest.mark.parametrize("purpose", [Purpose.INVITE, Purpose.REMIND, Purpose.CHANGE])
def test_an_invitation_without_digits_is_still_one_part(purpose: Purpose) -> None:
    longest = {"name": "欧阳小明", "when": "12月31日15:00", "place": "石桥社区二楼大厅"}
    options = words().options(asked(Asking.INVITATION))

    assert units(words().text(purpose, **(INVITED | longest | {"options": options}))) == 70


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("purpose", Purpose)
def test_a_text_begins_with_its_signature_and_is_one_line(language: str, purpose: Purpose) -> None:
    text = words(language).example(purpose)

    assert text.startswith("【江畔街道】")
    assert text == " ".join(text.split())


@pytest.mark.parametrize("purpose", [purpose for purpose in Purpose if "landline" in VARIABLES[purpose]])
def test_a_landline_stands_where_people_may_doubt(purpose: Purpose) -> None:
    assert LANDLINE in words().example(purpose)


def test_an_invitation_says_who_when_where_and_how_to_answer() -> None:
    assert words().text(Purpose.INVITE, **INVITED) == (
        "【江畔街道】许安:1月8日15:00在二楼会议室开评议会(4821),参加回1,请假回2,回避回3。023-60000141"
    )


def test_a_missing_value_is_an_error_and_no_gap() -> None:
    without_place = {name: value for name, value in INVITED.items() if name != "place"}

    with pytest.raises(ConfigError, match=r"invite\.j2: 'place' is undefined"):
        words().text(Purpose.INVITE, **without_place)


def test_a_value_cannot_sign_for_somebody_else() -> None:
    text = words().text(Purpose.INVITE, **(INVITED | {"place": "【别处】大厅"}))

    assert text.count("【") == 1


def test_a_value_with_line_breaks_stays_on_one_line() -> None:
    text = words().text(Purpose.INVITE, **(INVITED | {"place": "二楼\n  大厅"}))

    assert "二楼 大厅" in text


def test_a_value_is_never_read_as_a_template() -> None:
    assert "{{ code }}" in words().text(Purpose.INVITE, **(INVITED | {"place": "{{ code }}"}))


def test_texts_are_no_markup() -> None:
    assert "A&B<室>" in words().text(Purpose.INVITE, **(INVITED | {"place": "A&B<室>"}))


def test_pages_are_markup() -> None:
    assert pages("practice").from_string("{{ name }}").render(name="<b>") == "&lt;b&gt;"


def test_a_page_without_a_value_is_an_error_and_no_gap() -> None:
    with pytest.raises(UndefinedError):
        pages("practice").from_string("{{ name }}").render()


@pytest.mark.parametrize(
    ("asking", "hint"),
    [
        (Asking.INVITATION, "参加回1,请假回2,回避回3"),
        (Asking.ACTION, "完成回5,有困难回6"),
        (Asking.EVALUATION, "满意回1,基本满意回2,不满意回3"),
        (Asking.RESULT, "达成一致回1,择期再议回2,未成一致回3,超出权限回4,需要表决回5"),
        (Asking.DUTY, "已接回9"),
    ],
)
def test_a_hint_names_each_option_and_its_digit(asking: Asking, hint: str) -> None:
    assert words().options(asked(asking, DIGITS[asking])) == hint


def test_a_hint_without_digits_names_the_code() -> None:
    assert words().options(asked(Asking.INVITATION)) == "回4821加1参加2请假3回避"


def test_a_party_is_not_asked_to_step_aside() -> None:
    assert words().options(asked(Asking.INVITATION, (4, 5, 6)), is_party=True) == "参加回4,请假回5"


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("asking", Asking)
def test_the_words_of_a_hint_are_understood_as_an_answer(language: str, asking: Asking) -> None:
    question = asked(asking, DIGITS[asking])
    said = [re.sub(r"回\d$|^\d ", "", hint) for hint in words(language).options(question).split(",")]

    assert tuple(read(one, [question]).meaning for one in said) == OPTIONS[asking]


@pytest.mark.parametrize("asking", Asking)
@given(first=st.integers(1, 5))
def test_the_digits_of_a_hint_are_understood_as_an_answer(asking: Asking, first: int) -> None:
    digits = tuple(range(first, first + len(OPTIONS[asking])))
    question = asked(asking, digits)

    assert tuple(read(str(digit), [question]).meaning for digit in digits) == OPTIONS[asking]


@pytest.mark.parametrize(("language", "printed"), [("zh", "10月21日15:00"), ("en", "Oct 21 15:00")])
def test_a_time_is_told_locally(language: str, printed: str) -> None:
    moment = datetime(2026, 10, 21, 7, tzinfo=UTC)

    assert words(language).when(moment, ZoneInfo("Asia/Shanghai")) == printed


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("{{ code }}转{{ council }},请向领导说", "'领导': carriers refuse this word"),
        ("{{ code }}转{{ council }},调解", "'调解': carriers refuse this word"),
        ("【街道】{{ code }}转{{ council }}", "'【街道】': the signature is put in front"),
        ("{{ code }}转{{ council }},看https://a.example", "'https:': people distrust links"),
        ("{{ code }}转{{ council }},看 sanhui.cn", "'sanhui.cn': people distrust links"),
        ("{{ code }}转{{ council }},电话19900000000", "'19900000000': a mobile looks like fraud"),
        ("{{ code }}转{{ council }}★", "'★': carriers break on this sign"),
        ("{{ code }}{{ council }}收到", "two values touch"),
        ("{{ code }}收到", "{{ council }} is missing"),
        ("{{ code }}转{{ council }}给{{ owner }}", "{{ owner }} is not given to this text"),
        ("{{ code }}转{{ council }}" + "办" * 60, "units with the longest values: cut it to 70"),
        ("{{ code }转{{ council }}", "line 1:"),
    ],
)
def test_the_lint_finds_a_bad_text(own: Path, body: str, fault: str) -> None:
    (own / "route.j2").write_text(body, encoding="utf-8")

    found = words(folder=own).lint()

    assert len(found) == 1
    assert str(own / "route.j2") in found[0]
    assert fault in found[0]


def test_the_lint_misses_a_template_that_is_not_there(own: Path) -> None:
    (own / "route.j2").unlink()

    assert words(folder=own).lint() == [f"{own}/route.j2: is missing: write it"]


def test_the_lint_finds_a_template_that_nobody_uses(own: Path) -> None:
    (own / "greeting.j2").write_text("好", encoding="utf-8")

    assert words(folder=own).lint() == [f"{own}/greeting.j2: no purpose has this name: remove it"]


def test_the_lint_finds_a_value_that_carriers_cut(own: Path) -> None:
    phrases = own / "phrases.j2"
    longer = phrases.read_text(encoding="utf-8").replace("择期再议", "择期另行召集再议")
    phrases.write_text(longer, encoding="utf-8")

    assert any("{{ options }} can be 38 characters long: at most 35" in fault for fault in words(folder=own).lint())


def test_a_longer_signature_shows_in_the_lint() -> None:
    signed = Words("zh", signature="江畔区江畔街道办事处", landline=LANDLINE)

    assert any("invite.j2: " in fault and "units" in fault for fault in signed.lint())


def test_phrases_without_a_word_for_an_option_do_not_load(own: Path) -> None:
    phrases = own / "phrases.j2"
    phrases.write_text(phrases.read_text(encoding="utf-8").replace('"recuse"', '"aside"'), encoding="utf-8")

    with pytest.raises(ConfigError, match="'recuse' is missing: set it"):
        words(folder=own)


def test_phrases_that_are_not_there_do_not_load(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"phrases\.j2: is missing"):
        words(folder=tmp_path)


def test_a_language_without_texts_is_refused() -> None:
    with pytest.raises(ConfigError, match="'fr' has no texts"):
        words("fr")


def test_the_command_tells_meaning_code_and_reason() -> None:
    assert read_line("1", json=True) == '{"meaning": "accept", "code": "4821", "why": "the digit 1"}'


def test_the_command_reads_the_words_of_an_action() -> None:
    assert read_line("有困难", json=False) == "trouble 4822 (the words say trouble)"


def test_the_command_names_no_code_where_none_is_meant() -> None:
    assert '"code": null' in read_line("你好", json=True)


def test_the_preview_shows_every_text_with_its_price() -> None:
    shown = preview(words())

    assert [one.purpose for one in shown] == list(Purpose)
    assert {one.segments for one in shown} == {1}
    assert max(one.units for one in shown) <= 70


def test_the_command_lints_the_texts_of_the_place(own: Path) -> None:
    (own / "route.j2").unlink()

    assert len(lint(words(folder=own))) == 1
