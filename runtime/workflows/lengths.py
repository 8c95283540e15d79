"""How long something took, in a word that fits into a sentence."""

from __future__ import annotations

from runtime.words import Words

SHORT = Words("不到 1 分钟", "under a minute")
# seconds in one, from how many seconds on one speaks of it
UNITS = (
    (86_400, 2 * 86_400, Words("{n} 天", "{n} days")),
    (3_600, 5_400, Words("{n} 小时", "{n} hours")),
    (60, 60, Words("{n} 分钟", "{n} minute|{n} minutes")),
)


def length(seconds: int) -> Words:
    """Seconds as 3.2 小时 in both languages."""
    for size, least, words in UNITS:
        if seconds >= least:
            n = round(seconds / size, 0 if size == 60 else 1)
            told = int(n) if n == int(n) else n
            return Words(words.say("zh", n=told), words.say("en", n=told))
    return SHORT
