"""What is wrong with a formula, said at the place in its text."""

from runtime.words import Words

CODES = {
    "formula_empty": Words("还没有公式。写一个，比如 {{单价}} * {{数量}}。", "There is no formula yet. Write one, for example {{price}} * {{quantity}}."),
    "formula_long": Words("公式太长，最多 {most} 个字。", "The formula is too long. Use at most {most} characters."),
    "formula_large": Words("公式太复杂，最多 {most} 步。把一部分放进另一个公式字段。", "The formula is too large: at most {most} steps. Put a part of it in another formula field."),
    "formula_deep": Words("括号套得太深，最多 {most} 层。", "The brackets are nested too deeply: at most {most}."),
    "formula_digits": Words("数字最多 {digits} 位，其中小数最多 {decimals} 位。", "A number has at most {digits} digits, of them at most {decimals} decimals."),
    "formula_open_text": Words("第 {place} 个字的引号没有配对。在文字后面补一个引号。", "The quotation mark at character {place} is never closed. Add one after the text."),
    "formula_open_field": Words("第 {place} 个字的大括号没有配对。字段写成 {{字段名}}。", "The brace at character {place} has no partner. Write a field as {{field name}}."),
    "formula_open": Words("第 {place} 个字的括号没有关上。补一个「)」。", "The bracket at character {place} is never closed. Add “)”."),
    "formula_power": Words("公式里没有乘方「^」。平方写成 {{身高}} * {{身高}} 这样。", "Formulas have no power sign “^”. Write a square as {{height}} * {{height}}."),
    "formula_stray": Words("第 {place} 个字「{sign}」在公式里没有意思。文字要加引号。", "“{sign}” at character {place} means nothing in a formula. Put text in quotation marks."),
    "formula_extra": Words("第 {place} 个字「{text}」前面少一个符号，比如 + 或 &。", "A sign such as + or & is missing before “{text}” at character {place}."),
    "formula_missing": Words("第 {place} 个字这里少了一个数、文字或字段。", "A number, text or field is missing at character {place}."),
    "formula_no_name": Words("第 {place} 个字的大括号里没有字段名。", "There is no field name in the braces at character {place}."),
    "formula_no_field": Words("没有「{name}」这个字段。{hint}", "There is no field “{name}”. {hint}"),
    "formula_no_function": Words("没有 {name} 这个函数。{hint}", "There is no function {name}. {hint}"),
    "formula_count": Words("{name} 的写法是 {shape}。", "{name} is written {shape}."),
    "formula_kind": Words("第 {place} 个字这里要{wanted}，「{text}」是{given}。{hint}", "{wanted} is needed at character {place}; “{text}” is {given}. {hint}"),
    "formula_branches": Words("{name} 的几个结果要是同一种：「{one}」是{kind}，「{two}」是{other}。", "The results of {name} must be of one kind: “{one}” is {kind}, “{two}” is {other}."),
    "formula_compare": Words("「{one}」是{kind}，「{two}」是{other}，两种不能比较。", "“{one}” is {kind} and “{two}” is {other}; they cannot be compared."),
    "formula_option": Words("「{field}」没有「{option}」这个选项。可以用：{options}", "“{field}” has no choice “{option}”. It has: {options}"),
    "formula_literal": Words("{name} 的这一项要直接写成{wanted}，不能是算出来的。", "Write {wanted} here in {name}; it cannot be worked out."),
    "formula_linked": Words("{name} 要的是关联过来的记录，写成 {{订单.金额}} 这样。「{text}」不是。", "{name} takes linked records, as in {{orders.amount}}. “{text}” is none."),
    "formula_unlinked": Words("「{text}」有很多条，放进 SUM、COUNT、AVG、MIN 或 MAX 里用。", "“{text}” are many records. Use them inside SUM, COUNT, AVG, MIN or MAX."),
    "formula_hops": Words("「{text}」隔了两层关联，最多一层。在中间的表单上先做一个公式字段。", "“{text}” goes through two links; one is the most. Make a formula field on the form between them."),
    "formula_result": Words("这个公式算出来的是{kind}，字段却按{other}保存。重新填一次公式。", "This formula gives {kind}, but the field is kept as {other}. Enter the formula again."),
    "formula_format": Words("TEXT 不认识「{text}」这个格式。数字用 0.00 或 #,##0.00，日期用 yyyy-mm-dd。", "TEXT does not know the format “{text}”. Use 0.00 or #,##0.00 for numbers, yyyy-mm-dd for dates."),
    "formula_opaque": Words("「{text}」不能直接放进公式，只能用 ISBLANK 看它是不是空的。{hint}", "“{text}” cannot be used in a formula, except in ISBLANK. {hint}"),
    "formula_no_result": Words("公式最后要得到一个数字、文字、日期或是否。", "A formula must end in a number, a text, a date or yes/no."),
}
