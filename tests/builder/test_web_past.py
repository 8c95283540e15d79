"""What happened, and related records that fit: found by ordinary words, filled in by the page's own gestures, said in both languages."""

from __future__ import annotations

import json
from typing import Any

import pytest

from builder.web import rules_past, rules_pick
from builder.web.rules_editors import editor_of
from builder.web.rules_rows import Rows
from builder.web.rules_scope import Scope
from runtime.records.names import RecordNames
from runtime.rules.describe import sentence
from runtime.rules.operators import OPERATORS
from runtime.rules.past import SIDES
from tests.builder.wholesale import Designer, designer, installed
from tests.web import visible

__all__ = ["designer", "installed"]  # fixtures: pytest finds them here by name
SPAN = {"n": 30, "unit": "day"}


def scoped(designer: Designer, conn: Any, lang: str = "zh") -> Scope:
    app = designer.live()
    return Scope(app, "customer", RecordNames(conn, app, lang, "Asia/Shanghai"))


def add(designer: Designer, leaf: dict[str, Any], path: str = "") -> str:
    """A condition as the picker puts it in; gives its path."""
    designer.act("add", path=path, leaf=json.dumps(leaf))
    box = designer.rule()
    return f"rules[{len(box['rules']) - 1}]"


def said(designer: Designer, lang: str = "zh") -> str:
    """The sentence of the newest condition; the page draws it without a complaint."""
    designer.get("/high")
    with designer.site.database.read() as conn:
        return sentence({"combinator": "and", "rules": designer.rule()["rules"][-1:]}, scoped(designer, conn, lang).words, lang)


@pytest.mark.parametrize(
    ("lang", "words", "wanted"),
    [
        ("zh", "客户类型变过", "客户类型最近变过"),
        ("zh", "kehuleixingzuijinbianguo", "客户类型最近变过"),
        ("en", "changed", "changed recently"),
        ("zh", "刚进入", "最近刚进入分组「地域 · 北方」"),
        ("en", "entered north", "Recently entered the group"),
        ("zh", "打上高复购", "最近刚打上标签「高复购」"),
        ("zh", "有过退货的订单", "有过「有退货」的订单（状态）"),
        ("zh", "所有订单", "所有订单都符合条件"),
        ("en", "all orders", "All orders fit …"),
        ("zh", "suoyoudingdan", "所有订单都符合条件"),
    ],
)
def test_they_are_found_by_ordinary_words(designer: Designer, lang: str, words: str, wanted: str) -> None:
    with designer.site.database.read() as conn:
        found = rules_pick.found(scoped(designer, conn, lang), "common", words)
        assert any(wanted in one.label[lang] for one in found[:8]), [one.label[lang] for one in found[:8]]
        for one in found:
            assert rules_pick.example(scoped(designer, conn, lang), one)


def test_their_shelf_holds_fields_tags_and_groups(designer: Designer) -> None:
    with designer.site.database.read() as conn:
        scope = scoped(designer, conn)
        assert "past" in {key for key, _label, _icon in rules_pick.shelves(scope)}
        stood = rules_pick.found(scope, "past", "", but="importance")
        assert {one.leaf["operator"] for one in stood} == {"changed", "taggedInLast", "enteredInLast"}
        groups = [key for one in stood for key in one.leaf["value"].get("groups", [])]
        assert groups and not any(key.startswith("importance/") for key in groups)
        orders = scope.far("orders")
        assert orders is not None
        inside = [one for one in rules_pick.choices(orders) if "agg" in one.leaf or "match" in one.leaf]
        assert inside == []  # related records of related records are one step too far


def test_a_change_from_one_value_to_another_is_built(designer: Designer) -> None:
    path = add(designer, {"field": "kind", "operator": "changed", "value": SPAN})
    assert said(designer) == "客户类型在最近 30 天内变过"
    designer.act("change", path=f"{path}.value.from", part="operator", v="=")
    assert "客户类型还缺一个要比较的值" in visible(designer.get("/high"))
    designer.act("change", path=f"{path}.value.from", part="values", v="person")
    designer.act("change", path=f"{path}.value.to", part="operator", v="in")
    designer.act("change", path=f"{path}.value.to", part="values", v=["enterprise", "wholesale"])
    designer.act("change", path=path, part="span", n="60", unit="day")
    leaf = designer.rule()["rules"][-1]
    assert leaf["value"] == {"n": 60, "unit": "day", "from": {"operator": "=", "value": "person"},
                             "to": {"operator": "in", "value": ["enterprise", "wholesale"]}}
    assert said(designer) == "客户类型在最近 60 天内从个人客户变成企业客户或批发客户"
    assert said(designer, "en").startswith("Type changed from Individual to Enterprise or Wholesale")
    assert said(designer, "en").endswith(" in the last 60 days")
    designer.act("change", path=f"{path}.value.from", part="operator", v="")
    assert "from" not in designer.rule()["rules"][-1]["value"]
    designer.act("change", path=path, part="operator", v="in")
    assert designer.rule()["rules"][-1] == {"field": "kind", "operator": "in"}


def test_tags_and_groups_stay_when_what_is_asked_turns_to_what_happened(designer: Designer) -> None:
    path = add(designer, {"field": "tags", "operator": "hasAnyOf", "value": ["chain"]})
    designer.act("change", path=path, part="operator", v="taggedInLast")
    assert designer.rule()["rules"][-1]["value"] == {**SPAN, "tags": ["chain"]}
    designer.act("change", path=f"{path}.value.tags", part="values", v=["chain", "single"])
    assert designer.rule()["rules"][-1]["value"]["tags"] == ["chain", "single"]
    assert said(designer).startswith("在最近 30 天内打上标签")
    path = add(designer, {"field": "$group", "operator": "in", "value": ["region/north"]})
    designer.act("change", path=path, part="operator", v="enteredInLast")
    designer.act("change", path=path, part="span", n="7")
    assert designer.rule()["rules"][-1]["value"] == {"n": 7, "unit": "day", "groups": ["region/north"]}
    assert said(designer) == "在最近 7 天内进入分组「北方」"
    assert said(designer, "en").startswith("Entered the group “")
    designer.act("change", path=path, part="operator", v="notIn")
    assert designer.rule()["rules"][-1] == {"field": "$group", "operator": "notIn", "value": ["region/north"]}


def test_a_match_is_built_in_its_place(designer: Designer) -> None:
    with designer.site.database.read() as conn:
        made = next(one for one in rules_pick.found(scoped(designer, conn), "common", "所有订单") if "都符合" in one.label["zh"])
    path = add(designer, made.leaf)
    assert "这里还没有条件" in visible(designer.get("/high"))
    designer.act("add", path=f"{path}.value", leaf=json.dumps({"field": "status", "operator": "in", "value": ["returned"]}))
    designer.act("add", path=f"{path}.value", leaf=json.dumps({"field": "status", "operator": "changed", "value": SPAN}))
    designer.act("change", path=path, part="match", v="atLeast", n="3")
    designer.act("combinator", path=f"{path}.value", v="or")
    leaf = designer.rule()["rules"][-1]
    assert leaf["match"] == {"mode": "atLeast", "threshold": 3}
    assert leaf["value"]["combinator"] == "or" and len(leaf["value"]["rules"]) == 2
    assert said(designer).startswith("至少有 3 笔")
    designer.act("change", path=f"{path}.value.rules[1].value.to", part="operator", v="null")
    assert designer.rule()["rules"][-1]["value"]["rules"][1]["value"]["to"] == {"operator": "null"}
    designer.act("remove", path=f"{path}.value.rules[0]")
    assert len(designer.rule()["rules"][-1]["value"]["rules"]) == 1


def test_every_side_of_every_field_has_a_control_and_a_sentence(designer: Designer) -> None:
    app = designer.live()
    with designer.site.app.test_request_context(), designer.site.database.read() as conn:
        for key in app.form("customer").form.live_fields:
            scope = scoped(designer, conn)
            if "changed" not in scope.happens(key):
                continue
            for name in scope.sides({"field": key}):
                leaf: dict[str, Any] = {"field": key, "operator": "changed", "value": dict(SPAN)}
                for side in SIDES:
                    leaf |= rules_past.changes(scope, leaf, side, _given(part="operator", v=name))
                node = Rows(scope, {"combinator": "and", "rules": [leaf]}, None).root()
                assert node is not None and node.parts[0].editor.kind == "span"
                for _word, part in node.parts[0].sides:
                    assert part.operator == name
                    assert (part.editor.kind == "none") == (OPERATORS[name].takes == "none"), (key, name)
                for lang in ("zh", "en"):
                    assert sentence({"combinator": "and", "rules": [leaf]}, scoped(designer, conn, lang).words, lang)
            assert editor_of(scope, {"field": key, "operator": ""}).kind == "none"


def _given(**parts: str) -> Any:
    from werkzeug.datastructures import MultiDict

    return MultiDict(parts)
