"""Where a trainee stands in the order of lessons."""
