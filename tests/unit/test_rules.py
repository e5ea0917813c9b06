"""The reader of the rule table: a table that is not whole does not load, and says everything at once."""

import shutil
from pathlib import Path

import pytest
from sanhui.config.rules import SHIPPED, read_table
from sanhui.plugin.domain.matters import Matter
from sanhui.plugin.domain.rules import RULE_IDS
from sanhui.plugin.errors import ConfigError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped table to break."""
    for name in ("routing.toml", "guards.toml"):
        shutil.copy(SHIPPED / name, tmp_path / name)
    return tmp_path


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def faults(folder: Path) -> tuple[str, ...]:
    with pytest.raises(ConfigError) as caught:
        read_table(folder)
    return caught.value.faults


def test_the_shipped_table_holds_the_24_rules_eight_for_each_matter() -> None:
    table = read_table()

    assert sorted(rule.id for rule in table.rules) == sorted(RULE_IDS)
    for matter in (Matter.PUBLIC, Matter.SHARED, Matter.FAMILY):
        assert sum(rule.matter is matter for rule in table.rules) == 8


def test_every_rule_has_both_names_a_description_a_lead_and_words() -> None:
    for rule in read_table().rules:
        assert all((rule.name, rule.name_en, rule.description, rule.lead, rule.phrases))


def test_a_missing_file_is_named_with_its_mend(folder: Path) -> None:
    (folder / "guards.toml").unlink()

    assert faults(folder) == (f"guards.toml: no such file in {folder.name}: copy the shipped one there",)


def test_a_file_that_is_no_toml_is_named(folder: Path) -> None:
    (folder / "routing.toml").write_text("version = ", encoding="utf-8")

    assert faults(folder)[0].startswith("routing.toml: cannot be read: ")


@pytest.mark.parametrize(
    ("name", "old", "new", "fault"),
    [
        ("routing.toml", 'id = "S8"', 'id = "S9"', "routing.toml: rule 'S8' is missing"),
        ("routing.toml", 'id = "S8"', 'id = "S9"', "routing.toml: rule 'S9' is unknown"),
        ("routing.toml", 'id = "S8"', 'id = "S7"', "routing.toml: rule 'S7' stands 2 times"),
        ("routing.toml", 'matter = "public"', 'matter = "major"', "routing.toml: rule 'G1': matter: 'major'"),
        (
            "routing.toml",
            'matter = "public"',
            'matter = "family"',
            "'family' contradicts the id: it is 'public'",
        ),
        (
            "routing.toml",
            "threshold = 0.8",
            "threshold = 8",
            "measure: threshold: 8: write a number from 0 to 1",
        ),
        (
            "routing.toml",
            'lead = "民生服务板块"',
            'lead = " "',
            "routing.toml: rule 'G1': lead: ' ': write a text",
        ),
        ("routing.toml", 'needs = ["near"]', 'needs = ["nears"]', "needs: 'nears' is no context"),
        ("routing.toml", 'needs = ["near"]', 'needs = ["near"]\nexcludes = ["near"]', "nothing can reach it"),
        ("routing.toml", '"办证", ', '"办证", "办证", ', "strong: '办证': it stands more than once"),
        ("routing.toml", '"办证", ', '"办", ', "phrase '办' is too short"),
        ("routing.toml", '"户口", ', '"户口", "办证", ', "phrase '办证' stands 2 times: keep one weight"),
        (
            "routing.toml",
            "[contexts.near]",
            "[contexts.nearby]",
            "context 'nearby' has no leans and nobody names it",
        ),
        ("routing.toml", "support = 0.25", "suport = 0.25", "measure: suport: 0.25: it is not known here"),
        ("guards.toml", 'name = "gas"', 'name = "gaz"', "guards.toml: guard 'gas' is missing"),
        (
            "guards.toml",
            'divert = "emergency"',
            'divert = "later"',
            "guard 'fire': divert: 'later': use one of",
        ),
        (
            "guards.toml",
            'negation = "ask"',
            'negation = "maybe"',
            "negation: 'maybe': use one of keep, ask, drop",
        ),
        ("guards.toml", 'first = "partner"', 'first = "nobody"', "pairs: 'nobody' is no context"),
        ("guards.toml", '"火灾", ', '"着火", "火灾", ', "'着火' is both certain and asking"),
        ("guards.toml", '"起火锅", ', '"起火", "起火锅", ', "is a homonym of itself"),
    ],
)
def test_a_table_that_is_not_whole_does_not_load(folder: Path, name: str, old: str, new: str, fault: str) -> None:
    replace(folder / name, old, new)

    assert any(fault in line for line in faults(folder))


def test_all_faults_come_at_once(folder: Path) -> None:
    replace(folder / "routing.toml", "threshold = 0.8", "threshold = 8")
    replace(folder / "routing.toml", 'id = "S8"', 'id = "S9"')
    replace(folder / "guards.toml", 'name = "gas"', 'name = "gaz"')

    assert len(faults(folder)) >= 5


def test_a_street_may_change_a_word(folder: Path) -> None:
    replace(folder / "routing.toml", '"老年食堂", ', '"老年食堂", "坝坝宴", ')

    rule = next(rule for rule in read_table(folder).rules if rule.id == "S8")
    assert "坝坝宴" in {phrase.text for phrase in rule.phrases}
