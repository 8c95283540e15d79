"""Sentences of the API: what a client's program got wrong."""

from runtime.words import Words

CODES = {
    "api_sign_in": Words(
        "请求里没有有效的密钥。在「我的资料」里建一个，放进 Authorization 头。",
        "The request carries no valid token. Make one in your profile and send it in the Authorization header.",
    ),
    "api_wrong_media": Words(
        "请求内容的类型应该是 JSON，现在是「{given}」。", "The body should be JSON; it says it is “{given}”."
    ),
    "api_too_large": Words("请求内容最多 {limit} MB。", "The body may have at most {limit} MB."),
    "api_not_utf8": Words("请求内容不是 UTF-8。", "The body is not UTF-8."),
    "api_too_deep": Words("内容最多套 {limit} 层。", "The content may be nested at most {limit} levels deep."),
    "api_bad_text": Words("文字里有存不了的字符。", "A text holds characters that cannot be stored."),
    "api_no_such_param": Words("没有叫「{name}」的参数。", "There is no parameter called “{name}”."),
    "api_bad_param": Words("参数 {name} 不能是「{value}」。", "The parameter {name} cannot be “{value}”."),
    "api_version_needed": Words(
        "写上你读到的版本号（version 或 If-Match），这样不会盖掉别人的修改。",
        "Give the version you read (version or If-Match), so that nobody’s change is overwritten.",
    ),
    "api_bad_version": Words("If-Match 里应该是读到的版本号。", "If-Match should hold the version you read."),
    "api_ids_or_rule": Words("ids 和 rule 给一个，只给一个。", "Give either ids or a rule, not both."),
    "api_nothing_there": Words("这个地址上没有东西。", "There is nothing at this address."),
    "api_wrong_method": Words("这个地址不能这样用。", "This address is not used like that."),
    "api_too_often": Words("请求太频繁，过一会儿再试。", "Too many requests; try again in a while."),
    "api_bad_request": Words("请求看不懂。", "The request cannot be understood."),
    "api_other_key": Words(
        "内容里的标识 {given} 和地址里的 {key} 不一样。", "The key {given} in the body is not the {key} of the address."
    ),
    "api_no_kind": Words("没有「{kind}」这种定义。", "There is no kind of definition called “{kind}”."),
    "api_no_file": Words("这个任务没有可以下载的文件。", "This job has no file to download."),
}
