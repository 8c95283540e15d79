"""The drawing board: turns gestures into new versions of definitions."""
