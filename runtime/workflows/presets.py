"""How well-known receivers want to be called: the shape of the body, how they check who calls, how they say no."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

from runtime.words import Words

Body = dict[str, Any]


@dataclass(frozen=True)
class Preset:
    """`shape` makes the body from the message and the chosen values; `sign` gives what is added to the
    address and to the body for a secret at a moment; `answer` are the keys one of which must be 0 in a good answer.
    """

    label: Words
    shape: Callable[[str, Body], Body]
    sign: Callable[[str, int], tuple[str, Body]] | None = None
    answer: tuple[str, ...] = ()
    speaks: bool = True  # it carries a message
    phones: bool = False  # it carries the message to a phone


def _values(_text: str, values: Body) -> Body:
    return values


def _robot(text: str, _values: Body) -> Body:
    return {"msgtype": "text", "text": {"content": text}}


def _feishu(text: str, _values: Body) -> Body:
    return {"msg_type": "text", "content": {"text": text}}


def _signature(key: str, text: str) -> str:
    return base64.b64encode(hmac.new(key.encode(), text.encode(), hashlib.sha256).digest()).decode()


def _dingtalk_signed(secret: str, seconds: int) -> tuple[str, Body]:
    moment = seconds * 1000
    return f"timestamp={moment}&sign={quote_plus(_signature(secret, f'{moment}{chr(10)}{secret}'))}", {}


def _feishu_signed(secret: str, seconds: int) -> tuple[str, Body]:
    return "", {"timestamp": str(seconds), "sign": _signature(f"{seconds}\n{secret}", "")}


PLAIN = "plain"
PRESETS: Mapping[str, Preset] = {
    PLAIN: Preset(Words("一般的网址", "Any address"), _values, speaks=False),
    "wecom": Preset(Words("企业微信群机器人", "WeCom group robot"), _robot, answer=("errcode",)),
    "dingtalk": Preset(Words("钉钉群机器人", "DingTalk group robot"), _robot, _dingtalk_signed, ("errcode",)),
    "feishu": Preset(Words("飞书群机器人", "Feishu group robot"), _feishu, _feishu_signed, ("code", "StatusCode")),
    "sms": Preset(Words("短信网关", "SMS gateway"), _values, phones=True),
}
