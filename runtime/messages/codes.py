"""What is said about customer codes: giving them, changing them, reading them back."""

from runtime.words import Words

CODES = {
    "code_check_last": Words("校验位要放在最后，它是由前面各段算出来的。", "The check sign goes last: it is worked out from the parts before it."),
    "code_waits": Words(
        "编码用到的分组正在停用或还没分完，现在判断不了。先到分组里处理，再回来。",
        "A grouping the code reads is frozen or still being built, so nothing can be judged now. Mend it first, then come back.",
    ),
    "code_mistyped": Words(
        "编码「{text}」抄错了：末尾的校验位对不上。对照原件再看一遍。",
        "The code “{text}” has a typing mistake: its check sign does not fit. Compare it with the original.",
    ),
    "codes_busy": Words("这张表单的编码正在处理，等它做完再来。", "The codes of this form are being worked on. Come back when that is done."),
    "codes_none_chosen": Words("先勾选要换编码的记录。", "Tick the records to give new codes first."),
}
