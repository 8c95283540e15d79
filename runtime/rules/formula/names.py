"""Field names inside a formula's text: stored by key, shown by label, told apart by braces."""

from __future__ import annotations

from collections.abc import Callable

from runtime.rules.formula.tokens import FIELD, NAME, SIGN, Token, tokens
from runtime.rules.formula.wrong import Wrong

# What the system keeps of a record and a formula may read; when it was last changed would change with every look.
SYSTEM = ("$id", "$created_at")


def renamed(text: str, name: Callable[[str], str]) -> str:
    """The text with every field's name put in other words; a text that cannot be read stays as it is."""
    try:
        found = tokens(text)
    except Wrong:
        return text
    out, last = [], 0
    for at, token in enumerate(found):
        if _is_field(token, found[at + 1] if at + 1 < len(found) else None):
            out += [text[last : token.at], "{", name(token.text), "}"]
            last = token.end
    return "".join([*out, text[last:]])


def _is_field(token: Token, after: Token | None) -> bool:
    if token.kind != NAME:
        return token.kind == FIELD and bool(token.text)
    called = after is not None and after.kind == SIGN and after.text == "("
    return not called and token.text.upper() not in ("TRUE", "FALSE")
