"""Acting on a region: confirm, stop, undo, recovery, and the journal entry written before each."""
