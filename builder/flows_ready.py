"""Workflows that most businesses want, made into an ordinary draft by one click, to be changed like any other."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from builder.edits import workflow as edits
from builder.edits.made import Body
from runtime.definitions.form import Field
from runtime.errors import NotFound, Problem
from runtime.records import cadences
from runtime.storage.live import LiveApp, LiveForm
from runtime.words import Words, read

Node = dict[str, Any]


Made = tuple[Node, list[Node]]
STARTER: Node = {"starter": True}
BOSS: Node = {"role": "administrator"}
BORN, AGAIN = re.compile("生日|出生|birth", re.IGNORECASE), re.compile("下次|下一次|next", re.IGNORECASE)
ENDS = re.compile("到期|截止|续|有效|结束|due|expir|renew|valid|until|end", re.IGNORECASE)
AT = "09:00"


@dataclass(frozen=True)
class Ready:
    """One of them: what it is called and for, and its trigger and steps for a form; None where the form has nothing to begin it by."""

    key: str
    label: Words
    help: Words
    make: Callable[[LiveApp, LiveForm], Made | None]


def whose(live: LiveForm, otherwise: Node = STARTER) -> list[Node]:
    """Whoever the record belongs to, else whoever begins the workflow, or who is named."""
    owner = owner_of(live)
    return [{"field": owner}] if owner else [otherwise]


def owner_of(live: LiveForm) -> str | None:
    """The field that names the one person whose the record is."""
    return next((key for key, field in live.form.live_fields.items() if cadences.names_one(field)), None)


def task(key: str, said: Words, who: list[Node], days: int = 0) -> Node:
    """A step that asks for a follow-up within so many days; 0 is today."""
    return {"key": key, "type": "todo", "who": who, "title": said._asdict(), "due": {"n": days, "unit": "day"}}


def wait(key: str, days: int) -> Node:
    """A step that waits so many days."""
    return {"key": key, "type": "wait", "for": {"n": days, "unit": "day"}}


def tell(key: str, said: Words, who: list[Node]) -> Node:
    """A step that rings somebody's bell."""
    return {"key": key, "type": "notify", "who": who, "text": said._asdict()}


def _about(live: LiveForm, zh: str, en: str) -> Words:
    """A text about the record by its name."""
    name = f"{{{live.form.title_field}}}"
    return Words(zh.format(name=name), en.format(name=name))


def _day(live: LiveForm, hint: re.Pattern[str], kinds: tuple[str, ...] = ("date", "datetime")) -> Field | None:
    """The first day of a record whose name says what it is for."""
    days = (field for field in live.form.live_fields.values() if field.type.kind in kinds and not field.type.computed and not field.type.many)
    return next((field for field in days if any(hint.search(text) for text in field.label.values())), None)


def _plan(app: LiveApp, live: LiveForm) -> Made:
    who = whose(live)
    steps = [task("call", Words("打个电话", "Call"), who), wait("three_days", 3), task("offer", Words("发方案和报价", "Send an offer"), who),
             wait("four_days", 4), task("visit", Words("上门拜访", "Visit"), who)]
    return {"type": "button", "text": Words("开始跟进计划", "Start the follow-up plan")._asdict()}, steps


def _entered(app: LiveApp, live: LiveForm) -> Made | None:
    named = [f"{scheme.key}/{group}" for scheme in app.groupings_of(live.key) for group in scheme.newest.groups]
    if not named:
        return None
    who = whose(live, BOSS)
    steps = [tell("tell", _about(live, "{name}刚进这个分组", "{name} has just entered this group"), who),
             task("call", _about(live, "联系一下{name}", "Get in touch with {name}"), who, 3)]
    return {"type": "entered", "groups": named[:1]}, steps


def _inquiry(app: LiveApp, live: LiveForm) -> Made | None:
    if not live.form.public.enabled:
        return None
    owner = owner_of(live)
    given = [{"key": "assign", "type": "assign", "field": owner, "way": "turn", "who": [{"role": "member"}], "standin": [BOSS], "keep": True}] if owner else []
    return {"type": "sent"}, [*given, task("call", _about(live, "{name}自己填了表单，今天联系", "{name} filled in the form: get in touch today"), whose(live, BOSS))]


def _again(app: LiveApp, live: LiveForm) -> Made | None:
    day = _day(live, AGAIN)
    said = _about(live, "说好今天再联系{name}", "Today is the day to get in touch with {name} again")
    return ({"type": "date", "field": day.key, "at": AT}, [task("call", said, whose(live, BOSS))]) if day else None


def _ends(app: LiveApp, live: LiveForm) -> Made | None:
    day = _day(live, ENDS)
    if day is None:
        return None
    said = Words(*(f"{{{live.form.title_field}}}{text}" for text in (f"：「{read(day.label, 'zh')}」还有 7 天", f": 7 days to “{read(day.label, 'en')}”")))
    return {"type": "date", "field": day.key, "at": AT, "offset": {"n": -7, "unit": "day"}}, [task("see", said, whose(live, BOSS), 7)]


def _birthday(app: LiveApp, live: LiveForm) -> Made | None:
    day = _day(live, BORN, ("date",))
    said = _about(live, "{name}今天生日，问候一声", "{name} has a birthday today: send wishes")
    return ({"type": "date", "field": day.key, "at": AT, "yearly": True}, [task("greet", said, whose(live, BOSS))]) if day else None


def _approval(app: LiveApp, live: LiveForm) -> Made:
    asked = {"key": "approve", "type": "approve", "who": [BOSS], "opinion": "refuse",
             "title": _about(live, "{name}，同意吗", "{name}: agreed?")._asdict()}
    return {"type": "created"}, [asked, tell("agreed", _about(live, "{name}：同意了", "{name} was approved"), [STARTER])]


READY = (
    Ready("plan", Words("跟进计划", "Follow-up plan"), Words("按下按钮就开始：当天打电话，第 3 天发方案，第 7 天拜访。列表里选中的客户可以一起开始。",
                                                     "Begins at a press: call at once, send an offer on day 3, visit on day 7. It can be begun for all that are chosen in a list."), _plan),
    Ready("again", Words("下次联系的日子到了", "The day of the next contact"), Words("填好的「下次」哪天到，哪天早上出现在负责人的「今天」里。", "On the morning of the day that was agreed on, it lies on the owner’s Today."), _again),
    Ready("entered", Words("进了分组就跟进", "Follow up who enters a group"), Words("谁进了选定的分组，就通知负责人，并安排 3 天内联系。", "Whoever enters the chosen group: the owner is told, with a task for the next 3 days."), _entered),
    Ready("inquiry", Words("公开表单来了新的", "Somebody sent the public form"), Words("轮流分给同事，当天就联系。", "Given to colleagues in turn, to be contacted the same day."), _inquiry),
    Ready("birthday", Words("生日问候", "Birthday greetings"), Words("每年生日早上提醒负责人。", "Every year, on the morning of the birthday, the owner is reminded."), _birthday),
    Ready("ends", Words("快到期了", "It runs out soon"), Words("到期前 7 天提醒负责人。", "The owner is reminded 7 days before the day."), _ends),
    Ready("approval", Words("新建的要人批准", "What is new is approved"), Words("新建以后请管理员看（可以换人），同意了通知本人，不同意要写原因。", "What is new goes to the administrators, or to whom you choose; whoever made it is told, and a refusal says why."), _approval),
)


def fitting(app: LiveApp) -> list[tuple[Ready, list[str]]]:
    """Those that some form has what it takes for, each with these forms."""
    found = [(one, [key for key, live in app.forms.items() if one.make(app, live) is not None]) for one in READY]
    return [(one, forms) for one, forms in found if forms]


def made(app: LiveApp, live: LiveForm, key: str, taken: Collection[str], position: int) -> Body:
    """The draft of one of them for a form; raises NotFound."""
    one = next((one for one in READY if one.key == key), None)
    found = one.make(app, live) if one is not None else None
    if one is None or found is None:
        raise NotFound(Problem("ready", "no_such_part", {"key": key[:40]}))
    trigger, steps = found
    body: Mapping[str, Any] = edits.new(live.key, one.label._asdict(), taken, trigger=trigger["type"], position=position)
    return {**body, "trigger": trigger, "steps": steps}
