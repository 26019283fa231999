"""Asks before a window closes over a run that is kept nowhere: save what was done, forget it, or stay."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox, QWidget

from console.words import writing as words


def ask_to_leave(window: QWidget, acts: int, save: Callable[[], None], leave: Callable[[], None]) -> QMessageBox:
    """Open the question, and do not wait for it; *save* asks where to and leaves the window open, *leave* closes it."""
    box = QMessageBox(window)
    box.setIcon(QMessageBox.Icon.NoIcon)
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setWindowTitle("Your run is kept nowhere")
    box.setText(f"Your run of {words.plural(acts, 'act')} is kept nowhere.")
    box.setInformativeText("Saved acts can be gone through again with underkeel replay --acts. Closing forgets them.")
    forgetting = box.addButton("&Forget it and close", QMessageBox.ButtonRole.DestructiveRole)
    saving = box.addButton("Save the &acts …", QMessageBox.ButtonRole.ActionRole)
    staying = box.addButton("&Stay", QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(staying)
    box.setEscapeButton(staying)

    def chosen() -> None:
        if box.clickedButton() is forgetting:
            leave()
        elif box.clickedButton() is saving:
            save()

    # Never exec(): a nested Qt loop would wedge the coroutines of the running one.
    box.finished.connect(chosen)
    box.open()
    return box
