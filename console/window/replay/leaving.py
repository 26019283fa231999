"""Asks before a window closes over a run that is kept nowhere: save what was done, forget it, or stay."""

from collections.abc import Callable

from PySide6.QtWidgets import QMessageBox, QWidget

from console.window.closing import plain_question, stay_unless
from console.words import writing as words


def ask_to_leave(window: QWidget, acts: int, save: Callable[[], None], leave: Callable[[], None]) -> QMessageBox:
    """Open the question, and do not wait for it; *save* asks where to and leaves the window open, *leave* closes it."""
    box = plain_question(
        window,
        "Your run is kept nowhere",
        f"Your run of {words.plural(acts, 'act')} is kept nowhere.",
        "Saved acts can be gone through again with underkeel replay --acts. Closing forgets them.",
    )
    forgetting = box.addButton("&Forget it and close", QMessageBox.ButtonRole.DestructiveRole)
    saving = box.addButton("Save the &acts …", QMessageBox.ButtonRole.ActionRole)
    stay_unless(box, "&Stay", {forgetting: leave, saving: save})
    return box
