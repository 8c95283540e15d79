"""The panel of roll-ups and looked-up values: which records, which field, what is made of it; and the sentence that says so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for

from builder.drafts import Draft
from builder.edits import made, node
from builder.edits.made import Body
from builder.web import groupings_page, rules_days
from builder.web.rules_rows import Rows
from builder.web.rules_scope import Scope
from runtime.definitions.form import Field, Form
from runtime.fields.reached import Reached, result_of
from runtime.fields.rollup import FUNCTIONS
from runtime.rules.describe import sentence
from runtime.rules.related import NUMERIC, ORDERED
from runtime.storage.live import LiveApp
from runtime.web import here
from runtime.words import LANGUAGES, Words, read

Choices = list[tuple[str, str]]
SAID = Words("{where}{records}，{what}", "{what} of {records}{where}")
WHERE = Words("{rule}的", " where {rule}")
COUNT = Words("有多少", "The number")
OF = Words("{field}{fn}", "{fn} “{field}”")
LOOKS = Words("「{link}」指向的{form}，带出它的「{field}」", "“{field}” of the {form} that “{link}” points to")
CREATED = Words("建档时间", "When it was made")
OWN = ("over", "fn", "of", "by", "link", "field", "mode")


@dataclass(frozen=True)
class ReachRoom:
    """One roll-up being designed, as the rule editor asks for it."""

    found: LiveApp
    draft: Draft
    field: str
    where: Any

    @property
    def origin(self) -> dict[str, str]:
        """Where a rule that is saved here came from."""
        form = self.draft.form
        near, _, inner = self.field.partition(".")
        item = form.subforms[near].fields.get(inner) if inner and near in form.subforms else form.fields.get(self.field)
        return {lang: " · ".join(read(one.label, lang) for one in (form, item) if one is not None) for lang in LANGUAGES}

    def url(self, endpoint: str, **values: Any) -> str:
        """An address of this field's conditions."""
        return url_for(f"build_reaching.{endpoint}", app=self.found.key, key=self.draft.key, field=self.field, **values)


def far_form(found: LiveApp, form: Form, over: str) -> Form | None:
    """The form behind an inverse key, or the rows of a sub-form of the draft."""
    inverse, own = found.inverses.get(form.key, {}).get(over), form.pointing.get(over)
    if own is not None and own.type.many and own.far in found.forms:
        return found.form(own.far or "").form
    return found.form(inverse.form).form if inverse else form.subforms.get(over)


def overs(found: LiveApp, form: Form, lang: str) -> Choices:
    """What can be rolled up: sub-forms, then the forms whose links point here."""
    own = [(key, read(item.label, lang)) for key, item in form.live_fields.items() if item.type.nested or (item.far and item.type.many)]
    there = found.inverses.get(form.key, {}).items()
    return own + [(key, read(each.field.settings.get("inverse_label") or found.form(each.form).form.label, lang)) for key, each in there]


def fields_of(form: Form | None, fn: str, lang: str) -> Choices:
    """The fields of records from which a way to roll up can make something."""
    return [(key, read(item.label, lang)) for key, item in (form.live_fields if form else {}).items() if _able(item, fn)]


def _able(item: Field, fn: str) -> bool:
    kind = item.type.kind
    able = kind == "number" if fn in NUMERIC else kind in ORDERED if fn in ("min", "max") else True
    return able and result_of(item.type, item.settings) is not None


def panel(found: LiveApp, draft: Draft, form: Form, item: Field, lang: str) -> dict[str, Any] | None:
    """What the panel of such a field shows; None for every other."""
    if not isinstance(item.type, Reached):
        return None
    return _rollup(found, draft, form, item, lang) if "over" in item.type.settings else _lookup(found, form, item, lang)


def _rollup(found: LiveApp, draft: Draft, form: Form, item: Field, lang: str) -> dict[str, Any]:
    own = item.settings
    far = far_form(found, form, own["over"])
    made: dict[str, Any] = {
        "said": "",
        "overs": overs(found, form, lang),
        "functions": [(key, zh if lang == "zh" else en) for key, (zh, en) in FUNCTIONS.items()],
        "fields": fields_of(far, own["fn"], lang) if own["fn"] != "count" else [],
        "orders": [*fields_of(far, "max", lang), ("$created_at", CREATED.say(lang))] if own["fn"] in ("first", "last") else [],
    }
    scope = scope_of(found, form.key, own["over"])
    where = own["where"] if own["where"].get("rules") else None
    if far is not None:
        made["said"] = _said(far, dict(made["overs"]).get(own["over"], ""), item, sentence(where, scope.words, lang) if where and scope else "", lang)
    if scope is not None:
        room = ReachRoom(found, draft, item.key, where)
        made |= {"scope": scope, "room": room, "root": Rows(scope, where, None).root() if where else None, "days": rules_days.CHOICES,
                 "phrase_of": groupings_page.phrase_of}
    return made


def scope_of(found: LiveApp, form: str, over: str) -> Scope | None:
    """What conditions on the rolled-up records may speak about; None while nobody could have any."""
    if form not in found.forms or not over:
        return None
    return Scope(found, form, here.names(found)).far(over)


def _said(far: Form, records: str, item: Field, where: str, lang: str) -> str:
    own = item.settings
    if own["fn"] == "count":
        what = COUNT.say(lang)
    else:
        of = far.fields.get(own["of"])
        if of is None:
            return ""
        zh, en = FUNCTIONS[own["fn"]]
        what = OF.say(lang).format(field=read(of.label, lang), fn=zh if lang == "zh" else en)
    return SAID.say(lang).format(where=WHERE.say(lang).format(rule=where) if where else "", records=records, what=what)


def _lookup(found: LiveApp, form: Form, item: Field, lang: str) -> dict[str, Any]:
    own = item.settings
    links = [(key, read(each.label, lang)) for key, each in form.links.items() if not each.retired]
    far = _linked(found, form, own["link"])
    said = ""
    if far is not None and own["field"] in far.fields:
        said = LOOKS.say(lang).format(link=dict(links).get(own["link"], ""), form=read(far.label, lang), field=read(far.fields[own["field"]].label, lang))
    return {"links": links, "fields": fields_of(far, "", lang), "said": said}


def _linked(found: LiveApp, form: Form, link: str) -> Form | None:
    item = form.fields.get(link)
    if item is None or not item.form:
        return None
    return form if item.form == form.key else found.forms[item.form].form if item.form in found.forms else None


def put(body: Body, key: str, name: str, value: str, found: LiveApp) -> Body:
    """One choice of the panel, with what follows from it: what no longer fits goes, and the result is found out anew."""
    form, own = Form(body), dict(node.settings_of(node.find(body, key)))
    changes: dict[str, Any] = {name: value}
    if name == "over":
        changes |= {"of": "", "by": "", "where": {}}
    elif name == "link":
        changes["field"] = ""
    own |= changes
    if "over" in own:
        far, of = far_form(found, form, own["over"]), own["of"]
        if (of and of not in dict(fields_of(far, own["fn"], "zh"))) or own["fn"] == "count":
            of = changes["of"] = own["of"] = ""
        source = far.fields.get(of) if far and of else None
    else:
        far = _linked(found, form, own["link"])
        source = far.fields.get(own["field"]) if far else None
    result = result_of(source.type, source.settings) if source else None
    changes["result"], changes["shown"] = result or ("number", {})
    whole = made.copy(body)
    whole["properties"][key] = node.remake(node.find(whole, key), changes)
    return whole


def set_where(body: Body, key: str, where: Mapping[str, Any] | None) -> Body:
    """The condition on the rolled-up records; without any all of them count."""
    whole = made.copy(body)
    whole["properties"][key] = node.remake(node.find(whole, key), {"where": dict(where) if where and where.get("rules") else {}})
    return whole

