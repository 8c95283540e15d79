"""What workflows say that begin by the clock."""

from runtime.words import Words

CODES = {
    "no_such_date": Words("「{field}」不是可以等的日期", "“{field}” is not a date to wait for"),
    "date_has_no_hours": Words("「{field}」只有日期没有时间，提前或之后按天、周、月算", "“{field}” has days and no hours: count in days, weeks or months"),
    "yearly_needs_day": Words("「{field}」带时间，不能每年都算；换一个日期字段", "“{field}” is a moment and does not come back every year; use a date"),
    "clock_when_missing": Words("说清楚什么时候跑", "Say when it runs"),
    "schedule_rule_without_each": Words("写了条件，就要给每条符合的记录各跑一次", "With a condition there must be one run for each record that fits"),
    "notice_schedule_too_many": Words("流程「{workflow}」到点要跑的记录太多，这次只跑了 {n} 条", "The workflow “{workflow}” had too many records at once; it ran for {n} of them"),
}
