"""Sentences of the grouping designer."""

from runtime.words import Words

CODES = {
    "pin_nobody": Words("先选一位客户。", "Choose a customer first."),
    "code_no_field": Words(
        "这张表单没有客户编码字段。先在表单里加一个。", "This form has no code field. Add one to the form first."
    ),
}
