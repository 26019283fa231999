"""What needs no window: one look at a region, and what follows from it."""
