"""Write a mail to people and to addresses in fields of the record, to each in their language."""

from __future__ import annotations

import re
from collections.abc import Iterator

import sqlalchemy as sa

from runtime.accounts.sending import CONTROL, is_address
from runtime.definitions.form import Form
from runtime.definitions.parts import KEY, WORDS
from runtime.definitions.whole import Whole
from runtime.definitions.workflow import Step, Workflow
from runtime.errors import Problem
from runtime.storage import system_tables as tables
from runtime.words import Words
from runtime.workflows import outgoing, people, shapes, texts, valued
from runtime.workflows.base import Here, Node, StepType
from runtime.workflows.outcome import Go, Outcome
from runtime.workflows.wording import Teller

FIELDS = {"type": "array", "items": KEY, "minItems": 1, "maxItems": 20, "uniqueItems": True}
LONGEST = 200  # of a subject, whatever the fields in it hold


class Mail(StepType):
    name = "mail"
    label = Words("发邮件", "Send mail")
    icon = "mail"
    words = "邮箱 电子邮件 email e-mail letter"
    settings = shapes.settings({
        "who": shapes.said(people.WHO, "发给谁", "To people", "who"),
        "to": shapes.said(FIELDS, "发到记录里的邮箱", "To addresses in the record", "fields", of="mailed"),
        "subject": shapes.said(WORDS, "主题", "Subject", "text"),
        "body": shapes.said(texts.LONG_WORDS, "正文", "Text", "long"),
    })
    required = ("subject", "body")
    abreast = True
    alone = True

    def problems(self, step: Step, workflow: Workflow, whole: Whole, form: Form) -> Iterator[Problem]:
        node = step.node
        if not node.get("who") and not node.get("to"):
            yield Problem("who", "mail_to_nobody")
        yield from people.problems(node.get("who", ()), form, "who")
        for number, key in enumerate(node.get("to", ())):
            if key not in form.live_fields or not form.live_fields[key].type.mailed:
                yield Problem(f"to[{number}]", "mail_no_such_field", {"field": key})
        if any(CONTROL.search(text) for text in node["subject"].values()):
            yield Problem("subject", "mail_subject_line")
        for name in ("subject", "body"):
            yield from texts.problems(node[name], form, name)

    def say(self, node: Node, tell: Teller) -> str:
        return tell.listed([*([tell.who(node["who"])] if node.get("who") else []), *(tell.field(key) for key in node.get("to", ()))])

    def run(self, here: Here) -> Outcome:
        found, without = _addresses(here)
        written = {lang: _written(here, lang) for lang in dict.fromkeys(found.values())}
        outgoing.put(here, outgoing.MAIL, [(to, {"to": to, **written[lang]}) for to, lang in found.items()])
        if without:
            here.note("mail_without_address", n=without)
        here.note("mail_put", n=len(found)) if found else here.note("nobody")
        return Go()


def _addresses(here: Here) -> tuple[dict[str, str], int]:
    """Each address once, with the language of whoever reads it, and how many people have none."""
    p = tables.person
    asked = sa.select(p.c.email, p.c.lang).where(p.c.id.in_(people.of(here, here.node.get("who", ())))).order_by(p.c.id)
    rows = here.act.conn.execute(asked).all()
    found = {row.email: row.lang for row in rows if row.email}
    for key in here.node.get("to", ()):
        value = valued.of(here, key)
        if value:
            found.setdefault(str(value), here.act.by.lang)
    return {to: lang for to, lang in found.items() if is_address(to)}, sum(not row.email for row in rows)


def _written(here: Here, lang: str) -> dict[str, str]:
    """Subject and text in one language; what fields hold never ends the line of the subject."""
    subject = CONTROL.sub(" ", texts.render(here, here.node["subject"], lang))
    return {"subject": re.sub(r" {2,}", " ", subject).strip()[:LONGEST], "text": texts.render(here, here.node["body"], lang)}
