"""The instructor's station: a window of its own that a trainee does not see, and what directs a run from there."""
