"""Whether there is a display, and whether it answers: Qt itself would end the program, with a sentence about the wrong thing."""

import os
import re
import socket
import sys
from collections.abc import Mapping

ANSWERS_WITHIN_S = 3.0
X_PORT = 6000
X_SOCKETS = "/tmp/.X11-unix/X"


def has_display(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether a window could be opened."""
    return not trouble(environment)


def trouble(environment: Mapping[str, str] = os.environ) -> str:
    """Say why no window can be opened; empty where one can."""
    if environment.get("QT_QPA_PLATFORM", "xcb") not in ("", "xcb") or not sys.platform.startswith("linux"):
        return ""
    display = environment.get("DISPLAY", "")
    if environment.get("WAYLAND_DISPLAY"):
        return ""
    if not display:
        return "" if environment.get("QT_QPA_PLATFORM") else "There is no display to open a window on."
    return "" if _answers(display) else f"The display {display!r} (of DISPLAY) does not answer."


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


def _connects(family: socket.AddressFamily, place: object) -> bool:
    with socket.socket(family, socket.SOCK_STREAM) as tried:
        tried.settimeout(ANSWERS_WITHIN_S)
        try:
            tried.connect(place)  # type: ignore[arg-type]
        except OSError:
            return False
    return True
