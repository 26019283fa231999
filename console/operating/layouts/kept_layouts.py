"""Layouts of large regions, kept so that the picture is there at once the next time, and is the same one.

Found by the digest of what is drawn: nodes, groups and links, and never by how they stand. What is damaged is laid out anew.
"""

import logging
import os
from pathlib import Path

from console.operating.layouts.placed import ROOM, PlacedGraph, from_arrangement, requests_of
from topology.graph.outline import Outline
from topology.layout import Point, from_bytes, key_of, to_bytes
from topology.records.kept_files import keep_file
from topology.records.own_folders import cache_folder

log = logging.getLogger(__name__)
MOST_FILES = 16


def recalled(outline: Outline, room: Point = ROOM) -> PlacedGraph | None:
    """Give the layout that was kept for an outline and a view of this size, or None."""
    for request in requests_of(outline, room):
        key = key_of(request)
        path = _path(key)
        try:
            made = from_bytes(path.read_bytes(), key)
            os.utime(path)
        except FileNotFoundError:
            continue
        except Exception as error:  # noqa: BLE001 - whatever is wrong with what was kept, the topology can be laid out anew
            log.warning("%s cannot be used: %s", path, error)
            continue
        return from_arrangement(made, request, room)
    return None


def keep(places: PlacedGraph) -> None:
    """Write a layout, whole or not at all; where it cannot be written, it is laid out anew next time."""
    arrangement = places.arrangement
    if arrangement is None:
        return
    path = _path(arrangement.key)
    try:
        keep_file(path, lambda file: file.write(to_bytes(arrangement)), MOST_FILES)
    except OSError as error:
        log.warning("%s could not be written, so the topology is laid out anew next time: %s", path, error)


def _path(key: str) -> Path:
    return cache_folder() / "layouts" / f"{key[:40]}.layout"
