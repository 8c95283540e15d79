"""What the grouping designer tells beside the rule: who nearly is in, rules from examples, the diary."""

from __future__ import annotations

import json
from html import unescape
from zoneinfo import ZoneInfo

from runtime.clock import AsOf, now
from runtime.groups import membership, nearly, preview, why
from tests.builder.wholesale import Designer, designer, installed
from tests.web import visible

__all__ = ["designer", "installed"]  # fixtures: pytest finds them here by name
ZONE = ZoneInfo("Asia/Shanghai")


def test_whoever_nearly_is_in_a_group_is_told_what_is_lacking(designer: Designer) -> None:
    """For every customer outside: the panel says how much, and whoever is in is told nothing of the kind."""
    app = designer.live()
    with designer.site.database.read() as conn:
        stored = membership.groups_of(conn, app, app.form("customer"), list(designer.refs["customer"].values()))
    told = {record: visible(designer.get(f"/high/why?record={record}")) for record in designer.refs["customer"].values()}
    outside = [record for record in told if "high" not in stored[record]["importance"]]
    assert any("差一点：改这一处就会进来" in told[record] and "，差 ¥" in told[record] for record in outside)
    assert any("改这 2 处就会进来" in told[record] for record in outside)
    item, at = app.groupings["importance"], AsOf(now(), ZONE)
    with designer.site.database.read() as conn:
        for record in told:
            walker = why.Walker(conn, app, item.grouping, record, at)
            for step in walker.walk().steps:
                assert step.outcome == why.NO or nearly.changes(walker, step) is None


def test_a_rule_from_examples_is_found_shown_and_used(designer: Designer) -> None:
    """Pasted codes and chosen customers; what is unknown is named, the rule chosen goes into the draft and can be undone."""
    app = designer.live()
    with designer.site.database.read() as conn:
        stored = membership.groups_of(conn, app, app.form("customer"), list(designer.refs["customer"].values()))
    mine = [one for one, found in stored.items() if "high" in found["importance"]]
    others = [one for one in stored if one not in mine]
    assert "先选至少一位该进来的客户" in visible(designer.post("/high/examples", 422, out=others[:3]))
    assert "再选至少一位不该进来的" in visible(designer.post("/high/examples", 422, **{"in": mine[:3]}))
    assert "两边都选了" in visible(designer.post("/high/examples", 422, **{"in": mine[:3], "out": mine[:1]}))
    html = designer.post("/high/examples", **{"in": mine, "out": others, "in_names": "没有这家公司\n"})
    said = visible(html)
    assert "没找到：没有这家公司" in said and f"{len(stored)} 个例子对了" in said and f"一共会有 {len(mine)} 位" in said
    rule = json.loads(unescape(unescape(html.split("hx-vals=")[1].split('"')[1])))["rule"]
    before = designer.body()["groups"][0]["rule"]
    designer.post("/high/rule/take", rule=rule)
    taken = next(group for group in designer.body()["groups"] if group["key"] == "high")["rule"]
    assert taken == json.loads(rule) != before
    designer.post("/-/travel/undo")
    assert next(group for group in designer.body()["groups"] if group["key"] == "high")["rule"] == before
    for broken in ("[" * 5000, '{"field": "name"}', ""):
        designer.post("/high/rule/take", 422, rule=broken)


def test_the_diary_says_who_came_from_where_and_why(designer: Designer) -> None:
    app = designer.live()
    with designer.site.database.read() as conn:
        sizes = preview.sizes(conn, app, app.form("customer"))["importance"]
    said = visible(designer.get("/-/diary"))
    assert "安装模板" in said and "没有分组" in said and f"+{sizes['high']}" in said
    record = next(iter(designer.refs["customer"].values()))
    designer.post("/normal/pin/in", record=record, reason="试一下")
    with designer.site.database.read() as conn:
        now = preview.sizes(conn, designer.live(), designer.live().form("customer"))["importance"]
    assert str(now["normal"]) in visible(designer.get("/-/diary"))
    for odd in ("since=2026-13-45&until=x", "since=9999-12-31", "until=0001-01-01", "since=0001-01-01&until=2999-01-01"):
        assert "进出记录" in visible(designer.get(f"/-/diary?{odd}"))
