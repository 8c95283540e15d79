"""Automatic grouping: membership on write, on the clock and on publishing; pins, preview and codes."""
