"""What texts may name in a workflow that a comment begins: its words as they are now, and who wrote it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from runtime.records import comments
from runtime.words import Words
from runtime.workflows.base import Here
from runtime.workflows.wording import SAID

COMMENT = "comment"  # in a run's detail: the number of the comment that began it
NAMES: Mapping[str, Words] = SAID
_NAMED = re.compile(r"\{\s*(" + "|".join(map(re.escape, NAMES)) + r")\s*\}")


def value(here: Here, key: str) -> str:
    """One of these as a text; "" where the comment is deleted. A test run takes the newest comment of its record."""
    number = here.run.detail.get(COMMENT) or (_newest(here) if here.trial else None)
    text, by = comments.text_of(here.act.conn, number) if number else ("", None)
    return text if key == "$comment" else here.act.names.person(by) if by else ""


def _newest(here: Here) -> int | None:
    run, app = here.run, here.act.app
    found = comments.newest(here.act.conn, app.form(run.form).id, run.record, limit=1) if run.record else []
    return found[0].id if found else None


def named(node: Mapping[str, Any]) -> set[str]:
    """Which of these the texts of a step name, those of steps inside it apart."""
    return {found[1] for name, given in node.items() if name != "branches" for text in _texts(given) for found in _NAMED.finditer(text)}


def _texts(given: Any) -> list[str]:
    inner = given.values() if isinstance(given, Mapping) else given if isinstance(given, list) else ()
    return [given] if isinstance(given, str) else [text for one in inner for text in _texts(one)]
