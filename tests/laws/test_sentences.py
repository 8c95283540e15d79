"""A rule's sentence can be read back in one way only: its brackets and joins say which tree it was, in both languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import pytest
from hypothesis import given

from runtime.rules.describe import leaf, sentence
from runtime.rules.phrases import BLANK_TOO
from runtime.rules.wording import spaced
from runtime.words import LANGUAGES
from tests.runtime.rules_drawn import ANY, trees
from tests.runtime.rules_words import TableWords

Tree = tuple[Any, ...] | str
# What joins conditions as people read it: the loose joins and the tight one, the denial, and the brackets.
SAID = {
    "zh": {"and": "，并且", "or": "，或者", "tight": "且", "not": "不满足", "open": "（", "close": "）"},
    "en": {"and": ",and", "or": ",or", "tight": "and", "not": "doesnotfit", "open": "(", "close": ")"},
}


def bare(text: str) -> str:
    """A text without its spaces and its capital: where a condition stands in a sentence changes nothing else."""
    return re.sub(r"\s", "", text).lower()


def meant(rule: Any, lang: str) -> Tree:
    """The tree a rule is, a group of one being that one; a condition is called by its own sentence."""
    if "rules" not in rule:
        return bare("".join(token.text for token in spaced(leaf(rule, TableWords(lang), lang), lang)))
    parts = tuple(meant(part, lang) for part in rule["rules"])
    inner = parts[0] if len(parts) == 1 else (rule["combinator"], *parts)
    return ("not", inner) if rule.get("not") else inner


def leaves(tree: Tree) -> Iterator[str]:
    if isinstance(tree, str):
        yield tree
    else:
        for part in tree[1:]:
            yield from leaves(part)


def read(text: str, known: frozenset[str], lang: str) -> set[Tree]:
    """Every tree a reader could take a sentence for who knows the conditions but not how they hang together."""
    said, note = SAID[lang], bare(BLANK_TOO.say(lang))

    @lru_cache(None)
    def term(at: int) -> frozenset[tuple[Tree, int]]:
        found: set[tuple[Tree, int]] = {(one, at + len(one)) for one in known if text.startswith(one, at)}
        for word, denied in ((said["open"], False), (said["not"] + said["open"], True)):
            if text.startswith(word, at):
                for inner, end in group(at + len(word)):
                    if text.startswith(said["close"], end):
                        end += len(said["close"])
                        found.add((("not", inner) if denied else inner, end))
                        if denied and text.startswith(note, end):
                            found.add((("not", inner), end + len(note)))
        return frozenset(found)

    def pairs(at: int) -> set[tuple[Tree, int]]:
        """Two conditions that a tight join makes one, as it does between loose ones."""
        return {
            (("and", first, second), last)
            for first, end in term(at) if isinstance(first, str) and text.startswith(said["tight"], end)
            for second, last in term(end + len(said["tight"])) if isinstance(second, str)
        }

    @lru_cache(None)
    def group(at: int) -> frozenset[tuple[Tree, int]]:
        found: set[tuple[Tree, int]] = set(term(at)) | pairs(at)
        for how in ("and", "or"):
            open_ends: list[tuple[tuple[Tree, ...], int]] = [((one,), end) for one, end in term(at) | pairs(at)]
            while open_ends:
                parts, end = open_ends.pop()
                if text.startswith(said[how], end):
                    after = end + len(said[how])
                    longer = [((*parts, one), last) for one, last in term(after) | pairs(after)]
                    open_ends += longer
                    found |= {((how, *more), last) for more, last in longer}
        return frozenset(found)

    return {tree for tree, end in group(0) if end == len(text)}


@pytest.mark.parametrize("lang", LANGUAGES)
@given(rule=trees(ANY))
def test_a_sentence_is_read_back_in_one_way_only(lang: str, rule: Any) -> None:
    tree = meant(rule, lang)
    text = bare(sentence(rule, TableWords(lang), lang))
    assert read(text, frozenset(leaves(tree)), lang) == {tree}, sentence(rule, TableWords(lang), lang)
