"""What a newcomer does, step by step, as functions over a page; the words they look for, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import ready

expect.set_options(timeout=20_000)  # a busy machine is slow, a broken page stays broken
Shot = Callable[[Page, str], Path]
SAY = {
    "zh": {
        "org": "单位名称", "me": "你的名字", "login": "登录名", "password": "密码", "start": "开始使用",
        "install": "一键安装", "blank": "从空白开始", "app": "沐阳食品客户", "forms": "表单", "groups": "客户分组", "tags": "标签",
        "choices": "批量编辑", "done": "好了", "kinds": "企业\n个人\n门店", "kind": "客户类型", "budget": "每月预算", "publish": "发布",
        "go": "发布第 2 版", "published": "已发布第 2 版", "new": "新建客户", "save": "保存", "edit": "编辑", "more": "更多",
        "bin_it": "移到回收站", "restore": "放回选中的", "import": "导入", "export": "导出", "tag": "打标签", "apply": "打上",
        "place": "移入分组", "placed": "安排", "first": "苏州沐阳餐饮", "renamed": "苏州沐阳餐饮管理有限公司", "scheme": "按省份",
        "south": "江苏客户", "rest": "其他地方", "province": "江苏", "region": "所在省市", "code": "客户编号", "category": "行为", "tag_one": "高复购", "tag_two": "价格敏感",
        "rest_group": "设成兜底的组", "grouped": "都在新的组里", "last": "无锡太湖人家", "why": "老板亲自谈的",
    },
    "en": {
        "org": "Organisation", "me": "Your name", "login": "Login", "password": "Password", "start": "Get started",
        "install": "Install in one click", "blank": "Start blank", "app": "Muyang customers", "forms": "Forms", "groups": "Groups",
        "tags": "Tags", "choices": "Edit as lines", "done": "Done", "kinds": "Company\nPerson\nShop", "kind": "Customer kind",
        "budget": "Monthly budget", "publish": "Publish", "go": "Publish version 2", "published": "Version 2 is published",
        "new": "New customer", "save": "Save", "edit": "Edit", "more": "More", "bin_it": "Move to the bin",
        "restore": "Restore selected", "import": "Import", "export": "Export", "tag": "Tag", "apply": "Apply", "place": "Put in a group",
        "placed": "Apply", "first": "Muyang Catering", "renamed": "Muyang Catering Ltd", "scheme": "By province",
        "south": "Jiangsu", "rest": "Elsewhere", "province": "Jiangsu", "region": "Province", "code": "Customer number", "category": "Behaviour", "tag_one": "Buys often",
        "tag_two": "Price-minded", "rest_group": "Make it the group for the rest", "grouped": "Published",
        "last": "Taihu House", "why": "The owner deals with them",
    },
}


def fits(page: Page) -> None:
    """Nothing hangs over the right edge, once its style sheets are there."""
    ready(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url


def settled(page: Page) -> None:
    """Every answer has come and been drawn: nothing moves any more. ("networkidle" is only ever told once a page.)"""
    expect(page.locator(".htmx-request, .htmx-swapping, .htmx-settling, .htmx-added")).to_have_count(0)


def go(page: Page, path: str) -> None:
    """Open an address and wait until the page listens."""
    page.goto(path)
    ready(page)


def first_run(page: Page, lang: str) -> None:
    """Language, organisation, name and password: the first page of all."""
    say = SAY[lang]
    page.goto("/")
    ready(page)
    page.get_by_label(say["org"]).fill("沐阳食品" if lang == "zh" else "Muyang Foods")
    page.get_by_label(say["me"]).fill("林晓雨" if lang == "zh" else "Lin Xiaoyu")
    page.get_by_label(say["login"]).fill("xiaoyu")
    page.get_by_label(say["password"]).fill("correct horse")
    page.get_by_role("button", name=say["start"]).click()
    expect(page.locator(".fz-tpl").first).to_be_visible()
    ready(page)


def enter(page: Page, lang: str, theme: str = "light") -> None:
    """Sign in as the first administrator of a test's own site, in a language."""
    page.goto("/sign-in")
    page.locator("[name=login]").fill("boss")
    page.locator("[name=password]").fill("correct horse")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    token = page.locator("meta[name=csrf-token]").get_attribute("content") or ""
    for name, value in (("language", lang), ("theme", theme)):
        page.request.post(f"/me/{name}", form={"value": value, "csrf_token": token}, headers={"Referer": page.url})


def sign_in(page: Page, path: str) -> None:
    """The same person in another browser."""
    page.goto(path)
    page.locator("[name=login]").fill("xiaoyu")
    page.locator("[name=password]").fill("correct horse")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "sign-in" not in url)
    ready(page)


def install(page: Page, lang: str) -> None:
    """The template for wholesale, with its sample customers."""
    ready(page)
    page.locator("#tpl-wholesale").click()
    page.get_by_role("button", name=SAY[lang]["install"]).click()
    expect(page.locator("#welcome")).to_be_visible(timeout=60_000)


def start_blank(page: Page, lang: str) -> str:
    """An app with one form of customers; returns the address of its list."""
    go(page, "/templates/")
    page.get_by_role("button", name=SAY[lang]["blank"]).click()
    page.locator("#blank-name").fill(SAY[lang]["app"])
    page.keyboard.press("Enter")
    page.wait_for_url("**/a/**")
    ready(page)
    return urlsplit(page.url).path


def chosen(page: Page) -> Locator:
    """The field that is selected on the form."""
    return page.locator("#paper .fz-ff.sel")


def add_field(page: Page, kind: str, how: str, name: str, lang: str) -> None:
    """A field from the palette: clicked, by Enter, or dragged below the first one; then named."""
    tile, before = page.locator(f".fz-pal-i[data-kind={kind}]"), page.locator("#paper .fz-ff").count()
    if how == "drag":
        drag(page, tile, page.locator("#ff-name"), page.locator("#paper .fz-pal-i"))
    elif how == "key":
        tile.press("Enter")
    else:
        tile.click()
    expect(page.locator("#paper .fz-ff")).to_have_count(before + 1)
    expect(page.locator(f"#p-label-{lang}")).to_be_visible()
    page.locator(f"#p-label-{lang}").fill(name)
    expect(chosen(page)).to_contain_text(name)


def drag(page: Page, what: Locator, to: Locator, there: Locator) -> None:
    """Take a thing and let it go over another one, as slowly as a hand does: once the browser shows it `there`."""
    what.scroll_into_view_if_needed()
    start, end = what.bounding_box(), to.bounding_box()
    assert start is not None
    assert end is not None
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(end["x"] + 40, end["y"] + 4, steps=12)
    let_go(page, end["x"] + 48, end["y"] + end["height"] / 2, there)


def let_go(page: Page, x: float, y: float, there: Locator) -> None:
    """Over a place until the browser shows what is held `there`: it tells of a drag as long as one lasts, its driver only of moves."""
    for tremble in range(100):
        page.mouse.move(x + tremble % 2, y, steps=12 if not tremble else 1)
        if there.count():
            break
        page.wait_for_timeout(50)
    expect(there).to_have_count(1)
    page.mouse.up()


def add_group(page: Page, lang: str, name: str, prefix: str) -> None:
    """A group of the open scheme, with its letter."""
    page.locator("#add-group").click()
    page.locator(f"dialog[open] #label_{lang}").fill(name)
    page.keyboard.press("Enter")
    expect(page.locator(".fz-gi.on")).to_contain_text(name)
    page.locator("#prefix").fill(prefix)
    page.keyboard.press("Tab")
    expect(page.locator(".fz-gi.on .fz-pre")).to_have_text(prefix)


def fill_new(page: Page, lang: str, base: str) -> None:
    """A customer by hand: nothing filled is refused at the fields, then all of it."""
    say = SAY[lang]
    go(page, f"{base}new")
    page.get_by_role("button", name=say["save"]).click()
    expect(page.locator("#f-name[aria-invalid=true]")).to_be_visible()
    page.locator("#f-name").fill(say["first"])
    page.get_by_label(say["kinds"].split("\n")[0]).check()
    page.get_by_label(say["budget"]).fill("12,000")
    page.get_by_role("button", name=say["save"]).click()
    expect(page.locator("#record h1")).to_have_text(say["first"])


def cell(page: Page, name: str, column: str) -> Locator:
    """The cell of a record's row under a heading."""
    return page.locator("tr", has_text=name).locator(f"td[data-label='{column}']")
