"""The drawing board's pages."""
