"""The region of an inventory, described for a console that may act on it, and trusted."""

from pathlib import Path

from console.operating.regions import read_file
from console.operating.trusting.trust import Trust

_TEXT = """\
format = 1
[region]
name = "racks"
zones = ["a", "b"]
[source]
fleet = "{fleet}"
read_only = false
{more}[policy]
pace = "100/min"
largest_command = 20
[[subsystem]]
name = "index"
floor = "90%"
[[subsystem]]
name = "billing"
floor = 2
"""


def described_racks(fleet: str, more: str = "") -> str:
    """Describe the region that is reached at *fleet*; *more* are lines of its source."""
    return _TEXT.format(fleet=fleet, more=more)


def trusted(path: Path) -> Path:
    """Trust the source that a description states."""
    source = read_file(path, str(path)).source
    assert source is not None
    Trust().add(path, source)
    return path
