"""One file per kind of definition: its JSON Schema, its checks and its parsed form."""
