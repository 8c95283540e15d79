"""Every text a person reads exists in both languages, and every error code has its sentence."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from string import Formatter
from typing import Any

from jinja2 import nodes

from runtime.messages import CODES
from runtime.words import Words
from tests.house.source import calls, fixed_text, jinja, python_files, short, templates, tree

ROOMS = [path for path in python_files("", "runtime", "builder") if short(path) != "runtime/words.py"]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
# Half-width punctuation beside a Chinese character.
HALF = re.compile(r"[\u4e00-\u9fff][,;:?!]|[,;?!][\u4e00-\u9fff]")
# What reads the same in every language.
EVERYWHERE = re.compile(r"Fenzu|分组|中文|English|Excel|CSV|JSON|API|Ctrl|Enter|Esc|Alt|Tab|Shift|&\w+;|[A-Z]+-\d+")


def places(text: str) -> set[str]:
    """The names of a text's placeholders, over all its alternatives."""
    return {name.split(".")[0].split("[")[0] for _, name, _, _ in Formatter().parse(text) if name is not None}


def pair_problems(zh: Any, en: Any) -> Iterator[str]:
    """What is wrong with a text given as constants."""
    if not isinstance(zh, str) or not isinstance(en, str):
        return
    if not zh.strip() or not en.strip():
        yield f"lacks a language: {zh!r}, {en!r}"
        return
    if "!" in en or "!" in zh or "！" in zh:
        yield f"shouts: {zh!r}, {en!r}"
    if HALF.search(zh):
        yield f"has half-width punctuation beside Chinese: {zh!r}"
    try:
        if places(zh) - {"n"} != places(en) - {"n"}:
            yield f"fills different values: {sorted(places(zh))} in Chinese, {sorted(places(en))} in English"
    except ValueError as error:
        yield f"is no format text ({error}): {zh!r}, {en!r}"


def constant(node: ast.AST | None) -> Any:
    return node.value if isinstance(node, ast.Constant) else None


def test_every_text_has_both_languages() -> None:
    wrong = []
    for path in ROOMS:
        for call in calls(path, "Words"):
            given = [*call.args, *(keyword.value for keyword in call.keywords)]
            if len(given) == 1 and isinstance(given[0], ast.Starred):
                continue
            if len(given) != 2:
                wrong.append(f"{short(path)}:{call.lineno} gives {len(given)} texts, not two")
                continue
            wrong += [f"{short(path)}:{call.lineno} {what}" for what in pair_problems(*map(constant, given))]
    assert not wrong, "\n".join(wrong)


def test_every_text_of_a_template_has_both_languages() -> None:
    wrong = []
    for path in templates():
        for call in jinja(path).find_all(nodes.Call):
            if not isinstance(call.node, nodes.Name) or call.node.name != "t":
                continue
            if len(call.args) != 2:
                wrong.append(f"{short(path)}:{call.lineno} t() has {len(call.args)} texts, not two")
                continue
            zh, en = (one.value if isinstance(one, nodes.Const) else None for one in call.args)
            wrong += [f"{short(path)}:{call.lineno} {what}" for what in pair_problems(zh, en)]
            given = {keyword.key for keyword in call.kwargs}
            if isinstance(zh, str) and isinstance(en, str) and call.dyn_kwargs is None and given:
                lacking = (places(zh) | places(en)) - given
                wrong += [f"{short(path)}:{call.lineno} t() lacks {name!r}" for name in sorted(lacking)]
    assert not wrong, "\n".join(wrong)


def test_one_and_many_are_told_apart_by_a_number() -> None:
    """A count that was made a text before is never 1: `fill` writes the separators itself."""
    wrong = [
        f"{short(path)}:{call.lineno} t() gets n as a text"
        for path in templates()
        for call in jinja(path).find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name == "t"
        and any(isinstance(one, nodes.Const) and "|" in str(one.value) for one in call.args)
        for given in call.kwargs
        if given.key == "n" and isinstance(given.value, nodes.Call) and isinstance(given.value.node, nodes.Getattr)
        and given.value.node.attr in ("number", "format")
    ]
    assert not wrong, "\n".join(wrong)


def test_no_template_speaks_one_language_only() -> None:
    wrong = [
        f"{short(path)}:{line} {text!r}"
        for path in templates()
        for line, text in fixed_text(path)
        if re.search(r"[A-Za-z]{2,}|[\u4e00-\u9fff]", EVERYWHERE.sub("", text))
    ]
    assert not wrong, "\n".join(wrong)


def given_params(call: ast.Call) -> set[str] | None:
    """The names of the values a Problem or Refused carries; None when they are not written out here."""
    if any(keyword.arg is None for keyword in call.keywords):
        return None
    by_name = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    if ast.unparse(call.func).endswith("Refused"):
        return set(by_name)
    params = call.args[2] if len(call.args) > 2 else by_name.get("params")
    if params is None:
        return set()
    if not isinstance(params, ast.Dict) or not all(isinstance(key, ast.Constant) for key in params.keys):
        return None
    return {str(constant(key)) for key in params.keys}


def code_of(call: ast.Call) -> str | None:
    """The code a Problem or Refused is made with, where it is a constant."""
    at = 0 if ast.unparse(call.func).endswith("Refused") else 1
    by_name = {keyword.arg: keyword.value for keyword in call.keywords}
    found = constant(call.args[at] if len(call.args) > at else by_name.get("code"))
    return found if isinstance(found, str) else None


def test_every_code_has_its_sentence_and_the_values_for_it() -> None:
    wrong = []
    for path in ROOMS:
        for call in calls(path, "Problem", "Refused"):
            code, given = code_of(call), given_params(call)
            if not code:
                continue
            if code not in CODES:
                wrong.append(f"{short(path)}:{call.lineno} '{code}' has no sentence in runtime/messages")
            elif given is not None and (lacking := (places(CODES[code].zh) | places(CODES[code].en)) - given):
                wrong.append(f"{short(path)}:{call.lineno} '{code}' lacks {sorted(lacking)}")
    assert not wrong, "\n".join(wrong)


def test_every_audited_act_has_its_sentence() -> None:
    wrong = []
    for path in ROOMS:
        for call in calls(path, "note"):
            owner = ast.unparse(call.func)
            act = constant(call.args[2]) if owner == "audit.note" and len(call.args) > 2 else None
            if isinstance(act, str) and f"audit_{act}" not in CODES:
                wrong.append(f"{short(path)}:{call.lineno} 'audit_{act}' has no sentence in runtime/messages")
    assert not wrong, "\n".join(wrong)


def test_the_sentences_themselves() -> None:
    wrong = [f"{code}: {what}" for code, words in CODES.items() for what in pair_problems(*words)]
    wrong += [f"{code}: is no Words" for code, words in CODES.items() if not isinstance(words, Words)]
    wrong += [f"{code}: Chinese without Chinese" for code, words in CODES.items() if not CHINESE.search(words.zh)]
    # these two are the names of say()'s own arguments
    reserved = {"lang", "self"}
    wrong += [f"{code}: '{name}' is taken" for code, words in CODES.items() for name in places(words.zh) & reserved]
    assert not wrong, "\n".join(wrong)


def test_every_area_of_messages_gives_its_codes() -> None:
    for path in python_files("runtime/messages"):
        if path.name != "__init__.py":
            names = {ast.unparse(node) for node in ast.walk(tree(path)) if isinstance(node, ast.Name)}
            assert "CODES" in names, short(path)
