"""Another scale while the window is open.

Qt reads its factor once, when the application object is made, and has no public way to change it. What it calls itself when
a screen changes is there in its library, though; it is looked up by name, and where a Qt has it no more, a scale counts from
the next start on.
"""

import ctypes
import os
from functools import cache
from pathlib import Path

import PySide6
import shiboken6
from PySide6.QtGui import QGuiApplication, QWindow

_FACTOR = "_ZN15QHighDpiScaling15setScreenFactorEP7QScreend"
_CHANGED = "_ZN22QWindowSystemInterface35handleWindowDevicePixelRatioChangedINS_15DefaultDeliveryEEEvP7QWindow"
TRIED = ((6, 10), (6, 13))
"""The versions of Qt from and up to which this was tried; the second is left out."""


@cache
def _library() -> ctypes.CDLL | None:
    """Give Qt's library, where both calls are in it."""
    version = tuple(int(part) for part in PySide6.__version__.split(".")[:2])
    if QGuiApplication.platformName() != "xcb" or not TRIED[0] <= version < TRIED[1]:
        return None
    found = Path(PySide6.__file__).parent / "Qt" / "lib" / "libQt6Gui.so.6"
    try:
        library = ctypes.CDLL(str(found))
        getattr(library, _FACTOR).argtypes = [ctypes.c_void_p, ctypes.c_double]
        getattr(library, _CHANGED).argtypes = [ctypes.c_void_p]
    except (OSError, AttributeError):
        return None
    return library


def set_live_scale(percent: int, windows: list[QWindow]) -> bool:
    """Draw everything at *percent* from now on; gives False where that takes a new start.

    Each of the *windows* has to be given its size again by its owner: it has other units now.
    """
    library = _library()
    if library is None:
        return False
    begun = float(os.environ.get("QT_SCALE_FACTOR") or 1.0)
    for screen in QGuiApplication.screens():
        getattr(library, _FACTOR)(shiboken6.getCppPointer(screen)[0], percent / 100 / begun)
    for window in windows:
        getattr(library, _CHANGED)(shiboken6.getCppPointer(window)[0])
    return True
