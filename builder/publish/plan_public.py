"""What is different in what strangers are asked, as one line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from builder.publish.change import Change
from runtime.definitions.public import ROOT
from runtime.words import Words

Body = Mapping[str, Any]
AT_ONCE = Words("发布后马上生效，链接不变", "In force as soon as it is published; the link stays")
PARTS = (
    (("fields",), Words("问哪些", "what is asked")),
    (("title", "intro", "thanks", "privacy"), Words("写的话", "the words")),
    (("opens", "closes", "quota"), Words("什么时候收、收多少", "when and how many")),
    (("prefill",), Words("链接预填", "what links fill in")),
)


def plan_public(old: Body, new: Body) -> Iterator[Change]:
    """Opened, shut, or other in some of its parts."""
    if old == new:
        return
    was, now = bool(old.get("enabled")), bool(new.get("enabled"))
    if now and not was:
        n = str(len(new.get("fields", ())))
        yield _line(Words("打开了公开填写", "The form is open to everybody"), Words(f"有链接的人都能填，问 {n} 个字段", f"Anyone with the link can fill it in; fields asked: {n}"))
    elif was and not now:
        yield _line(Words("关掉了公开填写", "The form is no longer open to everybody"), Words("有链接也填不了了；收到的都在", "The link no longer works; what was received stays"))
    else:
        told = [said for names, said in PARTS if any(old.get(name) != new.get(name) for name in names)]
        zh, en = "、".join(each.zh for each in told), ", ".join(each.en for each in told)
        yield _line(Words(f"改了公开填写：{zh}", f"The public form is different: {en}"), AT_ONCE)


def _line(title: Words, note: Words) -> Change:
    return Change("public_changed", ROOT, title, note)
