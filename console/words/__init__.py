"""Everything that is said to people, in words: numbers, times, plans, executions, journal entries."""
