"""Long work: a row in our own database is the truth, a thread pool only does it."""
