"""Sentences about public forms: what is wrong with one, and what whoever fills it in is told."""

from runtime.words import Words

CODES = {
    "public_gone": Words("公开表单用到了 {field}，可它已经不在表单上了。", "The public form uses {field}, which is no longer on the form."),
    "public_never": Words("「{field}」要看内部的人、记录或文件，不能放在公开表单上。", "“{field}” needs our people, records or files and cannot stand on a public form."),
    "public_no_time": Words("「{value}」不是一个时间。", "“{value}” is no date and time."),
    "public_closes_first": Words("截止时间要晚于开始时间。", "It must close after it opens."),
    "public_nothing": Words("公开表单上还没有字段，选几个。", "The public form asks for nothing yet. Choose some fields."),
    "public_lacks": Words("「{field}」必须填，可公开表单上没有它。放上去，或者给它一个默认值。", "“{field}” is required but not on the public form. Put it there, or give it a default."),
    "public_taken": Words("这个{field}已经登记过了。", "This {field} has been registered already."),
    "public_stuck": Words("这张表单现在收不了，不是您的问题。请告诉给您链接的人。", "This form cannot be taken right now, through no fault of yours. Please tell whoever gave you the link."),
    "public_stale": Words("这一页开得太久了，内容都在。再点一次提交。", "This page was open for long; everything is still here. Submit once more."),
    "public_changed": Words("表单刚刚改过，您填的都还在。看一遍，再提交。", "The form has just been changed; what you filled in is still here. Look it over and submit again."),
    "public_again": Words("差一点就好了，再点一次提交。", "Almost done: submit once more."),
    "public_often": Words("提交得太频繁了。您填的都还在，等一分钟再提交。", "Too many submissions. Everything you filled in is still here; submit again in a minute."),
    "public_tries": Words("试得太多了，等一分钟再试。", "Too many tries. Wait a minute, then try again."),
    "public_password": Words("密码不对，再看看。", "That is not the password."),
    "public_password_short": Words("密码至少 {n} 位。", "The password needs {n} signs at least."),
    "public_too_large": Words("内容太多，一次最多 1 MB。", "That is too much at once; 1 MB at most."),
    "public_no_values": Words("先写要填进去的内容。", "Write what the link should fill in."),
    "public_no_number": Words("「{value}」不是份数。", "“{value}” is no number of answers."),
    "public_bad_link": Words("链接里预填的内容不能用了（改过或者过期），请自己填。", "What the link should have filled in no longer holds (changed or expired); please fill it in yourself."),
}
