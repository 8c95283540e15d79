"""Sentences about publishing with care: many who move, a later hour, what still uses it."""

from runtime.words import Words

CODES = {
    "many_move": Words("会有 {n} 位以上的客户换组，超过五分之一或 500 位。确定的话带上 sure 再发布一次。", "{n} customers or more would change group: over a fifth, or over 500. If you mean it, send it again with “sure”."),
    "schedule_when": Words("选一个现在以后、一年以内的时间。", "Choose a time from now on and within a year."),
    "nothing_scheduled": Words("没有定时发布在等，可能刚刚发布了。", "Nothing is scheduled; it may just have been published."),
    "schedule_left": Words("定时的人已经不能搭建了。", "Whoever scheduled it may no longer build."),
    "schedule_overtaken": Words("在那之前已经发布了别的版本（现在是第 {now} 版）。", "Another version was published before (now {now})."),
}
