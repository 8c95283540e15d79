"""What the page of a code shows: its parts with their controls, what is wrong, and what real records would get."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from builder import drafts
from builder.drafts import Draft
from builder.publish import apply as publishing
from builder.publish.plan import plan
from builder.web import start
from runtime import words
from runtime.clock import AsOf, moment
from runtime.commands import fill_codes
from runtime.definitions.others import Code
from runtime.exchange import code_lists
from runtime.groups import codes, membership
from runtime.groups.codes import DATE_FORMS
from runtime.messages import say
from runtime.records.queries import Query, Reader
from runtime.storage import versions
from runtime.storage.live import LiveApp, LiveForm
from runtime.web import here, sheet
from runtime.words import Words

KIND, PAGE, SAMPLE = "code", "builder/code/page.html", 6
NAMES = {
    "text": Words("固定文字", "Text"),
    "date": Words("建档日期", "Date of entry"),
    "serial": Words("流水号", "Serial number"),
    "check": code_lists.CHECK,
}
ICONS = {"serial": "number", "check": "shield-check"}
GONE = Words("（已删除）", "(deleted)")


@dataclass
class Segment:
    """One part of a code with what its controls hold."""

    at: int
    kind: str
    label: str
    facts: dict[str, Any]
    color: str
    letters: list[tuple[str, str, str]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)


def made(found: LiveApp, form: str) -> dict[str, Any]:
    """Everything the page and its blocks need."""
    live, conn, lang = found.form(form), here.conn(), here.actor().lang
    key = key_of(found, form)
    draft = drafts.open_draft(conn, found.id, KIND, key) if key else None
    forms = [
        (name, words.read(one.form.label, lang), key_of(found, name) is not None) for name, one in found.forms.items()
    ]
    base: dict[str, Any] = {
        **start.surroundings(found),
        "live": live,
        "draft": draft,
        "forms": forms,
        "oob": False,
        "changes": 0,
        "fields": [(name, words.read(live.form.fields[name].label, lang)) for name in fields(found, form)],
    }
    if draft is None:
        return base
    old = versions.find(conn, found.id, KIND, draft.key)
    told = publishing.preview(conn, found.id, KIND, draft.body)
    code = Code(draft.body)
    return base | {
        "code": code,
        "segments": segments(found, live, code, told.problems),
        "label": words.read(code.label, lang),
        "loose": [say(p, lang) for p in told.problems if not p.path.startswith("segments[")],
        "possible": told.possible,
        "changes": len(plan(KIND, old.body if old else None, draft.body)),
        "samples": samples(found, live, code),
        "waiting": fill_codes.waiting(conn, found, live) if old else 0,
        "live_code": old is not None,
        "adds": adds(found, live, code),
        "dates": list(DATE_FORMS),
    }


def key_of(found: LiveApp, form: str) -> str | None:
    """The key of a form's code, published or drafted."""
    code = found.code_of(form)
    if code is not None:
        return code.key
    for one in drafts.unpublished(here.conn(), found.id):
        if one.kind == KIND and one.new and _draft(found, one.key).body["form"] == form:
            return one.key
    return None


def _draft(found: LiveApp, key: str) -> Draft:
    return drafts.open_draft(here.conn(), found.id, KIND, key)


def drafted(found: LiveApp, key: str) -> Code:
    """The code rule as its draft has it."""
    return Code(_draft(found, key).body)


def fields(found: LiveApp, form: str) -> list[str]:
    """The fields of a form that can hold a code."""
    return [key for key, item in found.form(form).form.live_fields.items() if item.type.coded]


def segments(found: LiveApp, live: LiveForm, code: Code, problems: Any) -> list[Segment]:
    """The parts in order, each with the problems that are its own."""
    lang = here.actor().lang
    return [
        _segment(found, live, at, segment, [say(p, lang) for p in problems if p.path.startswith(f"segments[{at}]")])
        for at, segment in enumerate(code.segments)
    ]


def _segment(found: LiveApp, live: LiveForm, at: int, segment: dict[str, Any], problems: list[str]) -> Segment:
    lang = here.actor().lang
    if "group" in segment:
        item = found.groupings.get(segment["group"])
        if item is None:
            return Segment(at, "group", GONE.say(lang), segment, "mo", problems=problems)
        letters = [(g.key, words.read(g.label, lang), g.prefix) for g in item.newest.top]
        return Segment(
            at,
            "group",
            words.read(item.newest.label, lang),
            segment,
            item.newest.top[0].color if item.newest.top else "mo",
            letters,
            problems,
        )
    if "field" in segment:
        item_field = live.form.fields.get(segment["field"])
        options = item_field.options if item_field else []
        letters = [
            (o["const"], words.read(o["label"], lang), segment["map"].get(o["const"], ""))
            for o in options
            if not o["retired"]
        ]
        return Segment(
            at,
            "field",
            words.read(item_field.label, lang) if item_field else GONE.say(lang),
            segment,
            "dian",
            letters,
            problems,
        )
    kind = next(name for name in NAMES if name in segment)
    return Segment(
        at, kind, NAMES[kind].say(lang), segment["serial"] if kind == "serial" else segment, "", problems=problems
    )


def adds(found: LiveApp, live: LiveForm, code: Code) -> list[tuple[str, str, str]]:
    """What can be added: (kind, label, icon)."""
    lang = here.actor().lang
    used = {segment.get("group") or segment.get("field") for segment in code.segments}
    made = [
        (f"group:{g.key}", words.read(g.newest.label, lang), "layout-grid")
        for g in found.groupings_of(live.key)
        if g.newest.mode == "exclusive" and g.key not in used
    ]
    made += [
        (f"field:{key}", words.read(item.label, lang), item.type.icon)
        for key, item in live.form.live_fields.items()
        if item.options and not item.type.many and key not in used
    ]
    made += [("text", NAMES["text"].say(lang), "letter-case"), ("date", NAMES["date"].say(lang), "calendar")]
    lacking = [kind for kind in ("serial", "check") if not any(kind in segment for segment in code.segments)]
    return made + [(kind, NAMES[kind].say(lang), ICONS[kind]) for kind in lacking]


def samples(found: LiveApp, live: LiveForm, code: Code) -> list[dict[str, Any]]:
    """Some real records with the code they have and the parts of the one they would get."""
    conn, names = here.conn(), here.names(found)
    records = {
        one.id: one for one in Reader(conn, found, live, here.actor(), here.as_of()).page(Query(limit=SAMPLE)).records
    }
    groups = membership.groups_of(conn, found, live, list(records))
    known = [key for key in code.groupings if key not in found.groupings]
    made = []
    for i in records if not known else ():
        day = AsOf(moment(records[i].created_at), here.as_of().zone).today
        item = codes.Coded(i, records[i].values, {g: keys[0] for g, keys in groups.get(i, {}).items() if keys}, day)
        made.append(
            {
                "title": sheet.title_of(live, records[i], names),
                "now": records[i].values.get(code.field) or "",
                "parts": [
                    (p.text, _color(found, p.source, item)) for p in codes.parts(code, found, item, here.as_of())
                ],
            }
        )
    return made


def _color(found: LiveApp, source: Any, item: codes.Coded) -> str:
    """The colour of the group that a part comes from."""
    if "group" not in source:
        return "dian" if "field" in source else ""
    group = found.groupings[source["group"]].grouping.groups.get(item.groups.get(source["group"], ""))
    return group.color if group else "mo"
