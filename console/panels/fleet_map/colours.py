"""The colour of each mark of the map, and its shape: what is cut out of a server's square where it is large enough."""

from functools import cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

from console.kit.theme import Theme
from topology.fleet_map.marks import ABNORMAL, CellMark

SIDE = 32
"""Steps in which a shape is known, across and down."""
INK = 255
"""The number of the colour in which shapes are cut out: that of the ground."""

_MEANING = {
    CellMark.NOBODY: "panel",
    CellMark.QUIET: "quiet",
    CellMark.IN_SERVICE: "server",
    CellMark.GROUP_1: "group_1",
    CellMark.GROUP_2: "group_2",
    CellMark.GROUP_3: "group_3",
    CellMark.GROUP_4: "group_4",
    CellMark.GROUP_5: "group_5",
    CellMark.GROUP_6: "group_6",
    CellMark.SEVERAL: "several",
    CellMark.LIT: "lit",
    CellMark.JOINING: "joining",
    CellMark.REMOVED: "removed",
    CellMark.DRAINING: "draining",
    CellMark.FAILED: "failed",
    CellMark.PENDING: "planned",
    CellMark.PLANNED: "planned",
    CellMark.SHARED: "shared",
}


def colour_of(theme: Theme, mark: CellMark) -> QColor:
    """Give the colour of a mark."""
    colour: QColor = getattr(theme, _MEANING[mark])
    return colour


def colour_table(theme: Theme, *, old: bool = False) -> list[int]:
    """Give the colours of an image whose pixels are marks, by number; what is *old* does not look well."""
    table = [theme.panel.rgb()] * 256
    for mark in CellMark:
        looks_well = CellMark.NOBODY < mark < ABNORMAL and mark is not CellMark.QUIET
        table[mark] = (theme.stale if old and looks_well else colour_of(theme, mark)).rgb()
    return table


@cache
def shapes() -> NDArray[np.bool_]:
    """Say for each mark, row and column of a server's square whether it is cut out; the middle never is.

    ◆ failed, half full draining, a dot removed, + joining; hatched what the plan takes, crossed what it takes from others too.
    """
    steps = (np.arange(SIDE) + 0.5) / SIDE
    right, down = steps[None, :], steps[:, None]
    out = np.zeros((256, SIDE, SIDE), np.bool_)
    across, along = abs(right - 0.5), abs(down - 0.5)
    out[CellMark.FAILED] = across + along > 0.52
    out[CellMark.DRAINING] = (down < 0.4) & (across < 0.36) & (down > 0.14)
    out[CellMark.REMOVED] = (across > 0.24) | (along > 0.24)
    out[CellMark.JOINING] = (across > 0.17) & (along > 0.17)
    falling, rising = (right + down) % 0.5, (right - down) % 0.5
    out[CellMark.PENDING] = abs((right + down) % 1 - 0.5) < 0.09
    out[CellMark.PLANNED] = abs(falling - 0.25) < 0.08
    out[CellMark.SHARED] = out[CellMark.PLANNED] | (abs(rising - 0.25) < 0.08)
    return out


_SMALL = {
    CellMark.FAILED: "###/###/###",
    CellMark.DRAINING: "#.#/###/###",
    CellMark.REMOVED: ".../.#./...",
    CellMark.JOINING: ".#./###/.#.",
    CellMark.PENDING: "##./##./##.",
    CellMark.PLANNED: "#../.#./..#",
    CellMark.SHARED: "#.#/.#./#.#",
}
"""What is left of a square that is too small for its shape, in three rows of three: each mark is told apart without colour."""


@cache
def small_shapes() -> NDArray[np.bool_]:
    """Say for each mark, and each of three rows and columns of a small square, whether it is cut out."""
    out = np.zeros((256, 3, 3), np.bool_)
    for mark, rows in _SMALL.items():
        out[mark] = [[cell == "." for cell in row] for row in rows.split("/")]
    return out


def swatch(theme: Theme, mark: CellMark, side: int, *, old: bool = False) -> QImage:
    """Draw one server's square, *side* pixels wide, as the legend shows it."""
    steps = np.arange(side) * SIDE // side
    pixels = np.where(shapes()[mark][np.ix_(steps, steps)], np.uint8(INK), np.uint8(mark))
    return image_of(pixels, colour_table(theme, old=old))


def image_of(pixels: NDArray[np.uint8], table: list[int]) -> QImage:
    """Turn pixels that are numbers of colours into a picture of its own."""
    height, width = pixels.shape
    if not height or not width:
        return QImage()
    kept = np.ascontiguousarray(pixels)
    image = QImage(kept.data, width, height, width, QImage.Format.Format_Indexed8)
    image.setColorTable(table)
    return image.convertToFormat(QImage.Format.Format_RGB32)
