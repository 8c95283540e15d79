"""The room of a form's pool: what it allows in sentences, and beside them who would return now and in the next days."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Blueprint, Response, request, url_for

from builder.edits import pool as edits
from builder.edits.made import Edit
from builder.problems import problems
from builder.web import designer_bar, start
from builder.web.designer import conflict
from builder.web.designer_room import changed, opened
from runtime.accounts import departments, people
from runtime.accounts.actor import ROLES
from runtime.definitions.form import Form
from runtime.definitions.pool import Pool, Rule
from runtime.definitions.pool_check import fits
from runtime.errors import Conflict, NotFound, Problem
from runtime.groups.wording import AppWording
from runtime.messages import say
from runtime.records import contacts, pools
from runtime.rules.describe import sentence
from runtime.storage.live import LiveApp
from runtime.web import here, page
from runtime.web.context import ROLES as ROLE_WORDS
from runtime.words import Words

bp = Blueprint("build_pool", __name__, url_prefix="/build/<app>/forms/<key>/pool")
bp.before_request(start.guard)
PAGE, PARTS = "builder/form/pool.html", "facts,state,tools,rooms,room,seen"
CHANGED = Words("改公海", "Changed the pool")
SOON = 7  # days of the outlook
OTHER = "-"  # a rule that is more than one group
MANY = 500  # people to choose from


@bp.get("/")
def show(app: str, key: str) -> Response:
    return _shown(here.app(app), key)


def _shown(found: LiveApp, key: str) -> Response:
    """The room over the draft."""
    draft, lang = opened(found, key), here.actor().lang
    made = designer_bar.frame(found, draft, "pool")
    form: Form = made["form"]
    wrong = [say(each.problem, lang) for each in made["problems"] if each.room == "pool" and each.error]
    live = found.forms.get(key)
    pool = form.pool
    reclaim = pool.reclaim if pool else None
    return page.show(PAGE, PARTS, **made, pool=pool, reclaim=reclaim, wrong=wrong, owners=[each for each in form.live_fields.values() if fits(each)],
                     groups=_groups(found, key), free=_chosen(pool.free if pool else None), only=_chosen(reclaim.when if reclaim else None),
                     other=OTHER, said=lambda rule: sentence(rule, AppWording(found, key, here.names(found), lang), lang) if live else "",
                     talks=contacts.talks_of(found, key), apart=[role.label for role in found.roles.values() if key in role.rows], **_people(pool, lang))


def _groups(found: LiveApp, key: str) -> list[tuple[Mapping[str, str], list[tuple[str, Mapping[str, str]]]]]:
    """The groups of the form by scheme, as `scheme/group`."""
    return [(item.newest.label, [(f"{item.key}/{group.key}", group.label) for group in item.newest.groups.values()]) for item in found.groupings_of(key)]


def _chosen(rule: Rule | None) -> str:
    """The one group that a rule is about; OTHER for a rule that says more."""
    if rule is None:
        return ""
    parts = rule.get("rules", ())
    if len(parts) == 1 and parts[0].get("field") == "$group" and parts[0].get("operator") == "in" and len(parts[0].get("value", ())) == 1:
        return str(parts[0]["value"][0])
    return OTHER


def _people(pool: Pool | None, lang: str) -> dict[str, Any]:
    """Who may claim, as chips; and whoever else could be named."""
    if pool is None:
        return {"named": [], "offered": []}
    tree = departments.tree(here.conn())
    known: dict[str, str] = {f"role:{role}": ROLE_WORDS[role].say(lang) for role in ROLES}
    parts = {f"department:{key}": said for key, said in departments.paths(tree, lang).items()}
    every = {f"person:{one.id}": one.name for one in people.everyone(here.conn(), active_only=True)[:MANY]}
    chosen = [f"{kind}:{value}" for each in pool.who for kind, value in each.items()]
    texts = {**known, **parts, **every}
    shelves: Sequence[tuple[str, dict[str, str]]] = ((Words("角色", "Roles").say(lang), known), (Words("部门", "Departments").say(lang), parts),
                                                     (Words("人员", "People").say(lang), every))
    return {"named": [(each, texts.get(each, each)) for each in chosen],
            "offered": [(label, [(each, said) for each, said in given.items() if each not in chosen]) for label, given in shelves if given]}


def _edit() -> Edit:
    """The gesture that was sent."""
    given = request.form
    act, name, value = (given.get(each, "") for each in ("act", "name", "value"))
    made: dict[str, Edit] = {
        "switch": lambda body: edits.switch(body, bool(value)),
        "owner": lambda body: edits.owner(body, value),
        "number": lambda body: edits.number(body, name, value),
        "who": lambda body: edits.who(body, value, True),
        "who-off": lambda body: edits.who(body, value, False),
        "group": lambda body: edits.group(body, name, value) if value != OTHER else dict(body),
        "undo": dict,
        "redo": dict,
    }
    if act not in made:
        raise NotFound(Problem("act", "no_such_part", {"key": act[:40]}))
    return made[act]


@bp.post("/edit")
def edit(app: str, key: str) -> Response:
    """One gesture as one step, or undo and redo."""
    found = here.app(app)
    try:
        changed(found, key, _edit(), CHANGED)
    except Conflict as refused:
        return conflict(refused)
    return _shown(found, key)


@bp.get("/outlook")
def outlook(app: str, key: str) -> Response:
    """How many would return now and in the next days, and whose; by the draft, of what is stored."""
    found = here.app(app)
    draft = opened(found, key)
    live, pool = found.forms.get(key), draft.form.pool
    rows: list[pools.Foreseen] = []
    known = live is not None and pool is not None and pool.reclaim is not None and pool.owner in live.tables.names
    if known and live is not None and pool is not None and not any(each.room == "pool" for each in problems(found.whole, draft.form)):
        rows = pools.foreseen(here.conn(), found, live, pool, here.as_of(), SOON)
        here.names(found).prime_people([one.owner for one in rows])
    return page.show("builder/form/pool_outlook.html", rows=rows, known=known, names=here.names(found), days=SOON, pool=pool,
                     reclaim=pool.reclaim if pool else None, href=url_for("records.list_page", app=app, form=key))
