"""The panel part of a link that says which records it offers, in the rule editor: the linked form's fields, beside this one's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from builder.drafts import Draft
from builder.edits import made, node, rows
from builder.edits.made import Body
from builder.web import groupings_page, rules_days
from builder.web import rows_gestures as inside
from builder.web.reaching import ReachRoom
from builder.web.rules_pick import Choice
from builder.web.rules_rows import Rows
from builder.web.rules_scope import Scope
from runtime.definitions.form import Field, Form
from runtime.definitions.link_only import comparable, only_of, own_target
from runtime.groups.beside_words import BesideWording
from runtime.records.names import RecordNames
from runtime.rules.beside import OWN, Beside
from runtime.rules.describe import sentence
from runtime.storage.live import LiveApp
from runtime.web import here
from runtime.words import LANGUAGES, Words, read

SAME = Words("{field}和这条记录的{own}一样", "{field} is the same as this record’s {own}")
# Kinds of which two forms hold the very same things.
SHARED = ("link", "person", "tree")


class OfferScope(Scope):
    """The conditions of a link: about the linked form, with values of the record that is being filled in to compare with."""

    def __init__(self, app: LiveApp, own: Form, form: str, names: RecordNames) -> None:
        super().__init__(app, form, names)
        self.own = own
        self.target = Beside(self.target, own_target(own))
        self.words = BesideWording(app, form, own, names, names.lang)

    def field(self, name: str) -> Field | None:
        return self.own.fields.get(name.removeprefix(OWN)) if name.startswith(OWN) else super().field(name)

    def beside(self, name: str, kind: str) -> list[tuple[str, str]]:
        mine = [(key, self.label(key)) for key in self._own(self.live.form.fields.get(name), kind)]
        return [*mine, *super().beside(name, kind)]

    def _own(self, item: Field | None, kind: str) -> Iterator[str]:
        """The fields of the record being filled in that a field of the linked form can be compared with."""
        for key, own in self.own.live_fields.items():
            if comparable(own) and own.type.kind == kind and (item is None or item.form == own.form):
                yield f"{OWN}{key}"

    def same(self) -> Iterator[Choice]:
        """Ready conditions: what the linked record and this one have in common."""
        for key, item in self.live.form.live_fields.items():
            for own in self._own(item, item.type.kind) if comparable(item) and item.type.kind in SHARED else ():
                label = self.own.fields[own.removeprefix(OWN)].label
                text = {lang: SAME.say(lang, field=read(item.label, lang), own=read(label, lang)) for lang in LANGUAGES}
                leaf = {"field": key, "operator": "=", "valueSource": "field", "value": own}
                yield Choice(text, "own", leaf, "arrows-left-right", True)


def home(form: Form, sel: str) -> tuple[Form, Field] | None:
    """The form a link stands in and the link: a field, or a column of a sub-form (`lines.product`)."""
    small = form.subforms.get(sel.partition(".")[0]) if "." in sel else None
    item = inside.column(form, sel) if small else form.live_fields.get(sel)
    return (small or form, item) if item is not None and "only" in item.type.settings else None


def scope_of(found: LiveApp, form: Form, sel: str) -> OfferScope | None:
    """What a link's conditions may speak about; None while it links to nothing that is published."""
    there = home(form, sel)
    if there is None or there[1].far not in found.forms:
        return None
    return OfferScope(found, there[0], there[1].far or "", here.names(found))


def panel(found: LiveApp, draft: Draft, form: Form, sel: str, lang: str) -> dict[str, Any]:
    """What the panel of a link shows of its conditions; nothing for every other field."""
    there, scope = home(form, sel), scope_of(found, form, sel)
    if there is None or scope is None:
        return {"offers": None}
    where = only_of(there[1])
    return {"offers": {"said": sentence(where, scope.words, lang) if where else ""}, "scope": scope, "room": ReachRoom(found, draft, sel, where),
            "root": Rows(scope, where, None).root() if where else None, "days": rules_days.CHOICES,
            "phrase_of": groupings_page.phrase_of}


def set_only(body: Body, sel: str, rule: Mapping[str, Any] | None) -> Body:
    """The conditions of a link; without any it offers every record."""
    owner, dot, inner = sel.partition(".")
    if dot:
        done = rows.inside(body, owner, lambda small, _old: _set(small, inner, rule), None)
        return done.body if isinstance(done, made.Made) else done
    return _set(body, sel, rule)


def _set(body: Mapping[str, Any], key: str, rule: Mapping[str, Any] | None) -> Body:
    whole = made.copy(body)
    only = dict(rule) if rule and rule.get("rules") else {}
    whole["properties"][key] = node.remake(node.find(whole, key), {"only": only})
    return whole
