"""Sentences that belong to no single area."""

from runtime.words import Words

CODES = {
    "not_found": Words("找不到这一项，可能已经删掉了，或者你没有权限看。", "Not found. It may have been deleted, or you may not be allowed to see it."),
    "denied": Words("你没有权限做这件事。可以找管理员开通。", "You are not allowed to do this. An administrator can grant it."),
    "conflict": Words("别人刚刚改过这里。看看两边的内容，再选一个。", "Someone has just changed this. Compare both versions and choose one."),
    "busy": Words("现在有点忙，过几秒再试。", "Busy right now. Try again in a few seconds."),
}
