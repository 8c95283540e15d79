"""What is said of comments: why one cannot be kept, whose it is, and what the bell tells who is mentioned."""

from runtime.words import Words

CODES = {
    "comment_blank": Words("写一句再发表。", "Write something first."),
    "comment_long": Words("最多 {most} 个字，现在有 {n} 个。", "At most {most} characters; this has {n}."),
    "comment_many": Words("一条评论最多提到 {most} 个人。", "One comment may mention at most {most} people."),
    "comment_unseen": Words("{who}看不到这条记录，不能提到。去掉这个 @ 再发表。", "{who} may not see this record and cannot be mentioned. Take out the @ and send it again."),
    "comment_gone": Words("这条评论已经删掉了。", "This comment has been deleted."),
    "comment_not_yours": Words("只能改自己写的评论；别人的，由搭建这个应用的人来删。", "You can change only your own comments; those who build the app may delete others’."),
    "comment_untold": Words("「{name}」只有由评论触发的流程里才有。", "Only a workflow that begins with a comment has “{name}”."),
    "notice_comment_mention": Words("{who}在「{title}」的评论里提到了你：{text}", "{who} mentioned you in a comment on “{title}”: {text}"),
}
