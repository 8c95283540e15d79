"""Figures side by side: what Fenzu takes, and the least that plain SQLite or a bare Flask server can do, in one run."""
