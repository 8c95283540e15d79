"""Sentences about retired fields: purged, or their values moved."""

from runtime.words import Words

CODES = {
    "purge_typed": Words("要彻底清除，请输入字段名称「{field}」。", "To purge it, type the field’s name “{field}”."),
    "purge_draft": Words("这张表单有没发布的修改。先发布或放弃，再彻底清除。", "This form has unpublished changes. Publish or discard them before purging."),
    "purge_busy": Words("这个应用里还有内容在转换或搬动，等它做完再清除。", "Values of this app are still being converted or moved. Purge when that is done."),
    "move_busy": Words("上一次搬动或清除还没做完，等它好了再来。", "The last move or purge is still running. Try again when it is done."),
    "move_gone": Words("原来的字段已经彻底清除，搬走的内容不能再搬回来。", "The field it came from has been purged; what was moved can no longer be taken back."),
    "audit_field_purged": Words("彻底清除了「{form}」的字段「{subject}」，{n} 条记录里有内容", "Purged the field “{subject}” of “{form}”, which {n} records had filled in"),
}
