"""The group map and what is said of a draft's rules, over HTTP."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import Any

from runtime.groups import membership
from runtime.groups.crossed import crossed
from tests.builder.wholesale import Designer, designer, installed
from tests.web import visible

__all__ = ["designer", "installed"]  # fixtures: pytest finds them here by name
CELL = re.compile(r'<td[^>]*>(?:<a href="([^"]+)" aria-label="([^"]+)">.*?</a>|<span>0</span>)</td>')
SPENT = {"field": "orders", "agg": {"fn": "sum", "of": "amount"}}
NEVER: Any = {"combinator": "and", "rules": [{**SPENT, "operator": ">=", "value": 10000}, {**SPENT, "operator": "<", "value": 5000}]}


def test_every_cell_says_how_many_and_opens_just_those(designer: Designer) -> None:
    page = unescape(designer.get("/-/map?with=region"))
    cells = CELL.findall(page)
    assert len(cells) == 5 * 10 and any(not href for href, _ in cells)
    for href, said in [cell for cell in cells if cell[0]][::5]:
        count = re.search(r"共有 (\d+) 位", said)
        shown = designer.person.get(href).get_data(as_text=True)
        assert count is not None and count.group(1) in visible(shown), said


def test_the_figures_are_those_of_the_members(designer: Designer) -> None:
    app = designer.live()
    live, items = app.form("customer"), [app.groupings["importance"], app.groupings["region"]]
    with designer.site.database.read() as conn:
        records = list(designer.refs["customer"].values())
        stored = membership.groups_of(conn, app, live, records)
        made = crossed(conn, live, items)
        at_least = crossed(conn, live, items, combinations=2)
    for one, n in made.sizes.items():
        assert n == sum(one[1] in stored[record].get(one[0], ()) for record in records)
    for (one, two), n in made.pairs.items():
        assert n == sum(one[1] in stored[r].get(one[0], ()) and two[1] in stored[r].get(two[0], ()) for r in records)
    assert made.total == len(records) and made.none == {"importance": 0, "region": 0} and made.neither == 0 and not made.cut
    assert at_least.cut and all(n <= made.sizes[one] for one, n in at_least.sizes.items())


def test_a_rule_that_can_never_be_true_is_told_at_the_group_and_at_the_condition(designer: Designer) -> None:
    changed = designer.post("/high/rule/take", rule=json.dumps(NEVER))
    assert 'id="gn-high" hx-swap-oob' in changed and "没有客户会符合「高价值」" in visible(changed)
    page = designer.get("/high")
    assert visible(page).count("没有客户会符合「高价值」：它的条件互相矛盾") == 1
    assert 'id="note-rules-0"' in page and 'id="note-rules-1"' in page and "标出的条件互相矛盾" in page
    for path in ("/-/publish?open=high", "/-/map"):
        said = designer.get(path)
        assert "没有客户会符合「高价值」" in visible(said) and "/high#row-rules-0" in said
    designer.post("/-/travel/undo")
    assert "矛盾" not in visible(designer.get("/high")) and "没有发现矛盾" in visible(designer.get("/-/map"))


def test_what_changes_nothing_is_told_only_where_it_stands(designer: Designer) -> None:
    rule = {"combinator": "and", "rules": [{**SPENT, "operator": ">=", "value": 10000}, {**SPENT, "operator": ">=", "value": 5000}]}
    designer.post("/high/rule/take", rule=json.dumps(rule))
    page = designer.get("/high")
    assert page.count("去掉这一条也一样") == 1 and 'id="note-rules-1"' in page and 'class="fz-noted" href' not in page


def test_a_map_before_publishing_and_of_what_is_not_there(designer: Designer) -> None:
    designer.person.htmx("POST", f"/build/{designer.app.key}/groupings/-/new", {"form": "customer", "label_zh": "新方案", "mode": "overlapping"})
    drafts = f"/build/{designer.app.key}/groupings/new_scheme"
    found = [path for path in (drafts, f"/build/{designer.app.key}/groupings/xin_fang_an") if designer.person.get(f"{path}/-/map").status_code == 200]
    assert found and "发布以后才有人数" in visible(designer.person.htmx("GET", f"{found[0]}/-/map").get_data(as_text=True))
    assert designer.person.get(f"/build/{designer.app.key}/groupings/nowhere/-/map").status_code == 404
    assert designer.person.htmx("GET", f"{designer.home}/-/map?of=nowhere").status_code == 404
    assert "分组地图" in visible(designer.get("/-/map?with=nowhere&of=region"))
    assert "skel" in designer.person.get(f"{designer.home}/-/map").get_data(as_text=True)


def test_what_the_map_asks_for_by_itself_is_no_step_to_go_back_by(designer: Designer) -> None:
    def pushed(query: str) -> str | None:
        page = f"{designer.home}/-/map"
        return designer.person.htmx("GET", f"{page}{query}", HX_Current_URL=f"http://localhost{page}").headers.get("HX-Push-Url")

    assert pushed("") is None and pushed("?with=region") is None
    assert (pushed("?of=importance&with=region") or "").endswith("/importance/-/map?with=region")
