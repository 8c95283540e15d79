"""Lists come in: good rows become records, bad rows come back, and the same list twice changes nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from runtime.accounts.actor import Actor
from runtime.errors import NotFound
from runtime.exchange import importer, upload
from runtime.exchange.reading import open_reading
from runtime.records.entry import CellReader, read
from runtime.records.names import RecordNames
from runtime.storage.db import Database
from tests.runtime.imports import World

HEAD = ["客户名称", "手机号", "客户类型", "所在地区", "标签", "首次下单", "传真"]
GOOD = ["苏州沐阳餐饮", "13806132288", "企业客户", "江苏/苏州", "", "2025-02-18", "0512-65228801"]


@pytest.fixture
def world(database: Database, boss: Actor, tmp_path: Path) -> World:
    return World(database, boss, tmp_path)


def row(name: str, mobile: str, kind: str = "企业客户", day: str = "2025-02-18", tag: str = "") -> list[str]:
    return [name, mobile, kind, "江苏/苏州", tag, day, ""]


def names(world: World) -> list[str]:
    return [record.values["name"] for record in world.records()]


def test_columns_find_their_fields_and_the_rest_is_left_out(world: World) -> None:
    found = world.upload([HEAD, GOOD])
    assert found.plan is not None
    assert found.plan["columns"] == {
        "0": "name",
        "1": "mobile",
        "2": "kind",
        "3": "region",
        "4": "tags",
        "5": "first_order_on",
    }
    assert found.plan["key"] == "mobile"


def test_good_rows_go_in_with_groups_codes_and_history(world: World) -> None:
    found = world.upload([HEAD, GOOD, row("无锡太湖人家", "13915206671", "个人客户")])
    assert world.bring(found) == {"created": 2, "updated": 0, "unchanged": 0, "skipped": 0, "bad": 0, "done": 2}
    records = world.records()
    assert [r.values["name"] for r in records] == ["苏州沐阳餐饮", "无锡太湖人家"]
    assert records[0].values["mobile"] == "+8613806132288"
    assert all(r.values["code"] for r in records)


def test_the_check_counts_and_names_problems_and_stores_nothing(world: World) -> None:
    rows = [
        HEAD,
        GOOD,
        row("甲", "1380613228"),
        row("", "13915206671"),
        row("乙", "13915206672", "个体"),
        row("丙", "13915206673", day="没有这天"),
        row("丁", "139 1520 66711"),
        row("戊", "13806132288"),
    ]
    result = world.check(world.upload(rows))
    assert (result["rows"], result["ready"], result["bad"], result["existing"]) == (7, 1, 5, 1)
    kinds = {(kind["field"], kind["code"]): kind for kind in result["kinds"]}
    phones = kinds["mobile", "not_a_phone"]
    assert (phones["count"], phones["rows"]) == (2, [3, 7])
    assert phones["samples"] == [[3, "1380613228"], [7, "139 1520 66711"]]
    assert kinds["name", "blank"]["rows"] == [4]
    assert kinds["kind", "no_such_option"]["texts"] == {"个体": 1}
    assert ["企业客户", 6, "enterprise"] in result["values"]["kind"]
    assert world.records() == []


def test_bad_rows_come_back_with_their_reason_and_do_not_take_others_along(world: World) -> None:
    found = world.upload([HEAD, GOOD, row("甲", "12"), row("乙", "13915206672")])
    number = world.ask("import", found)
    world.runner.drain()
    assert names(world) == ["苏州沐阳餐饮", "乙"]
    back = open_reading(importer.problem_path(found, number), "problems.xlsx")
    assert back.columns == [*HEAD, "原因"]
    assert [(r.cells[0], str(r.cells[-1])[:8]) for r in back.rows()] == [("甲", "「12」不是完整")]


def test_the_mended_file_of_bad_rows_imports_like_the_first(world: World) -> None:
    found = world.upload([HEAD, GOOD, row("甲", "12")])
    number = world.ask("import", found)
    world.runner.drain()
    data = importer.problem_path(found, number).read_bytes()
    again = world.plan(world.send(data, "problems.xlsx"), lenient=frozenset({"mobile"}))
    assert world.bring(again)["bad"] == 1  # a required field is never left empty
    assert again.plan is not None and len(again.plan["columns"]) == 6


def test_the_same_list_twice_changes_nothing(world: World) -> None:
    rows = [HEAD, GOOD, row("无锡太湖人家", "13915206671", tag="")]
    world.bring(world.upload(rows))
    before = world.records()
    result = world.bring(world.upload(rows))
    assert (result["created"], result["updated"], result["unchanged"]) == (0, 0, 2)
    assert [(r.id, r.version) for r in world.records()] == [(r.id, r.version) for r in before]


def test_by_key_a_row_updates_and_blanks_leave_alone_unless_told(world: World) -> None:
    world.bring(world.upload([HEAD, GOOD]))
    changed = ["沐阳餐饮", "138 0613 2288", "企业客户", "江苏/苏州", "", "", ""]
    result = world.bring(world.upload([HEAD, changed]))
    assert (result["created"], result["updated"]) == (0, 1)
    record = world.records()[0]
    assert (record.values["name"], record.values["first_order_on"]) == ("沐阳餐饮", "2025-02-18")
    result = world.bring(world.plan(world.upload([HEAD, changed]), existing="clear"))
    assert (result["updated"], world.records()[0].values["first_order_on"]) == (1, None)
    result = world.bring(world.plan(world.upload([HEAD, GOOD]), existing="skip"))
    assert (result["skipped"], world.records()[0].values["name"]) == (1, "沐阳餐饮")


def test_without_a_key_every_row_is_new(world: World) -> None:
    world.bring(world.upload([HEAD, GOOD]))
    assert world.bring(world.plan(world.upload([HEAD, GOOD]), key=""))["created"] == 1
    assert len(world.records()) == 2


def test_a_key_given_twice_in_the_list_updates_what_the_first_row_made(world: World) -> None:
    result = world.bring(
        world.upload([HEAD, row("先", "13806132288"), row("后", "13806132288"), row("再", "13806132288")])
    )
    assert (result["created"], result["updated"]) == (1, 2)
    assert names(world) == ["再"]


def test_a_code_finds_its_record_and_an_unknown_one_is_a_problem(world: World) -> None:
    world.bring(world.upload([HEAD, GOOD]))
    code = world.records()[0].values["code"]
    head = ["客户编码", "客户名称"]
    found = world.upload([head, [code, "新名字"], ["ZZZ-99999", "谁"]])
    assert found.plan is not None and found.plan["key"] == "code"
    result = world.bring(found)
    assert (result["updated"], result["bad"], names(world)) == (1, 1, ["新名字"])


def test_unknown_options_are_mapped_left_empty_or_refused(world: World) -> None:
    rows = [HEAD, row("甲", "13915206671", "个体"), row("乙", "13915206672", tag="没有的标签")]
    assert world.check(world.upload(rows))["bad"] == 2
    found = world.plan(world.upload(rows), values={"kind": {"个体": "个人客户"}}, lenient=frozenset({"tags"}))
    assert world.bring(found)["created"] == 2
    assert [r.values["kind"] for r in world.records()] == ["person", "enterprise"]
    assert world.records()[1].values["tags"] is None


def test_linked_records_are_found_or_made_once(world: World) -> None:
    world.bring(world.upload([["客户名称", "手机号"], ["已有客户", "13806132288"]]))
    contact = world.app.form("contact").form
    link = next(key for key, item in contact.links.items() if item.form == "customer")
    head = [contact.fields[contact.title_field].label["zh"], contact.fields[link].label["zh"]]
    found = world.upload([head, ["张三", "没有的客户"], ["李四", "没有的客户"]], "contact")
    result = world.check(found)
    assert result["bad"] == 2 and result["kinds"][0]["code"] == "link_not_found"


def test_only_the_sender_finds_an_upload(world: World) -> None:
    found = world.upload([HEAD, GOOD])
    with pytest.raises(NotFound):
        upload.find(world.config.scratch, found.token, world.boss.id + 1)
    for token in ("", "..", "../../etc", found.token + "x"):
        with pytest.raises(NotFound):
            upload.find(world.config.scratch, token)


def test_scratch_is_swept_after_a_day(world: World) -> None:
    from datetime import timedelta

    from runtime import clock

    found = world.upload([HEAD, GOOD])
    assert upload.sweep(world.config.scratch, clock.now()) == 0
    assert upload.sweep(world.config.scratch, clock.now() + timedelta(hours=25)) == 1
    assert not found.folder.exists()


def test_reading_many_rows_of_cells_gives_what_reading_each_alone_gives(world: World) -> None:
    form = world.app.form("customer").form
    keys = ["name", "mobile", "kind", "region", "tags", "first_order_on", "monthly_budget", "owner"]
    cells: list[list[Any]] = [
        ["甲", "13806132288", "企业客户", "江苏苏州", "", date(2025, 2, 18), 1, "王敏"],
        ["", 13806132288, "个体", "火星", "没有", "45707x", 1.0, "谁"],
        [True, "12", None, None, None, None, True, None],
        ["长" * 300, "13806132288", "企业客户", "江苏苏州", "", "2025-02-18", -5, "王敏"],
    ]  # fmt: skip
    with world.database.read() as conn:
        names = RecordNames(conn, world.app, "zh", "Asia/Shanghai")
        reader = CellReader(form, keys, names)
        for row in [*cells, *cells]:
            typed = dict(zip(keys, row, strict=True))
            many, alone = reader.read(typed), read(form, typed, names, cells=True)
            assert many.values == dict.fromkeys((p.path for p in alone.problems), None) | alone.values
            assert {p.path: p.code for p in many.problems} == {p.path: p.code for p in alone.problems}
