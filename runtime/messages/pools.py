"""What pools say: why something is refused and when it will be possible, what a warning tells, what is wrong with a pool."""

from runtime.words import Words

CODES = {
    "pool_no_owner": Words("公海要有一个「人员」字段说明是谁的，选一个在用的", "A pool needs a person field that says whose each record is; choose one in use"),
    "pool_required": Words("「{field}」现在必须填，公海里的就没法留空；先去掉必填", "“{field}” must be filled in now, so nothing could lie in the pool; make it optional first"),
    "pool_warn": Words("提前提醒的天数要少于 {n} 天", "The warning must come less than {n} days before"),
    "pool_number": Words("「{value}」不行，填 1 到 {most} 之间的整数，或者留空", "“{value}” will not do: a whole number from 1 to {most}, or leave it blank"),
    "pool_none": Words("这张表单没有公海", "This form has no pool"),
    "pool_taken": Words("已经是{who}的了", "{who} has it already"),
    "pool_assign": Words("公海里的只能领给自己；要分给别人，请管理员来分", "From the pool you can only take for yourself; an administrator can give it to somebody else"),
    "pool_who": Words("您不在可以领取的人里，请管理员来分", "You are not among those who may claim; ask an administrator to assign it"),
    "pool_again": Words("之前是您的，退回公海还没多久；{day} 起可以再领", "It was yours until lately; you may claim it again from {day}"),
    "pool_daily": Words("今天已经领了 {n} 个，一天最多领 {most} 个，明天再领", "You have claimed {n} today of {most} a day; go on tomorrow"),
    "pool_full": Words("您名下已有 {n} 个，最多 {most} 个；退回几个就能再领", "You have {n} of {most}; give some back to claim more"),
    "pool_full_other": Words("{who}名下已有 {n} 个，最多 {most} 个", "{who} has {n} of {most}"),
    "pool_not_yours": Words("这是{who}的，只能退回自己的", "This is {who}’s; you can only give back your own"),
    "pool_in_already": Words("已经在公海里了", "It is in the pool already"),
    "pool_reason": Words("写一句为什么退回，最多 {most} 字", "Say why in a few words, at most {most} signs"),
    "notice_pool_warned": Words("{n} 个「{form}」快回公海了：{days} 天没有联系，{day} 收回。联系一下就会留下", "{n} record of “{form}” is about to return to the pool: no contact for {days} days, it goes on {day}. A contact keeps it|{n} records of “{form}” are about to return to the pool: no contact for {days} days, they go on {day}. A contact keeps them"),
    "notice_pool_returned": Words("{n} 个「{form}」回公海了：{days} 天没有联系", "{n} record of “{form}” returned to the pool: no contact for {days} days|{n} records of “{form}” returned to the pool: no contact for {days} days"),
}
