"""Guards of what was meant: what must be known to judge, whether any server is meant, and whether so many are."""
