"""Every field type, in the order of the designer's palette; to add one, add its file and one line here."""

from __future__ import annotations

from runtime.fields.auto_number import AutoNumber
from runtime.fields.barcode import Barcode
from runtime.fields.base import FieldType
from runtime.fields.cascade import Cascade
from runtime.fields.choice import Choice
from runtime.fields.choices import Choices
from runtime.fields.code import Code
from runtime.fields.colour import Colour
from runtime.fields.company_code import CompanyCode
from runtime.fields.consent import Consent
from runtime.fields.date import Date
from runtime.fields.date_range import DateRange
from runtime.fields.datetime import Datetime
from runtime.fields.department import Department
from runtime.fields.duration import Duration
from runtime.fields.email import Email
from runtime.fields.file import File
from runtime.fields.formula import Formula
from runtime.fields.id_number import IdNumber
from runtime.fields.image import Image
from runtime.fields.link import Link
from runtime.fields.links import Links
from runtime.fields.location import Location
from runtime.fields.long_text import LongText
from runtime.fields.lookup import Lookup
from runtime.fields.money import Money
from runtime.fields.number import Number
from runtime.fields.people import People
from runtime.fields.percent import Percent
from runtime.fields.person import Person
from runtime.fields.phone import Phone
from runtime.fields.rating import Rating
from runtime.fields.region import Region
from runtime.fields.rich_text import RichText
from runtime.fields.rollup import Rollup
from runtime.fields.rows import Rows
from runtime.fields.scale import Scale
from runtime.fields.signature import Signature
from runtime.fields.slider import Slider
from runtime.fields.system import System
from runtime.fields.tags import Tags
from runtime.fields.text import Text
from runtime.fields.time import Time
from runtime.fields.url import Url
from runtime.fields.yes_no import YesNo
from runtime.registry import Registry

FIELD_TYPES: Registry[FieldType] = Registry(
    "field type",
    Text(),
    LongText(),
    RichText(),
    Number(),
    Money(),
    Percent(),
    Slider(),
    Date(),
    Datetime(),
    Time(),
    DateRange(),
    Duration(),
    Choice(),
    Choices(),
    Cascade(),
    Phone(),
    Email(),
    YesNo(),
    Url(),
    Colour(),
    Barcode(),
    AutoNumber(),
    System(),
    Code(),
    IdNumber(),
    CompanyCode(),
    Rating(),
    Scale(),
    Tags(),
    Consent(),
    Person(),
    People(),
    Department(),
    Link(),
    Links(),
    Rows(),
    Rollup(),
    Lookup(),
    Formula(),
    Region(),
    Location(),
    File(),
    Image(),
    Signature(),
)
