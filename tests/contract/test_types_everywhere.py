"""Every type works in every place a type must: forms, lists, cells, pages, filters, the API, files out and in."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from markupsafe import escape

from runtime.accounts.actor import Actor
from runtime.config import Config
from runtime.exchange import exporter, jobs
from runtime.fields.base import FieldType
from runtime.jobs import queue
from runtime.jobs.runner import Runner
from runtime.records.entry import plain
from runtime.records.queries import Query
from runtime.rules.operators import OPERATORS, OPERATORS_OF
from runtime.storage.db import Database
from runtime.storage.live import Live
from runtime.words import LANGUAGES
from tests.contract.bound import SampleNames
from tests.contract.every_type import FORM, TYPES, publish
from tests.runtime.imports import World
from tests.web import Person, Site, visible

MOST = max(len(kind.samples) for kind in TYPES.values())


def sample(kind: FieldType, at: int) -> Any:
    return kind.samples[at % len(kind.samples)]


def value(kind: FieldType, at: int) -> Any:
    return kind.parse(sample(kind, at), {}, SampleNames())


def typed(kind: FieldType, at: int) -> Any:
    """A sample as the type's own control sends it."""
    return kind.typed(value(kind, at), {}, SampleNames())


class Every(World):
    """The app with the form of every type, and what imports and exports need."""

    def __init__(self, database: Database, boss: Actor, folder: Path) -> None:
        self.database, self.boss, self.live = database, boss, Live()
        self.config = Config(folder, "", "secret", True)
        self.config.scratch.mkdir(parents=True, exist_ok=True)
        with database.write() as conn:
            self.key = publish(conn, boss)
        self.runner = Runner(database, jobs.kinds(database, self.live, self.config), rest=0)


@pytest.mark.parametrize("file", ["csv", "xlsx"])
def test_what_was_stored_goes_out_and_comes_back_unchanged(database: Database, boss: Actor, tmp_path: Path, file: str) -> None:
    world = Every(database, boss, tmp_path)
    head = ["名称", *(kind.label.zh for kind in TYPES.values())]
    rows = [[f"第 {at} 条", *(kind.to_cell(value(kind, at), {}, SampleNames()) for kind in TYPES.values())] for at in range(MOST)]
    done = world.bring(world.upload([head, *rows], FORM, "xlsx"))
    assert (done["created"], done["bad"]) == (MOST, 0), done
    for at, record in enumerate(world.records(FORM)):
        assert {name: record.values[f"the_{name}"] for name in TYPES} == {name: value(kind, at) for name, kind in TYPES.items()}
    with database.write() as conn:
        columns = ["name", *(f"the_{name}" for name in TYPES)]
        number = exporter.ask(conn, boss, world.app, exporter.params(world.app, FORM, columns, Query(), file))
    world.runner.drain()
    with database.read() as conn:
        data = exporter.finished(world.config.scratch, queue.get(conn, number)).read_bytes()
    back = world.bring(world.plan(world.send(data, f"list.{file}", FORM), key="name", existing="clear"))
    assert (back["unchanged"], back["updated"], back["bad"]) == (MOST, 0, 0), back


@pytest.fixture(params=LANGUAGES)
def site(request: pytest.FixtureRequest, bare_site: Site) -> Site:
    """The whole application, in either language."""
    bare_site.set_up(request.param)
    return bare_site


@pytest.fixture
def place(site: Site) -> str:
    """The address of the form's records."""
    with site.database.write() as conn:
        return f"/a/{publish(conn, site.actor())}/{FORM}/"


def given(at: int) -> dict[str, Any]:
    return {"name": f"第 {at} 条", **{f"the_{name}": typed(kind, at) for name, kind in TYPES.items()}}


def stored(boss: Person, place: str, record: int) -> dict[str, Any]:
    app = place.split("/")[2]
    answer = boss.get(f"/api/v1/apps/{app}/forms/{FORM}/records/{record}")
    found: dict[str, Any] = answer.get_json()
    assert answer.status_code == 200, found
    return dict(found["values"])


def test_forms_pages_lists_and_cells_hold_it(site: Site, place: str) -> None:
    boss = site.person()
    for at in range(MOST):
        answer = boss.post(place, given(at))
        assert answer.status_code in (302, 303), re.findall(r'-error">(.*?)</div>', answer.get_data(as_text=True), re.DOTALL)
        found = stored(boss, place, at + 1)
        assert {name: found.get(f"the_{name}") for name in TYPES} == {n: plain(value(kind, at)) for n, kind in TYPES.items()}
    shown = boss.text(place + "1")
    assert all(f'id="d-the_{name}"' in shown for name in TYPES)
    columns = ",".join(f"the_{name}" for name in TYPES)
    assert "第 0 条" in boss.text(f"{place}?cols={columns}")
    # Saving the form as it stands changes nothing, and so does each cell by itself.
    page = boss.text(place + "1/edit")
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    boss.post(place + "1", {**given(0), "version": version[1]})
    before = stored(boss, place, 1)
    for name, kind in TYPES.items():
        assert f'name="the_{name}"' in boss.text(f"{place}1/cell/the_{name}")
        for bad in kind.nonsense:
            if isinstance(bad, str) and bad.isprintable() and kind.parts == 1 and not kind.many:
                answer = boss.post(f"{place}1/cell/the_{name}", {f"the_{name}": bad})
                assert answer.status_code == 422, (name, bad)
    assert stored(boss, place, 1) == before
    # A cell takes another value, which then stands on the page and in the history.
    names = SampleNames(site.actor().lang)
    for name, kind in TYPES.items():
        answer = boss.post(f"{place}1/cell/the_{name}", {f"the_{name}": typed(kind, 1)})
        assert answer.status_code < 400, (name, visible(answer.get_data(as_text=True)))
        assert stored(boss, place, 1)[f"the_{name}"] == plain(value(kind, 1)), name
    history = boss.text(place + "1")
    for name, kind in TYPES.items():
        if value(kind, 1) != value(kind, 0):
            assert str(escape(" ".join(kind.show(value(kind, 1), {}, names).split()))) in " ".join(history.split()), name


def test_lists_are_filtered_by_each_comparison(site: Site, place: str) -> None:
    boss = site.person()
    boss.post(place, given(0))
    for name, kind in TYPES.items():
        for operator in OPERATORS_OF[kind.kind]:
            field = {"field": f"the_{name}", "operator": operator}
            dialog = boss.get(place + "find/filter", query_string=field).get_data(as_text=True)
            takes = OPERATORS[operator].takes
            assert f'value="{operator}" selected' in dialog.replace("&lt;", "<").replace("&gt;", ">") or "notBetween" in operator or operator in HIDDEN
            if takes in ("one", "list", "pair"):
                assert 'name="value"' in dialog, (name, operator)
            answer = boss.post(place + "find/filter", {**field, "value": asked(kind, takes), "n": "30", "unit": "day"})
            assert answer.status_code in (302, 303), (name, operator, answer.get_data(as_text=True)[-1500:])
            listed = boss.text(answer.headers["Location"])
            assert 'class="fz-chip' in listed or "f=" in answer.headers["Location"]


HIDDEN = {"doesNotBeginWith", "doesNotEndWith", "hasExactly", "anniversaryInLast", "notUnder"}


def asked(kind: FieldType, takes: str) -> Any:
    """What the dialog of a filter sends for a comparison."""
    if kind.kind == "place":
        return ["31.2304, 121.4737 5 km"]
    held = "2025-02-18" if kind.kind in ("period", "consent", "date", "datetime") else typed(kind, 0)
    one = held if isinstance(held, str) else held[0]
    return [one, one] if takes == "pair" else [one]


def test_the_designer_shows_it_and_its_settings(site: Site, place: str) -> None:
    boss, lang = site.person(), site.actor().lang
    room = f"/build/{place.split('/')[2]}/forms/{FORM}/"
    palette = boss.text(room)
    for name, kind in TYPES.items():
        panel = boss.text(f"{room}?sel=the_{name}")
        label = getattr(kind.label, lang)
        assert f'data-kind="{name}"' in palette
        assert label in panel
        for setting, spec in kind.settings.items():
            assert setting == "options" or spec["x-label"][lang] in panel, (name, setting)
