"""Forms as large as they may be open and are edited; what is larger is refused in a sentence."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from benchmarks import wide_form
from builder import apps
from builder.publish.apply import publish_set
from runtime.definitions.checks import check, shape
from runtime.definitions.whole import Whole
from runtime.messages import say
from tests.web import Person, Site

MOST = 400
FORM = "/build/wide/forms/wide/"


@pytest.fixture
def builder(site: Site) -> Person:
    """Somebody with a form of as many fields as there may be."""
    with site.database.write() as conn:
        app = apps.create(conn, {"zh": "大表", "en": "Wide"})
        publish_set(conn, app.id, [("form", wide_form.body(MOST))], site.actor().by)
    return site.person()


def test_the_largest_form_is_sound() -> None:
    assert check("form", wide_form.body(MOST), Whole()) == []


def test_it_opens_and_is_edited_and_one_field_more_is_refused(builder: Person) -> None:
    assert 'id="ff-k399"' in builder.text(FORM)
    asked: dict[str, Any] = {"sel": "k5", "look": "", "revision": _revision(builder)}
    named = builder.htmx("POST", f"{FORM}edit", {**asked, "act": "set", "id": "k5", "name": "label.zh", "value": "邮箱"})
    assert named.status_code == 200 and "邮箱" in named.get_data(as_text=True)
    asked["revision"] = _revision(builder)
    refused = builder.htmx("POST", f"{FORM}edit", {**asked, "act": "add", "kind": "text"})
    assert refused.status_code == 422 and "最多 400 个字段" in json.loads(refused.headers["HX-Trigger"])["toast"]["text"]


def _revision(builder: Person) -> str:
    found = re.search('name="revision" value="([^"]+)"', builder.text(FORM))
    assert found is not None
    return found[1]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_is_too_large_is_said_with_both_numbers(lang: str) -> None:
    many: Any = wide_form.body(MOST)
    many["x-fenzu"]["logic"] = [{**many["x-fenzu"]["logic"][0], "key": f"r{n}"} for n in range(5_000)]
    long: Any = wide_form.body(20)
    long["properties"]["name"]["x-fenzu"]["label"]["en"] = "x" * 501
    for body, path, numbers in (
        (wide_form.body(1_000), "properties", ("400", "1,000")),
        (many, "x-fenzu.logic", ("200", "5,000")),
        (long, "properties.name.x-fenzu.label.en", ("500", "501")),
    ):
        found = {problem.path: say(problem, lang) for problem in shape("form", body)}
        assert all(number in found[path] for number in numbers), found


def test_why_something_large_is_wrong_is_said_and_not_cut_off() -> None:
    body: Any = wide_form.body(50)
    body["properties"]["name"]["oneOf"] = {json.dumps(list(range(400))): 1}
    said = [problem.params["detail"] for problem in shape("form", body) if problem.path == "properties.name.oneOf"]
    assert said and all(len(each) < 400 and 'not of type "array"' in each for each in said)
