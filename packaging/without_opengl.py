"""Lets pyqtgraph plot without Qt's modules for OpenGL, 10 MB that no plot here draws by: they are not in the frozen folder.

pyqtgraph imports them with its curves, and asks of them one class, to know a view that draws by OpenGL.
"""

import sys
from types import ModuleType


class QOpenGLWidget:
    """What no view here is."""


def stand_in() -> None:
    """Put modules with nothing else in their places; where the real ones are, nobody sees them any more."""
    for name in ("QtOpenGL", "QtOpenGLWidgets"):
        sys.modules[f"PySide6.{name}"] = ModuleType(f"PySide6.{name}")
    sys.modules["PySide6.QtOpenGLWidgets"].QOpenGLWidget = QOpenGLWidget  # type: ignore[attr-defined]
