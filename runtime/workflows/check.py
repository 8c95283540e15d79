"""What is wrong with a workflow: its shape, its trigger, each step by what its kind needs, and the rules in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import pairwise
from typing import Any

import jsonschema_rs

from runtime.definitions.check_rules import rule_problems
from runtime.definitions.form import Form
from runtime.definitions.parts import KEY, RULE, WORDS, shape_problems, validator
from runtime.definitions.whole import Whole
from runtime.definitions.workflow import DEEPEST, MOST_STEPS, Step, Workflow
from runtime.errors import Problem
from runtime.workflows import batches, said
from runtime.workflows.base import StepType, TriggerType
from runtime.workflows.registry import STEPS, TRIGGERS


def problems(workflow: Workflow, whole: Whole) -> Iterator[Problem]:
    """All problems of a workflow whose body has the right shape, in its app."""
    form = whole.forms.get(workflow.form)
    if form is None:
        return
    yield from _trigger(workflow, whole, form)
    yield from _twice(workflow)
    if not workflow.listed:
        yield Problem("steps", "workflow_without_steps")
    if len(workflow.listed) > MOST_STEPS:
        yield Problem("steps", "steps_too_many", {"n": len(workflow.listed), "most": MOST_STEPS})
    for step in workflow.listed:
        yield from _step(step, workflow, whole)


def form_at(workflow: Workflow, step: Step, whole: Whole) -> Form:
    """The form whose records a step is about: that of the workflow, or of what an outer step has turned to."""
    key = workflow.form
    line = [*workflow.outer(step.key), step]
    for outer, inner in pairwise(line):
        kind = STEPS.get(outer.type) if outer.type in STEPS else None
        key = kind.about(outer, inner.inside[1], key, workflow, whole) if kind is not None and inner.inside else key
    return whole.forms.get(key, whole.forms[workflow.form])


def _trigger(workflow: Workflow, whole: Whole, form: Form) -> Iterator[Problem]:
    node = workflow.trigger
    kind = TRIGGERS.get(node["type"]) if node["type"] in TRIGGERS else None
    if kind is None:
        yield Problem("trigger.type", "no_such_trigger", {"type": node["type"]})
        return
    wrong = [problem.under("trigger") for problem in _shape(kind, node)]
    yield from wrong
    if not wrong:
        yield from (problem.under("trigger") for problem in kind.problems(node, workflow, whole, form))
    if node.get("when"):
        yield from rule_problems(node["when"], whole, workflow.form, "trigger.when", me=False)


def _twice(workflow: Workflow) -> Iterator[Problem]:
    seen: set[str] = set()
    for step in workflow.listed:
        if step.key in seen:
            yield Problem(f"{step.path}.key", "step_twice", {"key": step.key})
        seen.add(step.key)


def _step(step: Step, workflow: Workflow, whole: Whole) -> Iterator[Problem]:
    kind = STEPS.get(step.type) if step.type in STEPS else None
    if kind is None:
        yield Problem(f"{step.path}.type", "no_such_step_type", {"type": step.type})
        return
    splits, ways = kind.splits(step.node), kind.ways_of(step.node)
    if step.branches and not splits:
        yield Problem(f"{step.path}.branches", "step_branches")
    elif splits and not step.branches:
        yield Problem(f"{step.path}.branches", "step_no_branches")
    elif ways and len(step.branches) != len(ways):
        yield Problem(f"{step.path}.branches", "step_other_branches", {"n": len(ways)})
    if len(workflow.outer(step.key)) > DEEPEST:
        yield Problem(step.path, "steps_too_deep", {"most": DEEPEST})
        return
    if _of_no_record(step, workflow) and not kind.alone:
        yield Problem(step.path, "step_needs_record")
    form = form_at(workflow, step, whole)
    wrong = [problem.under(step.path) for problem in _shape(kind, step.node)]
    yield from wrong
    if not wrong:
        yield from (problem.under(step.path) for problem in kind.problems(step, workflow, whole, form))
    yield from _untold(step, workflow)
    for path, rule in rules(step):
        yield from rule_problems(rule, whole, form.key, path, me=False)


def _of_no_record(step: Step, workflow: Workflow) -> bool:
    """Whether a step stands where a run is about no record: begun for none or for a batch, and no step around it turns to one."""
    node = workflow.trigger
    trigger = TRIGGERS.get(node["type"]) if node["type"] in TRIGGERS else None
    if trigger is None or not (trigger.alone(node) or batches.once(node)):
        return False
    line = [*workflow.outer(step.key), step]
    return not any(_turns(outer, inner) for outer, inner in pairwise(line))


def _turns(outer: Step, inner: Step) -> bool:
    """Whether a step stands in a branch of another that is about records of its own."""
    kind = STEPS.get(outer.type) if outer.type in STEPS else None
    return kind is not None and inner.inside is not None and inner.inside[1] in kind.turned


def _untold(step: Step, workflow: Workflow) -> Iterator[Problem]:
    """Texts that name what only other triggers give."""
    name = workflow.trigger["type"]
    gives = TRIGGERS[name].gives if name in TRIGGERS else {}
    yield from (Problem(step.path, "comment_untold", {"name": said.NAMES[key]}) for key in sorted(said.named(step.node) - gives.keys()))


def rules(step: Step) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The rules about the record at hand in a step, with their paths."""
    if step.node.get("when"):
        yield f"{step.path}.when", step.node["when"]
    for branch in step.branches:
        if branch.when:
            yield f"{branch.path}.when", branch.when


def _shape(kind: StepType | TriggerType, node: Mapping[str, Any]) -> list[Problem]:
    """What a node lacks, by the labels that people know its settings by, and what is wrong with those it has."""
    lacking = [Problem(name, "setting_missing", {"setting": kind.settings[name].get("x-label", name)}) for name in kind.required if name not in node]
    return [*lacking, *shape_problems(_compiled(kind), node)]


@cache
def _compiled(kind: StepType | TriggerType) -> jsonschema_rs.Draft202012Validator:
    common = {"type": KEY, "when": RULE} | ({"key": KEY, "label": WORDS, "branches": {"type": "array"}} if isinstance(kind, StepType) else {})
    return validator({"type": "object", "properties": {**common, **kind.settings}, "required": ["type"],
                      "additionalProperties": False})
