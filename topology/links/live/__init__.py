"""A live region made of parts: description, fleet source and ledger behind the one protocol."""
