"""One's own fields, sections and lists of choices: kept with the app, dropped in anywhere, always a sound form."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder import apps, drafts, option_library, shelf
from builder.edits import form, kept, layout, options
from runtime.definitions import form_check
from runtime.fields import FIELD_TYPES
from runtime.storage import system_tables as tables
from tests.builder.bodies import customer
from tests.web import Site

FORM = "/build/kehu/forms/customer"


@pytest.fixture
def shop(site: Site) -> Site:
    with site.database.write() as conn:
        apps.create_blank(conn, {"zh": "客户", "en": "Kehu"}, site.actor().id)
    return site


def body(site: Site) -> dict[str, Any]:
    with site.database.read() as conn:
        return drafts.open_draft(conn, 1, "form", "customer").body


def do(site: Site, act: str, **given: Any) -> Any:
    with site.database.read() as conn:
        revision = drafts.open_draft(conn, 1, "form", "customer").revision
    return site.person().htmx("POST", f"{FORM}/edit", {"act": act, "revision": revision, "sel": "", "look": "", **given})


# --- ready lists ------------------------------------------------------------------------------------------------


def test_every_ready_list_reads_in_both_languages() -> None:
    keys = [each.key for each in option_library.SETS]
    assert len(set(keys)) == len(keys) >= 25
    for each in option_library.SETS:
        listed = each.options()
        assert len({option["const"] for option in listed}) == len(listed) > 1, each.key
        for lang in ("zh", "en"):
            names = [option["label"][lang] for option in listed]
            assert all(names) and len(set(names)) == len(names), each.key
    assert option_library.PROVINCE_LETTERS["beijing"] == "N"
    assert len(option_library.PROVINCE_LETTERS) == 34


@pytest.mark.parametrize("key", [each.key for each in option_library.SETS])
def test_a_ready_list_makes_a_sound_field(key: str) -> None:
    found = option_library.find(key)
    assert found is not None
    made = options.use_set(customer(), "kind", found.options(), None)
    assert form_check.check(made) == []
    assert [o["const"] for o in options.options(made, "kind")] == [o["const"] for o in found.options()]


def test_published_choices_stay_when_a_list_takes_their_place() -> None:
    before = customer()
    given = [{"const": "p", "label": {"zh": "个人", "en": "Person"}}, {"const": "agent", "label": {"zh": "别的"}}, {"const": "new", "label": {"zh": "新"}}]
    made = options.options(options.use_set(before, "kind", given, before), "kind")
    assert [(option["const"], option["retired"]) for option in made] == [
        ("person", False), ("agent", False), ("new", False), ("enterprise", True)]  # fmt: skip


# --- fields and sections ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", FIELD_TYPES)
def test_every_type_is_kept_and_dropped_again(kind: str) -> None:
    found = form.add_field(customer(), kind)
    part = json.loads(json.dumps(kept.field(found.body, found.key)))
    fresh = form.new({"zh": "表", "en": "Form"})
    made = kept.drop(part, lambda what: form.add_field(fresh, what))
    ui = found.body["properties"][found.key]["x-fenzu"]
    assert made.body["properties"][made.key]["x-fenzu"] == {k: v for k, v in ui.items() if k not in ("inverse",)}
    assert form_check.check(made.body) == form_check.check(found.body)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.sampled_from(["text", "choice", "date", "money", "yes_no"]), max_size=5), st.integers(1, 4))
def test_a_section_comes_with_everything_in_it_as_often_as_wanted(kinds: list[str], times: int) -> None:
    made_of = form.new({"zh": "表", "en": "Form"})
    added = layout.add_section(made_of, {"zh": "门店", "en": "Store"})
    made_of = added.body
    for kind in kinds:
        made_of = form.add_field(made_of, kind, section=added.key).body
    part = kept.section(made_of, added.key)
    result = made_of
    for _ in range(times):
        result = kept.drop(part, lambda _what: layout.add_section(result)).body  # noqa: B023
    assert form_check.check(result) == []
    assert len(result["properties"]) == 1 + len(kinds) * (1 + times)


def test_what_is_put_aside_is_kept_with_the_app_and_dropped_in(shop: Site) -> None:
    do(shop, "add", kind="phone")
    do(shop, "set", id="phone", name="required", value="1")
    html = shop.person().htmx("POST", f"{FORM}/shelf/put", {"id": "phone"}).get_data(as_text=True)
    assert 'data-kind="kept:phone"' in html
    with shop.database.read() as conn:
        stored = json.loads(conn.execute(tables.app.select()).one().body)
    assert stored["shelf"]["parts"][0]["fields"]["phone"]["x-fenzu"]["type"] == "phone"
    do(shop, "add", kind="kept:phone", sel="name")
    now = body(shop)
    assert now["required"] == ["name", "phone", "phone_2"]
    assert [item["field"] for item in now["x-fenzu"]["layout"][0]["items"]] == ["name", "phone_2", "phone"]
    shop.person().htmx("POST", f"{FORM}/shelf/put", {"id": "section:basic"})
    do(shop, "add", kind="kept:basics")
    assert len(body(shop)["x-fenzu"]["layout"]) == 2
    do(shop, "undo")
    assert len(body(shop)["x-fenzu"]["layout"]) == 1
    shop.person().htmx("POST", f"{FORM}/shelf/remove", {"id": "phone"})
    assert do(shop, "add", kind="kept:phone").status_code == 404


def test_ones_own_list_is_kept_used_and_forgotten(shop: Site) -> None:
    do(shop, "add", kind="choice")
    html = shop.person().htmx("GET", f"{FORM}/shelf/options?id=choice").get_data(as_text=True)
    assert "所有制" in html
    do(shop, "option-set", id="choice", value="ownership")
    assert len(options.options(body(shop), "choice")) == 9
    shop.person().htmx("POST", f"{FORM}/shelf/options", {"id": "choice", "name": "我的所有制"})
    with shop.database.read() as conn:
        key = shelf.read(conn, 1)["options"][0]["key"]
    do(shop, "option-set", id="choice", value="gender")
    do(shop, "option-set", id="choice", value=f"own:{key}")
    assert len(options.options(body(shop), "choice")) == 9
    shop.person().htmx("POST", f"{FORM}/shelf/options/remove", {"id": "choice", "set": key})
    assert do(shop, "option-set", id="choice", value=f"own:{key}").status_code == 404
    assert do(shop, "option-set", id="choice", value="nonsense").status_code == 404


def test_only_builders_reach_the_shelf(shop: Site) -> None:
    assert shop.person("member").get(f"{FORM}/shelf/options?id=name").status_code == 403
