"""Pages and fragments: one template serves both. Every `HX-` word of the project stands in this file."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, current_app, make_response, redirect, render_template, request

from runtime.words import Words

Toast = dict[str, Any]


def wants_fragment() -> bool:
    """Whether htmx asks for a part of the page; a history restore asks for the whole one."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-History-Restore-Request") != "true"


def target() -> str:
    """The id of the element that htmx will fill, or ""."""
    return request.headers.get("HX-Target", "")


def show(template: str, block: str | None = None, *, status: int = 200, toast: Toast | None = None, push: str | None = None,
         **context: Any) -> Response:
    """The page, or for htmx one block of it (several: `"list,chips"`, each further one swapped by its own id)."""
    if block and wants_fragment():
        made = "".join(render_block(template, name, context) for name in block.split(","))
    else:
        made = render_template(template, **context)
    response = make_response(made, status)
    response.headers.add("Vary", "HX-Request")
    if toast:
        response.headers["HX-Trigger"] = json.dumps({"toast": toast})
    if push:
        response.headers["HX-Push-Url"] = push
    return response


def render_block(template: str, block: str, context: dict[str, Any]) -> str:
    """One named block of a template, rendered with the context that the whole page would get."""
    current_app.update_template_context(context)
    found = current_app.jinja_env.get_template(template)
    inner = found.new_context(vars=context)
    return "".join(found.blocks[block](inner))


def go(url: str, toast: Toast | None = None) -> Response:
    """Where next: a real redirect for the browser, an instruction for htmx; the toast waits for the next page."""
    if toast:
        from flask import flash

        flash(json.dumps(toast), "toast")
    if wants_fragment():
        response = make_response("", 204)
        response.headers["HX-Redirect"] = url
        return response
    return make_response(redirect(url, 303))


def nothing(toast: Toast | None = None, status: int = 200) -> Response:
    """An empty answer: the element that asked goes away."""
    response = make_response("", status)
    if toast:
        response.headers["HX-Trigger"] = json.dumps({"toast": toast})
    return response


def done_polling(body: str) -> Response:
    """The last answer to a poll: htmx stops asking at 286."""
    return make_response(body, 286)


def toast(text: Words, lang: str, *, undo: str = "", href: str = "", link: str = "", tone: str = "", **values: Any) -> Toast:
    """A line at the bottom of the page, with a way back where there is one."""
    made: Toast = {"text": text.say(lang, **values)}
    return made | {k: v for k, v in {"undo": undo, "href": href, "link": link, "tone": tone}.items() if v}
