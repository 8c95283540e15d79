"""A formula's text as a tree: comparison, then `&`, then + and -, then * and /, then a sign, then %."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from runtime.rules.formula.tokens import END, FIELD, NAME, NUMBER, SIGN, TEXT, Token, tokens
from runtime.rules.formula.tree import Call, Constant, Node, Ref
from runtime.rules.formula.wrong import Wrong

DEEPEST, MOST, DIGITS, DECIMALS = 30, 300, 15, 6
LEVELS = (("=", "<>", "<", "<=", ">", ">="), ("&",), ("+", "-"), ("*", "/"))


@lru_cache(maxsize=2_000)
def parse(text: str) -> Node:
    """The tree of a formula, a leading `=` passed over; raises Wrong at the place it goes wrong."""
    work = _Parser(text)
    if work.now.kind == END:
        raise Wrong("formula_empty", 0, 0)
    if work.now.text == "=" and work.now.kind == SIGN:
        work.step()
    found = work.level(0)
    if work.now.kind != END:
        raise Wrong("formula_extra", work.now.at, work.now.end, text=work.now.text)
    return found


class _Parser:
    """One way through the tokens, with what is left counted."""

    def __init__(self, text: str) -> None:
        self.tokens, self.place, self.depth, self.count = tokens(text), 0, 0, 0

    @property
    def now(self) -> Token:
        return self.tokens[self.place]

    def step(self) -> Token:
        found = self.now
        self.place += 1
        return found

    def sign(self, *signs: str) -> bool:
        return self.now.kind == SIGN and self.now.text in signs

    def made(self, node: Node) -> Node:
        self.count += 1
        if self.count > MOST:
            raise Wrong("formula_large", node.at, node.end, most=MOST)
        return node

    def level(self, number: int) -> Node:
        """Everything that binds at least as tightly as a level of signs."""
        if number == len(LEVELS):
            return self.signed()
        left = self.level(number + 1)
        while self.sign(*LEVELS[number]):
            name = self.step().text
            right = self.level(number + 1)
            left = self.made(Call(left.at, right.end, name, (left, right)))
        return left

    def signed(self) -> Node:
        self.depth += 1
        if self.depth > DEEPEST:
            raise Wrong("formula_deep", self.now.at, self.now.end, most=DEEPEST)
        if self.sign("-", "+"):
            first = self.step()
            inner = self.signed()
            found = inner if first.text == "+" else self.made(Call(first.at, inner.end, "-", (inner,)))
        else:
            found = self.part()
            while self.sign("%"):
                found = self.made(Call(found.at, self.step().end, "%", (found,)))
        self.depth -= 1
        return found

    def part(self) -> Node:
        token = self.step()
        if token.kind == NUMBER:
            return self.made(Constant(token.at, token.end, _number(token)))
        if token.kind == TEXT:
            return self.made(Constant(token.at, token.end, token.text))
        if token.kind == FIELD or (token.kind == NAME and not self.sign("(")):
            return self.made(self.named(token))
        if token.kind == NAME:
            return self.call(token)
        if token.kind == SIGN and token.text == "(":
            found = self.level(0)
            self.close(token)
            return found
        raise Wrong("formula_missing", token.at, token.end)

    def named(self, token: Token) -> Node:
        if token.kind == NAME and token.text.upper() in ("TRUE", "FALSE"):
            return Constant(token.at, token.end, token.text.upper() == "TRUE")
        if not token.text:
            raise Wrong("formula_no_name", token.at, token.end)
        return Ref(token.at, token.end, token.text)

    def call(self, name: Token) -> Node:
        opened, parts = self.step(), []
        while not self.sign(")"):
            parts.append(self.level(0))
            if not self.sign(","):
                break
            self.step()
            if self.sign(")"):
                raise Wrong("formula_missing", self.now.at, self.now.end)
        end = self.close(opened)
        return self.made(Call(name.at, end, name.text.upper(), tuple(parts)))

    def close(self, opened: Token) -> int:
        if not self.sign(")"):
            raise Wrong("formula_open", opened.at, opened.end)
        return self.step().end


def _number(token: Token) -> Decimal:
    """A number as it was written; spreadsheets keep 15 digits and so do we."""
    whole, _, part = token.text.partition(".")
    if len(whole.lstrip("0")) + len(part) > DIGITS or len(part) > DECIMALS:
        raise Wrong("formula_digits", token.at, token.end, digits=DIGITS, decimals=DECIMALS)
    return Decimal(f"{whole or '0'}.{part or '0'}")
