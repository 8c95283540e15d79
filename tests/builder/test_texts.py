"""Every text of a form is found, set and carried through a spreadsheet; nothing else is touched."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builder import translations
from builder.edits import form, options, texts
from builder.publish import remarks
from runtime.definitions import form_check
from runtime.definitions.checks import shape
from runtime.definitions.form import Form
from runtime.errors import Invalid, NotFound
from runtime.exchange.reading import open_reading
from runtime.exchange.workbook_writer import write_xlsx
from tests.builder.bodies import customer
from tests.shared import ROOT

FORMS = sorted((ROOT / "app_templates").glob("*/forms/*.json"))
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("Cs", "Cc")), min_size=1, max_size=40).filter(
    lambda words: words.strip() == words
)


def pairs(part: Any) -> int:
    """How many texts a document holds, counted without knowing its shape."""
    if texts.is_text(part):
        return 1
    inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    return sum(pairs(each) for each in inner)


@pytest.mark.parametrize("path", FORMS, ids=lambda path: f"{path.parent.parent.name}-{path.stem}")
def test_every_text_of_the_ready_made_forms_is_found_once(path: Path) -> None:
    body = json.loads(path.read_text("utf-8"))
    found = texts.texts(body)
    assert len(found) == pairs(body)
    assert len({text.id for text in found}) == len(found)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_a_text_is_set_where_it_is_and_set_back(data: st.DataObject) -> None:
    body = customer()
    found = texts.texts(body)
    text = data.draw(st.sampled_from(found))
    words, lang = data.draw(WORDS), data.draw(st.sampled_from(["zh", "en"]))
    changed = texts.set_text(body, text.id, {lang: words})
    assert shape("form", changed) == []
    assert {each.id: each.words for each in texts.texts(changed)}[text.id][lang] == words
    back = texts.set_text(changed, text.id, {lang: "", **text.words})
    assert back == body


def test_addresses_hold_when_things_move() -> None:
    body = customer()
    id = next(text.id for text in texts.texts(body) if text.option == "agent")
    moved = options.move_option(body, "kind", "agent", to="top")
    changed = texts.set_text(moved, id, {"zh": "代理"})
    assert changed["properties"]["kind"]["oneOf"][0]["x-fenzu"]["label"]["zh"] == "代理"


def test_the_last_language_stays_and_unknown_addresses_are_said() -> None:
    body = form.new({"zh": "客户"})
    with pytest.raises(Invalid):
        texts.set_text(body, "x-fenzu.label", {"zh": " "})
    with pytest.raises(NotFound):
        texts.set_text(body, "x-fenzu.nothing", {"zh": "a"})


def test_what_is_missing_is_counted_and_said_once() -> None:
    body = form.new({"zh": "客户"})
    body = form.add_field(body, "text", label={"zh": "备注"}).body
    assert texts.missing(body) == {"zh": 0, "en": 2}
    told = [problem for problem in remarks.remarks(Form(body)) if problem.code == "texts_missing"]
    assert [(problem.path, problem.params["n"], problem.severity) for problem in told] == [("texts.en", 2, "warning")]


def listed(tmp_path: Path, rows: list[list[str]], header: tuple[str, ...] = translations.COLUMNS) -> Any:
    path = tmp_path / "texts.xlsx"
    write_xlsx(path, header, rows, ["text"] * len(header))
    return open_reading(path, "texts.xlsx")


@pytest.mark.parametrize("path", FORMS[:6], ids=lambda path: path.stem)
def test_out_and_in_again_changes_nothing(path: Path, tmp_path: Path) -> None:
    body = json.loads(path.read_text("utf-8"))
    compared = translations.compare(body, listed(tmp_path, list(translations.rows(body, "zh"))))
    assert compared == translations.Compared()


def test_a_list_fills_gaps_and_tells_what_it_cannot(tmp_path: Path) -> None:
    body = form.add_field(form.new({"zh": "客户"}), "text", label={"zh": "备注"}).body
    rows = list(translations.rows(body, "zh"))
    rows[0][3] = "Customer"
    rows[-1][3] = "Note"
    rows.append(["properties.gone.x-fenzu.label", "", "没了", "Gone", ""])
    now = texts.set_text(body, rows[-2][0], {"en": "Remark"})
    compared = translations.compare(now, listed(tmp_path, rows))
    assert [(change.id, change.ours) for change in compared.changes] == [("x-fenzu.label", "Customer")]
    assert [(change.theirs, change.ours) for change in compared.conflicts] == [("Remark", "Note")]
    assert [id for _row, id in compared.unknown] == ["properties.gone.x-fenzu.label"]
    both = texts.set_many(now, compared.given(True))
    assert texts.missing(both) == {"zh": 0, "en": 0}
    assert texts.missing(texts.set_many(now, compared.given(False))) == {"zh": 0, "en": 0}


def test_a_list_that_left_a_text_alone_does_not_undo_the_draft(tmp_path: Path) -> None:
    body = form.new({"zh": "客户", "en": "Customer"})
    reading = listed(tmp_path, list(translations.rows(body, "zh")))
    later = texts.set_text(body, "x-fenzu.label", {"zh": "会员"})
    assert translations.compare(later, reading) == translations.Compared()


def test_some_other_list_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Invalid) as refused:
        translations.compare(customer(), listed(tmp_path, [["a", "b"]], ("name", "phone")))
    assert refused.value.problems[0].code == "no_translations"


def test_what_is_worth_a_look() -> None:
    body = customer()
    body = form.add_field(body, "text", label={"zh": "预算 "}).body
    body = form.add_field(body, "choice", label={"zh": "来源", "en": "Source"}).body
    body["x-fenzu"]["layout"].append({"key": "more", "label": {"zh": "更多", "en": "More"}, "items": []})
    codes = {problem.code for problem in remarks.remarks(Form(body))}
    assert {"label_twice", "option_unnamed", "section_empty", "texts_missing"} <= codes


TERMS = {"zh": "第一条 只用来送货。\n第二条 随时可以撤回。", "en": "1. For deliveries only.\n2. " + "May be withdrawn. " * 40}


def test_choices_of_a_tree_and_terms_of_many_lines_are_translated_whole(tmp_path: Path) -> None:
    body = form.add_field(form.new({"zh": "客户", "en": "Customer"}), "cascade", key="line", label={"zh": "产品线", "en": "Line"}).body
    body = form.add_field(body, "consent", key="terms", label={"zh": "条款", "en": "Terms"}).body
    body["properties"]["terms"]["x-fenzu"]["text"] = {"zh": TERMS["zh"]}
    body["properties"]["line"]["x-fenzu"]["tree"] = [{"key": "cold", "label": {"zh": "冷冻"}, "level": 0}, {"key": "ice", "label": {"zh": "冰淇淋"}, "level": 1}]
    tree = [text for text in texts.texts(body) if text.option]
    assert [(text.id, text.owner, text.option) for text in tree] == [
        ("properties.line.x-fenzu.tree[cold].label", "line", "cold"), ("properties.line.x-fenzu.tree[ice].label", "line", "ice")]
    assert {translations.name_of(text, body, "en") for text in tree} == {"Choice"} and texts.missing(body)["en"] == 3
    terms = next(text for text in texts.texts(body) if text.owner == "terms" and text.name == "text")
    assert translations.lines(terms) > 1 and translations.longest(terms, body) == 5000
    rows = list(translations.rows(body, "zh"))
    for row in rows:
        row[3] = row[3] or {tree[0].id: "Frozen", tree[1].id: "Ice cream", terms.id: TERMS["en"]}[row[0]]
    compared = translations.compare(body, listed(tmp_path, rows))
    assert not compared.too_long
    whole = texts.set_many(body, compared.given(False))
    assert whole["properties"]["terms"]["x-fenzu"]["text"] == {"zh": TERMS["zh"], "en": TERMS["en"].strip()}
    assert texts.missing(whole) == {"zh": 0, "en": 0} and not form_check.check(whole)
