"""Auto numbers: one each, by whichever door a record comes."""

from __future__ import annotations

from typing import Any

import pytest

from runtime.accounts.actor import Actor
from runtime.commands import fill_numbers
from runtime.definitions import form_check
from runtime.errors import Invalid
from runtime.jobs.runner import Runner
from runtime.records import history
from runtime.records.queries import Query
from runtime.storage.db import Database
from tests import crm
from tests.crm import Crm, field, form
from tests.web import Site

GIVEN = {"type": "string", "minLength": 1, "maxLength": 64, "readOnly": True}


def body(**settings: Any) -> dict[str, Any]:
    asked = {"about": field("text", "事由", crm.TEXT), "no": field("auto_number", "工单号", GIVEN, **settings)}
    return form("ticket", "about", asked, ["about"])


def made(database: Database, boss: Actor, **settings: Any) -> Crm:
    return crm.made(database, boss, [*crm.BODIES, ("form", body(**settings))])


def numbers(shop: Crm, limit: int = 50) -> list[Any]:
    with shop.database.read() as conn:
        found = shop.reader(conn, "ticket").page(Query(sort=(("$id", False),), limit=limit)).records
        return [record.values["no"] for record in found]


def test_one_and_many_draw_from_one_counter(database: Database, boss: Actor) -> None:
    shop = made(database, boss, prefix="T-", start=7, width=3)
    one = shop.add("ticket", about="灯坏了")
    shop.add_many("ticket", [{"about": f"第 {n} 件"} for n in range(3)])
    assert numbers(shop) == ["T-007", "T-008", "T-009", "T-010"]
    with shop.database.read() as conn:
        assert history.of_record(conn, shop.app(conn).form("ticket").id, one)[0].changes["no"] == [None, "T-007"]


def test_a_number_goes_with_its_record_and_never_comes_again(database: Database, boss: Actor) -> None:
    shop = made(database, boss)
    first = shop.add("ticket", about="一")
    shop.drop("ticket", first)
    shop.add("ticket", about="二")
    shop.restore("ticket", first)
    shop.set("ticket", first, about="改了")
    assert numbers(shop) == ["0001", "0002"]


def test_the_count_starts_again_with_its_period(database: Database, boss: Actor) -> None:
    shop = made(database, boss, date="YYYYMM", reset="monthly", width=2)
    shop.add_many("ticket", [{"about": "一"}, {"about": "二"}])
    shop.later(days=20)
    shop.add("ticket", about="三")
    assert numbers(shop) == ["202611-01", "202611-02", "202612-01"]


def test_nobody_types_it(database: Database, boss: Actor) -> None:
    shop = made(database, boss)
    with pytest.raises(Invalid) as refused:
        shop.add("ticket", about="一", no="0099")
    assert refused.value.problems[0].code == "read_only"


def test_it_is_found_compared_and_named(database: Database, boss: Actor) -> None:
    shop = made(database, boss, prefix="wo", width=5)
    ids = shop.add_many("ticket", [{"about": f"第 {n} 件"} for n in range(12)])
    with shop.database.read() as conn:
        found = shop.reader(conn, "ticket").page(Query(search="WO00007")).records
        assert [record.id for record in found] == [ids[6]]
        assert shop.list(conn, crm.one({"field": "no", "operator": "endsWith", "value": "0003"}), "ticket") == {ids[2]}
    with shop.act() as act:
        assert act.names.find_record("ticket", "wo00012") == ids[11]


def test_a_count_that_would_repeat_is_refused() -> None:
    assert [(p.path, p.code) for p in form_check.check(body(reset="daily", date="YYYYMM"))] == [
        ("properties.no.x-fenzu.reset", "number_repeats")]
    assert form_check.check(body(reset="daily", date="YYYYMMDD")) == []
    assert form_check.check(body(reset="never", date="")) == []


def test_the_page_shows_it_and_offers_no_control(site: Site) -> None:
    from builder import apps
    from builder.publish.apply import publish_body

    with site.database.write() as conn:
        app = apps.create(conn, crm.words("工单", "Tickets"))
        publish_body(conn, app.id, "form", body(prefix="T-"), site.actor().id)
    boss, place = site.person(), f"/a/{app.key}/ticket/"
    assert boss.post(place, {"about": "灯坏了", "no": "T-9999"}).status_code in (302, 303)
    assert "T-0001" in boss.text(place + "1") and "T-0001" in boss.text(f"{place}?columns=no")
    assert boss.get(f"{place}1/cell/no").status_code in (404, 422)
    assert boss.text(f"/build/{app.key}/forms/ticket/?sel=no").count("工单号") > 1


def test_records_that_were_there_get_theirs_by_a_job(database: Database, boss: Actor) -> None:
    bare = form("ticket", "about", {"about": field("text", "事由", crm.TEXT)}, ["about"])
    shop = crm.made(database, boss, [*crm.BODIES, ("form", bare)])
    shop.add_many("ticket", [{"about": f"第 {n} 件"} for n in range(230)])
    shop.later(days=20)
    shop.add("ticket", about="下个月的")
    shop.drop("ticket", 3)
    shop.publish(("form", body(prefix="T-", date="YYYYMM", reset="monthly")))
    with shop.database.read() as conn:
        app_id = shop.app(conn).id
        said = preview_line(conn, app_id, bare)
    assert said == (230, "已有记录会按建立的先后补上编号")
    shop.add("ticket", about="发布以后，补完以前")
    runner = Runner(shop.database, fill_numbers.kinds(shop.live), rest=0)
    assert runner.drain() == 1
    found = numbers(shop, limit=300)
    assert found[:2] == ["T-202611-0001", "T-202611-0002"] and found[2:4] == ["T-202611-0004", "T-202611-0005"]
    assert found[-2:] == ["T-202612-0002", "T-202612-0001"] and len(set(found)) == len(found) == 231
    shop.restore("ticket", 3)
    assert "T-202611-0003" in numbers(shop, limit=300)
    with shop.database.read() as conn:
        assert [r.id for r in shop.reader(conn, "ticket").page(Query(search="T-202611-0120")).records] == [120]
        assert history.of_record(conn, shop.app(conn).form("ticket").id, 120)[0].changes["no"] == [None, "T-202611-0120"]
    shop.publish(("form", body(prefix="T-", date="YYYYMM", reset="monthly", width=5)))
    assert runner.drain() == 0


def preview_line(conn: Any, app_id: int, before: dict[str, Any]) -> tuple[int | None, str]:
    """What publishing says of a number field that is new to a form, by its count and its note."""
    from builder.publish.concerned import Stored
    from builder.publish.impact import impact
    from builder.publish.plan_form import plan_form
    from runtime.definitions.form import Form
    from runtime.storage import record_tables, versions

    known = versions.find(conn, app_id, "form", "ticket")
    tables = record_tables.build(known.id, Form(before), record_tables.numbers_of(conn, known.id))
    line = impact(Stored(conn, tables, Form(body())), plan_form(Form(before), Form(body()))).lines[0]
    return line.count, line.change.note.zh
