"""Sentences about the examples of a group: records that always or never belong to it."""

from runtime.words import Words

CODES = {
    "example_in_broken": Words("「{name}」要一直在「{group}」，按现在的规则会{to}。改规则，或者去掉这个例子。", "{name} must always be in “{group}”, but would be {to}. Change the rule or take this example away."),
    "example_out_broken": Words("「{name}」不能在「{group}」，按现在的规则会进来。改规则，或者去掉这个例子。", "{name} must never be in “{group}”, but would be. Change the rule or take this example away."),
    "example_not_a_record": Words("例子要写客户的编号数字，「{given}」不是。", "An example is the number of a record; “{given}” is not one."),
    "example_both": Words("同一位客户（编号 {record}）不能既一直在又不能在「{group}」。", "Record {record} cannot be both always and never in “{group}”."),
    "example_too_many": Words("「{group}」最多留 {most} 个例子。", "“{group}” keeps at most {most} examples."),
    "example_nobody": Words("先选一位客户。", "Choose a customer first."),
}
