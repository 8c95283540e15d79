"""Pictures: the shop front, a business card, goods that arrived damaged."""

from __future__ import annotations

from typing import Any

from runtime.fields.base import Refused, Settings
from runtime.fields.file import File
from runtime.fields.setting import properties, setting
from runtime.words import Words

MEGABYTE = 1 << 20


class Image(File):
    """Files that really are pictures, whatever they are called; shown small where they stand."""

    name = "image"
    label = Words("图片", "Pictures")
    icon = "photo"
    template = "fields/image.html"
    settings = properties(
        maxItems=setting("integer", 5, "最多几张", "Most pictures", minimum=1, maximum=20),
        size=setting("integer", 10, "每张最大几 MB", "Largest, in MB", minimum=1, maximum=20),
    )

    def admit(self, name: str, mime: str | None, settings: Settings) -> None:
        if mime is None:
            raise Refused("not_a_picture", name=name)

    def largest(self, settings: Settings) -> int:
        most: Any = self.setting(settings, "size")
        return int(most) * MEGABYTE
