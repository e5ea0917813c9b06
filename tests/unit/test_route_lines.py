"""JSON lines in, JSON lines out: what `sanhui route` answers and refuses."""

import json

import pytest
from sanhui.config.rules import read_table
from sanhui.jobs.judging_lines import Answer, Refusal, answer_lines
from sanhui.plugin.judging import Judge

JUDGE = Judge(read_table())
CASE = {"id": "c-1", "text": "楼上半夜拖椅子，吵得睡不着"}


def line(**changes: object) -> str:
    return json.dumps({**CASE, **changes}, ensure_ascii=False)


def test_each_case_is_answered_in_order() -> None:
    answers = list(answer_lines([line(id=name) for name in ("b", "a", 7)], JUDGE))

    assert [json.loads(answer.line)["id"] for answer in answers if isinstance(answer, Answer)] == [
        "b",
        "a",
        7,
    ]


def test_an_answer_has_the_keys_of_the_design() -> None:
    (answer,) = answer_lines([line()], JUDGE)

    assert isinstance(answer, Answer)
    found = json.loads(answer.line)
    assert {key: found[key] for key in ("id", "matter", "rule", "divert", "council", "guards")} == {
        "id": "c-1",
        "matter": "family",
        "rule": "F4",
        "divert": None,
        "council": "neighbourhood",
        "guards": [],
    }
    assert {"rule", "phrase", "start", "end", "weight"} <= found["because"][0].keys()


def test_every_quote_is_found_again_in_the_text_that_was_sent() -> None:
    text = "我家 Ａ栋 楼上半夜拖 椅子，吵得睡不着"
    (answer,) = answer_lines([line(text=text)], JUDGE)

    assert isinstance(answer, Answer)
    quotes = json.loads(answer.line)["because"]
    assert quotes
    assert all(text[quote["start"] : quote["end"]] == quote["phrase"] for quote in quotes)


@pytest.mark.parametrize("key", ["title", "category", "source", "area_code"])
def test_an_optional_key_may_be_null(key: str) -> None:
    (answer,) = answer_lines([line(**{key: None})], JUDGE)

    assert isinstance(answer, Answer)


@pytest.mark.parametrize(
    "bad",
    [
        "{",
        "[]",
        '"text"',
        '{"id": 1}',
        '{"text": "停电"}',
        '{"id": 1, "text": 5}',
        '{"id": null, "text": ""}',
    ],
)
def test_a_bad_line_is_refused_by_number_and_the_others_are_answered(bad: str) -> None:
    first, second, third = answer_lines([line(), bad, line()], JUDGE)

    assert isinstance(first, Answer)
    assert isinstance(third, Answer)
    assert isinstance(second, Refusal)
    assert str(second).startswith("line 2: ")


def test_a_refusal_repeats_nothing_that_a_person_wrote() -> None:
    (refusal,) = answer_lines(['{"id": {"name": "Alice"}, "text": "秘密"}'], JUDGE)

    assert "Alice" not in str(refusal)
    assert "秘密" not in str(refusal)


def test_bytes_that_are_no_letters_are_refused() -> None:
    (refusal,) = answer_lines([b'{"id": 1, "text": "\xff"}'.decode(errors="surrogateescape")], JUDGE)

    assert isinstance(refusal, Refusal)


def test_blank_lines_and_a_byte_order_mark_are_passed_over() -> None:
    answers = list(answer_lines(["\ufeff" + line() + "\r\n", "\n", "   \n"], JUDGE))

    assert [type(answer) for answer in answers] == [Answer]


def test_lines_are_answered_as_they_come() -> None:
    answers = answer_lines(iter([line(), "{"]), JUDGE)

    assert isinstance(next(answers), Answer)
    assert isinstance(next(answers), Refusal)
