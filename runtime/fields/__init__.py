"""Every field type, in the order of the designer's palette; to add one, add its file and one line here."""

from __future__ import annotations

from runtime.fields.base import FieldType
from runtime.fields.choice import Choice
from runtime.fields.choices import Choices
from runtime.fields.code import Code
from runtime.fields.date import Date
from runtime.fields.datetime import Datetime
from runtime.fields.email import Email
from runtime.fields.file import File
from runtime.fields.link import Link
from runtime.fields.long_text import LongText
from runtime.fields.money import Money
from runtime.fields.number import Number
from runtime.fields.percent import Percent
from runtime.fields.person import Person
from runtime.fields.phone import Phone
from runtime.fields.region import Region
from runtime.fields.tags import Tags
from runtime.fields.text import Text
from runtime.fields.yes_no import YesNo
from runtime.registry import Registry

FIELD_TYPES: Registry[FieldType] = Registry(
    "field type",
    Text(),
    LongText(),
    Number(),
    Money(),
    Percent(),
    Date(),
    Datetime(),
    Choice(),
    Choices(),
    Phone(),
    Email(),
    YesNo(),
    Code(),
    Tags(),
    Person(),
    Link(),
    Region(),
    File(),
)
