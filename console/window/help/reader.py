"""The reader of one page: pictures of the manual are drawn as wide as there is room."""

from typing import Any

from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtGui import QImage, QResizeEvent, QTextDocument
from PySide6.QtWidgets import QTextBrowser, QWidget

import resources
from console.kit.overrides import reported, reported_or

LEAST_WIDTH = 200
PICTURES = (".png",)


class PageReader(QTextBrowser):
    """Shows a page of the manual; links are for others to follow."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("Page")
        self.setOpenLinks(False)
        self._markdown = ""
        self._room = 0
        # A page that is shown anew while its room is being worked out takes the letters of its heading throughout.
        self._again = QTimer(self, singleShot=True, interval=0)
        self._again.timeout.connect(self._show_again)
        # It is there from the start, so that no picture is too wide by it.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)

    def show_page(self, markdown: str) -> None:
        """Show a page from its beginning."""
        self._markdown = markdown
        self._room = self.picture_width()
        self.document().setMarkdown(markdown, QTextDocument.MarkdownFeature.MarkdownDialectGitHub)

    def picture_width(self) -> int:
        """Give the pixels that a picture may take."""
        return max(LEAST_WIDTH, self.viewport().width() - 2 * round(self.document().documentMargin()))

    @reported_or(None)
    def loadResource(self, kind: int, name: QUrl | str) -> Any:
        path = QUrl(name).path()
        if not path.endswith(PICTURES):
            return super().loadResource(kind, name)
        image = QImage(str(resources.path("manual") / path))
        ratio = self.devicePixelRatioF()
        wide = min(image.width(), round(self.picture_width() * ratio))
        if image.isNull():
            return image
        drawn = image.scaledToWidth(wide, Qt.TransformationMode.SmoothTransformation)
        drawn.setDevicePixelRatio(ratio)
        return drawn

    @reported
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.picture_width() != self._room and "](pictures/" in self._markdown:
            self._again.start()

    def _show_again(self) -> None:
        place = self.verticalScrollBar().value()
        self.show_page(self._markdown)
        self.verticalScrollBar().setValue(place)
