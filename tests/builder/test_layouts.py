"""The other layouts of a form: what they begin as, what follows into them, and the designer that shows them."""

from __future__ import annotations

from typing import Any

import pytest

from builder import apps, drafts, problems
from builder.edits import form, layouts, made, properties, public, settle
from builder.publish import remarks
from runtime.definitions import form_check
from runtime.definitions.form import Form
from runtime.definitions.layout import walk
from runtime.definitions.public_form import asked, narrowed
from runtime.errors import FenzuError
from tests.builder.bodies import customer
from tests.web import Site, visible

EDIT = "/build/kehu/forms/customer/edit"


def placed(body: dict[str, Any], name: str) -> list[str]:
    parts = body["x-fenzu"]["layouts"][name]
    return [item["field"] for _, section in walk(parts) for item in section["items"] if "field" in item]


def test_quick_add_begins_with_what_must_be_filled_in_and_the_title() -> None:
    body = properties.set_property(customer(), "phone", "required", True)
    body = form.set_title(body, "kind")
    assert placed(layouts.add(body, "quick"), "quick") == ["name", "kind", "phone"]


@pytest.mark.parametrize("name", ["quick", "phone", "public"])
def test_a_layout_that_is_given_up_leaves_the_form_as_it_was(name: str) -> None:
    body = customer()
    assert layouts.drop(layouts.add(body, name), name) == body
    with pytest.raises(FenzuError):
        layouts.drop(body, name)


def test_a_new_field_stands_in_the_full_layout_and_a_retired_one_nowhere() -> None:
    published = customer()
    body = layouts.add(layouts.add(published, "phone"), "quick")
    body = form.add_field(body, "text", key="note").body
    assert "note" not in placed(body, "phone") and "note" in Form(body).layout.sections[0].fields
    there = layouts.within(body, "quick", lambda own: form.add_field(own, "text", key="more"))
    body = there if isinstance(there, dict) else there.body
    assert "more" not in placed(body, "quick") and "more" in Form(body).layout.sections[0].fields
    body = form.remove_field(body, "kind", published)
    assert "kind" not in placed(body, "phone") and form_check.check(body) == []


def test_a_field_finds_its_new_key_in_every_layout() -> None:
    body = form.rename(form.add_field(layouts.add(customer(), "phone"), "text").body, "text", {"en": "Shop sign"})
    body = layouts.put(body, "phone", "text", {})
    settled = settle.settle(body, customer())
    assert "shop_sign" in placed(settled, "phone") and form_check.check(settled) == []


def test_strangers_are_asked_for_what_stands_in_the_public_layout() -> None:
    body = layouts.add(public.switch(customer(), True), "public")
    assert placed(body, "public") == list(asked(Form(body))) == body["x-fenzu"]["public"]["fields"]
    body = layouts.take(body, "public", "phone")
    assert "phone" not in body["x-fenzu"]["public"]["fields"]
    body = public.ask(body, "phone", True)
    assert placed(body, "public")[-1] == "phone" == body["x-fenzu"]["public"]["fields"][-1]
    body = public.ask(body, "kind", False)
    assert "kind" not in placed(body, "public") and "kind" not in narrowed(Form(body)).fields
    with pytest.raises(FenzuError):
        layouts.put(body, "public", "owner", {})


def test_a_public_layout_made_first_decides_what_is_asked_for() -> None:
    body = layouts.take(layouts.add(customer(), "public"), "public", "phone")
    assert "phone" not in public.switch(body, True)["x-fenzu"]["public"]["fields"]
    assert "owner" not in placed(body, "public")


def test_what_must_be_filled_in_and_is_left_out_is_named() -> None:
    body = layouts.add(customer(), "quick")
    body = properties.set_property(body, "kind", "required", True)
    found = [each for each in remarks.remarks(Form(body)) if each.code == "quick_lacks"]
    assert [each.params["field"]["en"] for each in found] == ["Kind"]
    assert problems.place(body, found[0]) == ("design", "") and problems.laid(found[0]) == "quick"


def test_a_layout_with_a_field_twice_or_without_a_name_is_refused() -> None:
    body = made.copy(layouts.add(customer(), "phone"))
    body["x-fenzu"]["layouts"]["phone"][0]["items"].append({"field": "phone"})
    assert [each.code for each in form_check.check(body)] == ["placed_twice"]
    body["x-fenzu"]["layouts"]["tablet"] = body["x-fenzu"]["layouts"].pop("phone")
    assert form_check.check(body)


class Board:
    """The designer over the app `kehu`."""

    def __init__(self, site: Site) -> None:
        self.site, self.boss = site, site.person()
        with site.database.write() as conn:
            apps.create_blank(conn, {"zh": "客户", "en": "Kehu"}, site.actor().id)

    @property
    def draft(self) -> drafts.Draft:
        with self.site.database.read() as conn:
            return drafts.open_draft(conn, 1, "form", "customer")

    def do(self, act: str, **given: str) -> Any:
        data = {"act": act, "revision": str(self.draft.revision), "sel": "", "look": "", **given}
        return self.boss.htmx("POST", EDIT, data)


def test_the_designer_edits_the_layout_that_it_shows(site: Site) -> None:
    board = Board(site)
    board.do("add", kind="phone")
    there = board.do("layout-add", value="quick")
    assert there.headers["HX-Redirect"].endswith("?layout=quick")
    shown = board.boss.text("/build/kehu/forms/customer/?layout=quick")
    assert 'data-kind="field:phone"' in shown and 'id="ff-phone"' not in shown and "快速新建" in visible(shown)
    put = board.do("add", kind="field:phone", layout="quick", after="name", section="quick").text
    assert 'id="ff-phone"' in put and "都在上面了" in put and placed(board.draft.body, "quick") == ["name", "phone"]
    board.do("remove", id="phone", sel="phone", layout="quick")
    assert "phone" in board.draft.body["properties"]
    assert placed(board.draft.body, "quick") == ["name"] and "phone" in Form(board.draft.body).layout.sections[0].fields
    board.do("undo")
    assert placed(board.draft.body, "quick") == ["name", "phone"]
    for _ in range(2):
        gone = board.do("undo", layout="quick")
    assert gone.headers["HX-Redirect"] == "/build/kehu/forms/customer/"
    assert "layouts" not in board.draft.body["x-fenzu"]


def test_all_of_a_layout_is_said_before_publishing(site: Site) -> None:
    board = Board(site)
    board.do("layout-add", value="phone")
    told = visible(board.boss.htmx("GET", "/build/kehu/forms/customer/publish").text)
    assert "「手机」有了单独的排版" in told
    board.do("layout-drop", value="phone")
    assert "layouts" not in board.draft.body["x-fenzu"]
