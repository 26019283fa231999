"""Sentences that need an act or a look, above the command line, until they are dismissed or no longer true."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from console.kit.painting import plain_tip
from console.kit.theme import Theme, ui_font
from console.operating.notice import Notice

MOST_SHOWN = 3


class NoticeBar(QWidget):
    """Shows the newest notices, worst first; offers become buttons."""

    changing = Signal()
    """There are about to be other notices."""
    changed = Signal()
    """There are other notices than before, so another height is wanted."""
    taken = Signal(str)
    """Command text that the operator chose; it is only typed, never submitted."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._notices: dict[str, Notice] = {}
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(1)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.hide()

    def notices(self) -> tuple[Notice, ...]:
        """Give what is on show, worst first."""
        order = {"alarm": 0, "caution": 1, "note": 2}
        return tuple(sorted(self._notices.values(), key=lambda notice: order[notice.kind]))

    def show_notice(self, notice: Notice) -> None:
        """Show a notice, or replace the one with its key."""
        if self._notices.get(notice.key) == notice:
            return
        self._notices.pop(notice.key, None)
        self._notices[notice.key] = notice
        self._rebuild()

    def drop(self, key: str) -> None:
        """Take a notice away; one that is not there is no matter."""
        if self._notices.pop(key, None) is not None:
            self._rebuild()

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._theme = theme
        self._rebuild()

    def _rebuild(self) -> None:
        self.changing.emit()
        while (item := self._rows.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        shown = self.notices()
        for notice in shown[:MOST_SHOWN]:
            row = self._row(notice)
            self._rows.addWidget(row)
            # In a bar that is in sight already a new row counts for the height only once it is shown.
            row.show()
        if len(shown) > MOST_SHOWN:
            more = QLabel(f"{len(shown) - MOST_SHOWN} more under Messages (Ctrl+M)", self)
            more.setContentsMargins(16, 2, 16, 2)
            self._rows.addWidget(more)
            more.show()
        self.setVisible(bool(shown))
        self.changed.emit()

    def _row(self, notice: Notice) -> QWidget:
        theme = self._theme
        mark, colour, ground = {
            "alarm": ("▼", theme.alarm, theme.alarm_ground),
            "caution": ("◆", theme.caution, theme.caution_ground),
            "note": ("›", theme.text, theme.plan_ground),
        }[notice.kind]
        row = QWidget(self)
        row.setObjectName("notice")
        row.setStyleSheet(f"#notice {{ background: {ground.name()}; border-left: 4px solid {colour.name()}; }}")
        line = QHBoxLayout(row)
        line.setContentsMargins(12, 6, 8, 6)
        line.setSpacing(8)
        text = QLabel(f"{mark}  {notice.text}", row)
        text.setTextFormat(Qt.TextFormat.PlainText)
        text.setWordWrap(True)
        text.setFont(ui_font(10))
        text.setStyleSheet(f"color: {colour.name()};")
        text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        line.addWidget(text, 1)
        for label, command in notice.offers:
            button = QPushButton(label, row)
            button.setToolTip(plain_tip(command))
            button.setAccessibleName(f"{label}: {notice.text}")
            button.clicked.connect(lambda _checked=False, command=command: self.taken.emit(command))
            line.addWidget(button)
        if not notice.lasting:
            close = QPushButton("Dismiss", row)
            close.setAccessibleName(f"Dismiss: {notice.text}")
            close.clicked.connect(lambda _checked=False, key=notice.key: self.drop(key))
            line.addWidget(close)
        return row
