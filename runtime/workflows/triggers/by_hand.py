"""Begun by no event: by somebody who presses its button, or by another workflow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runtime.accounts.actor import ROLES
from runtime.definitions.parts import WORDS
from runtime.records.act import Act
from runtime.words import Words
from runtime.workflows import shapes
from runtime.workflows.base import Event, Node, TriggerType
from runtime.workflows.wording import Teller


class Unheard(TriggerType):
    """It hears of nothing."""

    def answers(self, node: Node, event: Event, act: Act) -> Mapping[int, Mapping[str, Any]]:
        return {}


class Button(Unheard):
    name = "button"
    untold = Words("要有人按它才跑，过去会跑几次算不出来", "It runs when somebody presses it, so its past cannot be told")
    label = Words("按下按钮", "A button is pressed")
    icon = "hand-click"
    settings = shapes.settings({
        "text": shapes.said(WORDS, "按钮上写什么（不填就用流程的名字）", "What the button says (none: the workflow’s name)", "words"),
        "roles": shapes.said({"type": "array", "items": {"enum": list(ROLES)}, "uniqueItems": True, "maxItems": len(ROLES)},
                             "谁可以按（不选就是每个人）", "Who may press it (none: everybody)", "roles")})

    def say(self, node: Node, tell: Teller) -> str:
        return tell.quoted(tell.text(node["text"])) if node.get("text") else ""


class Called(Unheard):
    name = "called"
    untold = Words("别的流程带动它才跑，过去会跑几次算不出来", "It runs when another workflow says so, so its past cannot be told")
    label = Words("被别的流程运行", "Another workflow runs it")
    icon = "route"
