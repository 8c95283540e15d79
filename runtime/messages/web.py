"""Sentences of the pages themselves."""

from runtime.words import Words

CODES = {
    "session_ended": Words("页面放得太久，登录过期了。内容还在，重新登录后再保存。", "This page waited too long and you were signed out. Nothing typed is lost: sign in again and save."),
    "bad_sign_in": Words("登录名或密码不对。", "The login or the password is not right."),
    "not_json": Words("请求的内容应该是 JSON 对象。", "The request's body must be a JSON object."),
    "upload_missing": Words("请选一个文件。", "Choose a file."),
}
