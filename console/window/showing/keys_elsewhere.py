"""Says beneath the command line which panel has the keys, where letters do something there: no command is typed into it unseen."""

from collections.abc import Mapping

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from console.panels.command_line.saying import LineSaying


class KeysElsewhere(QObject):
    """Follows the focus through the panels that have letters as keys, each with how it is called."""

    def __init__(self, saying: LineSaying, panels: Mapping[QWidget, str]) -> None:
        super().__init__(saying)
        self._saying, self._panels = saying, panels
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.focusChanged.connect(self._follow)

    def _follow(self, _before: QWidget | None, now: QWidget | None) -> None:
        if now is not None:  # else the window is only not in front
            self._saying.show_keys_at(self._panel_of(now))

    def _panel_of(self, widget: QWidget) -> str:
        if isinstance(widget, QLineEdit | QPlainTextEdit):
            return ""  # letters are only written there
        inside: QWidget | None = widget
        while inside is not None and inside not in self._panels:
            inside = inside.parentWidget()
        return self._panels[inside] if inside is not None else ""
