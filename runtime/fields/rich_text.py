"""Text with a little form: bold, italic, lists, links. What else is in it is taken out before it is kept."""

from __future__ import annotations

import re
from html import escape, unescape
from typing import Any

import nh3
import sqlalchemy as sa

from runtime.fields.base import FieldType, Names, Refused, Settings, Value
from runtime.fields.folded import check_length
from runtime.fields.setting import properties, setting
from runtime.fields.typed import blank, cell_text, clean
from runtime.fold import fold
from runtime.sql.types import BinaryText
from runtime.words import Words

_TAGS = {"p", "br", "strong", "b", "em", "i", "u", "s", "ul", "ol", "li", "a", "blockquote"}
_MARKUP = re.compile(r"</?(?:p|br|div|strong|b|em|i|u|s|ul|ol|li|a|blockquote|span|h[1-6])(?:\s[^<>]*)?/?>", re.IGNORECASE)
_ENDS = re.compile(r"</(?:p|li|blockquote)>|<br>", re.IGNORECASE)


def sanitised(html: str) -> str:
    """HTML with nothing but the tags above; links lead to the web, to mail or to a phone, and give nothing away."""
    html = re.sub(r"<(/?)div\b[^<>]*>", r"<\1p>", html, flags=re.IGNORECASE)
    html = nh3.clean(
        html, tags=_TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto", "tel"}, link_rel="noopener noreferrer"
    )
    return re.sub(r"<p>(?:<br>|\s|&nbsp;)*</p>", "", html).strip()


def plain(html: str) -> str:
    """The words alone, a line for each paragraph and each item."""
    text = unescape(nh3.clean(_ENDS.sub("\n", html), tags=set()))
    return "\n".join(line.strip() for line in text.replace("\xa0", " ").splitlines() if line.strip())


class RichText(FieldType):
    """Kept as HTML beside its words without letter case, by which it is searched and compared."""

    name = "rich_text"
    label = Words("富文本", "Rich text")
    icon = "text-size"
    shelf = "more"
    template = "fields/rich_text.html"
    searchable = True
    retold = False
    settings = properties(
        maxLength=setting("integer", 20_000, "最多字数（含格式）", "Most characters, markup included", minimum=100, maximum=100_000)
    )
    samples = ("一行也行", "两行\n<b>不是</b>两段", "<p>Delivery on <strong>Mondays</strong></p>", "<ul><li>冷链</li><li>a &lt; b</li></ul>",
               '<p><a href="https://example.com">报价</a></p>', "1 < 2 & 3")  # fmt: skip
    nonsense = ("长" * 20_001, ["a"], 5, True, "\udfff")

    def schema(self, settings: Settings) -> dict[str, Any]:
        return {"type": "string", "minLength": 1, "maxLength": self.setting(settings, "maxLength")}

    def columns(self, name: str, settings: Settings) -> list[sa.Column[Any]]:
        return [sa.Column(name, BinaryText), sa.Column(f"{name}_k", BinaryText)]

    def parse(self, typed: Any, settings: Settings, names: Names) -> Value:
        if blank(typed):
            return None
        if not isinstance(typed, str):
            raise Refused("not_text")
        text = clean(typed, lines=True)
        if not _MARKUP.search(text):
            text = "".join(f"<p>{escape(line, quote=False)}</p>" for line in text.split("\n") if line.strip())
        html = sanitised(text)
        return check_length(html, 0, self.setting(settings, "maxLength")) if plain(html) else None

    def store(self, name: str, value: Value, settings: Settings) -> dict[str, Any]:
        return {name: value, f"{name}_k": None if value is None else fold(plain(value))}

    def bind(self, value: Any, settings: Settings) -> Any:
        if not isinstance(value, str):
            raise Refused("not_text")
        return fold(value)

    def words(self, value: Value) -> str:
        return plain(value)

    def show(self, value: Value, settings: Settings, names: Names) -> str:
        return "" if value is None else plain(value)

    def typed(self, value: Value, settings: Settings, names: Names) -> Any:
        return value or ""

    def to_cell(self, value: Value, settings: Settings, names: Names) -> Any:
        # Words alone are nicer to read; where they would lose what is bold or listed, the markup goes along.
        text = plain(value) if value else None
        return text if text is None or self.parse(text, settings, names) == value else value

    def from_cell(self, cell: Any, settings: Settings, names: Names) -> Value:
        return self.parse(cell_text(cell), settings, names)
