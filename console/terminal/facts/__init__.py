"""Subcommands that say facts of a region: headroom, floors and who needs what, restarts. They change nothing."""
