"""What the bell tells: the sentence of `tell(…, code, …)` stands here as `notice_<code>`."""

from runtime.words import Words

CODES = {
    "notice_schedule_done": Words("「{grouping}」已按定时发布，现在是第 {n} 版", "“{grouping}” was published as scheduled; it is version {n} now"),
    "notice_schedule_failed": Words("「{grouping}」到了定时的时间，没能发布：{why}修改还在草稿里，看一眼再发布。", "“{grouping}” could not be published as scheduled: {why} The changes are still in the draft; have a look and publish again."),
    "notice_grouping_frozen": Words("「{grouping}」停在原来的结果上：{why}客户一个都没动。改好规则再发布，就会重新分。", "“{grouping}” stands still: {why} Nobody has moved. Mend the rule and publish; it then groups again."),
    "notice_grouping_alive": Words("「{grouping}」又开始自动分组了", "“{grouping}” groups by itself again"),
    "notice_groups_drifted": Words("夜间核对在「{grouping}」里发现 {n} 处和规则不一致，已经改正", "The nightly check found and put right {n} place in “{grouping}” that did not follow its rules|The nightly check found and put right {n} places in “{grouping}” that did not follow its rules"),
}
