"""What every template can use: words in the reader's language, who asks, where they are, and hashed asset addresses."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, g, get_flashed_messages, request, session, url_for
from flask_login import current_user
from flask_wtf.csrf import generate_csrf
from jinja2 import StrictUndefined

from runtime import words
from runtime.accounts.actor import ROLE_NAMES
from runtime.config import ROOT
from runtime.storage.live import LiveApp
from runtime.web import formats, here

ROLES = {
    "administrator": words.Words("管理员", "Administrator"),
    "builder": words.Words("搭建者", "Builder"),
    "member": words.Words("成员", "Member"),
}
# The same inside a sentence.
ROLE_IN_WORDS = ROLE_NAMES
Places = Callable[[LiveApp | None], list[dict[str, Any]]]


def lang() -> str:
    """The reader's language: their own, else what they chose before signing in, else the browser's first of ours."""
    if current_user.is_authenticated:
        return here.actor().lang
    if session.get("lang") in words.LANGUAGES:
        return str(session["lang"])
    best = request.accept_languages.best_match(["zh-CN", "zh", "zh-TW", "en"], "zh")
    return "en" if best == "en" else "zh"


def theme() -> str:
    """Light or dark; kept in the session and on the person."""
    return "dark" if session.get("theme") == "dark" else "light"


@cache
def _digest(path: Path, _changed: float) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:10]


def asset(name: str) -> str:
    """The address of a static file with a fingerprint of its content, so that browsers may keep it for ever."""
    path = ROOT / "static" / name
    mark = _digest(path, path.stat().st_mtime) if path.is_file() else "0"
    return url_for("static", filename=name, v=mark)


def initials(name: str) -> str:
    """Two characters for an avatar: the given name's in Chinese, the first letters in other scripts."""
    name = name.strip()
    if name and ord(name[0]) > 0x2E80:
        return name[-2:]
    return "".join(part[0] for part in name.split()[:2]).upper() or "?"


def person() -> dict[str, str] | None:
    """Who asks, as pages show them."""
    if not current_user.is_authenticated:
        return None
    actor = here.actor()
    role = ROLES[actor.role].say(actor.lang)
    return {"name": actor.name, "role": role, "initials": initials(actor.name), "color": "yanzhi"}


def waiting_toasts() -> list[dict[str, str]]:
    """What the last page had to say on this one; a whole page asks, a fragment leaves it waiting."""
    return [json.loads(str(text)) for text in get_flashed_messages(category_filter=["toast"])]


def app_mark(found: LiveApp, language: str) -> dict[str, str]:
    """An app as the sidebar shows it."""
    name = words.read(found.label, language)
    return {"key": found.key, "name": name, "color": found.color, "initial": name[:1]}


def said(zh: str, en: str, /, **values: Any) -> str:
    """`t` of the templates: a text in the reader's language; a global, so that macros drawn alone have it too."""
    language = g.get("drawn_in") or lang()
    return words.fill(zh if language == "zh" else en, language, values)


def read_here(pair: Any) -> str:
    """`words` of the templates: a definition's own text in the reader's language."""
    return words.read(pair, g.get("drawn_in") or lang())


def attach(flask_app: Flask, places: Places) -> None:
    """Give the templates their words and the page its surroundings; `places` makes the sidebar."""
    flask_app.jinja_env.undefined = StrictUndefined
    flask_app.jinja_env.add_extension("jinja2.ext.do")
    flask_app.jinja_env.globals.update(asset=asset, initials=initials, t=said, words=read_here)

    @flask_app.context_processor
    def surroundings() -> dict[str, Any]:
        language = g.drawn_in = lang()
        current = here.current_app_of_page()

        signed_in = current_user.is_authenticated
        return {
            "lang": language, "theme": theme(), "person": person(), "csrf": generate_csrf(),
            "org": here.organisation().organisation, "app": app_mark(current, language) if current else None,
            "nav": places(current) if signed_in else [],
            "may": (lambda what: here.actor().may(what)) if signed_in else (lambda what: False),
            "toasts": waiting_toasts,
            "fmt": formats.Formats(language, here.zone()),
            "me_links": me_links(language) if signed_in else [],
        }


# Pages of one's own that stand behind one of the links.
WITHIN = {"away": "me.profile", "handing": "settings.people"}


def me_links(language: str) -> list[dict[str, Any]]:
    """What stands in the menu behind one's own picture."""
    links = [
        ("user", words.Words("我的资料", "My profile"), "me.profile"),
        ("key", words.Words("API 密钥", "API tokens"), "me.tokens"),
    ]
    if here.actor().may("administer"):
        links.append(("users-group", words.Words("成员", "People"), "settings.people"))
        links.append(("sitemap", words.Words("组织架构", "Departments"), "departments.index"))
        links.append(("building", words.Words("单位设置", "Organisation"), "settings.organisation"))
        links.append(("send", words.Words("对外发送", "Sending"), "sending.index"))
    return [{"icon": icon, "label": text.say(language), "href": url_for(endpoint), "on": request.endpoint == endpoint or endpoint == WITHIN.get(request.blueprint or "")}
            for icon, text, endpoint in links]
