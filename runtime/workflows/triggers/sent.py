"""Somebody filled in the public form and sent it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from runtime.commands.receive import CAUSE
from runtime.definitions.form import Form
from runtime.definitions.whole import Whole
from runtime.definitions.workflow import Workflow
from runtime.errors import Problem
from runtime.records.act import Act
from runtime.words import Words
from runtime.workflows.base import Event, Node, TriggerType


class Sent(TriggerType):
    name = "sent"
    label = Words("有人交了公开表单", "A public form is sent")
    icon = "world-share"
    hears = frozenset({"created"})

    def problems(self, node: Node, workflow: Workflow, whole: Whole, form: Form) -> Iterator[Problem]:
        if not form.public.enabled:
            yield Problem("type", "sent_not_public", {"form": form.label}, "warning")

    def answers(self, node: Node, event: Event, act: Act) -> Mapping[int, Mapping[str, Any]]:
        return {one: {} for one in event.ids} if event.cause == CAUSE else {}
