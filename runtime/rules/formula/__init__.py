"""Formulas as in a spreadsheet: text, parsed once, typed, and compiled to one SQL expression through a target.

`{客户等级}` or a bare `amount` is a field, `{customer.name}` a linked record's, `{orders.amount}` the linked records' in
`SUM AVG COUNT MIN MAX COUNTIF SUMIF`. Definitions hold field keys; people see labels (definitions/formula_names.py).

Numbers are exact: whole numbers scaled by at most 6 decimals, rounded half up (away from zero). What does not fit
(beyond 9·10^18 units), and whatever is divided by zero, is blank. Blank goes through arithmetic and functions; `&`,
`CONCAT`, `COALESCE`, `ISBLANK` and sums take it as nothing. A comparison is true or false, never blank: `=` is true of two
blanks, `<` false of any, and `{x} = ""` asks whether x is blank. Texts are compared without letter case.
"""
