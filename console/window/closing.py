"""Asks before the window closes over a running execution: stop it, or stay. There is no third way."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget


def ask_to_stop(window: QWidget, sentence: str, stop: Callable[[], None]) -> QMessageBox:
    """Open the question, and do not wait for it; *stop* is called when the operator chooses to stop and close."""
    box = QMessageBox(window)
    box.setIcon(QMessageBox.Icon.NoIcon)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setWindowTitle("An execution is running")
    box.setText("An execution is running.")
    box.setInformativeText(
        f"{sentence} Closing the console stops it: no further server leaves, and those still draining go back."
    )
    stopping = box.addButton("Stop it and close", QMessageBox.ButtonRole.DestructiveRole)
    staying = box.addButton("Stay", QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(staying)
    box.setEscapeButton(staying)

    def chosen() -> None:
        if box.clickedButton() is stopping:
            stop()

    # Never exec(): a nested Qt loop would wedge the coroutines of the running one.
    box.finished.connect(chosen)
    box.open()
    return box
