"""A field changes its type: rehearsed, carried over, undone, and no value is lost on the way."""

from __future__ import annotations

import pytest

from builder import apps, drafts
from builder.edits import form, retyping
from builder.publish import apply as publish
from builder.publish import retype_job
from runtime.commands import change, create
from runtime.errors import Conflict
from runtime.jobs.job import Stopping
from runtime.jobs.runner import Runner
from runtime.messages import say
from runtime.records import entry, load
from runtime.records.act import acting
from runtime.storage import live, versions
from runtime.storage.live import Live
from runtime.words import Words
from tests.builder import retyped

WHAT = Words("换类型", "Retype")


def loaded(conn, app, ids, key="customer"):
    found = live.load(conn, app.key).form(key)
    return {i: record.values for i, record in load.records(conn, found, ids).items()}


@pytest.fixture
def app(database, boss):
    with database.write() as conn:
        made = apps.create(conn, {"zh": "换类型", "en": "Retype"})
        publish.publish_set(conn, made.id, [("form", retyped.firms()), ("form", retyped.before())], None)
    return made


def check_every_way(database, boss, app, count):
    with acting(database, Live(), app.key, boss) as act:
        ids = retyped.fill(act, act.app.form("retype"), count)
    with database.write() as conn:
        start = loaded(conn, app, ids, "retype")
        body = retyped.after(retyped.before())
        felt = publish.preview(conn, app.id, "form", body)
        assert felt.possible
        publish.publish_body(conn, app.id, "form", body, None)
        after = loaded(conn, app, ids, "retype")
        for old, new in retyped.PAIRS:
            key = retyped.key_of(old, new)
            told = felt.rehearsed[key]
            held = [start[i][key] for i in ids if start[i][key] is not None]
            assert told.whole and told.fit + told.change + told.fail == len(held), key
            assert sum(after[i][key] is not None for i in ids) == told.fit + told.change, key
            assert told.fit + told.change or "text" not in old or "pe" in new, key
        publish.roll_back(conn, app.id, "form", "retype", 1, None)
        assert loaded(conn, app, ids, "retype") == start
        publish.roll_back(conn, app.id, "form", "retype", 2, None)
        assert loaded(conn, app, ids, "retype") == after


def test_every_way_there_and_back(database, boss, app):
    check_every_way(database, boss, app, 60)


def text_form():
    body = form.new({"zh": "客户", "en": "Customer"})
    return form.add_field(body, "text", key="size", label={"zh": "规模", "en": "Size"}).body


def as_number(body):
    return retyping.retype(body, "size", "number")


@pytest.fixture
def shop(database, boss):
    """A form with a text field that holds numbers, and one thing that is none."""
    with database.write() as conn:
        made = apps.create(conn, {"en": "Shop"})
        publish.publish_body(conn, made.id, "form", text_form(), None)
    with acting(database, Live(), made.key, boss) as act:
        put_in(act, [{"name": "A", "size": "12"}, {"name": "B", "size": "约 30 人"}, {"name": "C", "size": "0045"}, {"name": "D"}])
    return made


def put_in(act, typed):
    live_form = act.app.form("customer").form
    return [saved.id for saved in create.create_many(act, "customer", [entry.read(live_form, one, act.names) for one in typed])]


def sizes(database, app):
    with database.read() as conn:
        found = live.load(conn, app.key).form("customer")
        ids = list(conn.execute(found.tables.main.select().order_by(found.tables.main.c.id)).scalars())
        return [record.values["size"] for record in load.records(conn, found, ids).values()]


def test_what_was_edited_since_comes_back_converted_and_the_rest_as_it_was(database, boss, shop):
    with database.write() as conn:
        felt = publish.preview(conn, shop.id, "form", as_number(text_form())).rehearsed["size"]
        assert (felt.fit, felt.change, felt.fail) == (1, 1, 1)
        assert felt.failed[0][0] == "约 30 人" and felt.changed == [("0045", "45")]
        publish.publish_body(conn, shop.id, "form", as_number(text_form()), None)
    assert sizes(database, shop) == [12, None, 45, None]
    with acting(database, Live(), shop.key, boss) as act:
        live_form = act.app.form("customer").form
        change.change(act, "customer", 1, entry.read(live_form, {"size": "13"}, act.names, whole=False), version=None)
        put_in(act, [{"name": "E", "size": "7"}])
    with database.write() as conn:
        publish.roll_back(conn, shop.id, "form", "customer", 1, None)
    assert sizes(database, shop) == ["13", "约 30 人", "0045", None, "7"]


def test_a_large_form_is_carried_over_by_a_job_beside_peoples_work(database, boss, shop, monkeypatch):
    monkeypatch.setattr("builder.publish.retype.AT_ONCE", 2)
    monkeypatch.setattr("runtime.jobs.pace.Pace.__init__.__defaults__", (1, 1, 1, 0.02))
    published = Live()
    with database.write() as conn:
        draft = drafts.apply(conn, shop.id, "form", "customer", 0, as_number, WHAT, boss.id)
        asked = retype_job.ask(conn, shop.key, shop.id, draft.body, boss.id, "", draft.revision)
        assert asked is not None

    def meanwhile(job):
        """Stopped after its second chunk, and somebody saves; then it goes on."""
        chunks = []

        def pause():
            chunks.append(1)
            if len(chunks) == 2 and not job.state.get("again"):
                raise Stopping
        job.pause = pause if "numbers" not in job.state else lambda: None
        return retype_job.run(job, published)

    runner = Runner(database, {"retype": meanwhile, "refresh": lambda job: None}, rest=0)
    assert runner.run_one()
    with acting(database, published, shop.key, boss) as act:
        live_form = act.app.form("customer").form
        change.change(act, "customer", 1, entry.read(live_form, {"size": "88"}, act.names, whole=False), version=None)
        put_in(act, [{"name": "E", "size": "9"}])
    assert runner.drain() >= 1
    assert sizes(database, shop) == [88, None, 45, None, 9]
    with database.read() as conn:
        assert versions.find(conn, shop.id, "form", "customer").version == 2
        assert drafts.open_draft(conn, shop.id, "form", "customer").id == 0


def test_every_way_there_and_back_with_ten_thousand_records(database, boss, app, monkeypatch):
    monkeypatch.setattr("builder.publish.retype.AT_ONCE", 10_000)
    check_every_way(database, boss, app, 10_000)


def test_many_records_are_never_converted_while_somebody_waits(database, boss, shop, monkeypatch):
    monkeypatch.setattr("builder.publish.retype.AT_ONCE", 2)
    with database.write() as conn, pytest.raises(Conflict) as refused:
        publish.publish_body(conn, shop.id, "form", as_number(text_form()), None)
    assert refused.value.problems[0].code == "retype_too_many"
    for lang in ("zh", "en"):
        assert "2" in say(refused.value.problems[0], lang)
    assert sizes(database, shop) == ["12", "约 30 人", "0045", None]


def test_names_in_a_text_become_links_once_the_form_is_chosen(database, boss, shop):
    with database.write() as conn:
        publish.publish_body(conn, shop.id, "form", retyped.firms(), None)
    with acting(database, Live(), shop.key, boss) as act:
        firm = act.app.form("firm").form
        create.create_many(act, "firm", [entry.read(firm, {"name": name}, act.names) for name in ("12", "0045")])
    body = retyping.retype(text_form(), "size", "link", text_form())
    with database.write() as conn:
        felt = publish.preview(conn, shop.id, "form", body)
        assert not felt.possible and not felt.rehearsed  # which form it points to has still to be said
        body = retyped.linked(body, "size")
        told = publish.preview(conn, shop.id, "form", body).rehearsed["size"]
        assert (told.fit, told.change, told.fail) == (2, 0, 1) and told.failed[0][0] == "约 30 人"
        publish.publish_body(conn, shop.id, "form", body, None)
    assert sizes(database, shop) == [1, None, 2, None]
    with database.write() as conn:
        publish.roll_back(conn, shop.id, "form", "customer", 1, None)
    assert sizes(database, shop) == ["12", "约 30 人", "0045", None]
