"""Sentences about people, sign-in, tokens and the organisation, and the lines of the audit log."""

from runtime.words import Words

CODES = {
    "organisation_name": Words("写下单位名称，最多 {n} 个字。", "Enter the organisation’s name, up to {n} characters."),
    "no_such_zone": Words("没有「{zone}」这个时区，从列表里选一个。", "There is no time zone “{zone}”. Choose one from the list."),
    "no_such_language": Words("没有「{given}」这种语言，选中文或 English。", "There is no language “{given}”. Choose 中文 or English."),
    "no_such_role": Words("没有「{given}」这个角色，选管理员、搭建者或成员。", "There is no role “{given}”. Choose administrator, builder or member."),
    "no_such_theme": Words("没有「{given}」这种外观，选浅色、深色或跟随系统。", "There is no theme “{given}”. Choose light, dark or follow the system."),
    "already_started": Words("这里已经设好了，直接登录。", "This is already set up. Sign in instead."),
    "login_bad": Words("登录名要 2 到 80 个字，不带空格、引号和斜杠。", "A login has 2 to 80 characters, without spaces, quotes or slashes."),
    "login_taken": Words("「{login}」已经有人用了，换一个登录名。", "“{login}” is already taken. Choose another login."),
    "person_name": Words("写下姓名，最多 {n} 个字。", "Enter a name, up to {n} characters."),
    "person_email": Words("这不像邮箱地址，检查一下 @ 前后。", "This does not look like an email address. Check both sides of the @."),
    "password_short": Words("密码至少 {n} 位。", "Use at least {n} characters for the password."),
    "password_long": Words("密码最多 {n} 位。", "Use at most {n} characters for the password."),
    "password_wrong": Words("现在的密码不对，再输一次。", "The current password is not right. Enter it again."),
    "sign_in_failed": Words("登录名或密码不对，再试一次。", "The login or the password is not right. Try again."),
    "last_administrator": Words("这是最后一位管理员。先让另一个人当管理员。", "This is the last administrator. Make someone else administrator first."),
    "invitation_ended": Words("这个邀请链接用过了或者过期了。请管理员再发一个。", "This invitation has been used or has expired. Ask an administrator for a new one."),
    "token_name": Words("给密钥起个名字，最多 {n} 个字。", "Give the token a name, up to {n} characters."),
    "audit_started": Words("设好了「{subject}」", "Set up “{subject}”"),
    "audit_person_added": Words("添加了 {subject}，角色 {role}", "Added {subject} as {role}"),
    "audit_person_changed": Words("改了 {subject} 的资料", "Changed {subject}"),
    "audit_person_left": Words("停用了 {subject}", "Deactivated {subject}"),
    "audit_person_back": Words("恢复了 {subject}", "Reactivated {subject}"),
    "audit_person_invited": Words("邀请了 {subject}，角色 {role}", "Invited {subject} as {role}"),
    "audit_invitation_accepted": Words("{subject} 接受了邀请，角色 {role}", "{subject} accepted the invitation as {role}"),
    "audit_invitation_taken_back": Words("收回了给 {subject} 的邀请", "Took back the invitation for {subject}"),
    "audit_password_set": Words("给 {subject} 设了新密码", "Set a new password for {subject}"),
    "audit_signed_in": Words("登录", "Signed in"),
    "audit_signed_out_everywhere": Words("让 {subject} 在所有设备上退出", "Signed {subject} out everywhere"),
    "audit_token_made": Words("新建了密钥「{subject}」", "Made the token “{subject}”"),
    "audit_token_ended": Words("停用了密钥「{subject}」", "Ended the token “{subject}”"),
    "audit_department_added": Words("新建了部门「{subject}」", "Added the department “{subject}”"),
    "audit_department_renamed": Words("把部门「{subject}」改名为「{to}」", "Renamed the department “{subject}” to “{to}”"),
    "audit_department_moved": Words("把部门「{subject}」移到了「{to}」下面", "Moved the department “{subject}” under “{to}”"),
    "audit_department_removed": Words("删除了部门「{subject}」", "Removed the department “{subject}”"),
    "superior_circle": Words("{name} 在这个人下面，不能当上级", "{name} stands below them and cannot be their superior"),
    "superior_left": Words("{name} 已经停用，不能当上级", "{name} has left and cannot be anybody’s superior"),
    "audit_superior": Words("{subject} 的上级改成了 {superior}", "The superior of {subject} is now {superior}"),
    "audit_department_people": Words("把 {subject} 放进了部门：{to}", "Put {subject} into: {to}"),
    "audit_department_undone": Words("撤销了对组织架构的一次修改", "Undid a change of the departments"),
    "department_name": Words(
        "部门名称最多 {most} 个字，不能有 / 和 >。", "A department’s name has at most {most} characters, and no / or >."
    ),
    "department_twice": Words("同一级里已经有「{text}」了。", "There is a “{text}” beside it already."),
    "department_too_deep": Words("部门最多 {most} 级。", "Departments go at most {most} levels deep."),
    "department_too_many": Words("最多 {most} 个部门。", "There can be at most {most} departments."),
    "department_used": Words(
        "「{name}」还在用：下级部门 {under} 个，成员 {people} 位，记录 {records} 条，规则 {rules} 条。先把它们换到别的部门。",
        "“{name}” is in use: departments in it {under}, people {people}, records {records}, rules {rules}. Give them another department first.",
    ),
    "departments_changed": Words(
        "组织架构后来又有人改过，不能再撤销。", "The departments have been changed since, so this can no longer be undone."
    ),
    "audit_settings_changed": Words("改了单位设置", "Changed the organisation’s settings"),
}
