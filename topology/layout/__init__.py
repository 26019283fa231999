"""The layout of a dependency graph of any size: layered, services and cycles in boxes, stable when the graph is edited.

`arrange` takes a `Request` and gives an `Arrangement`: frozen values in numpy arrays, the same on every machine, that can cross to
another thread or process. Nothing here knows what state a subsystem is in, so nothing moves because data changed.
"""

from topology.layout.arranging import arrange
from topology.layout.levels.crossings import crossings_of
from topology.layout.levels.values import (
    Arrangement,
    Box,
    DamagedLayoutError,
    LayoutCancelledError,
    Point,
    Request,
    Spacing,
)
from topology.layout.storing import from_bytes, key_of, to_bytes

__all__ = [
    "Arrangement",
    "Box",
    "DamagedLayoutError",
    "LayoutCancelledError",
    "Point",
    "Request",
    "Spacing",
    "arrange",
    "crossings_of",
    "from_bytes",
    "key_of",
    "to_bytes",
]
