"""What every test would work out anew with the same result is worked out once a process: compiled templates and addresses. Passwords of
tests are kept as cheaply as argon2 can; REAL_HASHER is what the program itself uses."""

from __future__ import annotations

from collections.abc import Callable
from types import CodeType
from typing import Any, ClassVar

from argon2 import PasswordHasher
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

from runtime.accounts import passwords

REAL_HASHER = passwords.HASHER


class Templates(BytecodeCache):
    """Compiled templates in memory, as long as their text stays the same."""

    def __init__(self) -> None:
        self.kept: dict[str, tuple[str, CodeType]] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        checksum, code = self.kept.get(bucket.key, (None, None))
        bucket.code = code if checksum == bucket.checksum else None

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self.kept[bucket.key] = bucket.checksum, bucket.code


class Address(Rule):
    """A rule of addresses; the function that writes them is compiled once for all applications. It asks the rule for its converters."""

    kept: ClassVar[dict[Any, Callable[..., tuple[str, str]]]] = {}

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        key = self.rule, tuple(self._trace), repr(self.defaults), append_unknown
        if key not in self.kept:
            self.kept[key] = super()._compile_builder(append_unknown)
        return self.kept[key]


def prepare() -> None:
    """From now on, in this process."""
    Flask.url_rule_class = Address
    Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": Templates()}
    passwords.HASHER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
