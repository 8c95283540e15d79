"""The short way to write a Chinese mobile number says what the big book says."""

from __future__ import annotations

import phonenumbers
from hypothesis import given
from hypothesis import strategies as st

from runtime.fields.phones import written_at_home


@given(st.integers(10_000_000_000, 19_999_999_999))
def test_a_mobile_number_is_written_as_the_book_writes_it(number: int) -> None:
    kept = f"+86{number}"
    parsed = phonenumbers.parse(kept)
    home = phonenumbers.region_code_for_number(parsed) == "CN"
    way = phonenumbers.PhoneNumberFormat.NATIONAL if home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    assert written_at_home(kept, "CN", "zh") == phonenumbers.format_number(parsed, way)
