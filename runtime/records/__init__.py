"""The life of one record: what was typed, who may see it, how it is found, what it was before."""
