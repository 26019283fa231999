"""The lessons that an incident can teach, by their codes; each has a page of the manual."""

CODES = (
    "BLAST",
    "CEILING",
    "CELLS",
    "CIRCULAR",
    "EMPTY",
    "FLOOR",
    "FLOOR-MISSING",
    "GUARD-BUG",
    "PACE",
    "REDUNDANCY",
    "RESTART",
    "SHARED",
    "STOP",
    "TARGET",
    "TYPO",
)
RECORDED = "RECORDED"
"""What stands in their place in a session that was recorded."""
