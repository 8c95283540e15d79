"""What cadences and the writing down of contacts say."""

from runtime.words import Words

CODES = {
    "cadence_who": Words("「{group}」多久联系一次：选一下由哪个字段里的人来联系", "How often “{group}” is contacted: choose the field that says by whom"),
    "cadence_every": Words("填 1 到 365 之间的整数", "Enter a whole number from 1 to 365"),
    "cadence_most": Words("填 1 到 200 之间的整数", "Enter a whole number from 1 to 200"),
    "contact_nowhere": Words("这张表单还没有用来写跟进的表单", "There is no form yet in which contacts with these are written down"),
}
