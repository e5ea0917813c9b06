"""Read routing.toml and guards.toml into a rule table; a table that is not whole does not load."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ..plugin.domain.guards import GUARD_NAMES, LONGEST, Guard, Pair, Sign, Signs, Turn
from ..plugin.domain.matters import Divert, Matter
from ..plugin.domain.rules import RULE_IDS, Clock, Context, Measure, Phrase, Rule, Table
from ..plugin.errors import ConfigError
from ..plugin.scanning import normal_form
from .sheets import Sheet

#: The rules and guards that come with Sanhui; a street copies them and changes what differs.
SHIPPED = Path(__file__).parent

# Leans and priors name an enquiry by its own word; among the matters it stands as a diversion.
_SIDES = {"enquiry" if matter is Matter.DIVERT else matter.value: matter for matter in Matter}
_CLAUSE = "[^，。！？；、,.!?;：:\n]"
_NO_SIGN = Sign(re.compile("(?!)"))


def read_table(folder: Path = SHIPPED) -> Table:
    """Read `routing.toml` and `guards.toml` in *folder*.

    Raises:
        ConfigError: A file is missing or unreadable, or the table is incomplete, contradictory or holds
            what can never be reached; the error holds every fault.
    """
    faults: list[str] = []
    routing, screening = _sheet(folder / "routing.toml", faults), _sheet(folder / "guards.toml", faults)
    if faults:
        raise ConfigError(faults)
    signs = _signs(screening.sheet("signs"))
    table = Table(
        version=routing.text("version"),
        measure=_measure(routing.sheet("measure")),
        contexts=(*_contexts(routing), *_contexts(screening)),
        rules=tuple(_rules(routing)),
        guards=tuple(_guard(sheet, signs) for sheet in screening.sheets("guard")),
        gates=tuple(_guard(sheet, signs) for sheet in screening.sheets("gate")),
        tails=routing.words("tails"),
    )
    routing.close()
    screening.close()
    faults += _faults_of(table)
    if faults:
        raise ConfigError(faults)
    return table


def _sheet(path: Path, faults: list[str]) -> Sheet:
    try:
        return Sheet(tomllib.loads(path.read_text(encoding="utf-8")), path.name, faults)
    except FileNotFoundError:
        faults.append(f"{path.name}: no such file in {path.parent.name}: copy the shipped one there")
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        faults.append(f"{path.name}: cannot be read: {error}: mend the line, or copy the shipped file")
    return Sheet({}, path.name, faults)


def _measure(sheet: Sheet) -> Measure:
    return Measure(
        threshold=sheet.number("threshold", 0, 1),
        prior=_leans(sheet.sheet("prior")),
        ceiling=sheet.number("ceiling", 1, 100),
        support=sheet.number("support", 0, 1),
        absorb=sheet.number("absorb", 0, 1),
        temperature=sheet.number("temperature", 0.1, 10),
        category=sheet.number("category", 0, 10),
        source=sheet.number("source", 0, 10),
        evidence=sheet.number("evidence", 0.1, 100),
        letters=int(sheet.number("letters", 1, 20)),
        quotes=int(sheet.number("quotes", 1, 50)),
    )


def _leans(sheet: Sheet) -> Mapping[Matter, float]:
    return {matter: sheet.number(name, -10, 10) for name, matter in _SIDES.items() if name in sheet}


def _contexts(sheet: Sheet) -> Iterator[Context]:
    for name, context in sheet.sheet("contexts").named():
        leans = _leans(context.sheet("leans")) if "leans" in context else {}
        yield Context(name, context.words("words"), leans)


def _rules(sheet: Sheet) -> Iterator[Rule]:
    weights = sheet.sheet("weights")
    scale = {name: weights.number(name, 0.1, 10) for name in ("strong", "usual", "slight")}
    for rule in sheet.sheets("rule"):
        yield Rule(
            id=rule.text("id"),
            matter=rule.choice("matter", Matter),
            name=rule.text("name"),
            name_en=rule.text("name_en"),
            description=rule.text("description"),
            phrases=tuple(
                Phrase(normal_form(word), weight)
                for name, weight in scale.items()
                for word in rule.words(name, optional=True)
            ),
            needs=rule.words("needs", optional=True),
            excludes=rule.words("excludes", optional=True),
            categories=rule.words("categories", optional=True),
            sources=rule.words("sources", optional=True),
            lead=rule.text("lead"),
            clock=rule.choice("clock", Clock),
            gate=rule.words("gate", optional=True),
        )


def _guard(sheet: Sheet, signs: Signs) -> Guard:
    return Guard(
        name=sheet.text("name"),
        title=sheet.text("title"),
        divert=sheet.choice("divert", Divert) if "divert" in sheet else None,
        law=sheet.text("law"),
        duty=sheet.text("duty"),
        to=sheet.text("to"),
        within=sheet.text("within"),
        certain=sheet.words("certain", optional=True),
        asks=sheet.words("asks", optional=True),
        pairs=tuple(_pair(pair) for pair in sheet.sheets("pairs", optional=True)),
        unless=sheet.words("unless", optional=True),
        negation=sheet.choice("negation", Turn),
        past=sheet.choice("past", Turn),
        habit=sheet.choice("habit", Turn),
        supposed=sheet.choice("supposed", Turn),
        confidence=sheet.number("confidence", 0, 1),
        signs=signs,
    )


def _pair(sheet: Sheet) -> Pair:
    return Pair(
        first=sheet.text("first"),
        second=sheet.text("second"),
        within=int(sheet.number("within", 0, 1000)),
        asks=sheet.flag("asks"),
    )


def _signs(sheet: Sheet) -> Signs:
    names = ("negation", "past", "habit", "supposed")
    return Signs(**{name: _sign(sheet.sheet(name)) for name in names})


def _sign(sheet: Sheet) -> Sign:
    before, after = sheet.words("before"), sheet.words("after", optional=True)
    reach = int(sheet.number("reach", 0, 12))
    if not before:
        return _NO_SIGN
    return Sign(
        re.compile(f"(?:{_either(before)}){_CLAUSE}{{0,{reach}}}$"),
        re.compile(f"{_CLAUSE}{{0,{reach}}}(?:{_either(after)})") if after else None,
    )


def _either(words: Iterable[str]) -> str:
    return "|".join(re.escape(normal_form(word)) for word in sorted(words, key=len, reverse=True))


def _faults_of(table: Table) -> Iterator[str]:
    """Yield what is missing from, contradicts itself in, or can never be reached in *table*."""
    yield from _of_names("routing.toml: rule", [rule.id for rule in table.rules], RULE_IDS)
    yield from _of_names("guards.toml: guard", [guard.name for guard in table.guards], GUARD_NAMES)
    yield from _of_contexts(table)
    for rule in table.rules:
        yield from _of_rule(rule, table)
    for guard in (*table.guards, *table.gates):
        yield from _of_guard(guard, {context.name for context in table.contexts})


def _of_names(what: str, names: list[str], wanted: Iterable[str]) -> Iterator[str]:
    for name in wanted:
        if name not in names:
            yield f"{what} {name!r} is missing: every table holds it; copy it from the shipped file"
    for name, times in Counter(names).items():
        if times > 1:
            yield f"{what} {name!r} stands {times} times: keep one"
        elif name and name not in wanted:
            yield f"{what} {name!r} is unknown: use one of {', '.join(wanted)}"


def _of_contexts(table: Table) -> Iterator[str]:
    used = {name for rule in table.rules for name in (*rule.needs, *rule.excludes)}
    pairs = [pair for guard in (*table.guards, *table.gates) for pair in guard.pairs]
    used.update(name for pair in pairs for name in (pair.first, pair.second))
    for name, times in Counter(context.name for context in table.contexts).items():
        if times > 1:
            yield f"context {name!r} stands in routing.toml and in guards.toml: rename one"
    for context in table.contexts:
        if not context.leans and context.name not in used:
            yield f"context {context.name!r} has no leans and nobody names it: use it or remove it"


def _of_rule(rule: Rule, table: Table) -> Iterator[str]:
    where = f"routing.toml: rule {rule.id!r}"
    if rule.id in RULE_IDS and rule.matter is not RULE_IDS[rule.id]:
        yield f"{where}: matter: {rule.matter.value!r} contradicts the id: it is {RULE_IDS[rule.id].value!r}"
    if not rule.phrases:
        yield f"{where}: has no phrases, nothing can reach it: give it 'strong', 'usual' or 'slight' words"
    for text, times in Counter(phrase.text for phrase in rule.phrases).items():
        if times > 1:
            yield f"{where}: phrase {text!r} stands {times} times: keep one weight"
        elif len(text) < 2:
            yield f"{where}: phrase {text!r} is too short, it stands in every text: use two letters or more"
    yield from _of_conditions(rule, where, {context.name for context in table.contexts})
    gates = {guard.name for guard in (*table.guards, *table.gates)}
    for name in rule.gate:
        if name not in gates:
            yield f"{where}: gate: {name!r} is no guard or gate: use one of {', '.join(sorted(gates))}"


def _of_conditions(rule: Rule, where: str, known: set[str]) -> Iterator[str]:
    for key, names in (("needs", rule.needs), ("excludes", rule.excludes)):
        for name in names:
            if name not in known:
                yield f"{where}: {key}: {name!r} is no context: add [contexts.{name}] or mend the name"
    for name in set(rule.needs) & set(rule.excludes):
        yield f"{where}: needs and excludes both hold {name!r}: nothing can reach it; remove one"


def _of_guard(guard: Guard, known: set[str]) -> Iterator[str]:
    where = f"guards.toml: {guard.name!r}"
    if not (guard.certain or guard.asks or guard.pairs):
        yield f"{where}: nothing can wake it: give it 'certain' or 'asks' words, or 'pairs'"
    for word in (*guard.certain, *guard.asks, *guard.unless):
        if len(word) > LONGEST:
            yield f"{where}: {word!r} has more than {LONGEST} letters: shorten it"
    for word in sorted(set(guard.certain) & set(guard.asks)):
        yield f"{where}: {word!r} is both certain and asking: keep one"
    for word in sorted({*guard.certain, *guard.asks} & set(guard.unless)):
        yield f"{where}: {word!r} wakes it and is a homonym of itself: remove one"
    for pair in guard.pairs:
        for name in (pair.first, pair.second):
            if name and name not in known:
                yield f"{where}: pairs: {name!r} is no context: add [contexts.{name}] or mend the name"
