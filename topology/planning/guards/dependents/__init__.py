"""Guards of those who need what leaves: who loses a hard need, who would no longer see it, and what coming back takes."""
