"""What tasks say: why one cannot be ticked off, moved or handed on, and what a run notes of them."""

from runtime.words import Words

CODES = {
    "no_such_task": Words("没有这件任务", "There is no such task"),
    "task_title": Words("写一句要做什么，最多 {most} 个字", "Say what is to be done, in at most {most} characters"),
    "task_not_yours": Words("这件任务不是你的，也不是你安排的", "This task is not yours, and you did not ask for it"),
    "task_over": Words("这件任务已经办过了，刷新看看", "This task has been dealt with already; look again"),
    "task_gone_on": Words("流程已经接着往下走了，没法撤销", "The workflow has gone on from here; this cannot be undone"),
    "task_day": Words("日期没看懂，写成 2026-11-25 这样", "That is not a day; write it like 2026-11-25"),
    "task_unseeing": Words("{who}看不到这条记录，先让对方看得到，再交给对方", "{who} may not see this record. Let them see it first, or choose somebody who does."),
    "task_person": Words("没有这个人，或者已经离开了", "There is no such person, or they have left"),
    "run_todo": Words("给 {n} 个人安排了任务", "Gave {n} person a task|Gave {n} people a task"),
    "run_todo_done": Words("任务做完了，接着往下走", "The task is done; went on"),
    "task_time": Words("时间没看懂，写成 15:00 这样", "That is not a time; write it like 15:00"),
    "task_time_day": Words("写了几点，还要写哪天", "There is a time; say the day, too"),
    "notice_task_due": Words("到时间了：{title}", "It is time: {title}"),
    "notice_task_due_about": Words("到时间了：{title}（{about}）", "It is time: {title} ({about})"),
    "notice_task_given": Words("{who}交给你一件事：{title}", "{who} gave you something to do: {title}"),
}
