"""Which process holds a job, in words that tell the living from the dead on this machine."""

from __future__ import annotations

import hashlib
import os
import platform
import secrets
import sys
import uuid
from functools import cache
from pathlib import Path

PROC = Path("/proc")


def new_owner() -> str:
    """A name for one claim: machine, process, when the process started, and a part nobody else has."""
    pid = os.getpid()
    return f"{machine()}:{pid}:{started(pid)}:{secrets.token_hex(6)}"


@cache
def machine() -> str:
    """This boot of this machine, or of this container: process numbers mean something only inside it."""
    parts = [platform.node(), str(uuid.getnode())]
    for path in (PROC / "sys/kernel/random/boot_id", PROC / "self/ns/pid"):
        try:
            parts.append(os.readlink(path) if path.is_symlink() else path.read_text().strip())
        except OSError:
            parts.append("")
    return hashlib.sha256(" ".join(parts).encode()).hexdigest()[:16]


def started(pid: int) -> str:
    """When a process started, in ticks since boot, which tells a reused number; "" where the system does not say."""
    try:
        stat = (PROC / str(pid) / "stat").read_text()
    except OSError:
        return ""
    return stat.rpartition(")")[2].split()[19]


def dead(owner: str) -> bool:
    """True only when the owner certainly died: it ran on this machine and is gone. In doubt its lease decides."""
    where, pid, start, _ = owner.split(":")
    if where != machine():
        return False
    if start:
        return started(int(pid)) != start or _zombie(int(pid))
    return _gone(int(pid))


def _zombie(pid: int) -> bool:
    """Killed, but its parent has not looked yet."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except OSError:
        return True


def _gone(pid: int) -> bool:
    """Without /proc: a signal that does nothing finds out; Windows would end the process by it, so it is not asked."""
    if sys.platform == "win32":
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except OSError:
        return False
    return False
