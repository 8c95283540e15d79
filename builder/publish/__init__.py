"""From a draft to a version: what changes, what is wrong, whom it concerns, and then publishing it."""
