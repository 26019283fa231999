"""The subcommands: each answers in the terminal, acts on no region, and never loads Qt."""
