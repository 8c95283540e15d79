"""组织架构: the tree of departments and who belongs where, for whoever administers; each change is in effect at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, request, url_for
from sqlalchemy import Connection

from runtime.accounts import departments, people, settings
from runtime.accounts.departments import Tree
from runtime.errors import FenzuError, NotFound, Problem
from runtime.groups import departments as uses
from runtime.messages import say
from runtime.records import undo
from runtime.web import here, page
from runtime.words import Words

bp = Blueprint("departments", __name__, url_prefix="/settings/departments")
PAGE, PART = "account/departments.html", "tree"
UNDO = "departments"
ADDED = Words("加好了", "Added")
SAVED = Words("改好了，用到它的地方都跟着改了", "Changed wherever it is used")
MOVED = Words("移好了", "Moved")
REMOVED = Words("删掉了", "Removed")
PLACED = Words("{name} 的部门改好了", "{name} is in another department now")
UNDONE = Words("已撤销", "Undone")


@bp.before_request
def _administrator() -> None:
    """Everything here is the administrator's."""
    here.actor().must("administer")


@bp.get("/")
def index() -> Response:
    return _page()


def _page(status: int = 200, problems: dict[str, str] | None = None, **more: Any) -> Response:
    """The tree, the department that is chosen, and the form for a new one."""
    conn, live = here.conn(), here.fenzu().live
    found, chosen = departments.tree(conn), request.values.get("key", "")
    counted = uses.records(conn, live) if chosen in found else {}
    mine = [name for person, name in _members(conn) if chosen in person] if chosen in found else []
    return page.show(PAGE, PART, status=status, departments=found, sizes=departments.sizes(conn), counted=counted, chosen=found.get(chosen),
                     paths=_paths(found), members=mine, problems=problems or {}, given=request.form.to_dict(), **more)


def _members(conn: Connection) -> list[tuple[list[str], str]]:
    """Everybody who is active with their departments, by name."""
    held = departments.of_people(conn)
    return [(held.get(person.id, []), person.name) for person in people.everyone(conn, active_only=True)]


def _paths(found: Tree) -> dict[str, str]:
    return departments.paths(found, here.actor().lang)


def _do(act: Callable[[Connection], Any], told: Words, *, tree: bool = True, to: str = "", **values: str) -> Response:
    """Do it and offer the way back; what stands in the way is said where it was asked for."""
    actor, live = here.actor(), here.fenzu().live
    try:
        with here.write() as conn:
            before = departments.snapshot(conn)
            act(conn)
            if tree:
                uses.follow(conn, live, actor.zone, actor.by)
            token = undo.offer(conn, actor, UNDO, "", before | {"turn": settings.get(conn, departments.TURN)})
    except FenzuError as refused:
        return _refused(refused)
    toast = page.toast(told, actor.lang, undo=url_for("departments.take_back", token=token), **values)
    return _page(toast=toast) if page.wants_fragment() else page.go(to or url_for("departments.index"), toast)


def _refused(refused: FenzuError) -> Response:
    """At the field it is about; a gesture without fields says it in a toast."""
    said = {problem.path: say(problem, here.actor().lang) for problem in refused.problems}
    first = next(iter(said.values()), "")
    if page.wants_fragment():
        return _page(toast={"text": first, "tone": "bad"})
    return _page(refused.status, said | {"": first})


@bp.post("/")
def add() -> Response:
    """A new department under the one that was chosen, or at the top."""
    given = request.form
    return _do(lambda conn: departments.add(conn, here.actor(), _label(), given.get("parent") or None), ADDED)


@bp.post("/<key>")
def save(key: str) -> Response:
    """Its names, and which department it is in."""

    def change(conn: Connection) -> None:
        one = departments.tree(conn).get(key)
        departments.rename(conn, here.actor(), key, _label())
        if one is not None and (one.parent or "") != request.form.get("parent", one.parent or ""):
            departments.move(conn, here.actor(), key, into=request.form.get("parent", ""))

    return _do(change, SAVED, to=url_for("departments.index", key=key))


def _label() -> dict[str, str]:
    return {lang: request.form.get(lang, "") for lang in ("zh", "en")}


@bp.post("/<key>/move")
def move(key: str) -> Response:
    """One step by key or menu, or to where it was dropped."""
    way, after = request.form.get("way", ""), request.form.get("after", "")
    if way and way not in departments.WAYS:
        raise NotFound(Problem("way", "no_such_gesture", {"name": way[:40]}))
    return _do(lambda conn: departments.move(conn, here.actor(), key, way=way, after=after), MOVED)


@bp.post("/<key>/remove")
def remove(key: str) -> Response:
    """Take out a department that nobody and nothing uses; otherwise say who and what does."""
    live = here.fenzu().live
    return _do(lambda conn: departments.remove(conn, here.actor(), key, uses.records(conn, live).get(key, 0), uses.rules(conn, live, key)), REMOVED)


@bp.post("/undo/<token>")
def take_back(token: str) -> Response:
    """Come back to how it was before, as long as nobody has changed it since."""
    found, live = undo.find(here.conn(), here.actor(), token), here.fenzu().live
    with here.write() as conn:
        undo.use_up(conn, token)
        departments.restore(conn, here.actor(), found.params, found.params["turn"])
        uses.follow(conn, live, here.actor().zone, here.actor().by)
    told = page.toast(UNDONE, here.actor().lang)
    return page.refresh(told) if page.wants_fragment() else page.go(page.origin(), told)


@bp.get("/people/<int:person_id>")
def person(person_id: int) -> Response:
    """Where one person belongs."""
    conn = here.conn()
    held = departments.of_people(conn).get(person_id, [])
    mains = departments.main_of(conn, person_id)
    return page.show("account/department_person.html", one=people.get(conn, person_id), main=mains or "", held=[key for key in held if key != mains],
                     paths=_paths(departments.tree(conn)))


@bp.post("/people/<int:person_id>")
def place(person_id: int) -> Response:
    """One main department, and any others beside it."""
    given, name = request.form, people.get(here.conn(), person_id).name
    others = given.getlist("others")
    return _do(lambda conn: departments.assign(conn, here.actor(), person_id, name, given.get("main") or None, others), PLACED,
               tree=False, to=url_for("settings.people"), name=name)
