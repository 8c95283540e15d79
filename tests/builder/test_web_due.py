"""The drawer of what is due: who moves by themselves, what to look at again, and what the nightly check found."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from html import unescape

import sqlalchemy as sa

from builder.edits import grouping as edits
from runtime import clock
from runtime.jobs import queue
from runtime.storage import system_tables as tables
from tests.builder.wholesale import Designer, designer, installed
from tests.web import visible

__all__ = ["designer", "installed"]  # fixtures: pytest finds them here by name


def test_who_will_move_is_told_and_opens_as_a_list(designer: Designer) -> None:
    html = designer.get("/-/due?days=30")
    said = visible(html)
    (count,) = re.findall(r"(\d+) 位客户，除非这之前有新的变化", said)
    assert int(count) > 0 and "高价值" in said and "普通" in said
    (href,) = re.findall(r'id="due-list" href="([^"]+)"', html)
    shown = designer.person.text(unescape(href))
    assert len(set(re.findall(r"/forms/customer/(\d+)", shown) or re.findall(r"customer/(\d+)\"", shown))) == int(count)
    assert "7 天里没有人" in visible(designer.get("/-/due")) or "位客户，除非" in visible(designer.get("/-/due?days=bad"))


def test_decisions_that_end_or_are_old_are_to_be_looked_at(designer: Designer) -> None:
    assert "没有快到期的手动安排" in visible(designer.get("/-/due"))
    soon, old = list(designer.refs["customer"].values())[:2]
    until = (clock.now() + timedelta(days=3)).date().isoformat()
    designer.post("/high/pin/in", record=soon, reason="新签年框", until=until)
    designer.post("/normal/pin/out", record=old, reason="老客户")
    with designer.site.database.write() as conn:
        conn.execute(sa.update(tables.pin).where(tables.pin.c.record_id == old).values(at="2025-01-02T00:00:00Z"))
    said = visible(designer.get("/-/due"))
    assert "到期" in said and "不进" in said and "2025年1月2日 起" in said


def test_the_pencil_of_an_old_example_leads_to_the_examples(designer: Designer) -> None:
    item = designer.live().groupings["importance"]
    v = tables.definition_version
    with designer.site.database.write() as conn:
        body = edits.put_examples(item.newest.body, "high", "in", [next(iter(designer.refs["customer"].values()))])
        conn.execute(v.update().where(v.c.definition_id == item.id).values(body=json.dumps(body), at="2025-01-02T00:00:00Z"))
        conn.execute(tables.app.update().values(revision=tables.app.c.revision + 1))
    html = unescape(designer.get("/-/due"))
    (href,) = re.findall(r'href="([^"]+)" aria-label="去改', html)
    assert "例子：总在" in visible(html)
    assert 'id="exampled"' in designer.person.text(href)


def test_the_nightly_check_is_shown_with_what_it_put_right(designer: Designer) -> None:
    assert "还没有跑过" in visible(designer.get("/-/due"))
    designer.site.jobs()
    with designer.site.database.write() as conn:
        queue.put(conn, "clock", {})
    designer.site.jobs()
    app = designer.live()
    item, members = app.groupings["importance"], app.form("customer").tables.members
    assert item.live is not None
    with designer.site.database.write() as conn:
        conn.execute(members.delete().where(members.c.generation == item.live.id, members.c.record_id == next(iter(designer.refs["customer"].values()))))
        queue.put(conn, "audit", {})
    designer.site.jobs()
    said = visible(designer.get("/-/due"))
    assert "「重要性」改正" in said and "今天" in said
    assert "夜间核对在「重要性」里发现" in visible(designer.person.text("/notices/"))
