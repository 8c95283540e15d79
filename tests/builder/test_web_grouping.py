"""The grouping designer over HTTP: gestures, counts, publishing, decisions by hand, why one is here, and codes."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import sqlalchemy as sa

from builder import drafts
from builder.web import rules_pick, rules_values
from builder.web.groupings_acts import ACTS as GROUP_ACTS
from builder.web.rules_acts import ACTS
from builder.web.rules_editors import editor_of
from builder.web.rules_scope import Scope
from runtime.clock import AsOf, now
from runtime.groups import membership, preview, why
from runtime.groups.funnel import funnel
from runtime.records.names import RecordNames
from runtime.rules.operators import OPERATORS, OPERATORS_OF
from runtime.storage import system_tables as tables
from tests.builder.wholesale import Designer, designer, installed
from tests.web import Person, visible

__all__ = ["designer", "installed"]  # fixtures: pytest finds them here by name
ZONE = ZoneInfo("Asia/Shanghai")


def hits(html: str) -> dict[str, list[str]]:
    """The counts beside the conditions, as the page gets them: alone, after it, and what both say."""
    found = re.search(r'data-hits="([^"]*)"', html)
    assert found
    counts: dict[str, list[str]] = json.loads(unescape(found[1]))
    return counts


def test_page_shows_schemes_groups_rule_and_code(designer: Designer) -> None:
    seen = visible(designer.person.text(f"{designer.home}/high"))
    for text in (
        "重要性",
        "地域",
        "高价值",
        "餐饮",
        "这条规则的意思是",
        "只进一个组",
        "客户编码",
        "以上都不符合时，进这个组",
    ):
        assert text in seen
    assert "¥10,000" in seen


def test_members_do_not_build(designer: Designer) -> None:
    assert designer.site.person("member").get(designer.home).status_code == 403


def test_a_gesture_changes_the_draft_and_swaps_its_parts(designer: Designer) -> None:
    html = designer.act("change", path="rules[0]", part="value", v="¥12,000", slot=0)
    assert designer.rule()["rules"][0]["value"] == 12000
    for part in ("bar", "heading", "rule", "recount"):
        assert re.search(rf'id="{part}"[^>]*hx-swap-oob="true"', html), part
    assert "¥12,000" in visible(html) and "发布 1 处修改" in visible(html)


def test_undo_and_redo(designer: Designer) -> None:
    before = designer.rule()
    designer.act("remove", path="rules[2]")
    assert len(designer.rule()["rules"]) == 2
    designer.post("/-/travel/undo")
    assert designer.rule() == before
    designer.post("/-/travel/redo")
    assert len(designer.rule()["rules"]) == 2


def test_another_persons_gesture_is_a_conflict(designer: Designer) -> None:
    designer.act("remove", path="rules[2]")
    other = designer.site.person("builder")
    answer = other.htmx("POST", f"{designer.home}/high/rule/remove", {"revision": 0, "path": "rules[0]"})
    assert answer.status_code == 409
    assert "别人刚刚改了这份草稿" in json.loads(answer.headers["HX-Trigger"])["toast"]["text"]


def test_two_gestures_of_one_hand_do_not_collide(designer: Designer) -> None:
    designer.act("change", path="rules[0]", part="value", v="11000", slot=0)
    seen = designer.revision - 1
    designer.act("combinator", path="rules[1]", v="and", revision=seen)
    assert designer.rule()["rules"][1]["combinator"] == "and"


def test_counts_agree_with_the_reader(designer: Designer) -> None:
    html = designer.get("/high/impact?tab=rule&panel=impact")
    app = designer.live()
    with designer.site.database.read() as conn:
        sizes = preview.sizes(conn, app, app.form("customer"))["importance"]
        steps = funnel(conn, app, app.form("customer"), designer.rule(), AsOf(now(), ZONE)).steps
    assert f'id="count">{sizes["high"]}<' in html
    for row, path in (("root", ""), ("rules-0", "rules[0]"), ("rules-1-rules-2", "rules[1].rules[2]")):
        assert hits(html)[row][0] == str(steps[path].alone)
    assert hits(html)["rules-2"][1] == str(steps["rules[2]"].after) == hits(html)["root"][0]
    assert hits(html)["rules-1-rules-1"][1] == f"+{steps['rules[1].rules[1]'].after}"


def test_an_unfinished_condition_is_said_and_hides_no_other_count(designer: Designer) -> None:
    html = designer.act("add", path="", leaf=json.dumps({"field": "kind", "operator": "in"}))
    assert "至少选一个值" in visible(html) and "fz-rc new bad" in html
    panel = designer.get("/high/impact?tab=rule&panel=impact")
    assert "先不算人数" in visible(panel) and {"rules-0"} <= hits(panel).keys() and "rules-3" not in hits(panel)
    dialog = designer.get("/-/publish?open=high")
    assert "还不能发布" in visible(dialog) and "#row-rules-3" in dialog
    designer.post("/-/publish", 422)


def test_publishing_moves_everybody_and_asks_twice_when_many_move(designer: Designer) -> None:
    designer.act("change", path="rules[0]", part="value", v="999999", slot=0)
    asked = designer.post("/-/publish", 422, note="试一次")
    assert "先打勾" in visible(asked) and "试一次" in asked
    designer.post("/-/publish", 204, note="试一次", sure="1")
    app = designer.live()
    with designer.site.database.read() as conn:
        sizes = preview.sizes(conn, app, app.form("customer"))["importance"]
    assert app.groupings["importance"].version == 2 and sizes == {"normal": 60}


def test_a_new_name_keeps_the_members(designer: Designer) -> None:
    before = designer.live().groupings["importance"].live
    designer.post("/high/do/name", label_zh="重点客户", label_en="Key accounts")
    designer.post("/-/publish", 204)
    item = designer.live().groupings["importance"]
    assert item.live is not None and before is not None and item.live.id == before.id and item.state == "ready"
    assert item.grouping.groups["high"].label["zh"] == "重点客户"


def test_roll_back_publishes_the_old_rule(designer: Designer) -> None:
    rule = designer.rule()
    designer.act("remove", path="rules[0]")
    designer.post("/-/publish", 204, sure="1")
    assert "第 2 版" in visible(designer.get("/-/versions"))
    assert "看过了，就这样回去" in visible(designer.post("/-/versions/1"))  # it would move many again
    designer.post("/-/versions/1", 204, sure="1")
    assert designer.live().groupings["importance"].newest.groups["high"].rule == rule


def test_groups_are_added_ordered_nested_and_removed(designer: Designer) -> None:
    designer.post("/-/do/add", label_zh="战略客户")
    keys = [g["key"] for g in designer.body()["groups"]]
    assert keys == ["high", "zhan_lve_ke_hu", "normal"]
    designer.post("/-/do/order", id="zhan_lve_ke_hu", after="")
    designer.post("/zhan_lve_ke_hu/do/prefix", v="K")
    designer.post("/zhan_lve_ke_hu/do/color", v="zi")
    first = designer.body()["groups"][0]
    assert (first["key"], first["prefix"], first["color"]) == ("zhan_lve_ke_hu", "K", "zi")
    designer.post("/high/do/nest", parent="zhan_lve_ke_hu")
    assert designer.body()["groups"][0]["groups"][0]["key"] == "high"
    assert "还不能去掉「战略客户」" in visible(designer.post("/zhan_lve_ke_hu/do/remove", 409))  # a view lists the group inside
    designer.post("/high/do/nest", parent="")
    designer.post("/zhan_lve_ke_hu/do/remove")
    assert {g["key"] for g in designer.body()["groups"]} == {"high", "normal"}
    designer.post("/-/do/mode", v="overlapping")
    assert designer.body()["mode"] == "overlapping" and "fallback" not in designer.body()


def test_pins_come_and_go(designer: Designer) -> None:
    app = designer.live()
    with designer.site.database.read() as conn:
        groups = membership.groups_of(conn, app, app.form("customer"), list(designer.refs["customer"].values()))
    record = next(i for i, found in groups.items() if found["importance"] == ["normal"])
    assert "写一句为什么" in visible(designer.post("/high/pin/in", 422, record=record, reason=" "))
    html = designer.post("/high/pin/in", record=record, reason="新签年框", until="2099-03-31", tab="pins")
    assert "新签年框" in visible(html) and "2099年3月31日" in visible(html)
    panel = visible(designer.get(f"/high/why?record={record}"))
    assert "手动固定在这里" in panel and "新签年框" in panel
    designer.post(f"/high/unpin/{record}", tab="pins")
    with designer.site.database.read() as conn:
        assert membership.groups_of(conn, app, app.form("customer"), [record])[record]["importance"] == ["normal"]


def test_why_agrees_with_membership(designer: Designer) -> None:
    """Law: the walk through the groups ends where the stored membership is, for every record and grouping."""
    app = designer.live()
    at = AsOf(now(), ZONE)
    with designer.site.database.read() as conn:
        ids = list(designer.refs["customer"].values())
        stored = membership.groups_of(conn, app, app.form("customer"), ids)
        for item in app.groupings_of("customer"):
            for record in ids:
                walk = why.walk(conn, app, item.grouping, record, at)
                assert walk.groups == stored.get(record, {}).get(item.key, []), (item.key, record)


def test_every_operator_of_every_kind_has_a_control(designer: Designer) -> None:
    """A condition of each kind and operator, chosen through the page's own parts, is drawn and can be filled in."""
    app = designer.live()
    with designer.site.app.test_request_context(), designer.site.database.read() as conn:
        scope = Scope(app, "customer", RecordNames(conn, app, "zh", "Asia/Shanghai"))
        for key, field in app.form("customer").form.live_fields.items():
            for name in OPERATORS_OF[field.type.kind]:
                leaf: dict[str, Any] = {"field": key, "operator": "="}
                leaf |= rules_values.fitting(scope, {**leaf, "operator": name}, leaf) | {"operator": name}
                editor = editor_of(scope, leaf)
                assert (editor.kind == "none") == (OPERATORS[name].takes == "none"), (key, name)


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("多久没", "多久没有新的订单"),
        ("ddje", "订单的金额合计"),
        ("订单金额", "订单的金额合计"),
        ("高复购", "带有标签「高复购」"),
        ("kehuleixing", "客户类型"),
        ("north", "在分组「地域 · 北方」里"),
    ],
)
def test_conditions_are_found_by_ordinary_words(designer: Designer, words: str, wanted: str) -> None:
    app = designer.live()
    with designer.site.database.read() as conn:
        scope = Scope(app, "customer", RecordNames(conn, app, "zh", "Asia/Shanghai"))
        found = [one.label["zh"] for one in rules_pick.found(scope, "common", words)]
    assert any(wanted in name for name in found[:8]), found[:8]


def test_every_gesture_has_its_words() -> None:
    for said in [*(act.said for act in ACTS.values()), *(act.said for act in GROUP_ACTS.values())]:
        assert said.zh and said.en


def test_new_scheme_from_nothing_to_members(designer: Designer) -> None:
    answer = designer.person.htmx(
        "POST",
        f"/build/{designer.app.key}/groupings/-/new",
        {"label_zh": "活跃度", "form": "customer", "mode": "exclusive"},
    )
    assert answer.headers["HX-Redirect"].endswith("/groupings/huo_yue_du")
    designer.home = answer.headers["HX-Redirect"]

    def send(path: str, /, status: int = 200, **data: Any) -> None:
        with designer.site.database.read() as conn:
            revision = drafts.open_draft(conn, designer.app.id, "grouping", "huo_yue_du").revision
        designer.post(path, status, **{"revision": revision, **data})

    send("/-/do/add", label_zh="活跃")
    send("/-/do/add", label_zh="其他")
    send("/qi_ta/do/rest", v="1")
    send(
        "/huo_yue/rule/add",
        path="",
        leaf=json.dumps({"field": "orders", "agg": {"fn": "count"}, "operator": ">=", "value": 1}),
    )
    send("/-/publish", 204)
    app = designer.live()
    with designer.site.database.read() as conn:
        sizes = preview.sizes(conn, app, app.form("customer"))["huo_yue_du"]
    assert sum(sizes.values()) == 60 and sizes["huo_yue"] > 0


def test_code_page_changes_tries_and_fills(designer: Designer) -> None:
    home = f"/build/{designer.app.key}/codes/customer"
    person: Person = designer.person
    assert "真实记录会得到" in visible(person.text(home))

    def revision() -> int:
        with designer.site.database.read() as conn:
            return drafts.open_draft(conn, designer.app.id, "code", "customer_code").revision

    html = person.htmx(
        "POST", f"{home}/do/change", {"revision": revision(), "at": 4, "name": "width", "v": "7"}
    ).get_data(as_text=True)
    assert "#######" in html
    bad = person.htmx("POST", f"{home}/do/remove", {"revision": revision(), "at": 4}).get_data(as_text=True)
    assert "编码里要有流水号" in visible(bad)
    person.htmx("POST", f"{home}/travel/undo", {"revision": revision()})
    assert person.htmx("POST", f"{home}/publish", {"revision": revision()}).status_code == 204
    live = designer.live().form("customer")
    with designer.site.database.write() as conn:
        ids = sorted(designer.refs["customer"].values())[:3]
        main = live.tables.main
        conn.execute(main.update().where(main.c.id.in_(ids)).values({live.tables.names["code"]: None}))
        conn.execute(tables.code.delete().where(tables.code.c.record_id.in_(ids)))
    assert "3 条记录还没有编码" in visible(person.text(home))
    assert person.htmx("POST", f"{home}/fill").status_code == 204
    designer.site.jobs()
    with designer.site.database.read() as conn:
        given = (
            conn.execute(sa.select(live.tables.column("code")).where(live.tables.main.c.id.in_(ids))).scalars().all()
        )
    assert len(set(given)) == 3 and all(re.search(r"-\d{7}$", code) for code in given)
