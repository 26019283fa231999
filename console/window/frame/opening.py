"""Opening another region: its file is asked for, and a program of its own shows it, which cannot reach this one's."""

from collections.abc import Callable

from PySide6.QtCore import QProcess, Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from console.kit.host.own_program import own_words


def open_region_apart(path: str) -> bool:
    """Show a region in a program of its own; gives whether it could be started."""
    program, *words = own_words(path)
    started = QProcess.startDetached(program, words)
    return started[0] if isinstance(started, tuple) else bool(started)


def ask_for_region(window: QWidget, chosen: Callable[[str], None]) -> QFileDialog:
    """Ask for the file of a region; the window goes on meanwhile."""
    dialog = QFileDialog(window, "Open region")
    dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
    dialog.setNameFilters(["Regions (*.toml)", "All files (*)"])
    dialog.fileSelected.connect(chosen)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog
