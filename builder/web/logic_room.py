"""What every page about a form's logic stands in: the draft, the rule that is open, and what its condition may speak about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import url_for

from builder.drafts import Draft
from builder.web.rules_scope import Scope
from runtime.definitions.form import Form
from runtime.definitions.logic import LogicRule
from runtime.definitions.logic_check import EntryTarget
from runtime.definitions.whole import Whole
from runtime.errors import NotFound, Problem
from runtime.groups.wording import AppWording
from runtime.records.names import RecordNames
from runtime.storage.live import LiveApp, LiveForm
from runtime.web import here
from runtime.words import LANGUAGES, Words, read

ROOM, PANEL = "room", "panel"
LOGIC = Words("联动", "Logic")


@dataclass(frozen=True)
class LogicRoom:
    """One form's logic being designed; `at` says on which page: the room of the logic, or the panel of a field."""

    found: LiveApp
    draft: Draft
    form: Form
    rule: LogicRule | None
    at: str

    @property
    def key(self) -> str:
        return self.draft.key

    @property
    def when(self) -> Any:
        return self.rule.when if self.rule else None

    @property
    def old(self) -> Any:
        """The condition of the open rule as it is published."""
        live = self.found.forms.get(self.key)
        rules = live.form.logic.rules if live and self.rule else ()
        return next((rule.when for rule in rules if self.rule and rule.key == self.rule.key), None)

    @property
    def origin(self) -> dict[str, str]:
        """Where a rule that is saved here came from."""
        return {lang: f"{read(self.form.label, lang)} · {LOGIC.say(lang)}" for lang in LANGUAGES}

    def url(self, endpoint: str, **values: Any) -> str:
        """An address of this form's logic, of the open rule where the endpoint wants one."""
        rule = {"rule": self.rule.key} if self.rule else {}
        return url_for(f"build_logic.{endpoint}", **{"app": self.found.key, "key": self.key, "at": self.at, **rule, **values})


def room_of(found: LiveApp, draft: Draft, rule: str, at: str) -> LogicRoom:
    """The room over a draft; a rule that is not there (any more) leaves none open."""
    form = draft.form
    return LogicRoom(found, draft, form, next((one for one in form.logic.rules if one.key == rule), None), at)


def must_rule(room: LogicRoom) -> LogicRule:
    """The open rule; raises NotFound."""
    if room.rule is None:
        raise NotFound(Problem("rule", "no_such_part", {"key": ""}))
    return room.rule


class EntryScope(Scope):
    """The fields of a drafted form, published or not, for conditions about an entry of it."""

    def __init__(self, app: LiveApp, form: Form, names: RecordNames) -> None:
        self.names, self.lang = names, names.lang
        live = app.forms.get(form.key)
        tables: Any = live.tables if live else None
        self.live = LiveForm(live.id if live else 0, 0, form, tables)
        self.app = replace(app, forms={**app.forms, form.key: self.live}, cache={})
        target: Any = EntryTarget(Whole(forms={form.key: form}, vocabularies=app.vocabularies), form.key)
        self.target = target
        self.words = AppWording(self.app, form.key, names, names.lang)


def scope_of(room: LogicRoom) -> EntryScope:
    """What conditions of this form's logic may speak about, with names in the reader's language."""
    return EntryScope(room.found, room.form, here.names(room.found))


def label_of(form: Form, target: str) -> Mapping[str, str]:
    """What people call a field or a section; its key where it is gone."""
    if target in form.fields:
        return form.fields[target].label
    section = next((one for one in form.sections if one.key == target), None)
    return section.label if section and section.label else {"zh": target, "en": target}
