"""Law: a form's logic on random rules and values is what its plain reading says, and what is stored is a fix-point."""

from __future__ import annotations

import random
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection

from runtime.clock import AsOf
from runtime.definitions.form import Form
from runtime.definitions.logic_check import check
from runtime.definitions.whole import whole
from runtime.records import logic
from runtime.records.entry import Entry
from runtime.records.settled import settled
from runtime.storage.db import Database
from tests import crm
from tests.contract.bound import SampleNames
from tests.crm import NUMBER, TEXT, field, options

NOW = AsOf(crm.NOW, ZoneInfo("Asia/Shanghai"))
Rule = dict[str, Any]
KEYS = ("a", "b", "c", "d", "e", "f")
OPTIONS = ("x", "y", "z")
SHAPES = {
    "a": field("choice", "甲", {"oneOf": options(*OPTIONS)}, hidden="keep"),
    "b": field("choice", "乙", {"oneOf": options(*OPTIONS)}, hidden="clear", default="y"),
    "c": field("number", "丙", NUMBER, hidden="default", default=5),
    "d": field("text", "丁", TEXT),
    "e": field("choices", "戊", {"type": "array", "uniqueItems": True, "minItems": 1, "maxItems": 500,
                               "items": {"oneOf": options(*OPTIONS)}}),
    "f": field("yes_no", "己", {"type": "boolean"}, hidden="default"),
}


def leaf(draw: random.Random, key: str) -> Rule:
    """One condition on a field."""
    if draw.random() < 0.15:
        return {"field": key, "operator": draw.choice(["null", "notNull"])}
    if key in "ab":
        return {"field": key, "operator": draw.choice(["in", "notIn"]), "value": draw.sample(OPTIONS, draw.randint(1, 2))}
    if key == "c":
        return {"field": key, "operator": draw.choice(["<", ">=", "=", "!="]), "value": draw.randint(3, 6)}
    if key == "d":
        return {"field": key, "operator": draw.choice(["contains", "doesNotContain", "="]), "value": draw.choice(["p", "Pq"])}
    if key == "e":
        return {"field": key, "operator": draw.choice(["hasAnyOf", "hasAllOf", "hasNoneOf", "hasExactly"]),
                "value": draw.sample(OPTIONS, draw.randint(1, 2))}
    return {"field": key, "operator": "=", "value": draw.random() < 0.5}


def condition(draw: random.Random, keys: tuple[str, ...], depth: int = 1) -> Rule:
    """A rule over some fields."""
    parts = [condition(draw, keys, depth + 1) if depth < 3 and draw.random() < 0.25 else leaf(draw, draw.choice(keys))
             for _ in range(draw.randint(1, 3))]
    made: Rule = {"combinator": draw.choice(["and", "or"]), "rules": parts}
    return made | ({"not": True} if draw.random() < 0.2 else {})


def action(draw: random.Random, allowed: tuple[str, ...]) -> Rule:
    """One consequence; only what decides a value must stay with the fields that the condition may decide."""
    kind, key = draw.choice(["show", "show", "hide", "require", "readonly", "set", "offer", "refuse"]), draw.choice(KEYS)
    if kind in ("show", "hide", "readonly", "set"):
        if not allowed:
            return {"require": key}
        key = draw.choice(allowed)
    if kind == "refuse":
        return {"refuse": {"zh": f"不行 {draw.randint(1, 3)}", "en": "no"}}
    if kind == "offer":
        return {"offer": {"field": draw.choice("abe"), "options": draw.sample(OPTIONS, 2)}}
    if kind == "set":
        return {"set": {"field": key, "value": value(draw, key)}}
    return {kind: "part" if kind in ("show", "hide") and draw.random() < 0.3 and set("ef") <= set(allowed) else key}


def value(draw: random.Random, key: str) -> Any:
    """A value of a field, or none."""
    if draw.random() < 0.3:
        return None
    if key in "ab":
        return draw.choice(OPTIONS)
    return {"c": draw.randint(2, 7), "d": draw.choice(["p", "PQ", "rpq", "z"]), "f": draw.random() < 0.5,
            "e": sorted(draw.sample(OPTIONS, draw.randint(1, 3)))}[key]


def body(draw: random.Random) -> Rule:
    """A form whose rules may read any field before those they decide."""
    made = crm.form("thing", "name", {"name": field("text", "名称", TEXT), **SHAPES}, [k for k in KEYS if draw.random() < 0.4])
    layout = made["x-fenzu"]["layout"]
    layout[0]["items"] = [{"field": key} for key in ("name", "a", "b", "c", "d")]
    layout.append({"key": "part", "label": {"zh": "部分"}, "columns": 2, "items": [{"field": "e"}, {"field": "f"}]})
    rules = []
    for number in range(draw.randint(1, 7)):
        cut = draw.randint(1, 6)
        one = {"key": f"r{number}", "when": condition(draw, KEYS[:cut])}
        one["then"] = [action(draw, KEYS[cut:]) for _ in range(draw.randint(1, 3))]
        if draw.random() < 0.4:
            one["else"] = [action(draw, KEYS[cut:]) for _ in range(draw.randint(1, 2))]
        rules.append(one)
    made["x-fenzu"]["logic"] = rules
    return made


def holds(rule: Rule, values: Mapping[str, Any]) -> bool:
    """What a rule means, in plain words."""
    if "rules" in rule:
        found = [holds(part, values) for part in rule["rules"]]
        return (all(found) if rule["combinator"] == "and" else any(found)) != rule.get("not", False)
    have, want, how = values.get(rule["field"]), rule.get("value"), rule["operator"]
    blank = have is None or have == []
    if how in ("null", "notNull"):
        return blank == (how == "null")
    if how in ("notIn", "!=", "doesNotContain", "hasNoneOf"):
        same = {"notIn": "in", "!=": "=", "doesNotContain": "contains", "hasNoneOf": "hasAnyOf"}[how]
        return not holds({**rule, "operator": same}, values)
    if blank:
        return False
    if isinstance(have, str) and how != "in":
        have, want = have.casefold(), want.casefold()
    return {"in": lambda: have in want, "=": lambda: have == want, "<": lambda: have < want, ">=": lambda: have >= want,
            "contains": lambda: want in have, "hasAnyOf": lambda: bool(set(have) & set(want)),
            "hasAllOf": lambda: set(want) <= set(have), "hasExactly": lambda: set(want) == set(have)}[how]()


def decided(made: Rule, sent: Mapping[str, Any], stored: Mapping[str, Any] | None) -> dict[str, Any]:
    """What the logic decides, field after field in the order in which rules may read them."""
    values, rules = {**(stored or {}), **sent}, made["x-fenzu"]["logic"]
    hidden, locked, given = set(), set(), {}
    for key in KEYS:
        targets = {key, "part"} if key in "ef" else {key}
        about = [(r, side, a) for r in rules for side in ("then", "else") for a in r.get(side, ())]
        happens = [a for r, side, a in about if holds(r["when"], values) == (side == "then")]
        shown = {t: any(a.get("show") == t for _, _, a in about) for t in targets}
        visible = all(not any(a.get("hide") == t for a in happens) and (not shown[t] or any(a.get("show") == t for a in happens))
                      for t in targets)
        setting = [a["set"]["value"] for a in happens if a.get("set", {}).get("field") == key]
        if not visible:
            hidden.add(key)
        if any(a.get("readonly") == key for a in happens):
            locked.add(key)
        before, node = (stored or {}).get(key), SHAPES[key]["x-fenzu"]
        if setting:
            given[key] = values[key] = setting[-1]
        elif key in hidden:
            policy = node.get("hidden", "keep")
            values[key] = before if policy == "keep" else node.get("default") if policy == "default" else None
        elif key in locked:
            values[key] = node.get("default") if stored is None else before
    done = [a for r in rules for side in ("then", "else") for a in r.get(side, ()) if holds(r["when"], values) == (side == "then")]
    required = {k for k in KEYS if k not in hidden and (k in made["required"] or any(a.get("require") == k for a in done))}
    return {"values": values, "hidden": hidden, "readonly": locked, "given": given, "required": required,
            "said": [a["refuse"]["zh"] for a in done if "refuse" in a]}


@pytest.mark.parametrize("seed", range(5))
def test_logic_is_what_it_reads_as(database: Database, seed: int) -> None:
    """Random rules and values: the outcome is the plain reading's, and what is stored, asked again, stays as it is."""
    draw = random.Random(seed)
    with database.read() as conn:
        for _ in range(25):
            made = body(draw)
            form = Form(made)
            assert not [p for p in check(form, whole([("form", made)])) if p.severity == "error"]
            for _ in range(4):
                stored = None if draw.random() < 0.5 else {"name": "n", **{k: value(draw, k) for k in KEYS}}
                sent = {"name": "n", **{k: value(draw, k) for k in KEYS if stored is None or draw.random() < 0.6}}
                agree(form, made, sent, stored, conn)


def agree(form: Form, made: Rule, sent: Rule, stored: Rule | None, conn: Connection) -> None:
    """One entry against the oracle, and once more what would be stored."""
    want, names = decided(made, sent, stored), SampleNames()
    found = logic.evaluate(form, sent, conn, names, NOW, stored)
    assert {k: found.values.get(k) for k in KEYS} == {k: want["values"].get(k) for k in KEYS}
    assert found.hidden == want["hidden"]
    assert (found.readonly, found.given) == (want["readonly"], want["given"])
    assert found.required == {key for key in want["required"] if key in form.logic.about}
    assert sorted(text["zh"] for _, text in found.refusals) == sorted(want["said"])
    again = logic.evaluate(form, {}, conn, names, NOW, found.values)
    assert (again.hidden, again.values) == (found.hidden, found.values)
    ready = settled(Entry(form, dict(sent), dict(sent)), conn, names, NOW, stored)
    assert all(found.values.get(key) == value for key, value in ready.values.items())
    assert {**(stored or {}), **ready.values}.items() >= {k: v for k, v in found.values.items() if k in ready.values}.items()
    missing = {problem.path for problem in ready.problems if problem.code == "blank"}
    assert missing <= {key for key in found.required if found.values.get(key) is None}
    assert stored is not None or missing == {key for key in found.required if found.values.get(key) is None}
