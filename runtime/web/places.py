"""The sidebar: the forms of the app a person is in, and for those who build the places where it is built."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from flask import current_app, request, session, url_for
from werkzeug.wrappers import Response

from runtime import words
from runtime.storage.live import LiveApp
from runtime.web import here, pool
from runtime.words import Words

# The list of a form's records: /<app>/<form>.
LIST = "records.list_page"
TODAY, TODAY_SAID = "today.index", Words("今天", "Today")
BUILD = Words("搭建", "Build")


class Place(NamedTuple):
    """A page in the sidebar, absent while its room is.

    `within` is true when its address needs the app; `needs` is what one must be allowed to, as Actor.may names it.
    """

    endpoint: str
    icon: str
    label: Words
    within: bool = True
    needs: str = "build"


Sidebar = Callable[[LiveApp | None], list[dict[str, Any]]]


def sidebar(build: Sequence[Place]) -> Sidebar:
    """What makes the sidebar of a page; `build` are the rooms that only builders enter."""

    def parts(found: LiveApp | None) -> list[dict[str, Any]]:
        who = here.actor()
        made = [{"section": "", "items": [*_today(who.lang), *forms(found, who.lang), *pool.places(found, who.lang)] if found else []}]
        if who.may("build"):
            items = [item for place in build if who.may(place.needs) for item in _item(place, found, who.lang)]
            made.append({"section": BUILD.say(who.lang), "items": items})
        return [part for part in made if part["items"]]

    return parts


def there(endpoint: str) -> bool:
    """Whether this server has a room."""
    return endpoint in current_app.view_functions


def _today(lang: str) -> list[dict[str, Any]]:
    """What waits for whoever asks; its number comes after the page, with the bell's."""
    if not there(TODAY):
        return []
    return [{"label": TODAY_SAID.say(lang), "icon": "sun", "href": url_for(TODAY), "on": request.blueprint in ("today", "overdue"), "count": 0, "tick": "today-count"}]


def forms(found: LiveApp, lang: str) -> list[dict[str, Any]]:
    """One place per form."""
    if not there(LIST):
        return []
    here_now = request.view_args or {}
    at_use = here_now.get("app") == found.key and not (request.blueprint or "").startswith("build")
    return [
        {"label": words.read(live.form.label, lang), "icon": live.form.icon, "count": 0,
         "href": url_for(LIST, app=found.key, form=key), "on": at_use and here_now.get("form") == key and not pool.shown(live.form.pool)}
        for key, live in found.forms.items()
    ]


def _item(place: Place, found: LiveApp | None, lang: str) -> list[dict[str, Any]]:
    if not there(place.endpoint) or (place.within and found is None):
        return []
    values: dict[str, Any] = {"app": found.key} if place.within and found else {}
    href = url_for(place.endpoint, **values)
    on = request.path == href or request.path.startswith(href.rstrip("/") + "/")
    return [{"label": place.label.say(lang), "icon": place.icon, "href": href, "on": on, "count": 0}]


def start_of(found: LiveApp) -> str:
    """Where work in an app begins: its first form's list."""
    first = next(iter(found.forms), None)
    return url_for(LIST, app=found.key, form=first) if first and there(LIST) else url_for("home.apps")


def remember(response: Response) -> Response:
    """Keep which app a person is in, for the pages outside any app and for the next visit."""
    key = (request.view_args or {}).get("app")
    shown = response.status_code == 200 and request.blueprint != "api"
    if isinstance(key, str) and shown and session.get("app") != key:
        session["app"] = key
    return response
