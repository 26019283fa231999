"""Carrying a plan out: the pure state machine, waves, progress, and the entries that a journal keeps of it."""
