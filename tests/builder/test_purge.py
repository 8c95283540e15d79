"""A retired field purged: nothing of it is left anywhere, everything else is as it was, and its name begins anew."""

from __future__ import annotations

import json

import pytest
import sqlalchemy as sa

from builder import apps, drafts
from builder.edits import form
from builder.publish import apply as publish
from builder.publish import purge, retired
from runtime.accounts import audit
from runtime.commands import change, create, remove
from runtime.errors import Conflict, Denied, Invalid, NotFound
from runtime.jobs import queue
from runtime.jobs.job import Stopping
from runtime.jobs.runner import Runner
from runtime.records import entry, history, load, search
from runtime.records.act import acting
from runtime.storage import contents, purges, system_tables, versions
from runtime.storage import live as snapshots
from runtime.storage.live import Live
from runtime.words import Words
from tests.contract.bound import SampleNames

WHAT = Words("改", "Change")
COUNT = 30


def first():
    body = form.new({"zh": "客户", "en": "Customer"})
    for kind, key in (("text", "memo"), ("choices", "likes"), ("rows", "lines"), ("number", "size")):
        body = form.add_field(body, kind, key=key, label={"zh": f"字段 {key}", "en": key.title()}).body
    return body


def without(body, *keys):
    for key in keys:
        body = form.remove_field(body, key, body)
    return body


@pytest.fixture
def app(database, boss):
    with database.write() as conn:
        made = apps.create(conn, {"en": "Shop"})
        publish.publish_body(conn, made.id, "form", first(), None)
    with acting(database, Live(), made.key, boss) as act:
        live = act.app.form("customer").form
        option = live.fields["likes"].options[0]["const"]
        column = next(iter(live.subforms["lines"].fields))
        typed = [{"name": f"n{i}", "memo": f"秘密 {i}" if i % 3 else "", "likes": [option], "lines": [{column: "x"}], "size": str(i)} for i in range(COUNT)]
        create.create_many(act, "customer", [entry.read(live, one, act.names) for one in typed])
        change.change(act, "customer", 2, entry.read(live, {"memo": "秘密 two", "size": "7"}, act.names, whole=False), version=None)
        remove.remove(act, "customer", [5])
    with database.write() as conn:
        publish.publish_body(conn, made.id, "form", without(first(), "memo", "likes", "lines"), boss.id)
    return made


def do(database, boss, app, key, typed=None):
    with database.write() as conn:
        found = snapshots.load(conn, app.key)
        return purge.purge(conn, found, "customer", key, boss, typed or f"字段 {key}")


def runner(database, folder):
    found = Runner(database, {**purge.kinds(Live(), folder), "refresh": lambda job: None}, rest=0)
    found.sweep()
    return found


def everything(conn):
    """All that any table of the database says, as one text."""
    inspector, told = sa.inspect(conn), []
    for name in inspector.get_table_names():
        if name not in ("definition_version", "audit", "purge", "job", "draft_step") and "_x" not in name:
            told += [str(tuple(row)) for row in conn.execute(sa.text(f'SELECT * FROM "{name}"'))]
    return "\n".join(told)


def test_the_list_says_since_when_and_by_whom_and_what_is_kept(database, boss, app):
    with database.read() as conn:
        live = snapshots.load(conn, app.key).form("customer")
        told = {each.item.key: each for each in retired.of_form(conn, live, SampleNames())}
    assert told.keys() == {"memo", "likes", "lines"}
    assert (told["memo"].version, told["memo"].by, told["memo"].records) == (2, boss.name, 20)
    assert len(told["memo"].samples) == 3 and told["memo"].samples[0].startswith("秘密")
    assert told["likes"].records == told["lines"].records == COUNT


def test_nothing_is_left_and_everything_else_is_as_it_was(database, boss, app, tmp_path):
    with database.read() as conn:
        live = snapshots.load(conn, app.key).form("customer")
        before = {i: (r.values["name"], r.values["size"], r.version) for i, r in load.records(conn, live, range(1, COUNT + 1)).items()}
    for key in ("memo", "likes", "lines"):
        do(database, boss, app, key)
    assert runner(database, tmp_path).drain() == 3
    with database.read() as conn:
        assert "秘密" not in everything(conn)
        app_now = snapshots.load(conn, app.key)
        live = app_now.form("customer")
        assert not live.form.fields.keys() & {"memo", "likes", "lines"}
        after = {i: (r.values["name"], r.values["size"], r.version) for i, r in load.records(conn, live, range(1, COUNT + 1)).items()}
        assert after == before
        assert {key: each.records for key, each in purges.of_form(conn, live.id).items()} == {"memo": 20, "likes": COUNT, "lines": COUNT}
        assert search.find(conn, live.id, "秘密").ids == () and search.find(conn, live.id, "n7").ids == (8,)
        lines = [json.loads(row) for row in conn.execute(sa.select(system_tables.history.c.changes)).scalars()]
        assert any("size" in one for one in lines) and not any(one.keys() & {"memo", "likes", "lines"} for one in lines)
        assert history.of_record(conn, live.id, 2)[0].changes.keys() == {"size"}
        assert [line.act for line in audit.page(conn)].count("field_purged") == 3
        for lang in ("zh", "en"):
            assert "20" in next(line for line in audit.page(conn) if "memo" in line.subject).sentence(lang)


def test_an_old_version_brings_it_back_empty_and_says_so(database, boss, app, tmp_path):
    do(database, boss, app, "memo")
    with database.write() as conn:
        old = versions.find(conn, app.id, "form", "customer")
        body = publish.restored("form", versions.body_at(conn, old.id, 1), old.body)
        told = next(line.change for line in publish.preview(conn, app.id, "form", body).impact.lines if line.change.field == "memo")
        assert told.severity == "attention" and "清除" in told.note.zh and "purged" in told.note.en
        publish.roll_back(conn, app.id, "form", "customer", 1, boss.id)
    with acting(database, Live(), app.key, boss) as act:
        live = act.app.form("customer")
        assert {r.values["memo"] for r in load.records(act.conn, live, range(1, COUNT + 1)).values()} == {None}
        change.change(act, "customer", 1, entry.read(live.form, {"memo": "neu"}, act.names, whole=False), version=None)
    runner(database, tmp_path).drain()  # the job meets the field that bears the old name, and leaves it alone
    with database.read() as conn:
        live = snapshots.load(conn, app.key).form("customer")
        assert load.records(conn, live, [1])[1].values["memo"] == "neu"
        assert history.of_record(conn, live.id, 1)[0].changes["memo"] == [None, "neu"]


def test_it_goes_on_where_it_was_stopped(database, boss, app, tmp_path, monkeypatch):
    monkeypatch.setattr("runtime.jobs.pace.Pace.__init__.__defaults__", (4, 4, 4, 0.02))
    number, live, chunks = do(database, boss, app, "memo"), Live(), []

    def stumbling(job):
        def pause():
            chunks.append(job.state["low"])
            if len(chunks) == 2:
                raise Stopping
        job.pause = pause
        return purge.run(job, live, tmp_path)

    again = Runner(database, {"purge": stumbling}, rest=0)
    again.run_one()
    with database.read() as conn:
        assert queue.get(conn, number).open and "秘密" in everything(conn)
    again.drain()
    with database.read() as conn:
        assert queue.get(conn, number).state == "done" and "秘密" not in everything(conn)


def test_it_is_refused_while_somebody_needs_it_or_says_otherwise(database, boss, app):
    for key, word, wrong in (("memo", "memo?", Invalid), ("size", "字段 size", NotFound), ("gone", "gone", NotFound)):
        with pytest.raises(wrong):
            do(database, boss, app, key, word)
    with database.write() as conn:
        drafts.apply(conn, app.id, "form", "customer", 0, lambda body: form.rename(body, "size", {"en": "Other"}), WHAT, boss.id)
    with pytest.raises(Conflict):
        do(database, boss, app, "memo")
    with pytest.raises(Denied):
        do(database, type(boss)(9, "x", "member", "zh", "Asia/Shanghai"), app, "memo")


def test_a_field_that_somebody_uses_is_not_purged(database, boss, app):
    with database.write() as conn:
        publish.roll_back(conn, app.id, "form", "customer", 1, boss.id)
        view = {"kind": "view", "format": 1, "key": "all", "label": {"en": "All"}, "form": "customer", "columns": ["name", "memo"], "sort": [], "filter": None}
        publish.publish_body(conn, app.id, "view", view, None)
        publish.publish_body(conn, app.id, "form", without(versions.find(conn, app.id, "form", "customer").body, "memo"), None)
    with pytest.raises(Invalid) as refused:
        do(database, boss, app, "memo")
    assert [problem.params["kind"] for problem in refused.value.problems] == ["view"]
    with database.read() as conn:
        assert snapshots.load(conn, app.key).form("customer").form.fields["memo"].retired


def test_files_go_with_their_field_unless_somebody_else_has_the_same(database, boss, tmp_path):
    body = form.add_field(form.new({"zh": "客户", "en": "Customer"}), "file", key="scan", label={"zh": "扫描件", "en": "Scan"}).body
    body = form.add_field(body, "file", key="other", label={"zh": "其他", "en": "Other"}).body
    with database.write() as conn:
        app = apps.create(conn, {"en": "Files"})
        publish.publish_body(conn, app.id, "form", body, None)
        number = versions.find(conn, app.id, "form", "customer").id
        for name, key, digest in (("a", "scan", "aa11"), ("b", "scan", "bb22"), ("c", "other", "bb22")):
            conn.execute(system_tables.attachment.insert().values(
                id=name, form_id=number, record_id=None, field=key, sha256=digest, name=name, size=1, mime="text/plain", by=boss.id, at="2024-01-01T00:00:00Z"))
            place = contents.content(tmp_path, digest)
            place.parent.mkdir(exist_ok=True)
            place.write_text("x")
    with acting(database, Live(), app.key, boss) as act:
        live = act.app.form("customer").form
        create.create_many(act, "customer", [entry.read(live, {"name": "n", "scan": ["a", "b"], "other": ["c"]}, act.names)])
    with database.write() as conn:
        publish.publish_body(conn, app.id, "form", without(body, "scan"), None)
    do(database, boss, app, "scan", "Scan")
    runner(database, tmp_path).drain()
    with database.read() as conn:
        assert list(conn.execute(sa.select(system_tables.attachment.c.id)).scalars()) == ["c"]
        record = load.records(conn, snapshots.load(conn, app.key).form("customer"), [1])[1]
        assert [file["id"] for file in record.values["other"]] == ["c"]
    assert not contents.content(tmp_path, "aa11").exists() and contents.content(tmp_path, "bb22").exists()
