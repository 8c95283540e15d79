"""Types whose values stand for something else, or come from the system: what is stored is shown, leaves, and comes back."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest

from builder import apps
from builder.edits import form
from builder.publish.apply import publish_set
from runtime.accounts import departments
from runtime.exchange import exporter, jobs
from runtime.fields import FIELD_TYPES
from runtime.fields.base import FieldType
from runtime.jobs import queue
from runtime.jobs.runner import Runner
from runtime.records.names import RecordNames
from runtime.records.queries import Query
from runtime.words import LANGUAGES
from tests.contract.every_type import TYPES, alone
from tests.contract.every_type import body as every
from tests.runtime.imports import World
from tests.web import Site, visible

# A code is made by a rule of its own; codes have tests of their own.
OTHERS: dict[str, FieldType] = {name: kind for name, kind in FIELD_TYPES.items() if not alone(kind) and not kind.coded}
OTHER = {"zh": "门店", "en": "Shop"}
PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)
MARK = {"kind": "vocabulary", "format": 1, "key": "mark", "label": {"zh": "标记", "en": "Mark"},
        "tags": [{"key": "gold", "label": {"zh": "金", "en": "Gold"}}, {"key": "slow", "label": {"zh": "慢", "en": "Slow"}}]}
# What a field of the type needs to be told before it means anything.
TOLD: dict[str, dict[str, Any]] = {
    "form": {"form": "other", "inverse": "back_{key}", "inverse_label": {"zh": "回来 {key}", "en": "Back {key}"}},
    "formula": {"formula": "LEN({name})"},
    "over": {"over": "the_rows", "fn": "count"},
    "field": {"link": "the_link", "field": "name", "result": "text"},
}


def body() -> dict[str, Any]:
    """The form: a name and one field of each such type, told what it needs."""
    made = every(OTHERS)
    for name, kind in OTHERS.items():
        node = made["properties"][f"the_{name}"]
        for need, told in TOLD.items():
            if need in kind.settings:
                told = {k: _named(v, name) for k, v in told.items()}
                node["x-fenzu"] |= told
                if told.get("result") == "text":
                    node["type"] = "string"
    return made


def _named(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return {lang: text.format(key=name) for lang, text in value.items()}
    return value.format(key=name) if "{key}" in value else value


class Whole(World):
    """The application with that form, as a browser and as a spreadsheet see it."""

    def __init__(self, site: Site, lang: str) -> None:
        self.site, self.boss = site, site.set_up(lang)
        self.database, self.live, self.config = site.database, site.fenzu.live, site.fenzu.config
        self.config.scratch.mkdir(parents=True, exist_ok=True)
        other: Any = form.new(OTHER)
        other["x-fenzu"]["key"] = "other"
        with site.database.write() as conn:
            app = apps.create(conn, OTHER)
            self.group = departments.add(conn, self.boss, {"zh": "华东", "en": "East"}, None)
            publish_set(conn, app.id, [("vocabulary", MARK), ("form", dict(other)), ("form", body())], self.boss.by, "")
        self.key = app.key
        self.runner = Runner(self.database, jobs.kinds(self.database, self.live, self.config), rest=0)
        self.person, self.place = site.person(), f"/a/{self.key}/every/"
        for name in ("甲店", "乙店"):
            self.person.post(f"/a/{self.key}/other/", {"name": name})

    def given(self, name: str, kind: FieldType) -> dict[str, Any] | None:
        """What a browser sends for a field of the type; None for what nobody types."""
        key = f"the_{name}"
        if kind.readonly or kind.computed:
            return None
        if kind.nested:
            return {key: "0", f"{key}.0.item": "米"}
        if kind.kind == "file":
            if getattr(kind, "drawn", False):
                return {key: "林晓雨"}
            sent = {"file": (io.BytesIO(PNG), "门头.png"), "csrf_token": self.person.token}
            kept = self.person.client.post(f"{self.place}files/{key}", data=sent, content_type="multipart/form-data")
            assert kept.status_code == 200, kept.get_data(as_text=True)
            return {key: ["", kept.get_json()[0]["id"]]}
        one = {"person": str(self.boss.id), "people": str(self.boss.id), "link": "1", "links": "1", "many": "gold", "tree": self.group}.get(kind.kind)
        return {key: [one] if kind.many else one or "yes"}

    def stored(self) -> dict[str, Any]:
        found: Any = self.person.get(f"/api/v1/apps/{self.key}/forms/every/records/1").get_json()
        return dict(found["values"])


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_stored_is_shown_and_comes_back_from_a_file(bare_site: Site, tmp_path: Path, lang: str) -> None:
    world = Whole(bare_site, lang)
    sent = {"name": "第一条"}
    for name, kind in OTHERS.items():
        sent |= world.given(name, kind) or {}
    answer = world.person.post(world.place, sent)
    assert answer.status_code in (302, 303), re.findall(r'-error">(.*?)</div>', answer.get_data(as_text=True), re.DOTALL)
    values = world.stored()
    assert not [name for name in OTHERS if values.get(f"the_{name}") in (None, "", [])]
    with world.database.read() as conn:
        names = RecordNames(conn, world.app, lang, "Asia/Shanghai")
        live = world.app.form("every")
        record = world.records("every")[0]
        pages = [visible(world.person.text(f"{world.place}1")), visible(world.person.text(f"{world.place}?cols=" + ",".join(f"the_{n}" for n in OTHERS)))]
        for name, kind in OTHERS.items():
            item = live.form.fields[f"the_{name}"]
            if not kind.computed and kind.kind not in ("file",):
                shown = item.type.show(record.values[item.key], item.settings, names)
                assert shown.strip() and all(part in pages[0] for part in re.split("[、,，]", shown)), (name, shown)
                assert kind.nested or shown.split()[0] in pages[1], (name, shown)
    for file in ("csv", "xlsx"):
        back = _round(world, file)
        assert (back["unchanged"], back["updated"], back["created"], back["bad"]) == (1, 0, 0, 0), (file, back)
    assert world.stored() == values


def _round(world: Whole, file: str) -> dict[str, Any]:
    """Everything out into a file and in again; what an import says of it."""
    with world.database.write() as conn:
        columns = ["name", *(f"the_{name}" for name in OTHERS)]
        number = exporter.ask(conn, world.boss, world.app, exporter.params(world.app, "every", columns, Query(), file))
    world.runner.drain()
    with world.database.read() as conn:
        data = exporter.finished(world.config.scratch, queue.get(conn, number)).read_bytes()
    return world.bring(world.plan(world.send(data, f"list.{file}", "every"), key="name", existing="clear"))


def test_every_type_is_held_by_one_contract_or_the_other() -> None:
    codes = {name for name, kind in FIELD_TYPES.items() if kind.coded}
    assert TYPES.keys() | OTHERS.keys() | codes == set(FIELD_TYPES) and len(codes) == 1


@pytest.mark.parametrize("lang", LANGUAGES)
def test_what_is_nonsense_is_said_at_the_field_and_the_rest_is_kept(bare_site: Site, lang: str) -> None:
    world = Whole(bare_site, lang)
    for name, kind in OTHERS.items():
        nonsense = [bad for bad in kind.nonsense if isinstance(bad, str) and bad.isprintable()]
        if kind.readonly or kind.computed or kind.nested or not nonsense:
            continue
        bad = nonsense[0]
        answer = world.person.post(world.place, {"name": "留着的名字", f"the_{name}": [bad] if kind.many or kind.kind == "file" else bad})
        html = answer.get_data(as_text=True)
        assert answer.status_code == 422, (name, bad)
        assert "留着的名字" in html
        told = re.search(rf'id="f-the_{name}-error"[^>]*>(.*?)</div>', html, re.DOTALL)
        assert told and told[1].strip(), (name, bad)
        assert bool(re.search("[一-鿿]", visible(told[1]).replace(bad, ""))) == (lang == "zh"), (name, told[1])
