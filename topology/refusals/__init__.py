"""Why waves are not done, as typed values: what a check, a source or a ledger has against them. The console has the sentences."""
