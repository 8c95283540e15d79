"""The pages of runs: a list with filters, one run with its log, acts that ask first, figures; only for builders."""

from __future__ import annotations

import re

import pytest

from runtime.workflows import seen
from tests.crm import BODIES, Crm, running
from tests.flows import Flows, flow, step
from tests.web import Site, visible

BAD = step("a", "set_fields", label={"zh": "改类型", "en": "Set type"}, set=[{"field": "kind", "take": "name"}])
WAIT = step("w", "wait", **{"for": {"n": 2, "unit": "day"}})
HOME = "/build/customers/workflows/f/runs"


@pytest.fixture
def crm(site: Site) -> Crm:
    return running(site, BODIES, flow("f", {"type": "created"}, BAD, WAIT))


@pytest.fixture
def flows(crm: Crm) -> Flows:
    """Two runs that wait, one that is stuck."""
    crm.add_many("customer", [{"name": name} for name in ("agent", "沐阳", "person")])
    found = Flows(crm)
    found.work()
    return found


def test_the_list_says_where_each_stands(site: Site, flows: Flows) -> None:
    page = visible(site.person("builder").text(HOME))
    assert "沐阳" in page and "停住了 1" in page and "进行中 2" in page and "等一段时间" in page
    table = page.partition("用时")[2]
    assert table.index("person") < table.index("沐阳") < table.index("agent")


@pytest.mark.parametrize(("query", "there", "not_there"), [
    ("state=failed", ["沐阳"], ["person"]), ("q=muyang", ["沐阳"], ["person", "agent"]), ("by=0", ["没有这样的"], ["沐阳"]),
    ("state=nonsense&before=x&by=x", ["沐阳", "person"], []), ("state=done", ["没有这样的"], [])])
def test_filters(site: Site, flows: Flows, query: str, there: list[str], not_there: list[str]) -> None:
    table = visible(re.sub(r"<(nav|form).*?</\1>", "", site.person("builder").text(f"{HOME}?{query}"), flags=re.DOTALL))
    assert all(one in table for one in there) and not any(one in table for one in not_there)


def test_why_it_is_stuck_is_a_filter(site: Site, flows: Flows) -> None:
    code = flows.runs()[1].why
    assert code is not None
    page = site.person("builder").text(f"{HOME}?why={code.code}")
    assert f'value="{code.code}" selected' in page and "沐阳" in page and "agent</a>" not in page


def test_pages_go_on_by_key(site: Site, crm: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seen, "PAGE", 2)
    crm.add_many("customer", [{"name": name} for name in ("agent", "person", "enterprise")])
    Flows(crm).work()
    builder = site.person("builder")
    first = builder.text(HOME)
    href = re.search(r'href="([^"]*before=\d+)"', first)
    assert href is not None and "agent</a>" not in first and "agent</a>" in builder.text(href[1].replace("&amp;", "&"))


def test_a_stuck_run_is_mended_and_tried_again(site: Site, flows: Flows) -> None:
    builder, run = site.person("builder"), flows.runs()[1]
    page = visible(builder.text(f"{HOME}/{run.id}"))
    assert "沐阳" in page and "改类型" in page and "再试一次" in page and "停在这一步" in page
    flows.crm.set("customer", run.record or 0, name="agent")
    assert builder.htmx("POST", f"{HOME}/{run.id}/retry").status_code == 204
    flows.work()
    page = visible(builder.text(f"{HOME}/{run.id}"))
    assert "让它从这一步再试一次" in page and "Builder" in page and "再试一次 " not in page.partition("经过")[0]
    assert builder.htmx("POST", f"{HOME}/{run.id}/retry").status_code == 409


def test_a_step_is_passed_over_and_a_run_cancelled(site: Site, flows: Flows) -> None:
    builder, (first, stuck, _) = site.person("builder"), flows.runs()
    place = re.search(r"place&#34;: (\d+)|place\": (\d+)", builder.text(f"{HOME}/{stuck.id}"))
    assert place is not None
    assert builder.htmx("POST", f"{HOME}/{stuck.id}/skip", {"place": place[1] or place[2]}).status_code == 204
    assert "往下走" in visible(builder.text(f"{HOME}/{first.id}/cancel")) or "不再往下走" in builder.text(f"{HOME}/{first.id}/cancel")
    assert builder.htmx("POST", f"{HOME}/{first.id}/cancel").status_code == 204
    assert [run.state for run in flows.runs()] == ["stopped", "open", "open"]
    assert "取消了这次运行" in visible(builder.text(f"{HOME}/{first.id}"))


def test_all_are_cancelled_after_a_count(site: Site, flows: Flows) -> None:
    builder = site.person("builder")
    assert "取消 3 次" in visible(builder.text(f"{HOME}/cancel"))
    assert builder.htmx("POST", f"{HOME}/cancel").status_code == 204
    site.jobs()
    assert {run.state for run in flows.runs()} == {"stopped"}


def test_figures(site: Site, flows: Flows) -> None:
    page = visible(site.person("builder").text(f"{HOME}/steps"))
    assert "改类型 3 — 1" in page and "等一段时间 2" in page


def test_members_see_none_of_it_and_strange_runs_are_not_there(site: Site, flows: Flows) -> None:
    member, builder = site.person("member"), site.person("builder")
    for path in ("", "/steps", "/1", "/1/cancel", "/cancel"):
        assert member.get(f"{HOME}{path}").status_code == 403
    for path in ("/1/retry", "/1/skip", "/1/cancel", "/cancel"):
        assert member.htmx("POST", f"{HOME}{path}").status_code == 403
    assert builder.get(f"{HOME}/999").status_code == 404 and builder.get("/build/customers/workflows/none/runs").status_code == 404


def test_a_records_runs_stand_on_its_page(site: Site, flows: Flows) -> None:
    run = flows.runs()[1]
    page = site.person("member").text(f"/a/customers/customer/{run.record}")
    assert f"/a/customers/customer/{run.record}/runs" in page
    lines = site.person("member").text(f"/a/customers/customer/{run.record}/runs")
    assert "停住了" in visible(lines) and "改类型" in visible(lines) and "/build/" not in lines
    assert f"{HOME}/{run.id}" in site.person("builder").text(f"/a/customers/customer/{run.record}/runs")
    assert site.person("member").get("/a/customers/customer/999/runs").status_code == 404
    assert "/runs" not in site.person("member").text(f"/a/customers/order/{flows.crm.add('order', number='1')}")
