"""The domain: a region, its fleet, and what a command would do to it."""
