"""What Xlib does when it is the first to find the display gone: it ends the process, which must not be.

It knows Qt's own connection alone; who runs a session calls it.
"""

import ctypes
import select
from contextlib import suppress
from typing import Any

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

_GIVES_UP = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p)(lambda _display: 0)
_EXITS = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)(lambda _display, _data: None)


def outlive_xlib() -> None:
    """Let Xlib go on without its display; Qt finds it gone in the next moment and ends its loop, and what runs is stopped.

    `XSetIOErrorExitHandler` is there since libX11 1.7; without it, or without X, nothing is changed.
    """
    native = _native()
    if native is None:
        return
    with suppress(OSError, AttributeError):
        xlib = ctypes.CDLL("libX11.so.6")
        xlib.XSetIOErrorHandler(_GIVES_UP)
        xlib.XSetIOErrorExitHandler(ctypes.c_void_p(native.display()), _EXITS, None)


def set_title(window: QWidget, title: str) -> None:
    """Set the title of a window, unless its display has gone.

    Qt sends it through Xlib, which writes to nowhere when it has once found the display gone, and ends the process for it.
    """
    if not _display_gone():
        window.setWindowTitle(title)


def _display_gone() -> bool:
    """Ask the system whether the X server has hung up; False where that cannot be asked."""
    native = _native()
    if native is None:
        return False
    with suppress(OSError, AttributeError):
        xcb = ctypes.CDLL("libxcb.so.1")
        asked = select.poll()
        asked.register(xcb.xcb_get_file_descriptor(ctypes.c_void_p(native.connection())), select.POLLRDHUP)
        return bool(asked.poll(0))  # which tells of errors and of the end without being asked for them
    return False


def _native() -> Any:
    """Give Qt's own connection to X; None where there is none."""
    app = QGuiApplication.instance()
    return app.nativeInterface() if isinstance(app, QGuiApplication) and app.platformName() == "xcb" else None
