"""A region that lives by itself."""
