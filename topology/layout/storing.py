"""Turns arrangements into bytes and back, so that a big picture need not be laid out again; and names what was laid out."""

import hashlib
import io
import json
import zipfile

import numpy as np

from topology.layout.levels.values import ARRAYS, Arrangement, Box, DamagedLayoutError, Request, Spacing

FORMAT = 2
"""Rises when the form of the bytes, or the layout of the same request, changes."""
_DTYPES = {
    "node_of": "int32", "centres": "float64", "layers": "int32", "strips": "int32", "box_strips": "int32", "edges": "int32",
    "counts": "int32", "edge_of": "int32", "upward": "bool", "points": "float32", "starts": "int64",
    "lane_marks": "int64", "lane_x": "float64", "free": "float64", "free_boxes": "float64",
}  # fmt: skip


def key_of(request: Request) -> str:
    """Give the digest of what a layout follows from, pins left out: they are laid over it."""
    spacing = request.spacing
    words = json.dumps(
        [
            FORMAT, request.names, request.groups, sorted(request.top), [getattr(spacing, name) for name in _SPACING],
            request.aspect, request.enough, sorted(request.closed_groups), sorted(request.closed_cycles),
        ]
    )  # fmt: skip
    digest = hashlib.sha256(words.encode())
    digest.update(np.ascontiguousarray(request.edges, "<i4").tobytes())
    return digest.hexdigest()


_SPACING = ("width", "height", "gap_x", "gap_y", "frame_x", "frame_top", "frame_bottom", "lane")


def to_bytes(arrangement: Arrangement) -> bytes:
    """Give an arrangement as bytes that `from_bytes` reads, with a digest of their own."""
    words = {
        "format": FORMAT,
        "key": arrangement.key,
        "names": arrangement.names,
        "lane_names": arrangement.lane_names if arrangement.lane_names != arrangement.names else None,
        "boxes": [
            [box.name, box.kind, box.label, box.members, box.rect, box.is_open, box.exclusive]
            for box in arrangement.boxes
        ],
        "size": [arrangement.width, arrangement.height],
        "spacing": [getattr(arrangement.spacing, name) for name in _SPACING],
    }
    file = io.BytesIO()
    arrays = {name: getattr(arrangement, name) for name in ARRAYS}
    np.savez(file, words=np.frombuffer(json.dumps(words).encode(), np.uint8), **arrays)
    body = file.getvalue()
    return hashlib.sha256(body).digest() + body


def from_bytes(data: bytes, key: str | None = None) -> Arrangement:
    """Read what `to_bytes` gave.

    Raises:
        DamagedLayoutError: the bytes were changed or cut, are of another format, or of a graph other than *key* names.
    """
    if len(data) < 32 or hashlib.sha256(data[32:]).digest() != data[:32]:
        raise DamagedLayoutError("the kept layout is damaged; it is laid out again")
    try:
        with np.load(io.BytesIO(data[32:]), allow_pickle=False) as file:
            words = json.loads(file["words"].tobytes())
            arrays = {name: np.asarray(file[name], _DTYPES[name]) for name in ARRAYS if words["format"] == FORMAT}
    except (KeyError, ValueError, OSError, zipfile.BadZipFile) as error:
        raise DamagedLayoutError("the kept layout cannot be read; it is laid out again") from error
    if words["format"] != FORMAT:
        raise DamagedLayoutError(f"the kept layout is of format {words['format']}, this version reads {FORMAT}")
    if key is not None and words["key"] != key:
        raise DamagedLayoutError("the kept layout is of another graph; it is laid out again")
    boxes = tuple(
        Box(name, kind, label, tuple(members), tuple(rect), is_open, exclusive)
        for name, kind, label, members, rect, is_open, exclusive in words["boxes"]
    )
    names = tuple(words["names"])
    return Arrangement(
        names=names,
        boxes=boxes,
        width=words["size"][0],
        height=words["size"][1],
        spacing=Spacing(*words["spacing"]),
        key=words["key"],
        lane_names=names if words["lane_names"] is None else tuple(words["lane_names"]),
        **arrays,
    )
