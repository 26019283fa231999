"""The roles that item models answer, and what their methods are given.

As ints: enum members compare slowly, and `data` is asked thousands of times.
"""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt

DISPLAY = int(Qt.ItemDataRole.DisplayRole)
TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)
SIZE = int(Qt.ItemDataRole.SizeHintRole)
SPOKEN = int(Qt.ItemDataRole.AccessibleTextRole)
DESCRIBED = int(Qt.ItemDataRole.AccessibleDescriptionRole)
ALIGNMENT = int(Qt.ItemDataRole.TextAlignmentRole)
FOREGROUND = int(Qt.ItemDataRole.ForegroundRole)
COPIED = int(Qt.ItemDataRole.UserRole) + 64
"""What copying takes of a row that is drawn as one cell: all that stands in it, apart by tabs."""

Index = QModelIndex | QPersistentModelIndex
