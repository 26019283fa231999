"""Questions before the window closes: over a running execution, to stop it or stay; there is no third way."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QPushButton, QWidget


def plain_question(window: QWidget, title: str, text: str, more: str) -> QMessageBox:
    """Make a question of plain words, without a picture; buttons are the caller's, see `stay_unless`."""
    box = QMessageBox(window)
    box.setIcon(QMessageBox.Icon.NoIcon)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setWindowTitle(title)
    box.setText(text)
    box.setInformativeText(more)
    return box


def stay_unless(box: QMessageBox, stay: str, chosen: dict[QPushButton, Callable[[], None]]) -> None:
    """Open the question, and do not wait for it; Enter and Escape stay, and each other button does what stands beside it."""
    staying = box.addButton(stay, QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(staying)
    box.setEscapeButton(staying)

    def act() -> None:
        for button, deed in chosen.items():
            if box.clickedButton() is button:
                deed()

    # Never exec(): a nested Qt loop would wedge the coroutines of the running one.
    box.finished.connect(act)
    box.open()


def ask_to_stop(window: QWidget, sentence: str, stop: Callable[[], None]) -> QMessageBox:
    """Open the question, and do not wait for it; *stop* is called when the operator chooses to stop and close."""
    box = plain_question(
        window,
        "An execution is running",
        "An execution is running.",
        f"{sentence} Closing the console stops it: no further server leaves, and those still draining go back.",
    )
    stay_unless(box, "Stay", {box.addButton("Stop it and close", QMessageBox.ButtonRole.DestructiveRole): stop})
    return box
