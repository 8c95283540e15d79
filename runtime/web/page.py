"""Pages and fragments: one template serves both. Every `HX-` word of the project stands in this file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from flask import (
    Response,
    current_app,
    flash,
    get_flashed_messages,
    make_response,
    redirect,
    render_template,
    request,
    session,
)

from runtime.words import Words

Toast = dict[str, Any]
LAST_POLL = 286  # htmx stops asking at this answer
WAITING = 4  # toasts that wait for the next page


def wants_fragment() -> bool:
    """Whether htmx asks for a part of the page; a history restore asks for the whole one."""
    return request.headers.get("HX-Request") == "true" and request.headers.get("HX-History-Restore-Request") != "true"


def origin() -> str:
    """The page a person is on: the address of a page, or the one that a fragment or a form was sent from."""
    if request.method == "GET" and not wants_fragment():
        return inside(request.full_path.removesuffix("?"))
    return inside(request.headers.get("HX-Current-URL") or request.headers.get("Referer", ""))


def inside(address: str, fallback: str = "/") -> str:
    """The path of an address on this site; what leads elsewhere becomes the fallback."""
    parts = urlsplit(address)
    elsewhere = parts.netloc not in ("", request.host) or parts.scheme not in ("", "http", "https")
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    # browsers read a backslash as a slash, and two slashes as the name of another site
    return fallback if elsewhere or not path.startswith("/") or path.startswith("//") or "\\" in path else path


def target() -> str:
    """The id of the element that htmx will fill, or ""."""
    return request.headers.get("HX-Target", "")


def show(
    template: str, block: str | None = None, *, status: int = 200, toast: Toast | None = None, push: str | None = None,
    **context: Any,
) -> Response:
    """The page, or for htmx one block of it (several: `"list,chips"`, each further one swapped by its own id)."""
    if block and wants_fragment():
        made = render_blocks(template, block.split(","), context)
    else:
        made = render_template(template, **context)
    response = make_response(made, status)
    response.headers.add("Vary", "HX-Request")
    if toast:
        response.headers["HX-Trigger"] = json.dumps({"toast": toast})
    if push:
        response.headers["HX-Push-Url"] = push
    return response


def render_blocks(template: str, blocks: Sequence[str], context: dict[str, Any]) -> str:
    """Some named blocks of a template, rendered with the context that the whole page would get.

    The page is begun first, up to its first words: that brings in what the template imports and sets at its top.
    """
    current_app.update_template_context(context)
    found = current_app.jinja_env.get_template(template)
    inner = found.new_context(vars=context)
    for words in found.root_render_func(inner):
        if words.strip():
            break
    return "".join(piece for block in blocks for piece in found.blocks[block](inner))


def go(url: str, toast: Toast | None = None) -> Response:
    """Where next: a real redirect for the browser, an instruction for htmx; the toast waits for the next page."""
    if toast:
        _leave(toast, "toast")
    if wants_fragment():
        response = make_response("", 204)
        response.headers["HX-Redirect"] = url
        return response
    return make_response(redirect(url, 303))


def _leave(told: dict[str, Any], what: str) -> None:
    """For the next page. Whoever sends and never looks at one keeps the last few only: a cookie must not grow."""
    session["_flashes"] = session.get("_flashes", [])[-WAITING:]
    flash(json.dumps(told), what)


def tell_once(what: str, **secrets: str) -> None:
    """Keep what the next page shows once and no page after it; it stays between us and this browser."""
    _leave(secrets, what)


def told_once(what: str) -> dict[str, str]:
    """What was kept for this page, or nothing."""
    found: dict[str, str] = {}
    for text in get_flashed_messages(category_filter=[what]):
        found |= json.loads(str(text))
    return found


def nothing(toast: Toast | None = None, status: int = 200) -> Response:
    """An empty answer: the element that asked goes away."""
    response = make_response("", status)
    if toast:
        response.headers["HX-Trigger"] = json.dumps({"toast": toast})
    return response


def tell(event: str, detail: dict[str, Any], toast: Toast) -> Response:
    """Nothing to show, but something that a script of the page waits for."""
    response = make_response("", 200)
    response.headers["HX-Trigger"] = json.dumps({event: detail, "toast": toast})
    return response


def afterwards(response: Response, event: str, detail: dict[str, Any]) -> Response:
    """The same answer, with something that a script of the page does once the answer stands there."""
    response.headers["HX-Trigger-After-Settle"] = json.dumps({event: detail})
    return response


def refresh(toast: Toast | None = None) -> Response:
    """The page again as it now is; the toast waits for it."""
    if toast:
        _leave(toast, "toast")
    response = make_response("", 204)
    response.headers["HX-Refresh"] = "true"
    return response


def done_polling(body: str) -> Response:
    """The last answer to a poll."""
    return make_response(body, LAST_POLL)


def toast(
    text: Words, lang: str, /, *, undo: str = "", href: str = "", link: str = "", tone: str = "", **values: Any
) -> Toast:
    """A line at the bottom of the page, with a way back where there is one."""
    made: Toast = {"text": text.say(lang, **values)}
    return made | {k: v for k, v in {"undo": undo, "href": href, "link": link, "tone": tone}.items() if v}
