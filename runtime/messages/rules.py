"""Sentences about rules."""

from runtime.words import Words

CODES = {
    "rule_empty": Words("这里还没有条件。没有条件的规则谁也不会选中，先加一条。", "There is no condition here yet. A rule without conditions matches nobody; add one."),
    "rule_too_deep": Words("条件最多套 {limit} 层。可以另存为一个分组再引用。", "Conditions may be nested {limit} levels deep. Save the inner part as a group of its own and refer to it."),
    "rule_too_wide": Words("一层里最多 {limit} 条条件。", "One level takes {limit} conditions at most."),
    "rule_too_long": Words("一条规则最多 {limit} 个条件。可以拆成几个分组再引用。", "A rule takes {limit} conditions at most. Split it into groups and refer to them."),
    "rule_needless_value": Words("「没有填」和「已经填了」不用再给值。", "“Is blank” and “is filled in” take no value."),
    "rule_no_extreme": Words("{field}没有先后大小，不能这样取。", "{field} has no order, so there is no highest or last of it."),
    "rule_retired_field": Words("{field}已经停用，规则里换一个字段。", "{field} is retired; use another field in the rule."),
    "rule_retired_option": Words("{field}的「{value}」已经停用，新记录选不到它。", "“{value}” of {field} is retired; new records cannot have it."),
    "rule_no_such_option": Words("{field}里没有「{value}」。", "{field} has no “{value}”."),
    "rule_me_here": Words("「我」只能用在视图筛选和角色的可见范围里。", "“Me” has a meaning only in view filters and in what a role may see."),
    "rule_no_moment": Words("这些关联记录没有日期，没法只算最近一段时间的。先在它们的表单里加一个日期字段。", "These related records have no date, so the last days cannot be told apart. Add a date field to their form first."),
    "rule_xor": Words("不支持「只满足其中一条」（xor），换成全部或任意一条。", "“Exactly one of” (xor) is not supported; use all or any."),
    "rule_loose": Words("每两条之间各写并且或者的规则读不准，先用分组括起来。", "A rule with its own and/or between every two conditions is ambiguous; put them into groups first."),
    "rule_muted": Words("这里有被静音的条件，删掉它或者打开它。", "A condition here is muted; delete it or switch it on."),
    "rule_bad_shape": Words("这部分规则读不懂。", "This part of the rule cannot be read."),
    "rule_no_operator": Words("{field}不能这样比较：{operator}。", "{field} cannot be compared like this: {operator}."),
    "rule_no_value": Words("{field}还缺一个要比较的值。", "{field} still needs a value to compare with."),
    "rule_bad_value": Words("「{value}」不是{field}能有的值。", "“{value}” is not a value {field} can have."),
    "rule_no_circle": Words(
        "{field}要和一个圆比：先写纬度和经度，再写多远，比如 31.2304, 121.4737 5 公里。",
        "Compare {field} with a circle: latitude, longitude and how far, for example 31.2304, 121.4737 5 km.",
    ),
    "rule_no_list": Words("至少选一个值，最多 500 个。", "Choose at least one value, 500 at most."),
    "rule_no_pair": Words("「在两者之间」要有两个值。", "“Between” needs two values."),
    "rule_bad_date": Words("「{value}」不是日期。", "“{value}” is not a date."),
    "rule_bad_span": Words("填一个天数、周数、月数或年数。", "Give a number of days, weeks, months or years."),
    "rule_other_kind": Words("{field}和{other}不是一类字段，不能互相比较。", "{field} and {other} are different kinds of field and cannot be compared."),
    "rule_bad_agg": Words("这条合计或计数没有写完整。", "This total or count is not complete."),
    "rule_no_sum": Words("{field}不能合计。", "{field} cannot be added up."),
    "rule_bad_match": Words("这条关联条件没有写完整。", "This condition on related records is not complete."),
    "no_such_inverse": Words("没有叫「{name}」的关联记录。", "There are no related records called “{name}”."),
}
