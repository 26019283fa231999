"""A notification of the desktop where there is no tray: by the program that desktops have for it."""

import shutil

from PySide6.QtCore import QProcess

SHOWN_MS = 20_000
PROGRAM = "notify-send"


def notify(title: str, sentence: str, *, urgent: bool) -> bool:
    """Ask the desktop to show a notification; gives whether there was somebody to ask. Nothing waits for an answer."""
    program = shutil.which(PROGRAM)
    if program is None:
        return False
    urgency = "critical" if urgent else "normal"
    words = ["--app-name=Underkeel", f"--urgency={urgency}", f"--expire-time={SHOWN_MS}", "--", title, sentence]
    started = QProcess.startDetached(program, words)
    return started[0] if isinstance(started, tuple) else bool(started)
