"""The panel of the status page: a table, and the next command about each row one key away."""

from datetime import tzinfo

from PySide6.QtCore import Signal
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from console.kit.lines.line_table import LineTable, dress
from console.kit.overrides import reported
from console.kit.parts import Button, Text
from console.kit.theme import Theme
from console.operating.status_page.desk_page import PageReading
from console.panels.status_page.model import MORE, SINCE, STANDS, WHAT, PageModel, rows_of
from console.words.public import status_page as said

LEAST_ROWS = 2
NOTHING = "No status page. [status_page] in the region's description says what those outside are told, and where it is published."
_WIDEST = {WHAT: "Announcement 1,000", SINCE: "28 Feb 18:14:00"}


class StatusPagePanel(QWidget):
    """How services stand on the page, what is announced, and each target's last success."""

    take_command = Signal(str)
    """Command text to put into the command line; it is not submitted."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.heading = Text(theme, 9.5, "text_soft", wrap=True)
        self.announce = Button(theme, size=9)
        self.announce.say("Announce", "Begin an announcement in the command line")
        self.model = PageModel(theme, self)
        self.table = LineTable()
        self.table.setModel(self.model)
        dress(self.table, "The status page: announcements, services, targets", LEAST_ROWS)
        self._dress_columns()
        self._put_together()
        self.table.opened.connect(self._type)
        self.table.doubleClicked.connect(self._type)
        self.announce.clicked.connect(self._begin)
        self.setAccessibleName("Status page")
        self.set_theme(theme)
        self._service = ""
        self.heading.say(NOTHING)
        self._show_table(False)

    def show_reading(self, reading: PageReading | None, zone: tzinfo) -> None:
        """Show the page as it stands; None where there is none."""
        self.model.show_rows(rows_of(reading, zone))
        self._show_table(reading is not None)
        if reading is None:
            self.heading.say(NOTHING)
            return
        page = reading.page
        self._service = page.services[0].name if page.services else ""
        where = "" if reading.targets else " · published nowhere"
        self.heading.say(f"{said.short(page.title)}: {said.overall(page)}{where} · Enter types the next command")

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._theme = theme
        for part in (self.heading, self.announce, self.model):
            part.set_theme(theme)
        self.update()

    @reported
    def focusInEvent(self, event: QFocusEvent) -> None:
        if self.model.rowCount() and not self.table.selectionModel().hasSelection():
            self.table.selectRow(0)
        self.table.setFocus(event.reason())

    @reported
    def paintEvent(self, _event: QPaintEvent) -> None:
        QPainter(self).fillRect(self.rect(), self._theme.panel)

    def _dress_columns(self) -> None:
        self.table.horizontalHeader().setStretchLastSection(True)
        self.table.fit(_WIDEST, STANDS, {}, (MORE,))

    def _put_together(self) -> None:
        above = QHBoxLayout()
        above.setSpacing(10)
        above.addWidget(self.heading, 1)
        above.addWidget(self.announce)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(10, 4, 10, 4)
        layout.setSpacing(4)
        layout.addLayout(above)
        layout.addWidget(self.table, 1)

    def _show_table(self, is_there: bool) -> None:
        self.table.setVisible(is_there)
        self.announce.setVisible(is_there)

    def _type(self) -> None:
        index = self.table.currentIndex()
        if index.isValid():
            self.take_command.emit(self.model.row_at(index.row()).command)

    def _begin(self) -> None:
        self.take_command.emit(
            f'announce "" for {self._service} status investigating' if self._service else 'announce "'
        )
