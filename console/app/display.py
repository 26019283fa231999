"""Whether there is a display, and whether it answers: Qt itself would end the program, with a sentence about the wrong thing."""

import ctypes
import os
import re
import socket
import sys
from collections.abc import Mapping
from pathlib import Path

ANSWERS_WITHIN_S = 3.0
ELSEWHERE = (
    "offscreen",
    "minimal",
    "vnc",
    "eglfs",
    "linuxfb",
    "minimalegl",
    "vkkhrdisplay",
    "wayland-egl",
    "wayland-brcm",
)
"""Qt's other ways to draw; who names one knows what it takes."""
X_PORT = 6000
X_SOCKETS = "/tmp/.X11-unix/X"
TRIES = 5
"""A server that loses its last client (an Xvfb) begins anew, and drops whoever comes just then; one that refuses us always does."""
NOT_A_NAME, NO_SUCH_SCREEN = 5, 6
"""What libxcb says of a display that could not be opened (xcb.h, XCB_CONN_CLOSED_PARSE_ERR and _INVALID_SCREEN)."""


def has_display(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a window could be opened."""
    return not trouble(environment)


def trouble(environment: Mapping[str, str] = os.environ) -> str:
    """Say why no window can be opened; empty where one can."""
    asked = environment.get("QT_QPA_PLATFORM", "").partition(":")[0]
    if not sys.platform.startswith("linux"):
        return ""
    if asked not in ("", "xcb", "wayland", *ELSEWHERE):
        return f"There is no way to draw called {asked!r} (of QT_QPA_PLATFORM); there are xcb and wayland."
    if asked in ELSEWHERE:
        return ""
    wayland, display = environment.get("WAYLAND_DISPLAY", ""), environment.get("DISPLAY", "")
    if not wayland and not display:
        return "There is no display to open a window on."
    # Qt tries one after the other, unless it is told which.
    if asked != "xcb" and wayland and _listens(wayland, environment.get("XDG_RUNTIME_DIR", "")):
        return ""
    if asked != "wayland" and display and _answers(display):
        return _shut_out(display)
    named = {"WAYLAND_DISPLAY": wayland if asked != "xcb" else "", "DISPLAY": display if asked != "wayland" else ""}
    told = [f"{value!r} (of {name})" for name, value in named.items() if value]
    if not told:
        return f"QT_QPA_PLATFORM asks for {asked}, and there is no display of that kind to open a window on."
    return f"The display {told[0]} does not answer{f', nor does {told[1]}' if told[1:] else ''}."


def _listens(wayland: str, folder: str) -> bool:
    """Whether a compositor listens at a name, which is a place below the folder of the session or a path.

    Source: wl_display_connect(3).
    """
    return _connects(socket.AF_UNIX, str(Path(folder or "/nonexistent") / wayland))


def _answers(display: str) -> bool:
    """Whether an X server listens at a display, written as [HOST]:NUMBER[.SCREEN]; what is written otherwise is left to Qt.

    Source: X(7), display names.
    """
    found = re.fullmatch(r"(?P<host>[^:]*):(?P<number>\d+)(\.\d+)?", display)
    if found is None:
        return True
    host, number = found["host"], int(found["number"])
    if host in ("", "unix"):
        return any(_connects(socket.AF_UNIX, place + str(number)) for place in (X_SOCKETS, "\0" + X_SOCKETS))
    return _connects(socket.AF_INET, (host, X_PORT + number))


def _shut_out(display: str) -> str:
    """Say why an X server that answers opens no window for us; empty where it does, or where that cannot be asked."""
    try:
        xcb = ctypes.CDLL("libxcb.so.1")
    except OSError:
        return ""  # which is told as a library that Qt lacks
    xcb.xcb_connect.restype = ctypes.c_void_p
    screen, error = ctypes.c_int(0), 0
    for _ in range(TRIES):
        connection = ctypes.c_void_p(xcb.xcb_connect(os.fsencode(display), ctypes.byref(screen)))
        error = xcb.xcb_connection_has_error(connection)
        if not error:
            # Never closed: a server that only this program uses begins anew without a client, and Qt would meet it at that.
            return ""
        xcb.xcb_disconnect(connection)
        if error in (NOT_A_NAME, NO_SUCH_SCREEN):
            break
    if error == NOT_A_NAME:
        return f"DISPLAY is {display!r}, which names no display; one is written such as :0."
    if error == NO_SUCH_SCREEN:
        return f"The display {display!r} (of DISPLAY) has no screen {screen.value}."
    return f"The display {display!r} (of DISPLAY) lets this account open no window: start it as who is logged in there."


def _connects(family: socket.AddressFamily, place: object) -> bool:
    with socket.socket(family, socket.SOCK_STREAM) as tried:
        tried.settimeout(ANSWERS_WITHIN_S)
        try:
            tried.connect(place)  # type: ignore[arg-type]
        except OSError:
            return False
    return True
