"""Reading and writing telephone numbers, for the phone field."""

from __future__ import annotations

import re
from functools import lru_cache

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

_MOBILE = re.compile(r"(?:\+?86)?(1[3-9]\d{9})", re.ASCII)
# A mobile number as it is kept, of a series in use: all of these are written in the same three pieces.
_KEPT = re.compile(r"\+861(?:[38]\d|5[0-35-9]|7[0-35-8]|9[0-35-9])\d{8}", re.ASCII)
_EXTENSION = re.compile(
    r"\s*(?:转分机|分机|转|ext\.?|x|;ext=|#)\s*[:：]?\s*(\d{1,7})$|(?<=\d{7})-(\d{1,6})$", re.ASCII | re.IGNORECASE
)


@lru_cache(maxsize=5_000)
def e164(text: str, region: str) -> str | None:
    """A typed number in the one form in which it is kept, `+8651282756633;ext=801`; None when it is no number."""
    found = _EXTENSION.search(text)
    main = text[: found.start()] if found else text
    if re.search(r"[^\d\s()+./-]", main, re.ASCII):
        return None
    try:
        number = phonenumbers.parse(main, region)
    except NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    extension = f";ext={found[1] or found[2]}" if found else ""
    return phonenumbers.format_number(number, PhoneNumberFormat.E164) + extension


def mobile(text: str) -> str | None:
    """A Chinese mobile number in its kept form, without asking the big book; None when it is none."""
    found = _MOBILE.fullmatch(re.sub(r"[\s-]", "", text))
    return f"+86{found[1]}" if found else None


@lru_cache(maxsize=5_000)
def written_at_home(value: str, region: str, lang: str) -> str:
    """A kept number as people write it: at home without the country's code; what is no whole number stays as it is."""
    main, _, extension = value.partition(";ext=")
    if region == "CN" and not extension and _KEPT.fullmatch(main):
        return f"{main[3:6]} {main[6:10]} {main[10:]}"
    try:
        number = phonenumbers.parse(main)
    except NumberParseException:
        return value  # part of a number, as a rule or a search holds it
    home = phonenumbers.region_code_for_number(number) == region
    text = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL if home else PhoneNumberFormat.INTERNATIONAL)
    return text + ((" 转 " if lang == "zh" else " ext. ") + extension if extension else "")
