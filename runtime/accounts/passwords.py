"""Passwords: stored as argon2id digests, checked in the same time whether or not the login exists."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from runtime.errors import Problem

SHORTEST = 8
LONGEST = 200  # a longer text only costs the server time
HASHER = PasswordHasher()


def check(password: str) -> list[Problem]:
    """What is wrong with a new password."""
    if len(password) < SHORTEST:
        return [Problem("password", "password_short", {"n": SHORTEST})]
    if len(password) > LONGEST:
        return [Problem("password", "password_long", {"n": LONGEST})]
    return []


def digest(password: str) -> str:
    """What is stored instead of the password; salted, so never twice the same."""
    return HASHER.hash(password)


def matches(stored: str | None, given: str) -> bool:
    """Whether the password is right; without a stored one the same work is done and the answer is no."""
    try:
        HASHER.verify(stored or _nobody(), given[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def outdated(stored: str) -> bool:
    """Whether a digest was made with weaker settings than today's."""
    return HASHER.check_needs_rehash(stored)


@cache
def _nobody() -> str:
    """A digest nobody's password has, so that an unknown login takes as long as a known one."""
    return HASHER.hash("nobody signs in with this")
