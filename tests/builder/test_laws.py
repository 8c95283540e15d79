"""Laws of the drawing board, over random gestures."""

from __future__ import annotations

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builder import apps, drafts
from builder.edits import form, grouping, layout, layouts, node, options, pieces, properties, tree
from builder.edits import rule as rules
from builder.publish import apply as publish
from builder.publish import check
from builder.publish.plan import plan
from builder.web.designer_layout import changed
from builder.web.designer_layout import parts as parts_of
from runtime.definitions import form_check
from runtime.definitions.checks import shape
from runtime.definitions.form import Form
from runtime.definitions.layout import NAMES, PIECES, every, walk
from runtime.errors import FenzuError
from runtime.fields import FIELD_TYPES
from runtime.storage import record_tables, versions
from runtime.words import Words
from tests.builder.bodies import app, customer, kinds, leaf

WHAT = Words("改", "Change")
SEEDS = st.lists(st.integers(0, 2**32), min_size=1, max_size=14)


def form_gesture(body, published, seed):
    """One random gesture on a form, through one of its layouts; what cannot be done changes nothing."""
    pick = random.Random(seed)
    name, others = pick.choice([*NAMES, "full", "full"]), body["x-fenzu"].get("layouts", {})
    key = pick.choice(list(body["properties"]))
    if name == "full":
        return full_gesture(body, published, seed)
    if name not in others or pick.random() < 0.05:
        return layouts.drop(body, name) if name in others else layouts.add(body, name)
    try:
        if pick.random() < 0.3:
            return layouts.take(body, name, key) if pick.random() < 0.5 else layouts.put(body, name, key, {})
        found = layouts.within(body, name, lambda own: full_gesture(own, published, seed))
    except FenzuError:
        return body
    return found if isinstance(found, dict) else found.body


def full_gesture(body, published, seed):
    """One random gesture on the one layout that a body shows."""
    pick = random.Random(seed)
    if not node.live_keys(body):
        return body
    key = pick.choice(list(body["properties"]))
    other = pick.choice(node.live_keys(body))
    section = pick.choice(node.layout_of(body))["key"]
    thing, parts = pick.choice(node.item_ids(body)), list(parts_of(Form(body).layout))
    part, shelf = pick.choice([each for each in parts if not each.startswith("piece:")]), pick.choice([*parts, ""])
    gestures = [
        lambda: form.add_field(body, pick.choice(list(FIELD_TYPES)), after=other).body,
        lambda: form.add_field(body, "choice", section=section, position=pick.randrange(4), label={"zh": "渠道"}).body,
        lambda: form.remove_field(body, key, published),
        lambda: form.bring_back(body, key),
        lambda: form.duplicate(body, other).body,
        lambda: form.rename(body, key, {pick.choice(["zh", "en"]): f"新名字 {pick.randrange(9)}"}),
        lambda: form.set_title(body, other),
        lambda: layout.move_item(body, other, to=pick.choice(["up", "down", "top", "bottom"])),
        lambda: layout.move_item(body, other, section=section, position=pick.randrange(5)),
        lambda: layout.add_section(body, after=section).body,
        lambda: layout.remove_section(body, section),
        lambda: layout.set_span(body, thing, pick.choice([True, False, 1, 2, 3, 4])),
        lambda: layout.set_columns(body, section, pick.randrange(1, 5)),
        lambda: layout.set_fold(body, section, pick.choice(["", "open", "closed"])),
        lambda: layout.move_item(body, thing, to=pick.choice(["up", "down", "top", "bottom"])),
        lambda: layout.move_item(body, thing, section=section),
        lambda: layout.add_columns(body, after=pick.choice([section, None]), into=shelf).body,
        lambda: pieces.add(body, pick.choice(PIECES), section=section, position=pick.randrange(4)).body,
        lambda: pieces.duplicate(body, thing).body,
        lambda: pieces.remove(body, thing),
        lambda: tree.add_tabs(body, after=pick.choice([part, None]), into=shelf).body,
        lambda: tree.add_tab(body, part).body,
        lambda: tree.add_page(body, after=pick.choice([part, None])).body,
        lambda: tree.move(body, part, to=pick.choice(["up", "down", "top", "bottom"])),
        lambda: tree.move(body, part, after=pick.choice([*parts, ""]), into=shelf),
        lambda: tree.remove(body, part),
        lambda: tree.rename(body, part, {"zh": "另一个名字"}),
        lambda: properties.set_property(body, other, "required", pick.random() < 0.7),
        lambda: properties.set_property(body, other, "unique", pick.choice(["warn", "block", None])),
        lambda: properties.set_property(body, other, "help", {"zh": "提示"}),
        lambda: properties.set_property(body, other, "maximum", pick.randrange(5, 50)),
        lambda: properties.set_property(body, other, "maxLength", pick.randrange(5, 50)),
        lambda: options.add_option(body, key).body,
        lambda: options.remove_option(body, key, pick.choice(options.options(body, key))["const"], published),
        lambda: options.set_lines(body, key, f"A{pick.randrange(3)}\nB", "en", published),
    ]
    try:
        return pick.choice(gestures)()
    except FenzuError:
        return body


def group_gesture(body, seed):
    """One random gesture on a grouping."""
    pick = random.Random(seed)
    keys = [group["key"] for group in grouping.walk(body)] or ["none"]
    key, other = pick.choice(keys), pick.choice(keys)
    gestures = [
        lambda: grouping.add_group(body, {"zh": "新组"}, parent=pick.choice([None, key])).body,
        lambda: grouping.remove_group(body, key),
        lambda: grouping.move_group(body, key, to=pick.choice(["up", "down", "top", "bottom"])),
        lambda: grouping.move_group(body, key, after=other),
        lambda: grouping.move_group(body, key, parent=other, into=True),
        lambda: grouping.set_mode(body, pick.choice(["exclusive", "overlapping"]), pick.choice([None, key])),
        lambda: grouping.set_fallback(body, key),
        lambda: grouping.set_prefix(body, key, pick.choice("ABC")),
        lambda: grouping.edit_rule(body, key, lambda old: rules.add_condition(old, "", leaf("name", "notNull"))),
        lambda: grouping.edit_rule(body, key, lambda old: rules.indent(old, "rules[0]") if old else old),
    ]
    try:
        return pick.choice(gestures)()
    except FenzuError:
        return body


@given(SEEDS)
def test_what_nobody_can_tell_apart_breaks_nobody(seeds):
    """The short cut of checking: where it says that other definitions need no look, looking finds nothing."""
    before, body = app(), customer()
    for seed in seeds:
        body = form_gesture(body, None, seed)
        after = before.with_body("form", body)
        if check.unnoticed(before.forms["customer"], after.forms["customer"]):
            assert not list(check.worse(before, after, {("form", "customer")}))


@given(SEEDS)
def test_any_gestures_leave_a_form_without_problems_and_its_published_keys(seeds):
    published = customer()
    body = published
    for seed in seeds:
        before = form.made.copy(body)
        after = form_gesture(body, published, seed)
        assert body == before, "an edit changed the body it was given"
        body = after
        # A new button has yet to be told where it leads; everything else is complete from the start.
        assert [each.code for each in form_check.check(body) if each.code != "button_nowhere"] == []
        assert changed(before, body) != set() or _drawn(before) == _drawn(body)
        assert published["properties"].keys() <= body["properties"].keys()
        _one_place_each(body)
        for key in published["properties"]:
            assert options.published_options(published, key) <= options.published_options(body, key)
    assert bool(plan("form", published, body)) == (body != published)
    for each in plan("form", published, body):
        assert each.title.zh and each.title.en and each.note.zh and each.note.en


def _one_place_each(body):
    """The full layout has every field once; no other has one twice, or one that is off the form."""
    live = {key for key, node_ in body["properties"].items() if not node_["x-fenzu"].get("retired")}
    for path, parts in every(body["x-fenzu"]):
        keys = [item["field"] for _, section in walk(parts, path) for item in section["items"] if "field" in item]
        assert len(keys) == len(set(keys))
        assert set(keys) == live if path == "x-fenzu.layout" else set(keys) <= live


def _drawn(body):
    """What the paper shows of a body."""
    live = {key: node_ for key, node_ in body["properties"].items() if key in node.live_keys(body)}
    ui = {name: part for name, part in body["x-fenzu"].items() if name not in ("layouts", "public")}
    return ui, live, body.get("required")


@given(SEEDS)
def test_any_gestures_leave_a_readable_grouping_with_unique_keys(seeds):
    body = kinds()
    for seed in seeds:
        body = group_gesture(body, seed)
        assert shape("grouping", body) == []
        keys = [group["key"] for group in grouping.walk(body)]
        assert len(keys) == len(set(keys))
    assert bool(plan("grouping", kinds(), body)) == (body != kinds())


@given(SEEDS)
def test_undoing_everything_leads_back_and_redoing_leads_forth(sqlite_database, seeds):
    with sqlite_database.write() as conn:
        app = apps.create(conn, {"en": "CRM"})
        publish.publish_body(conn, app.id, "form", customer(), None)
        draft, states = drafts.open_draft(conn, app.id, "form", "customer"), [customer()]
        for seed in seeds:
            draft = drafts.apply(
                conn,
                app.id,
                "form",
                "customer",
                draft.revision,
                lambda b, seed=seed: form_gesture(b, states[0], seed),
                WHAT,
                None,
            )
            if draft.body != states[-1]:
                states.append(draft.body)
        for state in reversed(states[:-1]):
            draft = drafts.undo(conn, app.id, "form", "customer", draft.revision)
            assert draft.body == state
        for state in states[1:]:
            draft = drafts.redo(conn, app.id, "form", "customer", draft.revision)
            assert draft.body == state
        apps.remove(conn, app.id)


@pytest.mark.parametrize("seed", range(8))
def test_publishing_step_by_step_makes_the_same_tables_as_publishing_once(database, seed):
    pick = random.Random(seed)
    with database.write() as conn:
        steps, once = apps.create(conn, {"en": "Steps"}), apps.create(conn, {"en": "Once"})
        body = published = customer()
        publish.publish_body(conn, steps.id, "form", body, None)
        for _ in range(6):
            for _ in range(3):
                body = form_gesture(body, published, pick.randrange(2**32))
            body = _linked(body)
            publish.publish_body(conn, steps.id, "form", body, None)
            published = body
        publish.publish_body(conn, once.id, "form", body, None)
        assert _columns(conn, steps) == _columns(conn, once)


def _linked(body):
    """Links that point nowhere are pointed to the form itself, buttons to an address, lists of nothing become lines: enough to publish."""
    for number, key in enumerate(body["properties"]):
        ui = body["properties"][key]["x-fenzu"]
        if "inverse" in node.type_of(body["properties"][key]).settings and not (ui.get("form") and ui.get("inverse")):
            body = properties.set_link(body, key, "customer", {f"customers_{n}" for n in range(number)})
            body = properties.set_setting(body, key, "inverse", f"back_{key}")
    body = json.loads(json.dumps(body))
    for item in Form(body).pieces("button"):
        item.node["button"] = {"label": item.node["button"]["label"], "href": "https://example.com"}
    for item in Form(body).pieces("related"):
        del item.node["related"]
        item.node["divider"] = True
    return body


def _columns(conn, app):
    """What a form's records are stored in, by field, without the numbers that say when a field came."""
    item = versions.find(conn, app.id, "form", "customer")
    tables = record_tables.build(item.id, Form(item.body), record_tables.numbers_of(conn, item.id))
    present = {column["name"] for column in record_tables.sa.inspect(conn).get_columns(tables.main.name)}
    assert {column.name for column in tables.main.columns} == present
    return {
        key: sorted(
            str(column.type)
            for column in tables.main.columns
            if column.name.startswith(f"{name}_") or column.name == name
        )
        for key, name in tables.names.items()
    } | {key: "many" for key in tables.many}
