"""Asks whose runs these are: a name for the score file, the debrief and the table of a class. It allows nothing."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog, QWidget

from console.operating.training.training import Training

LONGEST = 60
"""Signs of a name."""


def ask_trainee(window: QWidget, training: Training, tell: Callable[[str], None]) -> QInputDialog:
    """Open the question, and do not wait for it."""
    dialog = QInputDialog(window)
    dialog.setWindowTitle("Whose run this is")
    dialog.setLabelText("Name, for the score file and the debrief")
    dialog.setTextValue(training.trainee)
    dialog.textValueSelected.connect(lambda text: tell(name_trainee(training, text)))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog


def name_trainee(training: Training, text: str) -> str:
    """Take a name, and say what was done with it."""
    name = " ".join(text.split())
    if not name or len(name) > LONGEST or not name.isprintable():
        return f"A name has 1 to {LONGEST} signs that can be printed; it stays {training.trainee or 'none'}."
    training.trainee = name
    return f"These are runs of {name}: their debriefs and best scores bear the name."
