"""The HTTP edge: thin views over commands and readers; the only place that knows requests."""
