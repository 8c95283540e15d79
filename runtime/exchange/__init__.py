"""Spreadsheets in and out: reading, matching columns to fields, importing and exporting."""
