"""Forms that come in from elsewhere (JSON Schema, XLSForm, a spreadsheet's columns) and go out again."""
