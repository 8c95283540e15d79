"""Sentences about a form's logic: what is wrong with it, and what it says to whoever fills the form in."""

from runtime.words import Words

CODES = {
    "logic_own_fields": Words("联动条件只能看这张表单自己的字段。", "A condition of the form’s logic may only look at the form’s own fields."),
    "logic_computed": Words("「{field}」是算出来的，联动条件不能看它。看它用到的字段。", "“{field}” is worked out from others; let the condition look at those instead."),
    "logic_key_twice": Words("两条联动规则用了同一个标识 {key}。", "Two logic rules share the key {key}."),
    "logic_no_action": Words("这条联动规则还没说要做什么。加一个动作，或者把它去掉。", "This logic rule does nothing yet. Add an action, or remove it."),
    "logic_no_words": Words("写一句话，告诉填表的人为什么不能提交。", "Write a sentence that tells people why they cannot submit."),
    "logic_no_target": Words("还没选是哪个字段。", "Choose a field."),
    "logic_gone": Words("联动规则用到了 {field}，可它已经不在表单上了。", "The logic uses {field}, which is no longer on the form."),
    "logic_retired": Words("联动规则用到了「{field}」，可它已经停用了。", "The logic uses “{field}”, which is retired."),
    "logic_system_field": Words("「{field}」由系统填，联动规则只能让它显示或隐藏。", "“{field}” is filled in by the system; logic can only show or hide it."),
    "logic_cannot_set": Words("「{field}」不能由联动规则设值。", "Logic cannot set “{field}”."),
    "logic_bad_value": Words("「{value}」不是「{field}」能有的值。", "“{value}” is not a value “{field}” can have."),
    "logic_no_options": Words("「{field}」没有选项，没法限定。", "“{field}” has no choices to limit."),
    "logic_offers_nothing": Words("「{field}」至少给一个选项。", "Offer at least one choice of “{field}”."),
    "logic_option_gone": Words("「{field}」没有 {option} 这个选项了。", "“{field}” has no choice {option} any more."),
    "logic_option_retired": Words("「{field}」的选项「{option}」已经停用，选不到它。", "The choice “{option}” of “{field}” is retired and cannot be chosen."),
    "logic_circle": Words("联动规则绕成了一圈：{path}。改掉其中一条的条件。", "The logic goes round in a circle: {path}. Change the condition of one of these rules."),
    "logic_policy": Words("藏起来时：留着（keep）、清空（clear）或者用默认值（default）。", "While hidden: keep, clear or default."),
    "logic_refused": Words("不能提交：{text}", "Not saved: {text}"),
    "logic_not_offered": Words("这种情况下，{field}不能选「{value}」。", "{field} cannot be “{value}” here."),
    "logic_locked": Words("按联动规则，{field}现在不能改。", "By the form’s logic, {field} cannot be changed now."),
}
