"""Sentences about lists coming in and going out."""

from runtime.words import Words

CODES = {
    "upload_gone": Words(
        "这份文件不在了，上传的文件只留一天。重新选一次。",
        "This file is no longer here; uploads are kept for a day. Choose it again.",
    ),
    "no_file_chosen": Words("先选一份表格。", "Choose a file first."),
    "import_nothing_mapped": Words(
        "还没有一列对上字段。至少选一列。", "No column goes into a field yet. Choose at least one."
    ),
    "import_field_twice": Words("有两列都放进{field}，留一列。", "Two columns go into {field}. Keep one."),
    "import_key_unmapped": Words(
        "要按{field}找已有记录，先把它对上一列。", "To find records by {field}, choose a column for it."
    ),
    "import_required_unmapped": Words(
        "{field}必须填，还没有对上哪一列。", "{field} is required and has no column yet."
    ),
    "import_bad_choice": Words("没有这个选择。", "There is no such choice."),
    "import_key_several": Words(
        "有 {count} 条记录的{field}都一样，分不清该更新哪一条。",
        "{count} records share this {field}, so it is unclear which to update.",
    ),
    "import_key_unknown": Words("没有{field}是这个的记录。", "There is no record with this {field}."),
    "import_not_yours": Words(
        "{field}相同的记录不归你看，不能更新。",
        "The record with this {field} is not yours to see, so it cannot be updated.",
    ),
    "import_twice": Words("{field}「{value}」和第 {row} 行一样。", "{field} “{value}” is the same as in row {row}."),
    "import_link_not_made": Words("{field}「{text}」没能新建：{why}", "{field} “{text}” could not be created: {why}"),
    "import_refused": Words("这一行没能存进去，检查一下每一格。", "This row could not be stored. Check each cell."),
    "import_running": Words("这份表格正在导入，等它做完。", "This list is being imported. Wait until it is done."),
    "export_gone": Words(
        "这份导出文件不在了，导出的文件只留一天。重新导出一次。",
        "This export is no longer here; exports are kept for a day. Export again.",
    ),
    "file_over_limit": Words(
        "「{name}」超过 {limit} MB，换一个小一点的。", "“{name}” is over {limit} MB. Choose a smaller one."
    ),
    "file_wrong_kind": Words(
        "「{name}」不是允许的类型，可以传 {accept}。", "“{name}” is not of an allowed kind. Allowed: {accept}."
    ),
    "file_lies": Words(
        "「{name}」的内容不是 {kind}，换一个文件。", "“{name}” says it is {kind} and is not. Choose another file."
    ),
    "file_unknown_kind": Words(
        "「{name}」这种文件不能传。可以传图片、PDF、Office 文档、文本、压缩包、音频和视频。",
        "“{name}” is of a kind that cannot be sent. Pictures, PDF, office documents, text, archives, sound and film can.",
    ),
    "files_full": Words("传的文件太多了，先提交这些，或者过一会儿再传。", "That is too many files at once. Submit these first, or try again later."),
    "no_file_field": Words("这个字段不能放文件。", "This field takes no files."),
}

# Short headings of problem cards, by code; others say that the field cannot be read.
HEADINGS = {
    "blank": Words("少了{field}", "{field} is missing"),
    "not_a_phone": Words("{field}位数不对", "{field} has the wrong length"),
    "not_a_date": Words("{field}看不懂", "{field} cannot be read"),
    "date_no_year": Words("{field}没有年份", "{field} has no year"),
    "date_order": Words("{field}分不清月和日", "{field} could be read two ways"),
    "date_serial": Words("{field}是日期数字", "{field} holds date numbers"),
    "not_a_number": Words("{field}不是数字", "{field} is not a number"),
    "not_an_email": Words("{field}不是邮箱地址", "{field} is not an email address"),
    "no_such_option": Words("{field}没有这些选项", "{field}: no such choices"),
    "no_such_option_near": Words("{field}没有这些选项", "{field}: no such choices"),
    "no_such_tag": Words("{field}里没有这些标签", "{field}: no such tags"),
    "no_such_person": Words("{field}找不到这些人", "{field} names people we do not know"),
    "no_such_region": Words("{field}找不到这些地方", "{field} names places we do not know"),
    "link_not_found": Words("{field}找不到这些记录", "{field} names records we do not have"),
    "text_too_long": Words("{field}太长", "{field} is too long"),
    "not_unique": Words("{field}已经有了", "{field} is already used"),
    "import_twice": Words("{field}在表里重复", "{field} is in the list twice"),
    "import_key_several": Words("{field}对上好几条记录", "{field} fits several records"),
    "import_key_unknown": Words("没有这个{field}", "No such {field}"),
    "import_not_yours": Words("{field}相同的记录不归你看", "Records of others with this {field}"),
}
OTHER_HEADING = Words("{field}看不懂", "{field} cannot be read")
