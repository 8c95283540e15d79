"""Publishing later and silently: what was scheduled goes out at its hour, or those it concerns hear why not."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa

from builder import drafts
from builder.edits import grouping as edits
from builder.publish import apply as publishing
from builder.publish import schedule
from builder.publish.effect import into_effect
from runtime import clock
from runtime.accounts import notices, people
from runtime.accounts.actor import Actor
from runtime.definitions.grouping import Grouping
from runtime.errors import Conflict, Invalid
from runtime.groups import felt, sampling
from runtime.groups.preview import Draft
from runtime.jobs.runner import Runner
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from runtime.words import Words
from tests.builder.wholesale import Designer, designer, installed
from tests.crm import LEVEL, Crm, made, one
from tests.laws.test_membership import stored
from tests.web import visible

__all__ = ["designer", "installed"]  # fixtures: pytest finds them here by name
STRICT = one({"field": "size", "operator": ">", "value": 80})
STRICTER = one({"field": "size", "operator": ">", "value": 95})
WHAT = Words("改规则", "Change the rule")


@pytest.fixture
def crm(database: Database, boss: Actor) -> Crm:
    found = made(database, boss)
    found.add_many("customer", [{"name": f"c{n}", "size": 60 + n} for n in range(40)])
    return found


def edit(crm: Crm, rule: Any) -> drafts.Draft:
    with crm.database.write() as conn:
        app_id = crm.app(conn).id
        draft = drafts.open_draft(conn, app_id, "grouping", "level")
        return drafts.apply(conn, app_id, "grouping", "level", draft.revision, lambda body: edits.set_rule(body, "mid", rule), WHAT, crm.boss.id)


def plan(crm: Crm, draft: drafts.Draft, by: int | None = None, silent: bool = False) -> Any:
    at = clock.now() + timedelta(hours=2)
    with crm.database.write() as conn:
        schedule.put(conn, crm.key, draft, at, "later", silent, by or crm.boss.id)
    return at


def at_its_hour(crm: Crm, at: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: at + timedelta(minutes=1))
    Runner(crm.database, schedule.kinds(), rest=0).drain()


def told(crm: Crm) -> list[str]:
    with crm.database.read() as conn:
        return [item.sentence("zh") for item in notices.newest(conn, crm.boss.id)]


def now(crm: Crm) -> tuple[int, Any, drafts.Draft, bool]:
    """The version that is live, its rule, the draft, and whether something still waits."""
    with crm.database.read() as conn:
        app = crm.app(conn)
        item = app.groupings["level"]
        waits = schedule.of(conn, app.id, "grouping", "level") is not None
        return item.version, item.newest.groups["mid"].rule, drafts.open_draft(conn, app.id, "grouping", "level"), waits


def test_what_was_scheduled_goes_out_whatever_became_of_the_draft(crm: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    at = plan(crm, edit(crm, STRICT), silent=True)
    edit(crm, STRICTER)
    Runner(crm.database, schedule.kinds(), rest=0).drain()
    assert now(crm)[0] == 1  # not before its hour
    at_its_hour(crm, at, monkeypatch)
    version, rule, draft, waits = now(crm)
    assert (version, rule, waits) == (2, STRICT, False)
    assert draft.base_version == 2 and edits._spot(draft.body, "mid")[1][1]["rule"] == STRICTER
    assert len(stored(crm)["level"]["mid"]) == 19
    d = tables.diary
    with crm.database.write() as conn:
        causes = set(conn.execute(sa.select(d.c.cause).where(d.c.at == clock.text(clock.now()))).scalars())
        assert causes == {"silent"}
        publishing.apply(conn, crm.app(conn).id, "grouping", "level", crm.boss.id)  # the draft goes on from there
    assert told(crm) == ["「level」已按定时发布，现在是第 2 版"]


def test_a_schedule_is_moved_and_called_off(crm: Crm, monkeypatch: pytest.MonkeyPatch) -> None:
    at = plan(crm, edit(crm, STRICT))
    with crm.database.write() as conn:
        app_id = crm.app(conn).id
        waiting = schedule.of(conn, app_id, "grouping", "level")
        assert waiting is not None
        schedule.move(conn, crm.key, waiting, at + timedelta(days=1))
        with pytest.raises(Invalid):
            schedule.move(conn, crm.key, waiting, clock.now() - timedelta(minutes=1))
    at_its_hour(crm, at, monkeypatch)
    assert now(crm)[0] == 1
    with crm.database.write() as conn:
        assert schedule.cancel(conn, app_id, "grouping", "level") and not schedule.cancel(conn, app_id, "grouping", "level")
    at_its_hour(crm, at + timedelta(days=1), monkeypatch)
    version, _rule, draft, waits = now(crm)
    assert version == 1 and draft.id and not waits and told(crm) == []


def test_what_can_no_longer_be_published_is_told_with_its_reason(crm: Crm, boss: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    at = plan(crm, edit(crm, STRICT))
    with crm.database.write() as conn:
        app_id = crm.app(conn).id
        publishing.publish_body(conn, app_id, "grouping", edits.set_rule(LEVEL, "mid", STRICTER), boss.id)
    at_its_hour(crm, at, monkeypatch)
    (said,) = told(crm)
    assert now(crm)[0] == 2 and "没能发布" in said and "第 2 版" in said


def test_an_example_may_stop_it_and_whoever_left_may_not_publish(crm: Crm, boss: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    record = crm.add("customer", name="Big", size=90)
    with crm.database.write() as conn:
        gone = people.add(conn, boss, "gone", "Gone", "builder", "zh")
        app_id = crm.app(conn).id
        drafts.apply(conn, app_id, "grouping", "level", 0, lambda body: edits.put_examples(body, "mid", "in", [record]), WHAT, boss.id)
    at = plan(crm, edit(crm, STRICT))
    crm.set("customer", record, size=1)
    at_its_hour(crm, at, monkeypatch)
    assert "要一直在" in told(crm)[0] and now(crm)[0] == 1
    crm.set("customer", record, size=99)
    later = plan(crm, now(crm)[2], by=gone)
    with crm.database.write() as conn:
        people.change(conn, boss, gone, {"role": "member"})
    at_its_hour(crm, later, monkeypatch)
    assert "不能搭建" in told(crm)[0] and now(crm)[0] == 1


def test_wrong_hours_and_drafts_are_refused_at_once(crm: Crm) -> None:
    draft = edit(crm, STRICT)
    for span in (timedelta(minutes=-1), timedelta(days=400)):
        with crm.database.write() as conn, pytest.raises(Invalid):
            schedule.put(conn, crm.key, draft, clock.now() + span, "", False, crm.boss.id)
    with crm.database.write() as conn:
        untouched = drafts.open_draft(conn, crm.app(conn).id, "grouping", "type")
        with pytest.raises(Conflict):
            schedule.put(conn, crm.key, untouched, clock.now() + timedelta(hours=1), "", False, crm.boss.id)
    broken = edit(crm, one({"field": "nothing", "operator": "=", "value": 1}))
    with crm.database.write() as conn, pytest.raises(Invalid):
        schedule.put(conn, crm.key, broken, clock.now() + timedelta(hours=1), "", False, crm.boss.id)
    assert now(crm)[0] == 1 and not now(crm)[3]


def test_how_many_move_is_counted_no_further_than_the_answer_needs(crm: Crm) -> None:
    """Of 40 customers 8 are a fifth: the ninth asks."""
    def counted(limit: int) -> felt.Felt:
        with crm.database.read() as conn:
            body = edits.set_rule(LEVEL, "mid", one({"field": "size", "operator": ">", "value": limit}))
            return felt.felt(Draft(conn, crm.app(conn), Grouping(body), crm.as_of))

    assert (counted(50), counted(67), counted(68)) == (felt.Felt(0, 40), felt.Felt(8, 40), felt.Felt(9, 40))
    assert not counted(67).large and counted(68).large and counted(99).moved == 9


def test_silent_and_loud_moves_are_told_apart(crm: Crm) -> None:
    d = tables.diary
    for rule, silent, cause in ((STRICT, True, "silent"), (STRICTER, False, "rule")):
        with crm.database.write() as conn:
            app_id = crm.app(conn).id
            last = conn.execute(sa.select(sa.func.max(d.c.id))).scalar()
            done = publishing.publish_body(conn, app_id, "grouping", edits.set_rule(LEVEL, "mid", rule), crm.boss.id)
            into_effect(conn, crm.key, [done], "Asia/Shanghai", crm.boss.id, silent=silent)
            assert set(conn.execute(sa.select(d.c.cause).where(d.c.id > last)).scalars()) == {cause}


def test_the_dialog_shows_who_goes_where_and_what_uses_it(designer: Designer) -> None:
    designer.act("change", path="rules[0]", part="value", v="22000", slot=0)
    seen = visible(designer.get("/-/publish?open=high"))
    for text in ("换组", "从哪里到哪里", "比如这些客户", "这个方案用在", "静默发布", "定个时间", "看过了"):
        assert text in seen
    assert "选一个现在以后" in visible(designer.post("/-/publish", 422, sure="1", when="later", at="2001-01-01T00:00"))
    designer.post("/-/publish", 422, when="later", at="2030-01-01T00:00")
    at = f"{clock.now() + timedelta(days=3):%Y-%m-%dT09:30}"
    designer.post("/-/publish", 204, sure="1", when="later", at=at, silent="1")
    page = designer.person.text(f"{designer.home}/high")
    assert 'id="do-scheduled"' in page and "09:30" in visible(page)
    assert "静默发布" in visible(designer.get("/-/schedule"))
    designer.post("/-/schedule", 422, at="rubbish")
    designer.post("/-/schedule", 204, at=at.replace("09:30", "10:15"))
    assert "10:15" in designer.get("/-/schedule")
    designer.post("/-/schedule/off", 204)
    designer.post("/-/schedule", 404, at=at)


def test_where_it_is_used_is_listed_and_stops_a_removal(designer: Designer) -> None:
    assert "高价值客户" in visible(designer.get("/high/used")) and "视图" in visible(designer.get("/-/used"))
    assert "还不能去掉" in visible(designer.post("/high/do/remove", 409))
    assert "high" in [group["key"] for group in designer.body()["groups"]]
    assert "还不能去掉「重要性」" in visible(designer.post("/-/remove", 409))
    assert "importance" in designer.live().groupings


def test_the_dialog_of_a_large_form_opens_before_it_is_counted(designer: Designer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sampling, "SMALL", 10)
    designer.act("change", path="rules[0]", part="value", v="22000", slot=0)
    dialog = designer.get("/-/publish?open=high")
    assert "/-/moving" in dialog and "从哪里到哪里" not in visible(dialog)
    assert "从哪里到哪里" in visible(designer.get("/-/moving")) and "先打勾" not in visible(designer.get("/-/moving"))
    assert "asked=1" in designer.post("/-/publish", 422) and "先打勾" in visible(designer.get("/-/moving?asked=1"))
    designer.post("/-/publish", 204, sure="1")
