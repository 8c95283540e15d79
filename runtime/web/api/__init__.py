"""The JSON API: the same reader, writer and rights as the pages; `serving.blueprint` makes it."""
