"""What the system knows of a record, placed on a form: shown, listed, sorted, filtered and exported, never typed."""

from __future__ import annotations

import pytest

from builder import apps
from builder.publish.apply import publish_body
from runtime.accounts.actor import Actor
from runtime.commands import change
from runtime.errors import Invalid
from runtime.records import entry
from runtime.records.queries import Query
from runtime.storage.db import Database
from tests import crm
from tests.crm import Crm, field, form
from tests.runtime import staff
from tests.web import Site

WHEN = {"type": "string", "format": "date-time", "readOnly": True}
WHO = {"type": "integer", "minimum": 1, "readOnly": True}
NOTE = form("note", "about", {
    "about": field("text", "内容", crm.TEXT), "made": field("system", "建档", WHEN), "by": field("system", "谁建的", WHO, fact="created_by"),
    "changed": field("system", "改于", WHEN, fact="updated_at"), "last": field("system", "谁改的", WHO, fact="updated_by"),
    "no": field("system", "号", {"type": "number", "readOnly": True}, fact="id")}, ["about"])


@pytest.fixture
def shop(database: Database, boss: Actor) -> Crm:
    return crm.made(database, boss, [*crm.BODIES, ("form", NOTE)])


def test_it_is_what_the_system_keeps(shop: Crm, boss: Actor) -> None:
    other = staff.add(shop.database, boss)
    ids = shop.add_many("note", [{"about": "甲"}, {"about": "乙"}])
    with shop.act(other) as act:
        change.change(act, "note", ids[0], entry.read(act.app.form("note").form, {"about": "丙"}, act.names, whole=False), version=None)
    with shop.database.read() as conn:
        reader = shop.reader(conn, "note")
        record = reader.one(ids[0])
        kept = (record.created_at, record.created_by, record.updated_at, record.updated_by, record.id)
        assert tuple(record.values[key] for key in ("made", "by", "changed", "last", "no")) == kept
        assert record.values["last"] == other.id
        assert shop.list(conn, crm.one({"field": "last", "operator": "=", "value": "$me"}), "note") == {ids[1]}
        assert shop.list(conn, crm.one({"field": "no", "operator": ">=", "value": ids[1]}), "note") == {ids[1]}
        assert shop.list(conn, crm.one({"field": "made", "operator": "inLast", "value": {"n": 1, "unit": "day"}}), "note") == set(ids)
        found = reader.page(Query(sort=(("no", True),))).records
        assert [each.id for each in found] == ids[::-1]


def test_nobody_types_it(shop: Crm) -> None:
    with pytest.raises(Invalid) as refused:
        shop.add("note", about="甲", no=7)
    assert refused.value.problems[0].code == "read_only"


def test_pages_lists_and_the_designer_show_it(site: Site) -> None:
    with site.database.write() as conn:
        app = apps.create(conn, crm.words("记事", "Notes"))
        publish_body(conn, app.id, "form", NOTE, site.actor().id)
    boss, place = site.person(), f"/a/{app.key}/note/"
    assert "保存后自动生成" in boss.text(place + "new")
    assert boss.post(place, {"about": "甲"}).status_code in (302, 303)
    for page in (place + "1", f"{place}?columns=made,by,last,no"):
        assert boss.text(page).count(site.actor().name) >= 2
    for name in ("by", "last"):
        made = boss.post(place + "find/filter", {"field": name, "operator": "=", "value": str(site.actor().id)})
        assert "甲" in boss.text(made.headers["Location"])
    assert "最近修改人" in boss.text(f"/build/{app.key}/forms/note/?sel=last")
