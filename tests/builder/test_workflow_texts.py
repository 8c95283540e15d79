"""Law of texts in the designer: what is shown by names and sent back unchanged is stored as it was, whatever fields are called."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from builder.web.workflows_texts import kept, names, shown
from runtime.definitions.form import Form
from tests.crm import field, form

KEYS = ("name", "size", "number", "owner")
LABELS = st.one_of(st.sampled_from([*KEYS, "客户名称", "Name", "SIZE", "数量", "a{b", "$n", "评论内容"]), st.text(min_size=1, max_size=8))


@st.composite
def forms(draw: st.DrawFn) -> Form:
    def labelled(key: str) -> dict[str, Any]:
        made = field("text", "x", {"type": "string", "minLength": 1, "maxLength": 200})
        made["x-fenzu"]["label"] = {"zh": draw(LABELS), "en": draw(LABELS)}
        return made

    return Form(form("customer", "name", {key: labelled(key) for key in KEYS}, ["name"]))


PIECES = st.one_of(st.sampled_from([*(f"{{{key}}}" for key in KEYS), "{$n}", "{$title}", "{gone}", "{", "}", "，"]), st.text(max_size=6))


@given(forms(), st.lists(PIECES, max_size=6).map("".join), st.sampled_from(["zh", "en"]))
def test_what_is_shown_and_sent_back_is_what_was_stored(customer: Form, text: str, lang: str) -> None:
    told = {lang: text}
    known = {name for each in ("zh", "en") for name in names(customer, each).values()}
    if not any(f"{{{name}" in text for name in known - {*KEYS, "$n", "$title"}):  # a text that says a name already means that field
        assert kept(customer, shown(customer, told)) == told


def named(zh: str, en: str) -> dict[str, Any]:
    made = field("text", zh, {"type": "string", "minLength": 1, "maxLength": 200})
    made["x-fenzu"]["label"] = {"zh": zh, "en": en}
    return made


def test_names_of_either_language_count_and_shared_ones_go_by_their_keys() -> None:
    customer = Form(form("customer", "name", {"name": named("客户名称", "Customer"), "a": named("电话", "Phone"), "b": named("电话", "Second phone")}, ["name"]))
    assert kept(customer, {"zh": "给{ 客户名称 }，{customer}，{name}", "en": "{SECOND PHONE} {客户名称}"}) == {"zh": "给{name}，{name}，{name}", "en": "{b} {name}"}
    assert shown(customer, {"zh": "{name} {a} {b}", "en": "{name} {a} {b}"}) == {"zh": "{客户名称} {a} {b}", "en": "{Customer} {Phone} {Second phone}"}
    assert kept(customer, {"zh": "{没有的} {电话}"}) == {"zh": "{没有的} {电话}"}
