"""Where an arrow key points."""

from PySide6.QtCore import Qt

ARROWS = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}


def direction_of(key: int) -> tuple[int, int]:
    """Give where an arrow points, as steps to the right and down; (0, 0) for another key."""
    return next((step for arrow, step in ARROWS.items() if arrow == key), (0, 0))
