"""Call another program, or have a group robot or an SMS gateway say something."""

from __future__ import annotations

from collections.abc import Iterator

from runtime.accounts import vault
from runtime.definitions.form import Form
from runtime.definitions.parts import KEY, WORDS
from runtime.definitions.whole import Whole
from runtime.definitions.workflow import Step, Workflow
from runtime.errors import Problem
from runtime.words import Words
from runtime.workflows import calls, outgoing, shapes, texts
from runtime.workflows.base import Here, Node, StepType
from runtime.workflows.outcome import Go, Outcome
from runtime.workflows.presets import PLAIN, PRESETS
from runtime.workflows.wording import Teller

METHODS = ("POST", "PUT", "PATCH", "GET", "DELETE")
SPEAKING = [name for name, preset in PRESETS.items() if preset.speaks]
OPEN = [name for name, preset in PRESETS.items() if preset.phones or not preset.speaks]  # those whose body and head are free
PHONE = [name for name, preset in PRESETS.items() if preset.phones]
NAME = {"type": "string", "pattern": f"^{vault.NAME.pattern}$"}
PLACE = {"type": "string", "minLength": 1, "maxLength": 60}
URL_HELP = ("地址里可以写 {字段}；机器人地址里的密钥先存到「对外发送」里，再写成 {$名字}",
            "May hold {field}; keep the key of a robot's address under Sending and write it as {$name}")
SECRET_HELP = ("「对外发送」里的密钥名字，用来签名", "The name of a secret kept under Sending; the call is signed with it")


class Webhook(StepType):
    name = "webhook"
    label = Words("通知其他系统", "Tell another system")
    icon = "webhook"
    words = "企业微信 钉钉 飞书 群机器人 短信 网址 webhook sms wecom dingtalk feishu lark robot http api"
    settings = shapes.settings({
        "preset": shapes.choice(PLAIN, "发到哪里", "Where to", {name: (one.label.zh, one.label.en) for name, one in PRESETS.items()}),
        "url": shapes.said({"type": "string", "minLength": 8, "maxLength": 2_000}, "网址", "Address", "line", help=URL_HELP),
        "method": shapes.said(shapes.choice("POST", "方法", "Method", {name: (name, name) for name in METHODS}), "方法", "Method", "choice", only={"preset": OPEN}),
        "text": shapes.said({**WORDS, "properties": texts.LONG_WORDS["properties"]}, "说什么", "What to say", "long", only={"preset": SPEAKING}),
        "phone": shapes.said(KEY, "手机号字段", "Field with the phone number", "field", of="text", only={"preset": PHONE}),
        "phone_as": shapes.said(PLACE, "网关把手机号叫", "The gateway calls the number", "line", only={"preset": PHONE}),
        "text_as": shapes.said(PLACE, "网关把内容叫", "The gateway calls the text", "line", only={"preset": PHONE}),
        "whole": shapes.said(shapes.yes("", ""), "带上整条记录", "Send the whole record", "yes", only={"preset": [PLAIN]}),
        "fields": shapes.said({"type": "array", "items": KEY, "maxItems": 200, "uniqueItems": True}, "带上哪些字段", "Fields to send", "fields", only={"preset": OPEN}),
        "secret": shapes.said(NAME, "签名密钥", "Secret for the signature", "line", help=SECRET_HELP),
        "headers": shapes.said({"type": "array", "items": {"type": "string", "maxLength": 2_000}, "maxItems": 20}, "请求头", "Headers", "lines",
                               help=("一行一个，例如 Authorization: Bearer {$名字}", "One a line, such as Authorization: Bearer {$name}"), only={"preset": OPEN}),
    })
    required = ("url",)
    abreast = True
    alone = True

    def problems(self, step: Step, workflow: Workflow, whole: Whole, form: Form) -> Iterator[Problem]:
        node, preset = step.node, calls.preset_of(step.node)
        yield from calls.address_problems(node["url"], form)
        if preset.speaks and not node.get("text"):
            yield Problem("text", "call_without_text")
        if preset.phones and node.get("phone") not in form.live_fields:
            yield Problem("phone", "call_without_phone")
        yield from texts.problems(node.get("text", {}), form, "text")
        for number, key in enumerate(node.get("fields", ())):
            if key not in form.live_fields:
                yield Problem(f"fields[{number}]", "no_such_field", {"field": key})
        yield from calls.header_problems(node.get("headers", ()))

    def say(self, node: Node, tell: Teller) -> str:
        label = tell.word(calls.preset_of(node).label)
        return tell.parts(label, calls.told(node["url"]) if node.get("url") else "")

    def run(self, here: Here) -> Outcome:
        body = calls.made(here)
        outgoing.put(here, outgoing.CALL, [(calls.told(here.node["url"]), body)])
        here.note("call_put", to=calls.told(here.node["url"]))
        return Go()
