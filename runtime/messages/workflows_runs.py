"""What seeing and steering runs say: lines of the log, and why an act on a run is refused."""

from runtime.words import Words

CODES = {
    "run_waited": Words("等了 {span}，接着往下走", "Went on after {span}"),
    "run_retried": Words("让它从这一步再试一次", "Tried again from this step"),
    "run_skipped": Words("跳过了这一步", "Passed over this step"),
    "run_cancelled": Words("取消了这次运行", "Cancelled this run"),
    "run_nothing_failed": Words("这次运行没有停在哪一步，不用再试", "This run has not stopped at any step: there is nothing to try again"),
    "run_moved_on": Words("它已经不在这一步了", "The run is not at this step any more"),
    "run_over": Words("这次运行已经结束了", "This run has ended"),
}
