"""Another program calls the workflow's own address: the record is found by what it sends, or made from it."""

from __future__ import annotations

from collections.abc import Iterator

from runtime.accounts import vault
from runtime.definitions.form import Form
from runtime.definitions.parts import KEY
from runtime.definitions.whole import Whole
from runtime.definitions.workflow import Workflow
from runtime.errors import Problem
from runtime.words import Words
from runtime.workflows import hooks, shapes
from runtime.workflows.base import Node, TriggerType
from runtime.workflows.wording import Teller

NAME = {"type": "string", "pattern": f"^{vault.NAME.pattern}$"}
LINES = {"type": "array", "items": {"type": "string", "maxLength": 200}, "maxItems": 200}
FIELDS = {"type": "array", "items": KEY, "maxItems": 200, "uniqueItems": True}
ADDRESS = ("发布以后，接收地址在「发件箱」页做；对方往那里发 JSON", "Once it is published, its address is made on the page Outbox; the sender posts JSON there")
BY = Words("按「{field}」找记录", "finds the record by “{field}”")
NEW = Words("每次新建一条", "a new record each time")


class Hook(TriggerType):
    name = hooks.TRIGGER
    label = Words("收到外部请求", "Called from outside")
    icon = "webhook"
    untold = Words("要有外部程序叫它才跑，过去会跑几次算不出来", "It runs when another program calls it, so its past cannot be told")
    settings = shapes.settings({
        "match": shapes.said(KEY, "按哪个字段找记录", "Find the record by", "field"),
        "fields": shapes.said(FIELDS, "接收哪些字段", "Fields that are taken", "fields", help=ADDRESS),
        "names": shapes.said(LINES, "对方的叫法不一样的", "Where the sender’s names differ", "lines",
                             help=("一行一个，左边是字段，右边是对方的叫法，里层的用点隔开，如 邮箱=buyer.email", "One a line, the field and their name, inner ones with dots, such as Email=buyer.email")),
        "make": shapes.yes("找不到就新建", "Make a new record where none is found", default=True),
        "write": shapes.yes("找到的也按收到的改", "Change the record that was found, too"),
        "secret": shapes.said(NAME, "签名密钥", "Secret for the signature", "line",
                              help=("「对外发送」里的密钥名字；填了就只收签过名的", "The name of a secret kept under Sending; then only signed calls are taken")),
    })

    def problems(self, node: Node, workflow: Workflow, whole: Whole, form: Form) -> Iterator[Problem]:
        match = form.live_fields.get(node.get("match", ""))
        if "match" not in node and not node.get("make", True):
            yield Problem("match", "hook_no_way")
        if "match" in node and match is None:
            yield Problem("match", "no_such_field", {"field": node["match"]})
        elif match is not None and not hooks.matchable(match):
            yield Problem("match", "hook_match", {"field": match.label})
        for number, key in enumerate(node.get("fields", ())):
            field = form.live_fields.get(key)
            if field is None:
                yield Problem(f"fields[{number}]", "no_such_field", {"field": key})
            elif field.type.readonly:
                yield Problem(f"fields[{number}]", "read_only", {"field": field.label})
        names, odd = hooks.names(node.get("names", ()), form)
        if odd or names.keys() - {*node.get("fields", ()), node.get("match")}:
            yield Problem("names", "hook_name")

    def say(self, node: Node, tell: Teller) -> str:
        return tell.word(BY, field=tell.field(node["match"])) if node.get("match") else tell.word(NEW)
