"""The settings that an approval and something to fill in share, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from runtime.definitions.form import Form
from runtime.definitions.parts import KEY, WORDS
from runtime.definitions.workflow import Step, Workflow
from runtime.errors import Problem
from runtime.workflows import people, shapes, texts, verdicts

SPAN = {"type": "object", "required": ["n", "unit"], "additionalProperties": False,
        "properties": {"n": {"type": "integer", "minimum": 1, "maximum": 3650}, "unit": {"enum": ["hour", "day", "week"]}}}
FIELDS = {"type": "array", "items": KEY, "maxItems": 60, "uniqueItems": True}
HOW, SEES, TOLD = ({"zh": zh, "en": en} for zh, en in (("怎么办", "How"), ("看到什么", "What they see"), ("通知谁", "Who is told")))


def first(title: tuple[str, str], who: tuple[str, str]) -> dict[str, Any]:
    """What is asked, and of whom."""
    return {"title": shapes.said(WORDS, *title, "text", part=HOW), "who": shapes.said(people.WHO, *who, "who", part=HOW)}


def how_many(label: tuple[str, str], ways: Mapping[str, tuple[str, str]]) -> dict[str, Any]:
    """How many of those asked must agree or fill it in, in the words of the step."""
    return {"need": shapes.choice(verdicts.ANY, *label, ways) | {"part": HOW},
            "count": shapes.said({"type": "integer", "minimum": 1, "maximum": 50}, "几个人", "How many", "number", part=HOW, only={"need": [verdicts.SOME]})}


def last(passed: tuple[str, str], *, refusing: bool) -> dict[str, Any]:
    """The time there is for it, where one may return it to, and who is told."""
    then = {"remind": ("提醒一次", "Remind them once"), "pass": passed, **({"refuse": ("当作不同意", "Take it as refused")} if refusing else {}),
            "return": ("退回前面的步骤", "Return it"), "escalate": ("转给别人", "Ask somebody else")}
    return {
        "back_to": shapes.said(KEY, "可以退回到哪一步", "May be returned to the step", "step", part=HOW),
        "late": shapes.said(SPAN, "多久没人处理算超时", "Out of time after", "span", part=HOW),
        "late_then": shapes.choice("remind", "超时以后", "When the time is up", then) | {"part": HOW, "only": {"late": True}},
        "escalate_to": shapes.said(people.WHO, "转给谁", "Whom to ask then", "who", part=HOW, only={"late_then": ["escalate"]}),
        "hand_on": shapes.yes("可以转给别人", "May be handed on", True) | {"part": HOW},
        "may_add": shapes.yes("可以加人一起办", "May add somebody") | {"part": HOW},
        "shown": shapes.said(FIELDS, "看到哪些字段（不选就是前几个）", "Fields they see (none: the first)", "fields", part=SEES),
        "copy": shapes.said(people.WHO, "结果抄送给谁", "Who hears of the outcome", "who", part=TOLD)}


def problems(step: Step, workflow: Workflow, form: Form, fields: Sequence[str]) -> Iterator[Problem]:
    """People, texts, fields and steps that are not there, and settings that need another one."""
    node = step.node
    for name in ("who", "escalate_to", "copy"):
        yield from people.problems(node.get(name, ()), form, name)
    yield from texts.problems(node["title"], form, "title")
    for name in ("shown", *fields):
        for number, key in enumerate(node.get(name, ())):
            field = form.live_fields.get(key)
            if field is None:
                yield Problem(f"{name}[{number}]", "no_such_field", {"field": key})
            elif name != "shown" and field.type.readonly:
                yield Problem(f"{name}[{number}]", "read_only", {"field": field.label})
    if node.get("need") == verdicts.SOME and "count" not in node:
        yield Problem("count", "ask_count")
    if "back_to" in node and (node["back_to"] not in workflow.steps or node["back_to"] == step.key):
        yield Problem("back_to", "no_such_step", {"step": node["back_to"]})
    if "back_to" not in node and (node.get("refused") == "back" or node.get("late_then") == "return"):
        yield Problem("back_to", "ask_back_to")
    if node.get("late_then") == "escalate" and not node.get("escalate_to"):
        yield Problem("escalate_to", "ask_escalate_to")
