"""A live region kept current with its source: what was read, what changes, whose act it was, and how old it is."""
