"""Layouts of large regions, kept so that the picture is there at once the next time, and is the same one.

Found by a digest of what is drawn: nodes, groups and links, and never by how they stand. What is damaged is laid out anew.
"""

import hashlib
import logging
import os
import tempfile
import zipfile
from pathlib import Path

import msgspec
import numpy as np

from console.topology_view.placed import SPACING, Placed
from topology.layout import Frame
from topology.links.region_cache import cache_folder
from topology.outline import Outline

log = logging.getLogger(__name__)
VERSION = 1
"""Raised whenever the same graph is laid out otherwise than before."""
MOST_FILES = 16
_WRONG = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, msgspec.MsgspecError)


def recalled(outline: Outline) -> Placed | None:
    """Give the layout that was kept for an outline, or None."""
    path = _path(outline)
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            frames = msgspec.msgpack.decode(
                arrays["frames"].tobytes(), type=dict[str, tuple[float, float, float, float]]
            )
            centres, points, starts, size = (arrays[name] for name in ("centres", "points", "starts", "size"))
        width, height = size.tolist()
        fits = centres.shape == (len(outline.nodes), 2) and starts.shape == (len(outline.links) + 1,)
        if not fits or points.shape != (int(starts[-1]), 2) or (np.diff(starts) < 2).any():
            raise ValueError("it does not fit the graph")
        os.utime(path)
    except FileNotFoundError:
        return None
    except _WRONG as error:
        log.warning("%s is damaged, and the topology is laid out anew: %s", path, error)
        return None
    made = {name: Frame(*edges) for name, edges in frames.items()}
    return Placed(centres, points, starts, made, width, height)


def keep(outline: Outline, places: Placed) -> None:
    """Write a layout, whole or not at all; where it cannot be written, it is laid out anew next time."""
    frames = {name: (one.left, one.top, one.right, one.bottom) for name, one in places.frames.items()}
    path = _path(outline)
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, part = tempfile.mkstemp(suffix=".part", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                np.savez(
                    file,
                    centres=places.centres,
                    points=places.points,
                    starts=places.starts,
                    size=np.array([places.width, places.height]),
                    frames=np.frombuffer(msgspec.msgpack.encode(frames), np.uint8),
                )
            Path(part).replace(path)
        finally:
            Path(part).unlink(missing_ok=True)
        for old in sorted(path.parent.glob("*.npz"), key=lambda one: one.stat().st_mtime)[:-MOST_FILES]:
            old.unlink(missing_ok=True)
    except OSError as error:
        log.warning("%s could not be written, so the topology is laid out anew next time: %s", path, error)


def _path(outline: Outline) -> Path:
    drawn = (
        VERSION,
        outline.region.name,
        repr(SPACING),
        [(node.name, node.group, node.external) for node in outline.nodes],
        [(link.dependent, link.needs, link.hard) for link in outline.links],
    )
    digest = hashlib.sha256(msgspec.msgpack.encode(drawn)).hexdigest()[:40]
    return cache_folder() / "layouts" / f"{digest}.npz"
