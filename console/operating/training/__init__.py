"""A training without a window: one person in one incident. It holds no link to a live region."""
