"""What is true now: the fleet in columns, its counters, the state at one revision, batches of facts."""
