"""What the sentences of the core are made of: counts, lists, and moments by the clock of a region."""
