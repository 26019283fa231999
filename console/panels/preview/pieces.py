"""What the sections of the side panel are built from: a heading, lines that are used again, a column without margins."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from console.kit.painting import Tone
from console.kit.parts import Text
from console.kit.theme import Theme


def column(widget: QWidget, spacing: int = 4) -> QVBoxLayout:
    """Give a widget a column without margins."""
    layout = QVBoxLayout(widget)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.setSpacing(spacing)
    return layout


@contextmanager
def laid_out_once(widgets: Iterable[QWidget]) -> Iterator[None]:
    """Change what is shown in *widgets*, parents before their children, with one layout at the end.

    Qt lays out every parent up to the window whenever a child is shown: a panel that shows ten would do it ten times.
    """
    layouts = [
        layout for layout in (widget.layout() for widget in widgets) if layout is not None and layout.isEnabled()
    ]
    for layout in layouts:
        layout.setEnabled(False)
    try:
        yield
    finally:
        for layout in layouts:
            layout.setEnabled(True)
        # A request that came while a layout was off is lost, and no other is posted until it has been done.
        for layout in reversed(layouts):
            layout.activate()


class Heading(QWidget):
    """A bold title, and something softer at the right."""

    def __init__(self, theme: Theme, title: str, size: float = 10) -> None:
        super().__init__()
        self.title = Text(theme, size, bold=True)
        self.aside = Text(theme, 9, "text_soft", align=Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.title)
        row.addWidget(self.aside, 1)
        self.title.say(title)

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self.title.set_theme(theme)
        self.aside.set_theme(theme)


class TextColumn(QWidget):
    """A column of texts that are made once and used again."""

    def __init__(self, theme: Theme, size: float, tone: Tone, spacing: int = 3) -> None:
        super().__init__()
        self._theme = theme
        self._size = size
        self._tone: Tone = tone
        self._texts: list[Text] = []
        self._layout = column(self, spacing)

    def show_lines(self, lines: list[tuple[str, Tone]]) -> None:
        """Show these lines in place of what was shown."""
        while len(self._texts) < len(lines):
            text = Text(self._theme, self._size, self._tone, wrap=True)
            self._texts.append(text)
            self._layout.addWidget(text)
        for text, (line, tone) in zip(self._texts, lines, strict=False):
            text.say(line, tone)
            text.show()
        for text in self._texts[len(lines) :]:
            text.hide()

    def lines(self) -> list[str]:
        """Give what is shown."""
        return [text.text() for text in self._texts if not text.isHidden()]

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._theme = theme
        for text in self._texts:
            text.set_theme(theme)
