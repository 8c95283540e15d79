"""An e-mail address."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from email_validator import EmailNotValidError, validate_email

from runtime.fields.base import FieldType, Names, Refused, Settings, Value
from runtime.fields.typed import blank, short, written
from runtime.fold import fold
from runtime.sql.types import BinaryText
from runtime.words import Words

# The part before @ of nearly every address; whatever looks otherwise is read by the library from end to end.
USUAL = re.compile(r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*")
LOCAL, WHOLE = 64, 254


@lru_cache(maxsize=2_000)
def domain_of(text: str) -> str | None:
    """The part after @ as it is kept, or None where it is no domain; many addresses share one."""
    try:
        return validate_email(f"a@{text}", check_deliverability=False).domain
    except EmailNotValidError:
        return None


def address(text: str) -> str:
    """An address as it is kept; raises EmailNotValidError."""
    before, _, after = text.partition("@")
    if len(before) <= LOCAL and len(text) <= WHOLE and after.isascii() and USUAL.fullmatch(before):
        domain = domain_of(after)
        if domain is not None:
            return f"{before}@{domain}"
    return validate_email(text, check_deliverability=False).normalized


class Email(FieldType):
    """Its form is checked, its existence is not; the part after @ is lower-cased."""

    name = "email"
    label = Words("邮箱", "Email")
    icon = "mail"
    template = "fields/email.html"
    searchable = True
    mailed = True
    samples = ("wang@muyang.cn", "Li.Wei@Example.COM", "ｗａｎｇ＠muyang.cn", "a+b@mail.example.org")
    nonsense = ("wang", "wang@", "@muyang.cn", "a b@muyang.cn", "a@b@c.cn", 5, ["wang@muyang.cn"])

    def schema(self, settings: Settings) -> dict[str, Any]:
        return {"type": "string", "format": "idn-email", "maxLength": 254}

    def columns(self, name: str, settings: Settings) -> list[sa.Column[Any]]:
        return [sa.Column(name, BinaryText), sa.Column(f"{name}_k", BinaryText)]

    def parse(self, typed: Any, settings: Settings, names: Names) -> Value:
        if blank(typed):
            return None
        try:
            return address(written(typed, "not_an_email"))
        except EmailNotValidError:
            raise Refused("not_an_email", text=short(typed)) from None

    def store(self, name: str, value: Value, settings: Settings) -> dict[str, Any]:
        return {name: value, f"{name}_k": None if value is None else fold(value)}

    def bind(self, value: Any, settings: Settings) -> Any:
        return fold(written(value, "not_text"))
