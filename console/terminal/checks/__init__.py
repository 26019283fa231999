"""Subcommands that try something out: descriptions, incidents, adapters."""
