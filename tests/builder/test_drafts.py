"""Drafts: one gesture is one step back; nobody overwrites what they have not seen."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from builder import apps, drafts
from builder.edits import form, layout
from runtime import clock
from runtime.errors import Conflict, Invalid, NotFound
from runtime.storage import versions
from runtime.words import Words
from tests.builder.bodies import customer

WHAT = Words("改一下", "Change")


@pytest.fixture
def app(database):
    with database.write() as conn:
        made = apps.create(conn, {"zh": "客户管理", "en": "CRM"})
        apps.publish_body(conn, made.id, "form", customer(), None)
    return made


def add(conn, app, revision, key, **more):
    return drafts.apply(
        conn, app.id, "form", "customer", revision, lambda b: form.add_field(b, "text", key=key), WHAT, None, **more
    )


def test_opening_writes_nothing_and_the_first_edit_starts_the_draft(database, app):
    with database.write() as conn:
        opened = drafts.open_draft(conn, app.id, "form", "customer")
        assert (opened.id, opened.revision, opened.undo, opened.redo) == (0, 0, None, None)
        assert drafts.unpublished(conn, app.id) == []
        draft = add(conn, app, 0, "a")
        assert (draft.revision, draft.made, draft.undo, draft.redo) == (2, "a", WHAT, None)
        assert [(d.kind, d.key, d.new, d.changes) for d in drafts.unpublished(conn, app.id)] == [
            ("form", "customer", False, 1)
        ]
        with pytest.raises(NotFound):
            drafts.open_draft(conn, app.id, "form", "gone")


def test_undo_and_redo_walk_the_steps(database, app):
    with database.write() as conn:
        one = add(conn, app, 0, "a")
        two = add(conn, app, one.revision, "b")
        back = drafts.undo(conn, app.id, "form", "customer", two.revision)
        assert back.body == one.body and back.redo == WHAT
        start = drafts.undo(conn, app.id, "form", "customer", back.revision)
        assert start.body == customer() and start.undo is None
        assert drafts.undo(conn, app.id, "form", "customer", start.revision).revision == start.revision
        assert drafts.unpublished(conn, app.id) == []
        again = drafts.redo(conn, app.id, "form", "customer", start.revision)
        assert again.body == one.body
        other = add(conn, app, again.revision, "c")
        assert other.redo is None and list(other.body["properties"])[-2:] == ["a", "c"]


def test_what_an_edit_gives_back_is_what_is_kept(database, app):
    with database.write() as conn:
        given = add(conn, app, 0, "a")
        for text in ("甲", "甲乙", "甲乙丙"):
            edit = partial(form.rename, key="a", label={"zh": text})
            given = drafts.apply(conn, app.id, "form", "customer", given.revision, edit, WHAT, None, same="label:a")
            assert replace(given, before=None) == drafts.open_draft(conn, app.id, "form", "customer")
        gone = drafts.undo(conn, app.id, "form", "customer", given.revision)
        assert gone.before == given.body and gone.form.fields["a"].label != given.form.fields["a"].label


def test_a_stale_revision_is_a_conflict(database, app):
    with database.write() as conn:
        one = add(conn, app, 0, "a")
        for revision in (0, one.revision - 1, one.revision + 1):
            with pytest.raises(Conflict):
                add(conn, app, revision, "b")
            with pytest.raises(Conflict):
                drafts.undo(conn, app.id, "form", "customer", revision)


def test_two_at_once_one_wins(database, app):
    outcomes, gate = [], threading.Barrier(2)

    def run(key):
        gate.wait()
        try:
            with database.write() as conn:
                add(conn, app, 0, key)
            outcomes.append("done")
        except Conflict:
            outcomes.append("conflict")

    threads = [threading.Thread(target=run, args=(key,)) for key in "ab"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["conflict", "done"]


def test_typing_is_one_step_and_a_pause_begins_another(database, app):
    now = clock.now()

    def typed(conn, revision, text, later, same="label:name", by=1):
        return drafts.apply(
            conn,
            app.id,
            "form",
            "customer",
            revision,
            lambda b: form.rename(b, "name", {"zh": text}),
            WHAT,
            by,
            same=same,
            now=now + timedelta(seconds=later),
        )

    with database.write() as conn:
        draft = typed(conn, 0, "公", 0)
        draft = typed(conn, draft.revision, "公司", 3)
        draft = typed(conn, draft.revision, "公司名", 7)
        assert draft.top == 1
        draft = typed(conn, draft.revision, "公司名称", 60)
        assert draft.top == 2
        assert typed(conn, draft.revision, "名", 61, by=2).top == 3
        back = drafts.open_draft(conn, app.id, "form", "customer")
        for _ in range(3):
            back = drafts.undo(conn, app.id, "form", "customer", back.revision)
        assert back.body == customer()
        draft = drafts.redo(conn, app.id, "form", "customer", back.revision)
        assert draft.body["properties"]["name"]["x-fenzu"]["label"]["zh"] == "公司名"
        assert typed(conn, draft.revision, "公司名", 8).revision == draft.revision


def test_a_hundred_steps_are_kept(database, app):
    with database.write() as conn:
        draft = drafts.open_draft(conn, app.id, "form", "customer")
        for number in range(110):
            to = "down" if number % 2 else "up"
            draft = drafts.apply(
                conn,
                app.id,
                "form",
                "customer",
                draft.revision,
                lambda b, to=to: layout.move_item(b, "phone", to=to),
                WHAT,
                None,
            )
        count = 0
        while draft.undo:
            draft, count = drafts.undo(conn, app.id, "form", "customer", draft.revision), count + 1
        assert count == 100


def test_discarding_and_starting(database, app):
    with database.write() as conn:
        add(conn, app, 0, "a")
        drafts.discard(conn, app.id, "form", "customer")
        assert drafts.open_draft(conn, app.id, "form", "customer").body == customer()
        new = apps.start_form(conn, app.id, {"zh": "订单", "en": "Order"}, None)
        assert [(d.key, d.new) for d in drafts.unpublished(conn, app.id)] == [("order", True)]
        with pytest.raises(Conflict):
            drafts.start(conn, app.id, "form", new.body, None)
        with pytest.raises(Conflict):
            drafts.start(conn, app.id, "form", customer(), None)
        assert apps.start_form(conn, app.id, {"en": "Order"}, None).key == "order_2"
        assert versions.find(conn, app.id, "form", "order") is None


def test_an_unreadable_body_or_another_key_is_refused(database, app):
    with database.write() as conn:
        for wrong in (
            lambda b: {**b, "properties": 3},
            lambda b: {**b, "x-fenzu": {**b["x-fenzu"], "key": "other"}},
            lambda b: {},
        ):
            with pytest.raises(Invalid):
                drafts.apply(conn, app.id, "form", "customer", 0, wrong, WHAT, None)
