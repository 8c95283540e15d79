"""Sentences about long work."""

from runtime.words import Words

CODES = {
    "job_failed": Words("这件事没做完，中途出了错。已经做好的部分还在，可以再试一次。", "This did not finish because something went wrong. What was done so far is kept; you can try again."),
    "job_keeps_stopping": Words("这件事试了几次都中断了，先停下来。请管理员看一下日志。", "This was interrupted several times, so it has been stopped. Ask an administrator to look at the log."),
}
