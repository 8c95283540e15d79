"""What has still to be set in a workflow being drawn, told apart from what is wrong: the first is said calmly."""

from __future__ import annotations

from typing import NamedTuple

from runtime.errors import Problem
from runtime.messages import say

# The first of these is no news on an empty canvas: it says so itself, and the dialog before publishing does.
NO_STEPS = "workflow_without_steps"
LACKING = frozenset((
    NO_STEPS, "setting_missing", "rule_empty", "rule_no_value", "rule_no_list", "rule_no_pair", "rule_bad_span", "step_without_tags", "wait_one_way",
    "clock_when_missing", "call_without_text", "call_without_phone", "ask_back_to", "ask_escalate_to", "assign_whom", "assign_cases", "assign_case_whom", "about_one_way",
))


class Said(NamedTuple):
    """A problem in words; `lacks` when somebody has only not come to it yet."""

    text: str
    lacks: bool


def said(problem: Problem, lang: str) -> Said:
    """A problem as the designer says it."""
    return Said(say(problem, lang), problem.code in LACKING)
