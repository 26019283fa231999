"""Subcommands that put up something to try consoles on."""
