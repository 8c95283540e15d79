"""The drawer's controls, drawn from the settings of a step's or trigger's kind; no kind is known by name here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from builder.edits.flow_tree import TRIGGER
from builder.web import workflows_more, workflows_same, workflows_set, workflows_texts
from builder.web.rules_editors import Options
from builder.web.workflows_lacks import NO_STEPS, Said, said
from builder.web.workflows_room import Room
from runtime.definitions.form import Field, Form
from runtime.fields.base import FieldType
from runtime.words import read
from runtime.workflows import people
from runtime.workflows.wording import UNITS

Spec = Mapping[str, Any]
DATES = ("date", "datetime")


@dataclass
class Control:
    """One setting as it is drawn. `look` names the macro in templates/builder/flow/_controls.html."""

    name: str
    label: str
    look: str
    value: Any
    groups: list[Options] = field(default_factory=list)
    help: str = ""
    needed: bool = False
    rows: list[Any] = field(default_factory=list)
    more: Mapping[str, Any] = field(default_factory=dict)
    problems: list[Said] = field(default_factory=list)

    @property
    def choices(self) -> list[tuple[str, str, str]]:
        """Everything that can be chosen, headings apart."""
        return [one for part in self.groups for one in part.items]


@dataclass
class Part:
    """Settings under one heading; `either` are the ways of which one is chosen, `on` the chosen one."""

    heading: str
    controls: list[Control]
    either: list[tuple[str, str]] = field(default_factory=list)
    name: str = ""
    on: str = ""


def drawn(room: Room) -> list[Part]:
    """All settings of what is chosen, in the order of its kind."""
    kind, found = room.kind, list[Part]()
    if kind is None or room.branch:
        return found
    problems = _said(room)
    for name, spec in kind.settings.items():
        if not asked(spec, room.node, kind.settings):
            continue
        heading, either = read(_pair(spec.get("part")), room.lang), str(spec.get("either", ""))
        if not found or (heading and found[-1].heading != heading) or found[-1].name != either:
            found.append(Part(heading, [], name=either))
        if either:
            _choose(room, found[-1], name, spec)
        if not either or found[-1].on == name:
            found[-1].controls.append(control(room, name, spec, name in kind.required, problems))
    return found


def _choose(room: Room, part: Part, name: str, spec: Spec) -> None:
    part.either.append((name, read(spec["x-label"], room.lang)))
    if name in room.node and not part.on:
        part.on = name


def asked(spec: Spec, node: Mapping[str, Any], settings: Mapping[str, Spec]) -> bool:
    """Whether a setting is asked at all, by what another one holds."""
    def holds(name: str, held: Any) -> bool:
        return name in node if held is True else node.get(name, settings.get(name, {}).get("default")) in held

    return all(holds(name, held) for name, held in spec.get("only", {}).items())


def _said(room: Room) -> dict[str, list[Said]]:
    """The problems of what is chosen, by the setting that each is about."""
    found: dict[str, list[Said]] = {}
    path = "trigger" if room.at == TRIGGER else room.step.path if room.step else ""
    for problem in room.problems:
        if problem.code != NO_STEPS and room.address_of(problem.path) == room.at:
            rest = problem.path.removeprefix(path).removeprefix(".")
            if "when.rules[" in problem.path:
                continue  # said at the condition itself
            found.setdefault(rest.partition(".")[0].partition("[")[0], []).append(said(problem, room.lang))
    return found


def loose(room: Room) -> list[Said]:
    """The problems of what is chosen that belong to none of its settings."""
    names = {one.name for part in drawn(room) for one in part.controls}
    return [text for name, texts in _said(room).items() if name not in names for text in texts]


def control(room: Room, name: str, spec: Spec, needed: bool, asked_for: Mapping[str, list[Said]]) -> Control:
    """One setting with what it holds and what can be chosen; an unknown control is drawn by the setting's type."""
    look = str(spec.get("x-control", ""))
    made = Control(name, read(spec.get("x-label"), room.lang) or name, look, room.node.get(name, spec.get("default")), needed=needed,
                   help=read(_pair(spec.get("help")), room.lang), problems=asked_for.get(name, []))
    maker = MAKERS.get(look)
    if maker is None:
        made.look = {"boolean": "yes", "integer": "number", "number": "number"}.get(str(spec.get("type")), "line")
    else:
        maker(room, made, spec)
    return made


def form_of(room: Room, spec: Spec) -> Form | None:
    """The form whose fields a setting is about: that of the record at hand, or the one that another setting names."""
    into = spec.get("into")
    if into is None:
        return room.form
    named = str(room.node.get(into, ""))
    if named in room.whole.forms:
        return room.whole.forms[named]
    found = room.whole.related(room.form.key, named) if named else None
    return room.whole.forms.get(found[0]) if found else None


def fits(item: Field, of: Any) -> bool:
    """Whether a field is of the kind that a setting means."""
    kind: FieldType = item.type
    match of:
        case None:
            return True
        case "tags":
            return kind.tagged
        case "date":
            return kind.kind in DATES
        case "person":
            return kind.kind in people.KINDS
        case "mailed":
            return kind.mailed
        case list() | tuple():
            return any(fits(item, one) for one in of)
    return bool(kind.kind == of or getattr(kind, str(of), False))


def fields(form: Form | None, of: Any, lang: str) -> list[tuple[str, str, str]]:
    """The fields of a form that a setting can name."""
    return [(key, read(item.label, lang), "") for key, item in (form.live_fields.items() if form else ()) if fits(item, of)]


def _pair(given: Any) -> Any:
    """(zh, en) as the texts of definitions are."""
    return {"zh": given[0], "en": given[1]} if isinstance(given, (tuple, list)) else given


def _fields(room: Room, made: Control, spec: Spec) -> None:
    made.groups = [Options("", fields(form_of(room, spec), spec.get("of"), room.lang))]


def _tags(room: Room, made: Control, spec: Spec) -> None:
    item = room.form.live_fields.get(str(room.node.get("field")))
    wanted = (item.settings.get("vocabularies") if item is not None and item.type.tagged else None) or list(room.found.vocabularies)
    made.groups = [Options(read(one.label, room.lang), [(tag.key, read(tag.label, room.lang), tag.color) for tag in one.tags.values() if not tag.retired])
                   for one in room.found.vocabularies.values() if one.key in wanted]


def _groups(room: Room, made: Control, spec: Spec) -> None:
    form = form_of(room, spec)
    made.groups = [Options(read(one.newest.label, room.lang), [(f"{one.key}/{group.key}", read(group.label, room.lang), group.color)
                                                               for group in one.newest.groups.values()])
                   for one in (room.found.groupings_of(form.key) if form else ())]


def _forms(room: Room, made: Control, spec: Spec) -> None:
    made.groups = [Options("", [(key, read(live.form.label, room.lang), "") for key, live in room.found.forms.items()])]


def _links(room: Room, made: Control, spec: Spec) -> None:
    """The records that point here, and those that a link to several points to."""
    form = room.form
    own = [(key, read(item.label, room.lang), "") for key, item in form.pointing.items() if item.type.many and not item.retired]
    there = [(key, read(one.field.settings.get("inverse_label") or room.found.form(one.form).form.label, room.lang), "")
             for key, one in room.found.inverses.get(form.key, {}).items()]
    made.groups = [Options("", [*there, *own])]


def _steps(room: Room, made: Control, spec: Spec) -> None:
    """The other steps of the workflow, as their cards call them; `of` keeps those of one kind."""
    others = [step for step in room.flow.listed if step.key != room.step_key and spec.get("of") in (None, step.type)]
    made.groups = [Options("", [(step.key, room.named(step.key), "") for step in others])]


def _choices(room: Room, made: Control, spec: Spec) -> None:
    made.groups = [Options("", [(str(one["const"]), read(one["x-label"], room.lang), "") for one in spec["oneOf"]])]


def _span(room: Room, made: Control, spec: Spec) -> None:
    n, units = (made.value or {}).get("n", ""), spec["properties"]["unit"]["enum"]
    words = {unit: UNITS[unit].say(room.lang, n=2 if n == "" else n) for unit in units}
    made.groups = [Options("", [(unit, text.replace(str(2 if n == "" else n), "").strip(), "") for unit, text in words.items()])]


def _text(room: Room, made: Control, spec: Spec) -> None:
    """One text in both languages with the fields that it can name; a plain string is one line."""
    if spec.get("type") == "string":
        made.look = "line"
        return
    made.more, named = {"long": made.look == "long"}, made.look != "words"
    made.look = "text"
    form = form_of(room, spec)
    if named:
        made.value = workflows_texts.shown(form, made.value or {})
        made.groups = [Options("", workflows_texts.offered(room, form))]


def _who(room: Room, made: Control, spec: Spec) -> None:
    made.rows, made.more = workflows_more.whom(room, made.value or [], fields(room.form, "person", room.lang))


def _cases(room: Room, made: Control, spec: Spec) -> None:
    workflows_more.cases(room, made, spec, fields(room.form, "person", room.lang))


def _values(room: Room, made: Control, spec: Spec) -> None:
    """Values of the one field that another setting names."""
    named = room.node.get(str(spec.get("field", "fields")))
    key = named[0] if isinstance(named, list) and len(named) == 1 else named if isinstance(named, str) else ""
    made.rows, made.groups, made.more = workflows_set.values(room, form_of(room, spec), key, made.value or [])


def _set(room: Room, made: Control, spec: Spec) -> None:
    made.rows, made.groups = workflows_set.rows(room, form_of(room, spec), made.name, made.value or [])


def _same(room: Room, made: Control, spec: Spec) -> None:
    made.rows, made.groups = workflows_same.rows(room, form_of(room, spec), made.value or [])


def _plain(room: Room, made: Control, spec: Spec) -> None:
    made.more = {"least": spec.get("minimum"), "most": spec.get("maximum")}


def _rule(room: Room, made: Control, spec: Spec) -> None:
    made.more = {"form": form_of(room, spec)}


MAKERS: Mapping[str, Callable[[Room, Control, Spec], None]] = {
    "text": _text, "long": _text, "field": _fields, "fields": _fields, "tags": _tags, "group": _groups, "groups": _groups, "form": _forms,
    "link": _links, "step": _steps, "choice": _choices, "span": _span, "who": _who, "values": _values, "set": _set, "number": _plain,
    "yes": _plain, "rule": _rule, "words": _text, "cases": _cases, "same": _same, **workflows_more.MAKERS,
}
