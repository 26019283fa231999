"""What operators did: the journal as a table."""
