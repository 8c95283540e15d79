"""The whole first hour of somebody who has never programmed: from an empty server to grouped customers, in both languages."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.journeys.conftest import WIDE, Browse, Server, ready
from tests.journeys.steps import SAY, Shot

LOOKS = [("zh", "light"), ("en", "dark")]


@pytest.mark.parametrize(("lang", "theme"), LOOKS)
def test_the_first_hour(server: Server, browse: Browse, shot: Shot, tmp_path: Path, lang: str, theme: str) -> None:
    page = browse(lang, theme, WIDE)
    see = Seen(page, shot, f"{lang}-{theme}")
    steps.first_run(page, lang)
    if theme == "dark":
        page.locator("[data-switch=theme]").first.click()
        expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    template(page, lang, see)
    base = design(page, lang, see)
    records(page, lang, base, see)
    exchange(page, lang, base, see, tmp_path)
    tags(page, lang, base, see)
    group(page, lang, base, see)
    code(page, lang, base, see)
    keep(page, lang, base, see)


class Seen:
    """Keeps a picture of a step and sees that it fits its window."""

    def __init__(self, page: Page, shot: Shot, mark: str) -> None:
        self.page, self.shot, self.mark = page, shot, mark

    def __call__(self, name: str) -> None:
        steps.fits(self.page)
        self.shot(self.page, f"newcomer-{name}-{self.mark}")


def template(page: Page, lang: str, see: Seen) -> None:
    """A ready-made app in one click: sixty customers, in groups, with codes."""
    steps.install(page, lang)
    expect(page.locator("#tree .fz-cnt").first).to_have_text("60")
    expect(page.locator(".rows .fz-code").first).to_have_text("SEX-00060")
    expect(page.locator(".rows tbody tr")).to_have_count(50)
    see("01-template")


def design(page: Page, lang: str, see: Seen) -> str:
    """A form of one's own: fields by click, by drag and by keyboard, choices as lines, required, published."""
    say, base = SAY[lang], steps.start_blank(page, lang)
    see("02-blank")
    page.get_by_role("link", name=say["forms"], exact=True).first.click()
    page.locator(".fz-flist a").first.click()
    ready(page)
    steps.add_field(page, "choice", "click", say["kind"], lang)
    page.get_by_role("button", name=say["choices"]).click()
    page.locator("#batch-lines").fill(say["kinds"])
    page.get_by_role("button", name=say["done"]).click()
    expect(page.locator("#props .fz-opt")).to_have_count(3)
    page.locator("#p-required").check()
    expect(steps.chosen(page).locator(".rq")).to_have_count(1)
    steps.add_field(page, "region", "drag", say["region"], lang)
    steps.add_field(page, "money", "key", say["budget"], lang)
    steps.add_field(page, "tags", "click", say["tags"], lang)
    steps.add_field(page, "code", "click", say["code"], lang)
    see("03-designer")
    page.get_by_role("button", name=say["publish"], exact=True).click()
    expect(page.locator("#publish .fz-chg")).to_have_count(5)
    see("04-publish")
    page.get_by_role("button", name=say["go"]).click()
    expect(page.locator("#toasts")).to_contain_text(say["published"])
    return base


def records(page: Page, lang: str, base: str, see: Seen) -> None:
    """Made, refused, changed on its page and in the list, thrown away, brought back."""
    say = SAY[lang]
    steps.fill_new(page, lang, base)
    see("05-record")
    page.get_by_role("link", name=say["edit"]).click()
    ready(page)
    page.locator("#f-name").fill(say["renamed"])
    page.get_by_role("button", name=say["save"]).click()
    expect(page.locator("#record h1")).to_have_text(say["renamed"])
    expect(page.locator(".fz-diff del").first).to_have_text(say["first"])
    expect(page.locator(".fz-diff ins").first).to_have_text(say["renamed"])
    steps.go(page, base)
    steps.cell(page, say["renamed"], say["budget"]).dblclick()
    page.locator("dialog[open] #f-budget, dialog[open] input[inputmode]").first.fill("15000")
    see("06-cell")
    page.keyboard.press("Enter")
    expect(steps.cell(page, say["renamed"], say["budget"])).to_contain_text("15,000")
    page.locator("tr", has_text=say["renamed"]).locator("[data-row]").check()
    page.locator("#bulk [type=submit]").click()
    expect(page.locator(".fz-empty")).to_be_visible()
    steps.go(page, f"{base}bin")
    page.locator("[data-row]").check()
    see("07-bin")
    page.get_by_role("button", name=say["restore"]).click()
    steps.go(page, base)
    expect(page.locator(".rows .fz-nm")).to_have_text([say["renamed"]])


def listed(folder: Path, lang: str) -> Path:
    """An Excel list as people have it: thirty customers, two without a name, one whose budget is a word."""
    say, book = SAY[lang], Workbook()
    sheet = book.worksheets[0]
    kinds = say["kinds"].split("\n")
    sheet.append(("客户名称" if lang == "zh" else "Name", say["kind"], say["region"], say["budget"]))
    places = ("江苏苏州", "浙江杭州", "广东广州")
    for n in range(30):
        name = "" if n in (4, 9) else f"{'客户' if lang == 'zh' else 'Customer'} {n:03}"
        sheet.append((name, kinds[n % 3], places[n % 3], "很多" if n == 12 else 1000 + n * 100))
    path = folder / ("我的客户.xlsx" if lang == "zh" else "My customers.xlsx")
    book.save(path)
    return path


def exchange(page: Page, lang: str, base: str, see: Seen, folder: Path) -> None:
    """The Excel list: columns matched, problems by kind, good rows in, bad ones back with the reason; the list out again."""
    say = SAY[lang]
    page.get_by_role("link", name=say["import"], exact=True).click()
    page.wait_for_url("**/import/**")
    page.set_input_files("input[type=file]", listed(folder, lang))
    page.wait_for_url("**/import/*")
    expect(page.locator("#n-bad")).to_have_text("3")
    expect(page.locator("#run")).to_be_enabled()
    see("08-import")
    page.locator("#run").click()
    page.wait_for_url("**/result")
    expect(page.locator("#outcome .fz-big").first).to_have_text("27")
    see("09-imported")
    with page.expect_download() as got:
        page.locator("a[href*='/problems/']").click()
    back = list(load_workbook(BytesIO(got.value.path().read_bytes())).worksheets[0].values)
    assert len(back) == 4
    assert all(row[-1] for row in back[1:])
    steps.go(page, base)
    expect(page.locator(".rows tbody tr")).to_have_count(28)
    page.get_by_role("link", name=say["export"], exact=True).click()
    page.wait_for_url("**/export**")
    see("10-export")
    with page.expect_download() as out:
        page.locator("main form [type=submit]").first.click()
    assert len(list(load_workbook(BytesIO(out.value.path().read_bytes())).worksheets[0].values)) == 29


def tags(page: Page, lang: str, base: str, see: Seen) -> None:
    """A category with two tags; three customers get one, from the list."""
    say, app = SAY[lang], base.split("/")[2]
    steps.go(page, f"/build/{app}/tags/")
    page.locator("[data-dialog=new-category]").first.click()
    page.locator("#category-name").fill(say["category"])
    page.keyboard.press("Enter")
    page.wait_for_url("**/tags/?c=*")
    ready(page)
    for n, name in enumerate((say["tag_one"], say["tag_two"]), 1):
        page.locator("#new-tags").fill(name)
        page.keyboard.press("Enter")
        expect(page.locator("#tag-table tbody tr")).to_have_count(n)
    see("11-tags")
    steps.go(page, base)
    for n in range(3):
        page.locator("[data-row]").nth(n).check()
    page.locator("#bulk").get_by_role("button", name=say["tag"], exact=True).click()
    page.locator("dialog[open]").get_by_label(say["tag_one"]).check()
    see("12-tagging")
    page.get_by_role("button", name=say["apply"], exact=True).click()
    expect(page.locator(".rows .fz-tag")).to_have_count(3)
    see("13-tagged")


def group(page: Page, lang: str, base: str, see: Seen) -> None:
    """A scheme from nothing: a group with a rule in words, the rest in another; counts, who enters, published."""
    say, app = SAY[lang], base.split("/")[2]
    steps.go(page, f"/build/{app}/groupings/")
    page.locator("[hx-get$='/groupings/new'], main button").first.click()
    page.locator(f"[name=label_{lang}]").fill(say["scheme"])
    page.keyboard.press("Enter")
    expect(page.locator("#groups h2")).to_have_text(say["scheme"])
    ready(page)
    steps.add_group(page, lang, say["south"], "J")
    page.locator("#add-root").click()
    page.locator("#pick-q").fill(say["region"])
    expect(page.locator("#pick-opts .op-i.on kbd")).to_be_visible()
    page.keyboard.press("Enter")
    page.locator("#pick-rules-0").click()
    page.locator("#pv-rules-0 select").first.select_option("320000")
    page.keyboard.press("Escape")
    expect(page.locator("#say")).to_contain_text(say["province"])
    expect(page.locator("#hit-rules-0")).to_have_text("8")
    expect(page.locator("#panel .fz-big").first).to_have_text("8")
    see("14-rule")
    steps.add_group(page, lang, say["rest"], "Q")
    page.locator(".fz-gi.on [popovertarget]").click()
    page.get_by_role("menuitem", name=say["rest_group"]).click()
    expect(page.locator(".fz-gi.fall")).to_be_visible()
    expect(page.locator("#panel .fz-big").first).to_have_text("20")
    page.locator("#do-publish").click()
    expect(page.locator("#publish-form tbody tr")).to_have_count(2)
    see("15-publish-groups")
    page.locator("#publish-now").click()
    expect(page.locator("#toasts")).to_contain_text(say["grouped"])
    steps.go(page, base)
    expect(page.locator("#tree .fz-cnt")).to_have_text(["28", "8", "20"])
    page.locator("#tree").get_by_role("link", name=say["south"]).click()
    expect(page.locator(".rows tbody tr")).to_have_count(8)
    see("16-grouped")


def code(page: Page, lang: str, base: str, see: Seen) -> None:
    """A code from the group's letter and a number, for everyone who is there and for whoever comes next."""
    say, (app, form) = SAY[lang], base.split("/")[2:4]
    steps.go(page, f"/build/{app}/codes/{form}")
    page.locator("#begin").click()
    page.locator("#add-seg").click()
    page.get_by_role("menuitem", name=say["scheme"]).click()
    expect(page.locator(".fz-seg-i")).to_have_count(2)
    expect(page.locator(".fz-seg-i").first).to_contain_text(say["south"])
    page.once("dialog", lambda asked: asked.accept())
    page.locator("#do-publish").click()
    expect(page.locator("#fill")).to_be_enabled()
    ready(page)
    page.locator("#fill").click()
    expect(page.locator("#filling dd").first).to_have_text("28")
    see("17-code")
    page.locator("#fill-go").click()
    expect(page.locator("form.fz-note.ok", has_text="28")).to_be_visible()
    steps.go(page, f"{base}new")
    page.locator("#f-name").fill(say["last"])
    page.get_by_label(say["kinds"].split("\n")[0]).check()
    page.get_by_role("button", name=say["save"]).click()
    expect(page.locator(".fz-codeline")).to_contain_text("00029")
    expect(page.locator(".fz-codeline .fz-pre")).to_have_text("Q")


def keep(page: Page, lang: str, base: str, see: Seen) -> None:
    """One customer is kept in a group by hand, with the reason on the page."""
    say = SAY[lang]
    ready(page)
    page.locator(".fz-why button").first.click()
    page.locator("#pin-group").select_option(label=say["south"])
    page.locator("dialog[open] [name=reason]").fill(say["why"])
    page.get_by_role("button", name=say["placed"], exact=True).click()
    expect(page.locator(".fz-why .w")).to_contain_text(say["why"])
    expect(page.locator(".fz-why .fz-grp")).to_contain_text(say["south"])
    see("18-kept")
    steps.go(page, base)
    expect(page.locator("#tree .fz-cnt")).to_have_text(["29", "9", "20"])
