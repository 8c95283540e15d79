"""Templates with a made-up person and app, for tests that look at pages without a server behind them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from runtime.words import Words, read

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = ROOT / "templates"


def environment() -> Environment:
    """Jinja as the product sets it up: strict, escaping."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.do"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return made


def context(lang: str = "zh", theme: str = "light") -> dict[str, Any]:
    """What every page finds in its context."""

    def t(zh: str, en: str, **values: Any) -> str:
        return Words(zh, en).say(lang, **values)

    places = [
        ("users", t("客户", "Customers"), True, 0),
        ("address-book", t("联系人", "Contacts"), False, 0),
        ("receipt", t("订单", "Orders"), False, 6),
    ]
    items = [{"icon": i, "label": label, "href": "#", "on": on, "count": n} for i, label, on, n in places]
    return {
        "t": t,
        "lang": lang,
        "theme": theme,
        "words": lambda pair: read(pair, lang),
        "person": {"name": t("林晓雨", "Xiaoyu Lin"), "role": t("搭建者", "Builder"), "initials": t("晓雨", "XL")},
        "org": t("禾沐食品", "Hemu Foods"),
        "app": {
            "key": "crm",
            "name": t("客户管理", "Customers"),
            "color": "shilv",
            "initial": t("禾", "H"),
        },
        "nav": [{"section": "", "items": items}],
        "csrf": "token",
        "asset": lambda path: f"/static/{path}",
        "divisions_address": lambda lang: f"/divisions/{lang}.json",
    }


def page(template: str, lang: str = "zh", theme: str = "light") -> str:
    """One template rendered."""
    return environment().get_template(template).render(context(lang, theme))
