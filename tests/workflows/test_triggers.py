"""What begins a workflow by a person's hand or by a move between levels: buttons, other workflows, public forms, up and down."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import TestResponse

from runtime.accounts.actor import Actor
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from runtime.web import public as views
from tests.crm import BODIES, group, grouping, made, one, running
from tests.flows import Flows, flow, step
from tests.runtime.public import NAMES, Door
from tests.web import Site, visible

GOLD = step("a", "tag", field="tags", add=["gold"])
BIG = one({"field": "size", "operator": ">", "value": 50})
STEPS = grouping("grade", [group("top", one({"field": "size", "operator": ">", "value": 100})), group("mid", one({"field": "size", "operator": ">", "value": 50})), group("base")], fallback="base")


def begun(database: Database, boss: Actor, *flows: tuple[str, dict]) -> Flows:
    crm = made(database, boss, [*BODIES, ("grouping", STEPS)])
    crm.publish(*flows)
    return Flows(crm)


# up and down


def test_up_and_down(database: Database, boss: Actor) -> None:
    f = begun(database, boss, *(flow(way, {"type": "levelled", "grouping": "grade", "way": way}, step("a", "stop")) for way in ("up", "down", "any")))
    record = f.crm.add("customer", name="a", size=10)
    f.work()
    assert f.runs() == []  # the first group somebody has is no move
    for size, grown in ((120, ["up", "any"]), (60, ["down", "any"]), (70, []), (None, ["down", "any"])):
        before = {key: len(f.runs(key)) for key in ("up", "down", "any")}
        f.crm.set("customer", record, size=size)
        f.work()
        assert [key for key in ("up", "down", "any") if len(f.runs(key)) > before[key]] == grown
    assert f.runs("any")[0].detail["way"] == "up"


def test_a_change_of_the_rules_moves_levels_too(database: Database, boss: Actor) -> None:
    f = begun(database, boss, flow("up", {"type": "levelled", "grouping": "grade", "way": "up"}, GOLD))
    record = f.crm.add("customer", name="a", size=60)
    f.work()
    groups = [group("top", one({"field": "size", "operator": ">", "value": 20})), *STEPS["groups"][1:]]
    f.crm.publish(("grouping", {**STEPS, "groups": groups}))
    f.work()
    assert f.value("customer", record, "tags") == ["gold"]


def test_only_a_grouping_with_one_group_each_has_levels(sqlite_database: Database, sqlite_boss: Actor) -> None:
    from builder.publish import check

    crm = made(sqlite_database, sqlite_boss)
    with sqlite_database.read() as conn:
        whole = crm.app(conn).whole
    for key, code in (("need", "levelled_not_exclusive"), ("gone", "no_such_grouping"), ("level", None)):
        kind, body = flow("w", {"type": "levelled", "grouping": key}, step("a", "stop"))
        found = [problem.code for problem in check.problems([check.Part(kind, "w", body)], whole)]
        assert found == ([code] if code else [])


# a public form


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(views, "QUICKEST", 0.0)
    yield


def test_only_what_strangers_sent_in(site: Site, at_once: None) -> None:
    door = Door(site)
    door.crm.publish(flow("thanks", {"type": "sent"}, step("a", "set_fields", set=[{"field": "name", "value": "谢谢"}])))
    door.crm.add("customer", name="自己建的")
    door.fill(site.visitor("zh"), **NAMES)
    Flows(door.crm).work()
    assert sorted(row["name"] for row in door.stored()) == ["自己建的", "谢谢"]


# a button


def told(answer: TestResponse) -> str:
    """The toast of an answer."""
    assert answer.status_code == 200
    return str(json.loads(answer.headers["HX-Trigger"])["toast"]["text"])


def room(site: Site, **trigger: Any) -> Flows:
    crm = running(site, BODIES, flow("mark", {"type": "button", "text": {"zh": "标成金牌", "en": "Mark gold"}, **trigger}, GOLD))
    return Flows(crm)


def test_a_button_on_the_page_begins_it_in_the_name_of_whoever_pressed(site: Site) -> None:
    f, member = room(site), site.person("member")
    record = f.crm.add("customer", name="甲")
    page = member.text(f"/a/{f.crm.key}/customer/{record}")
    assert "标成金牌" in visible(page)
    answer = member.htmx("POST", f"/a/{f.crm.key}/customer/press/mark", {"id": record, "on": "record"})
    assert "1 条" in told(answer)
    site.jobs()
    assert f.value("customer", record, "tags") == ["gold"] and f.runs()[0].by == site.actor("member").id
    assert f.all(tables.event, "id") == []


def test_for_several_it_asks_first_and_says_for_how_many(site: Site) -> None:
    f, boss = room(site, when=BIG), site.person()
    ids = [f.crm.add("customer", name="甲", size=size) for size in (10, 60, 70)]
    url = f"/a/{f.crm.key}/customer/press/mark"
    assert "标成金牌" in visible(boss.text(f"/a/{f.crm.key}/customer/"))
    asked = boss.htmx("POST", url, {"id": ids}).get_data(as_text=True)
    assert "这 2 条记录" in visible(asked) and "另外 1 条不符合" in visible(asked) and f.runs() == []
    boss.htmx("POST", url, {"id": ids, "sure": "1"})
    site.jobs()
    assert [f.value("customer", one, "tags") for one in ids] == [None, ["gold"], ["gold"]]
    nothing = boss.htmx("POST", url, {"id": ids[0]})
    assert "没有开始" in told(nothing) and len(f.runs()) == 2


def test_without_words_of_its_own_the_button_says_the_workflow_s_name(site: Site) -> None:
    crm = running(site, BODIES, ("workflow", {**flow("care", {"type": "button"}, GOLD)[1], "label": {"zh": "关怀", "en": "Care"}}))
    record = crm.add("customer", name="甲")
    assert "关怀" in visible(site.person().text(f"/a/{crm.key}/customer/{record}")) and "关怀" in visible(site.person().text(f"/a/{crm.key}/customer/"))


def test_who_may_not_press_it_neither_sees_it_nor_begins_it(site: Site) -> None:
    f, member = room(site, roles=["administrator"]), site.person("member")
    record = f.crm.add("customer", name="甲")
    for page in (f"/a/{f.crm.key}/customer/{record}", f"/a/{f.crm.key}/customer/"):
        assert "标成金牌" not in visible(member.text(page)) and "标成金牌" in visible(site.person().text(page))
    for person, key in ((member, "mark"), (site.person(), "other")):
        assert "按钮已经不在了" in told(person.htmx("POST", f"/a/{f.crm.key}/customer/press/{key}", {"id": record}))
    assert f.runs() == []


def test_only_for_records_one_may_see(site: Site) -> None:
    f = room(site)
    role = {"kind": "role", "format": 1, "key": "member", "label": {"zh": "成员"}, "can": {"records": ["create", "change"]}, "rows": {"customer": BIG}}
    f.crm.publish(("role", role))
    hidden, seen = f.crm.add("customer", name="甲", size=1), f.crm.add("customer", name="乙", size=99)
    site.person("member").htmx("POST", f"/a/{f.crm.key}/customer/press/mark", {"id": [hidden, seen], "sure": "1"})
    site.jobs()
    assert [run.record for run in f.runs()] == [seen]


def test_the_button_is_only_where_it_has_something_to_begin(site: Site) -> None:
    f, boss = room(site, when=BIG), site.person()
    small, big = f.crm.add("customer", name="甲", size=1), f.crm.add("customer", name="乙", size=99)
    assert "标成金牌" not in visible(boss.text(f"/a/{f.crm.key}/customer/{small}")) and "标成金牌" in visible(boss.text(f"/a/{f.crm.key}/customer/{big}"))


def test_a_workflow_leaves_its_name_in_the_history(site: Site) -> None:
    f, boss = room(site), site.person()
    record = f.crm.add("customer", name="甲")
    boss.htmx("POST", f"/a/{f.crm.key}/customer/press/mark", {"id": record})
    site.jobs()
    assert "流程：mark" in visible(boss.text(f"/a/{f.crm.key}/customer/{record}"))
