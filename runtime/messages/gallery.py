"""Sentences about ready-made apps, their sample data and taking an app away."""

from runtime.words import Words

CODES = {
    "no_such_template": Words(
        "没有这个模板，可能已经换了名字。", "There is no such template; it may have been renamed."
    ),
    "audit_template_installed": Words("安装了模板「{subject}」", "Installed the template “{subject}”"),
    "audit_samples_cleared": Words(
        "清空了「{subject}」的示例数据，{n} 条",
        "Cleared {n} sample record of “{subject}”|Cleared {n} sample records of “{subject}”",
    ),
}
