"""Draws no motion where the desktop asks for less of it, until that is chosen in the console."""

from collections.abc import Callable

from PySide6.QtCore import QObject

from console.kit.host.desktop_motion import DesktopMotion
from console.window.settings import SettingsStore

CHOICE = "reduced_motion"


def follow_motion(parent: QObject, settings: SettingsStore, set_reduced: Callable[[bool], None]) -> None:
    """Ask the desktop; what it wants counts for this session and is not kept."""

    def reduce() -> None:
        if not settings.has(CHOICE):
            settings.take_for_now(**{CHOICE: True})
            set_reduced(True)

    if not settings.has(CHOICE):
        DesktopMotion(parent, reduce).ask()
