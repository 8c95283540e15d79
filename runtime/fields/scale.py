"""A row of numbers to choose one from, such as 0 to 10 for how likely somebody is to recommend us."""

from __future__ import annotations

from runtime.fields.setting import properties, setting
from runtime.fields.whole import Whole
from runtime.words import Words

_TEXT = {"additionalProperties": {"type": "string", "maxLength": 40}}


class Scale(Whole):
    """From 0 or 1 up to at most 10, with words for both ends."""

    name = "scale"
    label = Words("NPS 量表", "NPS scale")
    icon = "gauge"
    shelf = "more"
    template = "fields/scale.html"
    grouped = True
    settings = properties(
        minimum=setting("integer", 0, "从几开始", "First number", minimum=0, maximum=1),
        maximum=setting("integer", 10, "到几为止", "Last number", minimum=3, maximum=10),
        low=setting("object", {"zh": "完全不会", "en": "Not at all"}, "左端的文字", "Words at the left") | _TEXT,
        high=setting("object", {"zh": "非常愿意", "en": "Very much"}, "右端的文字", "Words at the right") | _TEXT,
    )
    samples = ("9", "0", "10", "７", 6)
    nonsense = (*Whole.nonsense, "11", "9/10", 11)
