"""What Xlib does when it is the first to find the display gone: it ends the process, which must not be.

It knows Qt's own connection alone; who runs a session calls it.
"""

import ctypes
from contextlib import suppress
from typing import Any

from PySide6.QtGui import QGuiApplication

_GIVES_UP = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)(lambda _display: 0)
_EXITS = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)(lambda _display, _data: None)


def outlive_xlib() -> None:
    """Let Xlib go on without its display; Qt finds it gone in the next moment and ends its loop, and what runs is stopped.

    `XSetIOErrorExitHandler` is there since libX11 1.7; without it, or without X, nothing is changed.
    """
    app = QGuiApplication.instance()
    native: Any = app.nativeInterface() if isinstance(app, QGuiApplication) and app.platformName() == "xcb" else None
    if native is None:
        return
    with suppress(OSError, AttributeError):
        xlib = ctypes.CDLL("libX11.so.6")
        xlib.XSetIOErrorHandler(_GIVES_UP)
        xlib.XSetIOErrorExitHandler(ctypes.c_void_p(native.display()), _EXITS, None)
