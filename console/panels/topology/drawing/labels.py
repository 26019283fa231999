"""Which names are written when the topology is seen from afar: the most wanted first, and never one over another."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter

from console.panels.topology.drawing.paint import fitted, font

PIXELS = 11
"""Height of the letters, in pixels of the view."""
CELL = 2.0
"""Pixels: how finely taken room is remembered."""
MOST = 400
"""So many names at most: more is a carpet."""
WIDEST = 150.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """A name that could be written: its middle, if *centred*, else its left end at *at*, with its top there."""

    text: str
    at: QPointF
    colour: QColor
    bold: bool = False
    centred: bool = True
    width: float = WIDEST
    """Pixels that it has room in."""
    urgent: bool = False
    """Whether it may be written over cards that need no look."""
    broken: bool = False
    """Whether it may be written over anything but other names and what is broken, too."""
    inside: bool = False
    """Whether it stands on a card of its own, where there is room for nothing else anyway."""
    of: int | None = None
    """Whose name it is, where there are several places to try: only one is taken."""


@dataclass(frozen=True, slots=True)
class Label:
    """A name and its place in the view."""

    text: str
    box: QRectF
    colour: QColor
    bold: bool


def height() -> float:
    """Give the height of a name in pixels."""
    return _metrics(False).height()


def fits(text: str, width: float) -> bool:
    """Say whether a name has room in so many pixels."""
    return _advance(text, bold=False) <= width


def place(
    wanted: Iterable[Wanted],
    view: QRectF,
    taken: Iterable[QRectF] = (),
    cards: Iterable[QRectF] = (),
    frame: QRectF | None = None,
    marked: Iterable[QRectF] = (),
) -> list[Label]:
    """Choose where there is room, in the order of *wanted*: nothing is written over what is *taken*, or out of the *view*.

    Only what is urgent is written over other *cards*, only what is broken over *marked* ones, and nothing where the border of
    a *frame* would cut it.
    """
    columns, rows = int(view.width() / CELL) + 2, int(view.height() / CELL) + 2
    hard = np.zeros((rows, columns), bool)
    for rect in taken:
        hard[_cells(rect, view, hard.shape)] = True
    firm = hard.copy()
    for rect in marked:
        firm[_cells(rect, view, firm.shape)] = True
    full = firm.copy()
    for rect in cards:
        full[_cells(rect, view, full.shape)] = True
    labels: list[Label] = []
    named: set[int] = set()
    tall = height()
    for one in wanted:
        if len(labels) == MOST:
            break
        if one.of in named:
            continue
        text = fitted((one.text,), PIXELS, one.bold, float(int(one.width)))
        wide = _advance(text, one.bold)
        left = one.at.x() - wide / 2 if one.centred else one.at.x()
        box = QRectF(left, one.at.y(), wide, tall)
        if not view.contains(box) or (frame is not None and frame.intersects(box) and not frame.contains(box)):
            continue
        cells = _cells(box.adjusted(-2, 0, 2, 0), view, full.shape)
        if not one.inside and (hard if one.broken else firm if one.urgent else full)[cells].any():
            continue
        hard[cells] = firm[cells] = full[cells] = True
        if one.of is not None:
            named.add(one.of)
        labels.append(Label(text, box, one.colour, one.bold))
    return labels


def paint(painter: QPainter, labels: Iterable[Label], ground: QColor) -> None:
    """Write the names, each on a ground that sets it off from the lines under it."""
    veil = QColor(ground)
    veil.setAlpha(200)
    for label in labels:
        painter.fillRect(label.box.adjusted(-2, 0, 2, -1), veil)
    for bold in (False, True):
        painter.setFont(font(PIXELS, bold))
        for label in labels:
            if label.bold is bold:
                painter.setPen(label.colour)
                painter.drawText(label.box, Qt.AlignmentFlag.AlignCenter, label.text)


def _cells(rect: QRectF, view: QRectF, shape: tuple[int, ...]) -> tuple[slice, slice]:
    left, top = (rect.left() - view.left()) / CELL, (rect.top() - view.top()) / CELL
    right, bottom = (rect.right() - view.left()) / CELL, (rect.bottom() - view.top()) / CELL
    return (
        slice(max(int(top), 0), max(min(int(bottom) + 1, shape[0]), 0)),
        slice(max(int(left), 0), max(min(int(right) + 1, shape[1]), 0)),
    )


@lru_cache(maxsize=2)
def _metrics(bold: bool) -> QFontMetricsF:
    return QFontMetricsF(font(PIXELS, bold))


@lru_cache(maxsize=16384)
def _advance(text: str, bold: bool) -> float:
    return _metrics(bold).horizontalAdvance(text)
