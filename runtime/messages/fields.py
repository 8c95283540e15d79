"""Why a typed value is refused, and what to type instead."""

from runtime.words import Words

CODES = {
    "unreadable_text": Words(
        "这里有无法保存的字符。重新输入一次，不要直接粘贴。",
        "This has characters that cannot be stored. Type it again instead of pasting.",
    ),
    "not_text": Words("这里要填文字。", "Enter text here."),
    "text_too_long": Words("最多 {most} 个字，现在有 {n} 个。", "Use at most {most} characters. There are {n} now."),
    "text_too_short": Words(
        "至少 {least} 个字，现在有 {n} 个。", "Use at least {least} characters. There are {n} now."
    ),
    "not_a_number": Words(
        "「{text}」不是数字。填成 1200 或 1,200.5 这样。", "“{text}” is not a number. Enter it like 1200 or 1,200.5."
    ),
    "too_many_digits": Words("数字太长，最多 {digits} 位。", "The number is too long. Use at most {digits} digits."),
    "too_many_decimals": Words("最多保留 {n} 位小数。", "Use at most {n} decimal.|Use at most {n} decimals."),
    "number_too_small": Words("不能小于 {least}。", "Enter {least} or more."),
    "number_too_large": Words("不能大于 {most}。", "Enter {most} or less."),
    "not_a_date": Words(
        "「{text}」不是日期。填成 2025-02-18 这样。", "“{text}” is not a date. Enter it like 2025-02-18."
    ),
    "date_no_year": Words(
        "「{text}」没有年份。填成 2025-02-18 这样。", "“{text}” has no year. Enter it like 2025-02-18."
    ),
    "date_short_year": Words(
        "「{text}」的年份要写四位，比如 2025-02-18。",
        "Write the year of “{text}” with four digits, for example 2025-02-18.",
    ),
    "date_order": Words(
        "「{text}」分不清哪个是月、哪个是日。填成 2025-02-18 这样。",
        "“{text}” could be read two ways. Enter the year first, like 2025-02-18.",
    ),
    "date_serial": Words(
        "「{text}」像是 Excel 里的日期数字。把那一列设成日期格式再导入。",
        "“{text}” looks like a date number from Excel. Format that column as dates and try again.",
    ),
    "no_such_day": Words("日历上没有「{text}」这一天。", "There is no day “{text}” in the calendar."),
    "not_a_time": Words(
        "「{text}」不是日期时间。填成 2025-02-18 14:30 这样。",
        "“{text}” is not a date and time. Enter it like 2025-02-18 14:30.",
    ),
    "no_zone": Words(
        "「{text}」缺时区。写成 2025-02-18T06:30:00Z 这样。",
        "“{text}” has no time zone. Write it like 2025-02-18T06:30:00Z.",
    ),
    "no_such_option": Words("选项里没有「{text}」。", "“{text}” is not one of the options."),
    "no_such_option_near": Words(
        "选项里没有「{text}」。是不是「{near}」？", "“{text}” is not one of the options. Did you mean “{near}”?"
    ),
    "too_many_options": Words("最多选 {most} 项。", "Choose at most {most}."),
    "too_few_options": Words("至少选 {least} 项。", "Choose at least {least}."),
    "not_yes_no": Words(
        "「{text}」看不出是还是否。填「是」或「否」。", "“{text}” is neither yes nor no. Enter yes or no."
    ),
    "not_a_phone": Words(
        "「{text}」不是完整的电话号码。座机要带区号，比如 0512-8275 6633。",
        "“{text}” is not a full phone number. Include the area code or +country code.",
    ),
    "not_an_email": Words(
        "「{text}」不是邮箱地址。填成 wang@example.com 这样。",
        "“{text}” is not an email address. Enter it like wang@example.com.",
    ),
    "no_such_region": Words(
        "找不到「{text}」这个地方。填成 江苏/苏州/姑苏区 这样。",
        "There is no place “{text}”. Enter it like Jiangsu/Suzhou/Gusu.",
    ),
    "region_unclear": Words(
        "叫「{text}」的地方不止一个：{places}。把省市也写上。", "“{text}” could be {places}. Add the province and city."
    ),
    "region_too_deep": Words(
        "「{text}」太细了，这里填到上一级就行。", "“{text}” is too detailed. Enter the level above it."
    ),
    "no_such_person": Words(
        "找不到「{text}」这个人，或者有重名。可以填登录名。",
        "There is no one person called “{text}”. Enter their login instead.",
    ),
    "link_not_found": Words("找不到「{text}」，或者有好几条同名的。", "There is no “{text}”, or there are several."),
    "no_such_tag": Words("没有「{text}」这个标签。", "There is no tag “{text}”."),
    "too_many_tags": Words("最多 {most} 个标签。", "Use at most {most} tags."),
    "no_such_file": Words(
        "文件「{text}」没有上传成功。再传一次。", "The file “{text}” was not uploaded. Upload it again."
    ),
    "too_many_files": Words("最多 {most} 个文件。", "Use at most {most} files."),
}
