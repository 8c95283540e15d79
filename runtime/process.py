"""How the program's one process runs: little memory, and short turns for everybody."""

from __future__ import annotations

import contextlib
import ctypes
import gc
import sys

# A job that computes would hold back every answer for 5 ms at each of its steps in the database; half of one will do.
TURN_SECONDS = 0.0005
# mallopt's name for "at most so many arenas" (glibc's malloc.h).
M_ARENA_MAX = -8


def prepare() -> None:
    """Before the first thread begins.

    glibc gives each thread a heap of its own, and none of them ever shrinks: with eight threads and jobs that is a
    third of what the server takes. Python lets one thread compute at a time anyway, so two heaps are enough.
    """
    sys.setswitchinterval(TURN_SECONDS)
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):  # another C library has neither the name nor the habit
            ctypes.CDLL(None).mallopt(M_ARENA_MAX, 2)


def ready() -> None:
    """After the application is built: what stays for good is no longer looked through for garbage."""
    gc.collect()
    gc.freeze()
