"""Rules over HTTP: moved, pasted, saved, put in as text; where a condition went is told, and what cannot be is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder import shelf
from builder.edits import rule as edits
from builder.web.rules_acts import ACTS
from builder.web.rules_turn import Turn
from runtime.errors import FenzuError, Invalid
from runtime.rules.schema import normalise
from runtime.rules.shape import count_leaves, is_group, under
from tests.builder.bodies import leaf, rule
from tests.builder.wholesale import Designer, designer, installed
from tests.runtime.rules_drawn import OWN, trees
from tests.web import visible

__all__ = ["designer", "installed"]  # fixtures: pytest finds them here by name
A, B, C = leaf("name", "notNull"), leaf("kind", "=", "person"), leaf("budget", ">", 5)
MOVES = ("move", "indent", "outdent", "wrap", "duplicate", "unwrap")


def told(designer: Designer, act: str, **data: Any) -> tuple[str, str]:
    """Where a gesture says that its condition stands, and what is spoken."""
    given = {"revision": designer.revision, "open": "high", "tab": "rule", **data}
    answer = designer.person.htmx("POST", f"{designer.home}/high/rule/{act}", given)
    assert answer.status_code == 200
    found = json.loads(answer.headers["HX-Trigger-After-Settle"])["rule-at"]
    return found["path"], found["said"]


def test_conditions_leave_a_group_at_its_ends_and_turn_to_all_any_none() -> None:
    nested = rule(A, rule(B, C, combinator="or"))
    assert edits.move(nested, "rules[1].rules[0]", "up") == rule(A, B, rule(C, combinator="or"))
    assert edits.move(nested, "rules[1].rules[1]", "down") == rule(A, rule(B, combinator="or"), C)
    assert edits.move(nested, "rules[1].rules[1]", "up") == rule(A, rule(C, B, combinator="or"))
    assert edits.move(rule(A, rule(B)), "rules[1].rules[0]", "up") == rule(A, B)
    assert edits.turn(nested, "rules[1]", "none")["rules"][1] == {"combinator": "or", "not": True, "rules": [B, C]}
    assert edits.turn(edits.turn(nested, "rules[1]", "none"), "rules[1]", "all") == rule(A, rule(B, C))
    assert edits.duplicate(nested, "rules[0]", C) == rule(A, C, rule(B, C, combinator="or"))
    with pytest.raises(Invalid):
        edits.turn(nested, "rules[1]", "some")


@given(whole=trees(OWN), data=st.data())
def test_a_move_keeps_every_condition_and_knows_where_it_went(whole: Any, data: st.DataObject) -> None:
    """The place a turn remembers is where the very same part stands; nothing else is added, lost or changed."""
    whole = normalise(whole)
    path = data.draw(st.sampled_from(list(_paths(whole, ""))))
    act, way = data.draw(st.sampled_from(MOVES[:4])), data.draw(st.sampled_from(["up", "down", "top", "bottom"]))
    turn = Turn(act, None, path, {"path": path, "to": way})  # type: ignore[arg-type]
    try:
        made = turn(whole)
    except FenzuError as refused:
        assert {problem.code for problem in refused.problems} == {"rule_nested_too_deep"}
        return
    assert turn.place is not None
    assert _at(made, turn.place) == _at(whole, path)
    assert sorted(map(json.dumps, _leaves(made))) == sorted(map(json.dumps, _leaves(whole)))
    assert "@" not in json.dumps([list(one) for one in _nodes(made)])


def _paths(part: Any, path: str) -> Any:
    for at, one in enumerate(part["rules"]):
        yield under(path, at)
        if is_group(one):
            yield from _paths(one, under(path, at))


def _at(part: Any, path: str) -> Any:
    for step in [int(one[:-1]) for one in path.split("[")[1:] for one in [one.split("]")[0] + "]"]]:
        part = part["rules"][step]
    return part


def _leaves(part: Any) -> list[Any]:
    return [one for inner in part["rules"] for one in _leaves(inner)] if is_group(part) else [part]


def _nodes(part: Any) -> Any:
    yield part
    if is_group(part):
        for one in part["rules"]:
            yield from _nodes(one)


def test_each_gesture_tells_where_its_condition_stands(designer: Designer) -> None:
    first = designer.rule()["rules"][0]
    path, said = told(designer, "move", path="rules[0]", to="down")
    assert path == "rules[1]" and said.endswith("第 2 条，共 3 条，第 1 层") and "¥10,000" in said
    assert designer.rule()["rules"][1] == first
    assert told(designer, "indent", path="rules[1]")[0] == "rules[0].rules[3]"
    assert told(designer, "outdent", path="rules[0].rules[3]")[0] == "rules[1]"
    assert told(designer, "place", id="rules[1]", section="rules[0]", after="rules[0].rules[0]")[0] == "rules[0].rules[1]"
    assert told(designer, "duplicate", path="rules[0].rules[1]")[0] == "rules[0].rules[2]"
    assert told(designer, "wrap", path="rules[1]")[0] == "rules[1].rules[0]"
    assert told(designer, "remove", path="rules[0].rules[2]") == ("rules[0].rules[2]", "去掉了")
    assert count_leaves(designer.rule()) >= 6


def test_what_was_copied_is_pasted_and_what_no_longer_fits_is_said_at_it(designer: Designer) -> None:
    box = designer.rule()["rules"][1]
    assert told(designer, "paste", path="", node=json.dumps(box))[0] == "rules[3]"
    assert designer.rule()["rules"][3] == box
    assert told(designer, "paste", after="rules[0]", node=json.dumps(box["rules"][0]))[0] == "rules[1]"
    old = {"combinator": "or", "rules": [leaf("gone_field", "=", 1), leaf("kind", "in", ["gone_option"]), leaf("kind", "contains", "x")]}
    html = designer.act("paste", path="", node=json.dumps(old))
    assert "没有叫「gone_field」的字段" in visible(html) and "gone_option" in visible(html)
    assert '<option value="" selected>…</option>' in html  # nothing stands there that was not meant
    assert designer.rule()["rules"][-1] == old


@pytest.mark.parametrize(
    "node",
    ["", "null", "[]", "{}", '{"rules": 3}', '{"rules": [1]}', '{"field": 3}', '{"field": "kind", "operator": []}',
     json.dumps({"combinator": "and", "rules": [{"combinator": "and", "rules": [rule(rule(A))]}]}),
     json.dumps({"field": "kind", "operator": "in", "value": ["x"] * 501}), json.dumps({"field": "kind", "operator": "in", "value": ["x"] * 5000}),
     json.dumps({"combinator": "and", "rules": [A] * 201})],
)  # fmt: skip
def test_what_cannot_stand_in_a_rule_is_not_pasted(designer: Designer, node: str) -> None:
    before = designer.rule()
    designer.act("paste", 422, path="", node=node)
    assert designer.rule() == before


def test_more_values_than_a_condition_takes_are_refused_while_they_are_typed(designer: Designer) -> None:
    before = designer.rule()
    answer = designer.person.htmx("POST", f"{designer.home}/high/rule/change",
                                  {"revision": designer.revision, "path": "rules[1].rules[0]", "part": "values", "v": [f"x{n}" for n in range(501)]})  # fmt: skip
    assert answer.status_code == 422 and "500" in json.loads(answer.headers["HX-Trigger"])["toast"]["text"]
    assert designer.rule() == before


def test_a_rule_is_saved_found_used_renamed_removed_and_put_back(designer: Designer) -> None:
    box, aside = designer.rule()["rules"][1], "/high/rule/aside"
    assert "存起来" in visible(designer.get(f"{aside}/save?path=rules[1]"))
    assert "先写名称" in visible(designer.post(f"{aside}/save", 422, path="rules[1]", label_zh=" "))
    designer.post(f"{aside}/save", path="rules[1]", label_zh="好客户", label_en="Good ones")
    assert "已经有一条" in visible(designer.post(f"{aside}/save", 422, path="rules[0]", label_zh="好客户"))
    (one,) = kept(designer)
    assert (one["rule"], one["form"], one["from"]) == (box, "customer", {"zh": "重要性 · 高价值", "en": "Importance · High value"})
    assert "好客户" in designer.get("/high/pick?q=haokehu") and "好客户" not in designer.get("/high/pick?q=zzz")
    assert "好客户" not in designer.get("/high/pick?path=rules[0].agg.where&shelf=own")  # it is about another form
    assert told(designer, "saved", path="", **{"from": one["key"]})[0] == "rules[3]"
    assert designer.rule()["rules"][3] == box
    assert "来自重要性 · 高价值" in visible(designer.get(f"{aside}/saved"))
    designer.post(f"{aside}/rename", key=one["key"], label_zh="老客户", label_en="")
    gone = designer.post(f"{aside}/remove", key=one["key"])
    assert "「老客户」拿掉了" in visible(gone) and kept(designer) == [] and designer.rule()["rules"][3] == box
    designer.post(f"{aside}/back", label_zh="老客户", rule=json.dumps(box), form="customer", at=one["at"], from_zh="重要性 · 高价值")
    assert kept(designer)[0]["rule"] == box
    designer.post(f"{aside}/rename", 422, key=one["key"], label_zh="", label_en=" ")
    designer.act("saved", 404, path="", **{"from": "nothing"})


def kept(designer: Designer) -> list[dict[str, Any]]:
    with designer.site.database.read() as conn:
        return shelf.read(conn, designer.app.id)[shelf.RULES]


def test_text_is_checked_as_it_is_typed_and_put_in_as_one_step(designer: Designer) -> None:
    before, check = designer.rule(), "/high/rule/aside/in"
    good = json.dumps({"rules": [leaf("name", "contains", "a"), "and", leaf("name", "null") | {"value": ""}, "or", leaf("nowhere", "=", 1)]})
    seen = visible(designer.post(check, text=good))
    assert "放进来是 3 个条件" in seen and "没有叫「nowhere」的字段" in seen
    assert "第 2 行" in visible(designer.post(check, text='{"rules":\n [}'))
    assert visible(designer.post(check, text=" ")).strip() == ""
    designer.act("text", 422, text='{"rules": [}', how="replace")
    assert designer.rule() == before
    designer.act("text", text=good, how="append")
    assert designer.rule()["rules"][:3] == before["rules"] and count_leaves(designer.rule()) == count_leaves(before) + 3
    designer.act("text", text=json.dumps({"combinator": "and", "rules": [A]}), how="replace")
    assert designer.rule() == {"combinator": "and", "rules": [A]}
    for _ in range(2):
        designer.post("/-/travel/undo")
    assert designer.rule() == before
    out = designer.get("/high/rule/aside/out")
    assert "hasAnyOf" in out and "别的工具不认识" in visible(out)


def test_members_may_not(designer: Designer) -> None:
    member = designer.site.person("member")
    for what in ("save", "out", "in", "saved"):
        assert member.get(f"{designer.home}/high/rule/aside/{what}").status_code == 403
    assert member.htmx("POST", f"{designer.home}/high/rule/aside/save", {"label_zh": "x"}).status_code == 403
    assert designer.person.get(f"{designer.home}/high/rule/aside/nothing").status_code == 404


def test_every_gesture_has_words() -> None:
    assert all(act.said.zh and act.said.en for act in ACTS.values())
