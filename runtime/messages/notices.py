"""What the bell tells: the sentence of `tell(…, code, …)` stands here as `notice_<code>`."""

from runtime.words import Words

CODES = {
    "no_such_notice": Words("这条消息已经不在了。", "This notice is no longer there."),
}
