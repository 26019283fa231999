"""Where Tab goes: the panels in the order of the work, and in each of them what its layouts show, first to last.

Qt would keep the order in which widgets were made, and rows that are made later would come after everything else.
"""

from collections.abc import Iterator, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractItemView, QLayout, QScrollArea, QSplitter, QWidget


def stops(widget: QWidget) -> Iterator[QWidget]:
    """Give what Tab can reach now in *widget*, itself included."""
    if not widget.isVisible() or not widget.isEnabled():
        return
    if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.focusProxy() is None:
        yield widget
    for child in _parts(widget):
        if not child.isWindow():
            yield from stops(child)


def move(panels: Sequence[QWidget], focused: QWidget | None, forward: bool) -> bool:
    """Give the keys to the stop after (or before) *focused*, round the ends; gives whether there is one."""
    found = [stop for panel in panels for stop in stops(panel)]
    if not found:
        return False
    step = 1 if forward else -1
    at = found.index(focused) + step if focused in found else min(0, step)
    stop = found[at % len(found)]
    stop.setFocus(Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason)
    _show(stop)
    return True


def _parts(widget: QWidget) -> tuple[QWidget, ...]:
    """Give the children of a widget: those it has put in order, then the rest."""
    if isinstance(widget, QSplitter):
        return tuple(part for part in map(widget.widget, range(widget.count())) if part is not None)
    placed = tuple(_placed(widget.layout()))
    rest = tuple(child for child in widget.children() if isinstance(child, QWidget) and child not in placed)
    return (*placed, *rest)


def _placed(layout: QLayout | None) -> Iterator[QWidget]:
    """Give the widgets of a layout and of those in it, in their order."""
    if layout is None:
        return
    for number in range(layout.count()):
        item = layout.itemAt(number)
        if item is None:
            raise RuntimeError("there is no item here, as there has to be")
        widget = item.widget()
        if widget is not None:
            yield widget
        else:
            yield from _placed(item.layout())


def _show(stop: QWidget) -> None:
    """Scroll to a stop that is out of sight; of one with lines, to the line that the keys are on."""
    area = stop.parentWidget()
    while area is not None and not isinstance(area, QScrollArea):
        area = area.parentWidget()
    inside = area.widget() if area is not None else None
    if area is None or inside is None:
        return
    place = stop.rect()
    if isinstance(stop, QAbstractItemView) and stop.currentIndex().isValid():
        place = stop.visualRect(stop.currentIndex())
    area.ensureVisible(0, stop.mapTo(inside, place.center()).y(), 0, place.height() // 2 + 8)
