"""A notification of the desktop where there is no tray: by the program that desktops have for it."""

import shutil

from PySide6.QtCore import QProcess

from console.kit.host.desktop_motion import there_is_a_bus

SHOWN_MS = 20_000
PROGRAM = "notify-send"


def notify(title: str, sentence: str, *, urgent: bool) -> bool:
    """Ask the desktop to show a notification; gives whether there was somebody to ask. Nothing waits for an answer.

    Nor is anything of what the program has to say about it ours to say: it knows a bus of the session, or there is no desktop.
    """
    program = shutil.which(PROGRAM)
    if program is None or not there_is_a_bus():
        return False
    urgency = "critical" if urgent else "normal"
    words = ["--app-name=Underkeel", f"--urgency={urgency}", f"--expire-time={SHOWN_MS}", "--", title, sentence]
    asking = QProcess()
    asking.setProgram(program)
    asking.setArguments(words)
    asking.setStandardOutputFile(QProcess.nullDevice())
    asking.setStandardErrorFile(QProcess.nullDevice())
    started = asking.startDetached()
    return started[0] if isinstance(started, tuple) else bool(started)
