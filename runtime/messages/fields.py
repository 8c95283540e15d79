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
    "too_many_people": Words("最多选 {most} 个人。", "Choose at most {most} person.|Choose at most {most} people."),
    "cannot_be_read": Words("「{text}」读不成这种内容。", "“{text}” cannot be read as this kind of value."),
    "more_than_one": Words("有 {n} 个人，这里只能留一个。", "There are {n} people; here is room for one."),
    "must_agree": Words("要先同意「{field}」才能保存。", "Agree to “{field}” first."),
    "not_consent": Words("这里填「同意」，或者留空。", "Enter “yes” to agree, or leave it blank."),
    "not_a_picture": Words(
        "「{name}」不是能显示的图片。上传 PNG、JPEG、GIF 或 WebP。", "“{name}” is no picture that can be shown. Upload a PNG, JPEG, GIF or WebP.",
    ),
    "option_unclear": Words(
        "「{text}」不止一个：{places}。写出完整的路径。", "“{text}” could be {places}. Write the whole path.",
    ),
    "option_not_last": Words("「{text}」下面还有选项，选到最后一级。", "There is more under “{text}”. Choose one of the last level."),
    "consent_default": Words("「{field}」要每个人自己同意，不能有默认值。", "Everybody agrees to “{field}” for themselves; it can have no default."),
    "number_repeats": Words(
        "从头数的次数比日期部分变得还勤，编号会重复。日期部分也选到同样细，或者改成少从头数几次。",
        "The count starts again more often than the date part changes, so numbers would repeat. Show a finer date, or start again less often.",
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
    "not_a_clock": Words("「{text}」不是时间。填成 14:30 这样。", "“{text}” is not a time. Enter it like 14:30."),
    "not_a_range": Words(
        "「{text}」不是起止日期。填成 2025-01-01/2025-03-31 这样。",
        "“{text}” is not a date range. Enter it like 2025-01-01/2025-03-31.",
    ),
    "range_half": Words("开始和结束两天都要填。", "Enter both the first and the last day."),
    "range_turned": Words("结束 {last} 早于开始 {first}。", "The end {last} is before the start {first}."),
    "not_a_duration": Words(
        "「{text}」不是时长。填成 1小时30分、90分 或 1:30 这样。",
        "“{text}” is not a duration. Enter it like 1h 30m, 90m or 1:30.",
    ),
    "not_a_url": Words(
        "「{text}」不是网址。填成 https://www.example.com 这样。",
        "“{text}” is not a web address. Enter it like https://www.example.com.",
    ),
    "not_an_id_number": Words("这里要填身份证号。", "Enter an ID number here."),
    "id_number_shape": Words(
        "身份证号是 17 位数字加一位数字或 X，现在有 {n} 位。",
        "An ID number is 17 digits and a last digit or X. There are {n} signs now.",
    ),
    "id_number_place": Words(
        "身份证号开头的「{text}」不是省份代码。", "The first two digits {text} of the ID number are no province."
    ),
    "id_number_day": Words(
        "身份证号里的出生日期 {text} 不对。", "The birth date {text} in the ID number is not possible."
    ),
    "id_number_check": Words(
        "身份证号的最后一位对不上，检查有没有输错。", "The last digit of the ID number does not fit. Check for a typo."
    ),
    "not_a_company_code": Words("这里要填统一社会信用代码。", "Enter a company code here."),
    "company_code_length": Words(
        "统一社会信用代码是 18 位，现在有 {n} 位。", "A company code has 18 signs. There are {n} now."
    ),
    "company_code_signs": Words(
        "统一社会信用代码只有数字和大写字母，没有 I、O、S、V、Z。",
        "A company code has digits and capitals, but never I, O, S, V or Z.",
    ),
    "company_code_check": Words(
        "统一社会信用代码的最后一位对不上，检查有没有输错。",
        "The last sign of the company code does not fit. Check for a typo.",
    ),
    "not_a_step": Words("从 {least} 起，每 {step} 一格。", "Enter {least} plus a multiple of {step}."),
    "not_a_colour": Words(
        "「{text}」不是颜色。填成 #016a75 这样。", "“{text}” is not a colour. Enter it like #016a75."
    ),
    "not_a_barcode": Words(
        "「{text}」不是条码。只能有字母、数字和符号，最多 80 个。",
        "“{text}” is not a barcode. Use letters, digits and signs, at most 80.",
    ),
    "ean_length": Words("「{text}」的位数不对，EAN 条码是 13 位或 8 位数字。", "“{text}” has the wrong length. An EAN has 13 or 8 digits."),
    "ean_check": Words("「{text}」的校验位对不上，再扫一次。", "The check digit of “{text}” does not fit. Scan it again."),
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
    "not_a_place": Words(
        "「{text}」里没有经纬度。先写纬度再写经度，比如 31.2304, 121.4737 上海市黄浦区。",
        "“{text}” has no coordinates. Write latitude, longitude, then the address, like 31.2304, 121.4737 Huangpu, Shanghai.",
    ),
    "place_no_figures": Words("只有地址，还缺纬度和经度。", "There is an address but no latitude and longitude."),
    "place_off_earth": Words(
        "纬度在 -90 到 90 之间，经度在 -180 到 180 之间。先写纬度，是不是写反了？",
        "A latitude lies between -90 and 90, a longitude between -180 and 180. Latitude comes first: are they the wrong way round?",
    ),
    "not_a_signature": Words("「{text}」不是签名。写上姓名，或者用手画。", "“{text}” is no signature. Draw one, or type the name."),
    "not_a_drawing": Words("签名的图没有传好，擦掉再签一次。", "The drawn signature did not arrive whole. Clear it and sign again."),
    "drawing_too_big": Words("签名的图超过 {limit} KB，擦掉再签一次。", "The drawn signature is over {limit} KB. Clear it and sign again."),
    "signature_locked": Words("「{field}」已经签了，不能再改。", "“{field}” has been signed and cannot be changed."),
    "no_such_department": Words(
        "没有「{text}」这个部门。写成 华东区/上海组 这样。", "There is no department “{text}”. Write it like East/Shanghai.",
    ),
    "no_such_person": Words(
        "找不到「{text}」这个人，或者有重名。可以填登录名。",
        "There is no one person called “{text}”. Enter their login instead.",
    ),
    "more_than_one_link": Words("有 {n} 条，这里只能留一条。", "There are {n} records; here is room for one."),
    "too_many_links": Words("最多选 {most} 条。", "Choose at most {most}."),
    "too_few_links": Words("至少选 {least} 条。", "Choose at least {least}."),
    "link_not_found": Words("找不到「{text}」，或者有好几条同名的。", "There is no “{text}”, or there are several."),
    "no_such_tag": Words("没有「{text}」这个标签。", "There is no tag “{text}”."),
    "too_many_tags": Words("最多 {most} 个标签。", "Use at most {most} tags."),
    "no_such_file": Words(
        "文件「{text}」没有上传成功。再传一次。", "The file “{text}” was not uploaded. Upload it again."
    ),
    "too_many_files": Words("最多 {most} 个文件。", "Use at most {most} files."),
    "rows_not_rows": Words("这里要一行一行地填。", "Enter this row by row."),
    "rows_no_field": Words("第 {row} 行里没有「{text}」这一列。", "Row {row} has no column “{text}”."),
    "rows_not_read": Words(
        "「{text}」认不出是哪些行。第一行写列名，下面一行一条，用逗号隔开。",
        "“{text}” cannot be read as rows. Put the column names on the first line, then one row per line, with commas.",
    ),
    "rows_too_many": Words(
        "最多 {most} 行，现在有 {n} 行。分成几条记录，或者另建一个表单再关联过来。",
        "Use at most {most} rows; there are {n}. Split them over several records, or link to a form of their own.",
    ),
    "rows_too_few": Words(
        "至少要 {least} 行，现在有 {n} 行。", "Enter at least {least} row; there is {n}.|Enter at least {least} rows; there are {n}."
    ),
    "rows_wrong": Words("有 {n} 格要改，先看第 {row} 行。", "{n} cell needs correcting, in row {row}.|{n} cells need correcting, first in row {row}."),
    "rollup_no_over": Words("先选要汇总哪些记录。", "Choose the records to roll up."),
    "rollup_no_of": Words("选一个{records}的字段。", "Choose a field of {records}."),
    "lookup_unfinished": Words("选好从哪个关联、带出哪个字段。", "Choose the link and the field to look up."),
    "lookup_many": Words("「{field}」有好几个值，不能带出。", "“{field}” holds several values and cannot be looked up."),
    "reached_other_kind": Words(
        "「{field}」换了类型。在属性里重新选一次这个字段。", "“{field}” has another type now. Choose the field again in the panel."
    ),
}
