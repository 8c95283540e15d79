"""Sentences of the form designer's rooms: translating, problems worth a look, the document, bringing forms in."""

from runtime.words import Words

CODES = {
    "last_language": Words("至少留一种语言的文字。要去掉整条提示，请到设计里清空。", "Keep the text in one language at least. To take it away altogether, clear it in the design."),
    "no_translations": Words("这不是译文表格：要有 id 一列，还要有「中文」或「English」一列。", "This is no list of texts: it needs a column id, and a column 中文 or English."),
    "texts_missing": Words("还有 {n} 处文字没有{language}。", "{n} text has no {language} yet.|{n} texts have no {language} yet."),
    "label_twice": Words("有两个字段都叫「{field}」，分不清。改一个名字。", "Two fields are called “{field}”. Give one of them another name."),
    "option_label_twice": Words("「{field}」有两个选项名字一样。", "Two choices of “{field}” have the same name."),
    "option_unnamed": Words("「{field}」还有没起名的选项。", "“{field}” has choices without a name of their own."),
    "option_alone": Words("「{field}」只有一个选项。", "“{field}” has one choice only."),
    "required_hidden": Words("「{field}」必须填，但有条件会把它藏起来，又没有默认值，藏起来时会空着。", "“{field}” is required, but logic may hide it and it has no default; while hidden it stays blank."),
    "required_locked": Words("「{field}」必须填，但有条件会锁住它，又没有默认值。", "“{field}” is required, but logic may lock it and it has no default."),
    "page_empty": Words("「{page}」这一页没有要填的，填表的人走不到。", "The page “{page}” has nothing to fill in, so nobody gets to it."),
    "section_empty": Words("分区「{section}」里什么都没有。", "The section “{section}” is empty."),
    "document_too_long": Words("太长了：最多 {most} 个字符，这里有 {n} 个。", "Too long: {most} characters at most, here are {n}."),
    "document_too_deep": Words("套得太深，最多 {most} 层。", "Nested too deep; {most} levels at most."),
    "document_broken": Words("这里读不懂：{detail}", "This cannot be read: {detail}"),
    "document_key_twice": Words("「{key}」写了两次。", "“{key}” is written twice."),
    "document_no_number": Words("{key} 不是能用的数。", "{key} is no number that can be used."),
    "document_letters": Words("里面有存不下的字符。", "There are characters in it that cannot be kept."),
    "document_no_form": Words("这里应该是一个对象。", "This should be an object."),
    "bad_pattern": Words("「{field}」的格式要求写得不对：{detail}", "The pattern of “{field}” will not do: {detail}"),
}
