"""The waves of an execution as a bar of segments, from one wave to thousands."""

from itertools import pairwise

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy

from console.kit.overrides import reported
from console.kit.painting import CENTRE, draw_sign, font_of, plain_tip
from console.kit.parts import Painted
from console.kit.theme import Theme
from console.words.execution import bar_sentence, wave_share, wave_word
from topology.execution.execution import Progress, WaveProgress

HEIGHT = 20
WIDEST_GAP = 6
THINNEST = 4.0
"""Segments thinner than this are not drawn apart: the bar then shows shares."""


class WaveBar(Painted):
    """Done is water, what moves now is the plan's colour, the rest is empty; words where they fit."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme)
        self._progress: Progress | None = None
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_progress(self, progress: Progress) -> None:
        """Show the waves of *progress*."""
        self._progress = progress
        sentence = bar_sentence(progress)
        if sentence != self.accessibleName():
            self.setAccessibleName(sentence)
            self.setToolTip(plain_tip(sentence))
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(300, HEIGHT)

    @reported
    def paintEvent(self, _event: QPaintEvent) -> None:
        progress = self._progress
        if progress is None or not progress.waves:
            return
        painter = QPainter(self)
        painter.setClipRect(self.rect())
        count = len(progress.waves)
        if self.width() / count >= THINNEST:
            self._draw_segments(painter, progress)
        else:
            self._draw_shares(painter, progress)

    def segments(self) -> list[QRect]:
        """Give where each wave's segment is; empty where there are too many to draw apart."""
        progress = self._progress
        count = len(progress.waves) if progress is not None else 0
        if count == 0 or self.width() / count < THINNEST:
            return []
        gap = min(WIDEST_GAP, max(1, round(self.width() / count / 8)))
        step = (self.width() + gap) / count
        lefts = [round(number * step) for number in range(count + 1)]
        return [QRect(left, 1, right - gap - left, HEIGHT - 2) for left, right in pairwise(lefts)]

    def _draw_segments(self, painter: QPainter, progress: Progress) -> None:
        font = font_of(8)
        metrics = QFontMetrics(font)
        painter.setFont(font)
        for wave, rect in zip(progress.waves, self.segments(), strict=True):
            self._draw_segment(painter, rect, wave)
            if wave.state == "done" and wave.done == wave.total:
                # A sign, not a word: small text on water would not have the contrast to be read.
                side = min(rect.width() - 2, 10)
                if side >= 6:
                    box = QRectF(rect.center().x() - side / 2 + 0.5, rect.center().y() - side / 2 + 0.5, side, side)
                    draw_sign(painter, "clear", box, self._theme.floor)
            elif wave.state in ("moving", "sent"):
                painter.setPen(self._theme.on_plan)
                fitting = (
                    word for word in _words(wave, progress) if metrics.horizontalAdvance(word) + 4 <= rect.width()
                )
                painter.drawText(rect, int(CENTRE), next(fitting, ""))

    def _draw_segment(self, painter: QPainter, rect: QRect, wave: WaveProgress) -> None:
        theme = self._theme
        ground = {"done": theme.water, "moving": theme.plan, "sent": theme.plan, "planned": theme.track}[wave.state]
        whole = wave.state != "done" or wave.done == wave.total
        painter.fillRect(rect, ground if whole else theme.track)
        if not whole:
            # Stopped in the middle: the rest of it went back, or was refused.
            painter.fillRect(
                QRect(rect.left(), rect.top(), rect.width() * wave.done // wave.total, rect.height()), ground
            )
        if (wave.state == "planned" or not whole) and rect.width() > 4:
            painter.setPen(QPen(theme.border_strong, 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(rect.adjusted(0, 0, -1, -1))

    def _draw_shares(self, painter: QPainter, progress: Progress) -> None:
        theme, width = self._theme, self.width()
        total = max(progress.total, 1)
        settled = progress.done + progress.returned + progress.refused
        painter.fillRect(QRectF(0, 1, width, HEIGHT - 2), theme.track)
        painter.fillRect(QRectF(0, 1, width * settled / total, HEIGHT - 2), theme.water)
        moving = progress.moving + progress.unknown
        if moving:
            left = width * settled / total
            painter.fillRect(QRectF(left, 1, max(2.0, width * moving / total), HEIGHT - 2), theme.plan)
        painter.setPen(QPen(theme.border_strong, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(0.5, 1.5, width - 1, HEIGHT - 3))


def _words(wave: WaveProgress, progress: Progress) -> tuple[str, str]:
    return wave_word(wave, progress.action), wave_share(wave)
