"""Sentences about files that are to be read, and the cells in them."""

from runtime.words import Words

CODES = {
    "file_empty": Words("这份文件是空的。换一份有内容的表格。", "This file is empty. Choose one that has rows in it."),
    "file_too_big": Words(
        "文件有 {size} MB，最多能收 {limit} MB。拆成几份再传。",
        "The file has {size} MB; {limit} MB is the most. Split it and upload the parts.",
    ),
    "file_not_spreadsheet": Words(
        "这不是表格，里面是{what}。请选 .xlsx、.xls 或 .csv 文件。",
        "This is not a spreadsheet; it holds {what}. Choose an .xlsx, .xls or .csv file.",
    ),
    "file_html_table": Words(
        "这份文件其实是网页表格，只是名字叫 {extension}。用 Excel 或 WPS 打开，另存为 .xlsx 再传。",
        "This file is really a web page that is only named {extension}. "
        "Open it in Excel or WPS, save it as .xlsx and upload that.",
    ),
    "file_other_workbook": Words(
        "这是 {what} 表格，Fenzu 还不读这一种。用 Excel 或 WPS 打开，另存为 .xlsx 再传。",
        "This is a workbook of the kind {what}, which Fenzu does not read. "
        "Open it in Excel or WPS, save it as .xlsx and upload that.",
    ),
    "file_password": Words(
        "这份表格加了密码，打不开。去掉密码再传。",
        "This workbook is protected by a password. Remove the password and upload it again.",
    ),
    "file_damaged": Words(
        "这份表格坏了，或者没传完整。用 Excel 打开另存一份，再传。",
        "This workbook is damaged or incomplete. Open it in Excel, save a copy and upload that.",
    ),
    "file_swollen": Words(
        "这份表格解开后太大（{size} MB，最多 {limit} MB），为了安全没有打开。删掉多余的空白行列再传。",
        "Unpacked, this workbook is too large ({size} MB of at most {limit} MB), so it was not opened. "
        "Delete unused rows and columns and upload it again.",
    ),
    "file_declares_entities": Words(
        "这份表格里有不该有的声明（DTD），为了安全没有打开。用 Excel 另存一份再传。",
        "This workbook holds declarations that do not belong there (a DTD), so it was not opened. "
        "Save a copy in Excel and upload that.",
    ),
    "file_far_cell": Words(
        "{cell} 这一格有内容，整张表被撑到了 {rows} 行 × {columns} 列。删掉这一格再传。",
        "Cell {cell} has something in it, which stretches the sheet to {rows} rows × {columns} columns. "
        "Clear that cell and upload the file again.",
    ),
    "file_too_many_rows": Words(
        "这张表超过 {limit} 行。拆成几份再传。", "This sheet has more than {limit} rows. Split it and upload the parts."
    ),
    "file_too_many_columns": Words(
        "第 {row} 行有 {columns} 列，最多能收 {limit} 列。检查分隔符选得对不对。",
        "Row {row} has {columns} columns; {limit} is the most. Check whether the separator is right.",
    ),
    "file_slow": Words(
        "这份表格读了太久，已经停下。拆小一点，或者另存为 .csv 再传。",
        "Reading this workbook took too long and was stopped. Split it or save it as .csv.",
    ),
    "file_unreadable": Words(
        "这份表格打开时占用太多内存，已经停下。拆小一点，或者另存为 .csv 再传。",
        "Opening this workbook needs too much memory, so it was stopped. Split it or save it as .csv.",
    ),
    "encoding_mismatch": Words(
        "按 {encoding} 编码读不通这份文件。换一种编码试试。",
        "This file cannot be read as {encoding}. Try another encoding.",
    ),
    "encoding_unknown": Words(
        "没有叫 {encoding} 的编码。从列表里选一种。", "There is no encoding {encoding}. Choose one from the list."
    ),
    "encoding_repaired": Words(
        "有 {n} 处字符坏了，显示成 �。看看预览里的字对不对。",
        "{n} character is broken and shown as �. Check the preview.|"
        "{n} characters are broken and shown as �. Check the preview.",
    ),
    "encoding_guessed": Words(
        "编码是猜的（{encoding}）。看看预览里的字对不对，不对就换一种。",
        "The encoding ({encoding}) is a guess. Check the preview and choose another one if it looks wrong.",
    ),
    "bad_delimiter": Words("分隔符只能是一个字符。", "The separator must be a single character."),
    "line_too_long": Words(
        "第 {row} 行太长，不像表格里的一行。检查文件是不是选对了。",
        "Row {row} is too long for a row of a table. Check whether this is the right file.",
    ),
    "quote_left_open": Words(
        "第 {row} 行的引号没有成对，或者一格太长。补上引号再传。",
        "Row {row} has a quotation mark that is never closed, or one cell is far too long. Mend it and upload again.",
    ),
    "cell_too_long": Words(
        "第 {row} 行第 {column} 列有 {length} 个字，一格最多 {limit} 个。",
        "Row {row}, column {column} holds {length} characters; {limit} is the most for one cell.",
    ),
    "no_such_sheet": Words(
        "没有叫「{sheet}」的工作表。有这些：{sheets}。", "There is no sheet “{sheet}”. There are: {sheets}."
    ),
    "no_such_header_row": Words(
        "第 {row} 行没有列名。选有列名的那一行。", "Row {row} has no column names. Choose the row that has them."
    ),
    "file_no_rows": Words("表里只有列名，没有数据行。", "The sheet has column names but no rows."),
}
