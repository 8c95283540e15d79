"""Steps and triggers as sentences: what an app's things are called in one language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from runtime.accounts.actor import ROLE_NAMES
from runtime.groups.wording import AppWording
from runtime.records.names import RecordNames
from runtime.rules.describe import describe, sentence
from runtime.rules.wording import inside
from runtime.storage.live import LiveApp
from runtime.words import Words, read

COMMA = Words("、", ", ")
UNITS = {
    "minute": Words("{n} 分钟", "{n} minute|{n} minutes"), "hour": Words("{n} 小时", "{n} hour|{n} hours"),
    "day": Words("{n} 天", "{n} day|{n} days"), "week": Words("{n} 周", "{n} week|{n} weeks"), "month": Words("{n} 个月", "{n} month|{n} months"),
}
STARTER, GONE = Words("发起的人", "whoever set it off"), Words("不在了的人", "somebody who has left")
ABOVE, HIGHER = Words("{who}的上级", "the superior of {who}"), Words("{who}往上第 {n} 级", "{n} levels above {who}")
QUOTED = Words("「{text}」", "“{text}”")
GIVEN = Words("{field}：{value}", "{field}: {value}")
# what texts may name where a comment begins the workflow
SAID = {"$comment": Words("评论内容", "What the comment says"), "$commenter": Words("评论的人", "Who commented")}
NAMED = re.compile(r"( ?)\{([^{}]*)\}( ?)")


class Teller:
    """Says what a node of a workflow names. `form` is the form whose records the step is about."""

    def __init__(self, app: LiveApp, form: str, names: RecordNames) -> None:
        self.app, self.form, self.names, self.lang = app, form, names, names.lang

    def word(self, words: Words, **values: Any) -> str:
        return words.say(self.lang, **values)

    def text(self, text: Mapping[str, str] | str | None) -> str:
        """A text of the definition's own."""
        return read(text, self.lang)

    def quoted(self, text: str) -> str:
        return QUOTED.say(self.lang, text=text)

    def field(self, key: str, form: str | None = None) -> str:
        """What a field is called, its key where it is gone."""
        live = self.app.forms.get(form or self.form)
        found = live.form.fields.get(key) if live else None
        return read(found.label, self.lang) if found else key

    def form_name(self, key: str) -> str:
        live = self.app.forms.get(key)
        return read(live.form.label, self.lang) if live else key

    def link(self, inverse: str) -> str:
        """What the records behind an inverse key are called, its key where it is gone."""
        found = self.app.related(self.form, inverse) if self.form in self.app.forms else None
        if found is None:
            return inverse
        return read(found[1].settings.get("inverse_label") or found[0].form.label, self.lang)

    def grouping(self, key: str) -> str:
        found = self.app.groupings.get(key)
        return read(found.newest.label, self.lang) if found else key

    def workflow(self, key: str) -> str:
        found = self.app.workflows.get(key)
        return self.quoted(read(found.workflow.label, self.lang)) if found else key

    def group(self, name: str) -> str:
        """`level/high` as 客户等级 · 高价值."""
        grouping, _, key = name.partition("/")
        found = self.app.groupings.get(grouping)
        if found is None or key not in found.newest.groups:
            return name
        return f"{read(found.newest.label, self.lang)} · {read(found.newest.groups[key].label, self.lang)}"

    def tags(self, keys: Iterable[str]) -> str:
        return self.listed(read(self.app.tags[key].label, self.lang) if key in self.app.tags else key for key in keys)

    def listed(self, parts: Iterable[str]) -> str:
        return COMMA.say(self.lang).join(parts)

    def parts(self, *parts: str) -> str:
        """Several things about one step, those that are there."""
        return " · ".join(filter(None, parts))

    def written(self, text: Mapping[str, str] | str | None) -> str:
        """A text with fields in braces, as those who read the flow call them."""
        live = self.app.forms.get(self.form)
        known = {key: self.word(words) for key, words in SAID.items()} | ({key: self.field(key) for key in live.form.fields} if live else {})
        close = self.lang == "zh"  # Chinese quotes bring their own room

        def name(found: re.Match[str]) -> str:
            before, key, after = found.groups()
            if key.strip() not in known:
                return found[0]
            said = self.quoted(known[key.strip()])
            return said if close else f"{before}{said}{after}"

        return NAMED.sub(name, self.text(text))

    def given(self, one: Mapping[str, Any]) -> str:
        """A field with what it gets, where that is one value; else its name."""
        name = self.field(one["field"])
        if one.get("value") is None:
            return name
        return GIVEN.say(self.lang, field=name, value=self._wording().show(one["field"], one["value"]))

    def span(self, given: Mapping[str, Any]) -> str:
        """`{"n": 3, "unit": "day"}` as 3 天."""
        return UNITS[given["unit"]].say(self.lang, n=abs(given["n"]))

    def who(self, who: Sequence[Mapping[str, Any]]) -> str:
        return self.listed(self._one(given) for given in who)

    def _one(self, given: Mapping[str, Any]) -> str:
        if "up" in given:
            below = self._one({name: value for name, value in given.items() if name != "up"})
            return (ABOVE if given["up"] == 1 else HIGHER).say(self.lang, who=below, n=given["up"])
        if "person" in given:
            return self.names.person(given["person"]) or GONE.say(self.lang)
        if "role" in given:
            return ROLE_NAMES[given["role"]].say(self.lang)
        if "field" in given:
            return self.field(given["field"])
        if "department" in given:
            found = next((one for one in self.names.departments() if one["key"] == given["department"]), None)
            return read(found["label"], self.lang) if found else str(given["department"])
        return STARTER.say(self.lang)

    def rule(self, rule: Mapping[str, Any]) -> str:
        """A rule as its sentence."""
        return sentence(rule, self._wording(), self.lang)

    def clause(self, rule: Mapping[str, Any]) -> str:
        """The same inside another sentence."""
        return inside(self.rule(rule), self.lang)

    def asked(self, rules: Iterable[Mapping[str, Any]]) -> str:
        """What rules ask about, each thing once."""
        tokens = [token for rule in rules for token in describe(rule, self._wording(), self.lang)]
        return self.listed(dict.fromkeys(inside(token.text, self.lang) for token in tokens if token.role == "field"))

    def _wording(self) -> AppWording:
        return AppWording(self.app, self.form, self.names, self.lang)
