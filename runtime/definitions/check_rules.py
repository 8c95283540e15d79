"""A rule's problems inside a definition, from the one check that rules have."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runtime.definitions.rule_target import DefinedTarget
from runtime.definitions.whole import Whole
from runtime.errors import Problem
from runtime.rules.check import check_rule


def rule_problems(rule: Mapping[str, Any], whole: Whole, form: str, path: str, *, me: bool) -> list[Problem]:
    """All problems of a rule about a form, with their paths in the definition; `me`: whether `$me` has a meaning."""
    return [problem.under(path) for problem in check_rule(rule, DefinedTarget(whole, form), me=me)]
