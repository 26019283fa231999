"""How much memory this process has."""

import os
from pathlib import Path


def resident_mb() -> float:
    """Give it in megabytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 1)
