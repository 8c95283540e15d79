"""Sentences of the form designer and the tag pages."""

from runtime.words import Words

CODES = {
    "tree_empty": Words("至少写一个选项。", "Write at least one option."),
    "tree_too_deep": Words("「{text}」太深了，最多 {most} 级。", "“{text}” is too deep. Use at most {most} levels."),
    "no_such_gesture": Words("这里不认识「{name}」这个操作。", "There is no such action here: {name}."),
    "setting_number": Words("填一个数字，比如 20。", "Enter a number, for example 20."),
    "setting_range": Words("填 {least} 到 {most} 之间的数。", "Enter a number from {least} to {most}."),
    "form_name": Words("给表单起个名字，最多 {n} 个字。", "Give the form a name of at most {n} characters."),
    "retype_running": Words("上一次转换还没做完，等它好了再发布。", "A conversion is still running. Publish again when it is done."),
    "retype_too_many": Words("「{form}」有 {n} 条以上记录要转换内容，不能和别的一起直接发布。先存成草稿，再单独发布这张表单：会在后台转换，转好就发布。", "More than {n} records of “{form}” have values to convert, too many to publish directly. Lay it down as a draft and publish that form by itself: a job converts the values and publishes it when done."),
    "name_needed": Words("先写名称。", "Enter a name first."),
    "category_in_use": Words("还有客户带着这个分类里的标签，不能删。可以先停用标签。", "Customers still have tags of this category. Retire the tags instead."),
    "form_has_records": Words("输入「{name}」，确认删除这张表单。", "Type “{name}” to delete this form."),
}
