"""The line beneath the command: the error under its word, what the plan says of the quantity, or a hint."""

from dataclasses import dataclass

from PySide6.QtCore import QRect, QSize, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from console.kit.overrides import reported, reported_or
from console.kit.painting import LEFT, Tone, elided, font_of, plain_tip, tone
from console.kit.parts import Button
from console.kit.theme import Theme
from console.words import writing as words

SIZE = 9.5


@dataclass(frozen=True, slots=True)
class Remark:
    """A text in a tone, from the pixel *left* on if it fits there; *offer* is a whole command to take instead."""

    text: str
    tone: Tone = "text_faint"
    left: int = 0
    offer: str = ""
    offer_text: str = ""
    brief: str = ""
    """The same in fewer words, for where the text has no room."""


class CompletionFooter(QWidget):
    """Shows one remark."""

    taken = Signal(str)
    """The command that was offered, clicked."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._remark = Remark("")
        self._button = Button(theme, "link", SIZE)
        self._button.setParent(self)
        self._button.hide()
        self._button.clicked.connect(self._take)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_remark(self, remark: Remark) -> None:
        """Show *remark* in place of the one before."""
        if remark == self._remark:
            return
        self._remark = remark
        self._button.setVisible(bool(remark.offer))
        if remark.offer:
            self._button.say(f"{remark.offer_text}  Tab", f"Take instead: {remark.offer}")
        self._arrange()

    def remark(self) -> Remark:
        """Give what is shown."""
        return self._remark

    def shown(self) -> str:
        """Give the text, or the brief one where only that has room."""
        remark, metrics = self._remark, QFontMetrics(font_of(SIZE))
        has_room = metrics.horizontalAdvance(words.literal(remark.text)) + 2 <= self.width() - self._offer_width()
        return words.literal(remark.text if has_room or not remark.brief else remark.brief)

    def left(self) -> int:
        """Give where the text starts: under its word, or further left where it would not fit."""
        wanted = QFontMetrics(font_of(SIZE)).horizontalAdvance(self.shown()) + 2
        return max(0, min(self._remark.left, self.width() - wanted - self._offer_width()))

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._theme = theme
        self._button.set_theme(theme)
        self.update()

    @reported_or(QSize())
    def sizeHint(self) -> QSize:
        return QSize(200, max(QFontMetrics(font_of(SIZE)).height() + 2, self._button.sizeHint().height()))

    @reported
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    @reported
    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        font = font_of(SIZE)
        painter.setFont(font)
        painter.setPen(tone(self._theme, self._remark.tone))
        room = QRect(self.left(), 0, self._room(), self.height())
        painter.drawText(room, int(LEFT), elided(self.shown(), font, room.width()))

    def _arrange(self) -> None:
        whole = words.literal(self._remark.text)
        wanted = QFontMetrics(font_of(SIZE)).horizontalAdvance(self.shown())
        self.setToolTip(plain_tip(whole) if wanted > self._room() or self.shown() != whole else "")
        self.setAccessibleName(whole)
        if self._remark.offer:
            size = self._button.sizeHint()
            left = self.left() + min(wanted, self._room()) + 12
            self._button.setGeometry(left, (self.height() - size.height()) // 2, size.width(), size.height())
        self.update()

    def _room(self) -> int:
        return max(0, self.width() - self.left() - self._offer_width())

    def _offer_width(self) -> int:
        return self._button.sizeHint().width() + 14 if self._remark.offer else 0

    def _take(self) -> None:
        self.taken.emit(self._remark.offer)
