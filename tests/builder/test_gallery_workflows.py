"""The workflows that come with the ready-made apps: sound, in both languages, quiet while samples are put in, gone with the app."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from builder import apps
from builder.gallery import catalogue, install
from runtime.accounts.actor import Actor
from runtime.definitions.whole import whole
from runtime.storage import system_tables as tables
from runtime.storage.db import Database
from runtime.storage.live import Live
from runtime.words import LANGUAGES
from runtime.workflows import check, engine, inbox

ALL = [template.key for template in catalogue.all_templates()]


@pytest.mark.parametrize("key", ALL)
def test_they_are_sound_and_said_in_both_languages(key: str) -> None:
    template = catalogue.read(key)
    app = whole([(kind, body) for kind, _ in catalogue.PARTS for body in template.parts[kind]])
    assert app.workflows and {problem.code: problem for flow in app.workflows.values() for problem in check.problems(flow, app)} == {}
    assert all(flow.label.get(lang) for flow in app.workflows.values() for lang in LANGUAGES)
    assert all(node.get("text", node.get("title", {lang: "x" for lang in LANGUAGES})).keys() == set(LANGUAGES)
               for flow in app.workflows.values() for node in (step.node for step in flow.listed))


@pytest.mark.parametrize("key", ALL)
def test_samples_set_off_nothing_and_all_goes_with_the_app(key: str, database: Database, boss: Actor) -> None:
    template, live = catalogue.read(key), Live()
    with database.write() as conn:
        app = install.define(conn, template, boss)
    refs: install.Refs = {}
    for form in template.samples("zh"):
        refs[form] = install.fill(database, live, template, app.key, "zh", boss, form, refs)
    while inbox.drain(database, live) or engine.turn(database, live):
        pass
    with database.write() as conn:
        assert [conn.execute(sa.select(sa.func.count()).select_from(table)).scalar() for table in (tables.event, tables.run, tables.task)] == [0, 0, 0]
        apps.remove(conn, app.id)
        assert conn.execute(sa.select(sa.func.count()).select_from(tables.workflow)).scalar() == 0
