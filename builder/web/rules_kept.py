"""Rules saved under a name: offered when a condition is added, renamed, removed. They are copied in, never linked."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from flask import Response, request

from builder import shelf
from builder.edits import made
from builder.web.rules_acts import part_of
from builder.web.rules_scope import Scope
from runtime import clock
from runtime.errors import Invalid
from runtime.fold import fold, full_pinyin, initials
from runtime.messages import say
from runtime.rules.check import check_rule
from runtime.rules.describe import sentence
from runtime.rules.shape import is_group
from runtime.storage.live import LiveApp
from runtime.web import here, page
from runtime.words import LANGUAGES, Words, read

Kept = Mapping[str, Any]
SAVED = Words("存好了。添加条件时，在「存下的规则」里找得到它", "Saved. It is among the saved rules whenever a condition is added")
LONGEST = 60


def kept(found: LiveApp, form: str) -> list[dict[str, Any]]:
    """The saved rules about one form, the newest first."""
    listed = shelf.read(here.conn(), found.id)[shelf.RULES]
    return [each for each in reversed(listed) if each["form"] == form]


def whole(rule: Any) -> dict[str, Any]:
    """A saved condition as a rule of its own."""
    return dict(rule) if is_group(rule) else {"combinator": "and", "rules": [rule]}


def offered(scope: Scope, words: str) -> list[dict[str, str]]:
    """The saved rules that fit the words, as the picker shows them: name, sentence, where each came from."""
    wanted = fold(words)
    return [line(scope, each) for each in kept(scope.app, scope.live.key) if not wanted or _fits(each["label"], wanted)]


def _fits(label: Mapping[str, str], wanted: str) -> bool:
    zh = label.get("zh", "")
    return any(wanted in text for text in (*map(fold, label.values()), full_pinyin(zh), initials(zh)))


def line(scope: Scope, each: Kept) -> dict[str, Any]:
    """One saved rule in words."""
    rule = whole(each["rule"])
    return {
        "key": each["key"],
        "label": each["label"],
        "name": read(each["label"], scope.lang),
        "said": sentence(rule, scope.words, scope.lang),
        "from": read(each.get("from"), scope.lang),
        "at": each.get("at", ""),
        "wrong": len(check_rule(rule, scope.target)),
    }


def asked(room: Any, scope: Scope, part: Kept, error: Mapping[str, str], status: int = 200) -> Response:
    """The dialog that asks for a name."""
    said = sentence(whole(part), scope.words, scope.lang)
    names = {lang: request.form.get(f"label_{lang}", "") for lang in LANGUAGES}
    return page.show("rules/save.html", status=status, room=room, said=said, path=request.values.get("path", ""), names=names, error=error)


def saved(room: Any, scope: Scope, part: Kept) -> Response:
    """Save it under its name; one that is taken already is said, and what was typed stays."""
    label, lang = _named(), here.actor().lang
    today = clock.now().astimezone(here.as_of().zone).date().isoformat()
    rule = {"form": scope.live.key, "rule": dict(part), "from": dict(room.origin), "at": today}
    try:
        with here.write() as conn:
            shelf.keep_rule(conn, scope.app.id, label, rule)
    except Invalid as refused:
        return asked(room, scope, part, {"text": say(refused.problems[0], lang)}, 422)
    return page.tell("close-dialog", {}, page.toast(SAVED, lang))


def _named() -> dict[str, str]:
    return made.text(None, {lang: request.form.get(f"label_{lang}", "")[:LONGEST] for lang in LANGUAGES})


def listed(room: Any, scope: Scope, gone: Kept | None = None) -> Response:
    """All saved rules of the app, those about this form first, to rename and remove; `gone` was just removed."""
    every = reversed(shelf.read(here.conn(), scope.app.id)[shelf.RULES])
    lines = [(_name_of(scope, each["form"]), _line(scope, each)) for each in sorted(every, key=lambda one: one["form"] != scope.live.key)]
    return page.show("rules/saved.html", room=room, lines=lines, gone=gone, gone_name=read(gone["label"], scope.lang) if gone else "",
                     gone_rule=json.dumps(gone["rule"], ensure_ascii=False) if gone else "")  # fmt: skip


def _line(scope: Scope, each: Kept) -> dict[str, Any]:
    """One in words; a rule about another form has its sentence where that form is published."""
    if each["form"] == scope.live.key:
        return line(scope, each)
    if each["form"] in scope.app.forms:
        return line(Scope(scope.app, each["form"], scope.names), each)
    told = {name: read(each.get(name), scope.lang) for name in ("label", "from")}
    return {"key": each["key"], "label": each["label"], "name": told["label"], "said": "", "from": told["from"], "at": each.get("at", ""), "wrong": 0}


def _name_of(scope: Scope, form: str) -> str:
    live = scope.live if form == scope.live.key else scope.app.forms.get(form)
    return read(live.form.label, scope.lang) if live else form


def renamed(room: Any, scope: Scope) -> Response:
    """Another name for a saved rule; rules that were made from it stay as they are."""
    with here.write() as conn:
        shelf.rename_rule(conn, scope.app.id, request.form.get("key", ""), _named())
    return listed(room, scope)


def removed(room: Any, scope: Scope) -> Response:
    """Forget a saved rule; it can be put back as long as the dialog is open."""
    key = request.form.get("key", "")
    with here.write() as conn:
        gone = shelf.find(shelf.read(conn, scope.app.id), shelf.RULES, key)
        shelf.remove(conn, scope.app.id, shelf.RULES, key)
    return listed(room, scope, gone)


def put_back(room: Any, scope: Scope) -> Response:
    """The one that was just removed, as it was; never in the place of one that has its name by now."""
    given = request.form
    origin = {lang: given[f"from_{lang}"][:200] for lang in LANGUAGES if given.get(f"from_{lang}")}
    part = {"form": given.get("form", "")[:80], "rule": part_of(given.get("rule", "")), "from": origin, "at": given.get("at", "")[:10]}
    with here.write() as conn:
        shelf.keep_rule(conn, scope.app.id, _named(), part)
    return listed(room, scope)
