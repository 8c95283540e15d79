"""How often one address may try; kept in memory, per process."""

from __future__ import annotations

from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

limiter = Limiter(get_remote_address, storage_uri="memory://", headers_enabled=False, default_limits=[])
_STEADY = FixedWindowRateLimiter(MemoryStorage())


def often(what: str, *most: str) -> bool:
    """Whether the address that asks has done this too often, such as `often("sign", "20 per minute")`; the try counts."""
    where = (what, get_remote_address())
    return not all([_STEADY.hit(parse(each), *where) for each in most])


def forgive() -> None:
    """Forget who did what how often."""
    _STEADY.storage.reset()
