"""Sentences of the pages themselves."""

from runtime.words import Words

CODES = {
    "session_ended": Words("页面放得太久，登录过期了。内容还在，重新登录后再保存。", "This page waited too long and you were signed out. Nothing typed is lost: sign in again and save."),
    "bad_sign_in": Words("登录名或密码不对。", "The login or the password is not right."),
    "not_json": Words("请求的内容应该是 JSON 对象。", "The request's body must be a JSON object."),
    "text_with_nul": Words("里面有一个存不下的字符（NUL），去掉它再试。", "There is a character in it that cannot be stored (NUL). Take it out and try again."),
    "upload_missing": Words("请选一个文件。", "Choose a file."),
    "undo_changed": Words("这期间别人已经改过，撤销不了了。", "Somebody has changed it since, so this cannot be undone."),
    "undo_over": Words("已经过了 10 分钟，或者已经撤销过了。", "It is more than 10 minutes ago, or it has been undone already."),
    "app_name": Words("写下应用名称，最多 {n} 个字。", "Enter the app’s name, up to {n} characters."),
    "app_name_typed": Words("要删除，请输入应用名称「{name}」。", "To delete it, type the app’s name “{name}”."),
    "audit_app_removed": Words("删除了应用「{subject}」", "Deleted the app “{subject}”"),
}
