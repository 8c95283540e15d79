"""What is said when somebody's work goes to somebody else."""

from runtime.words import Words

CODES = {
    "hand_over_to": Words("选一位在职的同事来接手", "Choose a colleague who is here to take over"),
    "hand_over_busy": Words("上一次交接还没做完，或者已经收回过了", "The last hand-over is still at work, or has been taken back already"),
    "audit_handed_over": Words("把 {subject} 的记录和任务交接给 {to}", "Handed the records and tasks of {subject} over to {to}"),
    "audit_handed_back": Words("收回了 {subject} 的交接", "Took back the hand-over of {subject}"),
}
