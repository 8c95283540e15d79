"""What the test run of a workflow says."""

from runtime.words import Words

CODES = {
    "trial_too_long": Words("试到第 {n} 步先停下：步骤太多，或用了太久", "The test run stopped after {n} step: too many, or too slow|The test run stopped after {n} steps: too many, or too slow"),
    "trial_stumbled": Words("这一步出了意外", "Something unforeseen happened in this step"),
    "trial_whom": Words("先选拿谁来试", "First choose whom to try it with"),
    "trial_gone": Words("这条记录不在了，换一条", "This record is no longer there; choose another"),
}
