"""The organisation's tree: changed by gestures and taken back, asked by rules, followed by groups and by roles."""

from __future__ import annotations

import random
from contextlib import suppress
from typing import Any

import pytest
import sqlalchemy as sa

from builder.edits import role
from runtime.accounts import audit, departments
from runtime.accounts.actor import Actor
from runtime.errors import Conflict, Denied, Invalid
from runtime.fields.department import LINE, PERSON
from runtime.groups import departments as uses
from runtime.records.queries import Query
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from tests import crm
from tests.crm import Crm, field, form, group, grouping, one
from tests.runtime import staff
from tests.web import Site

KEY = {"type": "string", "pattern": "^[a-z][a-z0-9_]{0,39}$"}
VISIT = form("visit", "about", {"about": field("text", "事由", crm.TEXT), "team": field("department", "部门", KEY, mine=True)}, ["about"])
REGION = grouping("region", [group("e", one({"field": "team", "operator": "under", "value": ["east"]})), group("rest")], fallback="rest", form="visit")
EAST, SHANGHAI, SUZHOU, NORTH = "east", "shanghai", "suzhou", "north"


@pytest.fixture
def tree(database: Database, boss: Actor) -> Database:
    with database.write() as conn:
        for zh, en, parent in (("华东区", "East", None), ("上海组", "Shanghai", EAST), ("苏州组", "Suzhou", EAST), ("华北区", "North", None)):
            departments.add(conn, boss, {"zh": zh, "en": en}, parent)
    return database


@pytest.fixture
def shop(tree: Database, boss: Actor) -> Crm:
    rules = {"kind": "role", "format": 1, "key": "member", "label": crm.words("成员"), "can": {"records": ["create", "change"]},
             "rows": {"visit": role.own_department("team")}}
    return crm.made(tree, boss, [("form", VISIT), ("grouping", REGION), ("role", rules)])


def lines(database: Database) -> list[str]:
    with database.read() as conn:
        return [f"{'-' * each.level}{each.key}" for each in departments.tree(conn).values()]


def moved(database: Database, boss: Actor, key: str, **how: Any) -> list[str]:
    with database.write() as conn:
        departments.move(conn, boss, key, **how)
    return lines(database)


def test_a_department_goes_up_down_in_and_out(tree: Database, boss: Actor) -> None:
    assert lines(tree) == ["east", "-shanghai", "-suzhou", "north"]
    assert moved(tree, boss, SUZHOU, way="up") == ["east", "-suzhou", "-shanghai", "north"]
    assert moved(tree, boss, SUZHOU, way="up") == ["east", "-suzhou", "-shanghai", "north"]
    assert moved(tree, boss, NORTH, way="in") == ["east", "-suzhou", "-shanghai", "-north"]
    assert moved(tree, boss, NORTH, way="out") == ["east", "-suzhou", "-shanghai", "north"]
    assert moved(tree, boss, SHANGHAI, way="in") == ["east", "-suzhou", "--shanghai", "north"]
    assert moved(tree, boss, SUZHOU, way="out") == ["east", "suzhou", "-shanghai", "north"]
    assert moved(tree, boss, EAST, after=NORTH) == ["suzhou", "-shanghai", "north", "east"]
    assert moved(tree, boss, EAST, after="") == ["east", "suzhou", "-shanghai", "north"]
    assert moved(tree, boss, NORTH, after=SUZHOU) == ["east", "suzhou", "-north", "-shanghai"]
    assert moved(tree, boss, SUZHOU, after=SHANGHAI) == ["east", "suzhou", "-north", "-shanghai"], "never into itself"
    assert moved(tree, boss, SUZHOU, into=EAST) == ["east", "-suzhou", "--north", "--shanghai"]
    assert moved(tree, boss, EAST, into=NORTH) == ["east", "-suzhou", "--north", "--shanghai"]


def test_random_gestures_keep_a_tree_and_its_lines(tree: Database, boss: Actor) -> None:
    pick = random.Random(3)
    with tree.write() as conn:
        for n in range(12):
            departments.add(conn, boss, {"zh": f"组 {n}"}, pick.choice([None, *departments.tree(conn)]))
        before = departments.snapshot(conn)
        for _ in range(80):
            keys = list(departments.tree(conn))
            how = pick.choice([{"way": pick.choice(departments.WAYS)}, {"after": pick.choice(["", *keys])}, {"into": pick.choice(["", *keys])}])
            with suppress(Invalid):  # too deep
                departments.move(conn, boss, pick.choice(keys), **how)
            found = departments.tree(conn)
            assert sorted(found) == sorted(keys)
            above = {(one.key, one.key) for one in found.values()}
            for one in found.values():
                at = one.parent
                while at:
                    above.add((at, one.key))
                    at = found[at].parent
            assert {tuple(row) for row in conn.execute(sa.select(tables.department_line.c.above, tables.department_line.c.department))} == above
        turn = departments.settings.get(conn, departments.TURN)
        departments.restore(conn, boss, before, str(turn))
        again = departments.snapshot(conn)
        assert sorted(map(repr, again["departments"])) == sorted(map(repr, before["departments"]))
        with pytest.raises(Conflict):
            departments.restore(conn, boss, before, str(turn))


@pytest.mark.parametrize(("label", "parent", "code"), [
    ({}, None, "name_needed"), ({"zh": "华东/上海"}, None, "department_name"), ({"zh": "长" * 61}, None, "department_name"),
    ({"zh": "east"}, None, "department_twice"), ({"en": "SUZHOU"}, EAST, "department_twice"),
])  # fmt: skip
def test_a_name_that_would_not_be_found_again_is_refused(tree: Database, boss: Actor, label: Any, parent: Any, code: str) -> None:
    with tree.write() as conn, pytest.raises(Invalid) as refused:
        departments.add(conn, boss, label, parent)
    assert staff.codes(refused.value) == [code]


def test_only_whoever_administers_changes_it(tree: Database, boss: Actor) -> None:
    member = staff.add(tree, boss)
    with tree.write() as conn, pytest.raises(Denied):
        departments.add(conn, member, {"zh": "新"}, None)


def test_depth_ends_somewhere(tree: Database, boss: Actor) -> None:
    parent: str | None = SHANGHAI
    with tree.write() as conn:
        for n in range(departments.DEEPEST - 2):
            parent = departments.add(conn, boss, {"zh": f"{n}"}, parent)
        with pytest.raises(Invalid) as refused:
            departments.add(conn, boss, {"zh": "底"}, parent)
        assert staff.codes(refused.value) == ["department_too_deep"]
        with pytest.raises(Invalid):
            departments.move(conn, boss, EAST, into=NORTH)


def test_what_is_used_is_not_removed_and_says_by_whom(shop: Crm, boss: Actor) -> None:
    shop.add("visit", about="盘点", team="上海组")
    with shop.database.write() as conn:
        departments.assign(conn, boss, boss.id, boss.name, SHANGHAI, [NORTH])
        assert uses.records(conn, shop.live) == {SHANGHAI: 1}
        assert (uses.rules(conn, shop.live, EAST), uses.rules(conn, shop.live, SUZHOU)) == (1, 0)
        for key in (EAST, SHANGHAI, NORTH):
            with pytest.raises(Conflict) as refused:
                departments.remove(conn, boss, key, uses.records(conn, shop.live).get(key, 0), uses.rules(conn, shop.live, key))
            assert staff.codes(refused.value) == ["department_used"]
        departments.remove(conn, boss, SUZHOU, 0, 0)
        assert "苏州组" in audit.page(conn, act="department_removed")[0].sentence("zh")
    assert lines(shop.database) == ["east", "-shanghai", "north"]


def found(shop: Crm, operator: str, value: Any = None, by: Actor | None = None) -> set[str]:
    rule = one({"field": "team", "operator": operator, **({} if value is None else {"value": value})})
    with shop.database.read() as conn:
        return {record.values["about"] for record in shop.reader(conn, "visit", by).page(Query(rule)).records}


def fill(shop: Crm) -> None:
    shop.add_many("visit", [{"about": name, "team": name} for name in (EAST, SHANGHAI, SUZHOU, NORTH)] + [{"about": "none", "team": ""}])


@pytest.mark.parametrize(("operator", "value", "fits"), [
    ("=", SHANGHAI, {SHANGHAI}), ("!=", SHANGHAI, {EAST, SUZHOU, NORTH, "none"}), ("in", [EAST, NORTH], {EAST, NORTH}),
    ("notIn", [EAST, NORTH], {SHANGHAI, SUZHOU, "none"}), ("under", [EAST], {EAST, SHANGHAI, SUZHOU}), ("under", [SHANGHAI, NORTH], {SHANGHAI, NORTH}),
    ("notUnder", [EAST], {NORTH, "none"}), ("null", None, {"none"}), ("notNull", None, {EAST, SHANGHAI, SUZHOU, NORTH}), ("under", ["$me"], {NORTH}),
])  # fmt: skip
def test_rules_ask_for_departments(shop: Crm, boss: Actor, operator: str, value: Any, fits: set[str]) -> None:
    fill(shop)
    with shop.database.write() as conn:
        departments.assign(conn, boss, boss.id, boss.name, NORTH, [])
    assert found(shop, operator, value) == fits


def test_members_see_their_departments_and_what_is_under_them(shop: Crm, boss: Actor) -> None:
    fill(shop)
    member = staff.add(shop.database, boss)
    assert found(shop, "notNull", by=member) == set()
    with shop.database.write() as conn:
        departments.assign(conn, boss, member.id, member.name, SHANGHAI, [NORTH])
    assert found(shop, "notNull", by=member) == {SHANGHAI, NORTH}
    with shop.database.write() as conn:
        departments.assign(conn, boss, member.id, member.name, EAST, [])
    assert found(shop, "notNull", by=member) == {EAST, SHANGHAI, SUZHOU}
    moved(shop.database, boss, SUZHOU, into=NORTH)
    assert found(shop, "notNull", by=member) == {EAST, SHANGHAI}


def test_a_new_record_starts_with_ones_own_department(shop: Crm, boss: Actor) -> None:
    assert shop.live and shop.add("visit", about="无") == 1
    with shop.database.write() as conn:
        departments.assign(conn, boss, boss.id, boss.name, SUZHOU, [NORTH])
    shop.add("visit", about="有")
    with shop.database.read() as conn:
        assert [shop.reader(conn, "visit").one(n).values["team"] for n in (1, 2)] == [None, SUZHOU]


def test_groups_follow_when_the_tree_changes(shop: Crm, boss: Actor) -> None:
    fill(shop)
    assert members(shop) == {EAST, SHANGHAI, SUZHOU}
    with shop.database.write() as conn:
        departments.move(conn, boss, SUZHOU, into=NORTH)
        uses.follow(conn, shop.live, boss.zone, boss.id)
    assert members(shop) == {EAST, SHANGHAI}


def members(shop: Crm) -> set[str]:
    with shop.database.read() as conn:
        rule = one({"field": "$group", "operator": "in", "value": ["region/e"]})
        return {record.values["about"] for record in shop.reader(conn, "visit").page(Query(rule)).records}


def test_the_type_knows_the_tables_that_the_storage_makes() -> None:
    for known, real in ((LINE, tables.department_line), (PERSON, tables.department_person)):
        assert known.name == real.name and {column.name for column in known.columns} <= set(real.c.keys())


def test_the_page_does_it_all_without_script(site: Site) -> None:
    boss = site.person()
    home = "/settings/departments/"
    for zh, parent in (("华东区", ""), ("上海组", "hua_dong_qu"), ("华北区", "")):
        assert boss.post(home, {"zh": zh, "en": "", "parent": parent}).status_code == 303
    page = boss.text(home)
    assert page.index("华东区") < page.index("上海组") < page.index("华北区")
    assert boss.post(f"{home}shang_hai_zu", {"zh": "沪组", "en": "Shanghai", "parent": "hua_bei_qu"}).status_code == 303
    assert "把部门「上海组」改名为「沪组」" in boss.text("/settings/organisation")
    assert boss.post(home, {"zh": "沪/组"}).status_code == 422
    assert boss.post(f"{home}hua_bei_qu/remove").status_code == 409
    assert boss.post(f"{home}people/{site.actor().id}", {"main": "shang_hai_zu", "others": ["hua_dong_qu", "shang_hai_zu"]}).status_code == 303
    assert "华北区 / 沪组" in boss.text("/settings/people")
    moved = boss.htmx("POST", f"{home}shang_hai_zu/move", {"way": "out"})
    undo = moved.headers["HX-Trigger"].split('"undo": "')[1].split('"')[0]
    assert 'id="dep-shang_hai_zu"' in moved.get_data(as_text=True)
    assert boss.htmx("POST", undo).status_code == 204
    assert "华北区 / 沪组" in boss.text("/settings/people")
    assert boss.htmx("POST", undo).status_code == 404
    assert site.person("member").get(home).status_code == 403 and site.person("member").post(home, {"zh": "新"}).status_code == 403
