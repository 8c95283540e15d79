"""An e-mail address."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from email_validator import EmailNotValidError, validate_email

from runtime.fields.base import FieldType, Names, Refused, Settings, Value
from runtime.fields.typed import blank, short, written
from runtime.fold import fold
from runtime.sql.types import BinaryText
from runtime.words import Words


class Email(FieldType):
    """Its form is checked, its existence is not; the part after @ is lower-cased."""

    name = "email"
    label = Words("邮箱", "Email")
    icon = "mail"
    template = "fields/email.html"
    searchable = True
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
            return validate_email(written(typed, "not_an_email"), check_deliverability=False).normalized
        except EmailNotValidError:
            raise Refused("not_an_email", text=short(typed)) from None

    def store(self, name: str, value: Value, settings: Settings) -> dict[str, Any]:
        return {name: value, f"{name}_k": None if value is None else fold(value)}

    def bind(self, value: Any, settings: Settings) -> Any:
        return fold(written(value, "not_text"))
