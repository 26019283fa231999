"""The line below the map: what is under the pointer or the cursor, else the legend; and on the right what can be chosen."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QImage, QPainter, QPen

from console.kit.painting import font_of
from console.kit.theme import Theme
from console.panels.fleet_map.colours import swatch
from console.panels.fleet_map.keys import MapAction
from console.panels.fleet_map.words import COLOURED_BY, GOING, REACHES
from topology.fleet_map.facts import ChoiceReach
from topology.fleet_map.marks import ABNORMAL, CellMark, ColourBy

PAD = 10.0
SWATCH = 10
GAP = 14.0
LEAST_TEXT = 160.0
"""So much of the line is for the text, whatever stands beside it."""
MOST_LEGEND = 0.8
"""So much of the line may be taken for what the marks mean that are not normal: what can be chosen beside has keys too."""
LEAST_SHARED = 200.0
"""So much of the line what is shared has at least: how many that are comes first, with whom goes on from there."""
FOREMOST = (CellMark.LIT, *GOING)
"""What the legend says first in a narrow line, after how many the rest are."""

MOST_KEPT = 500
"""Texts whose width is remembered; what the legend counts changes with every plan, its words do not."""

Chip = MapAction | ColourBy | CellMark
Legend = tuple[tuple[CellMark, str], ...]


class Bar:
    """Paints the line, and knows where in it what can be clicked."""

    def __init__(self, theme: Theme) -> None:
        self.theme = theme
        self.by = ColourBy.PLAN
        self.chips: tuple[tuple[Chip, str], ...] = ()
        self._legend_spots: dict[Chip, QRectF] = {}
        self._least = LEAST_TEXT
        self._font, self._bold = font_of(9), font_of(9, bold=True)
        self._metrics, self._wide = QFontMetricsF(self._font), QFontMetricsF(self._bold)
        self._widths: dict[tuple[bool, str], float] = {}
        self._squares: dict[tuple[str, CellMark, int, bool], QImage] = {}

    @property
    def height(self) -> float:
        """How high the line is."""
        return self._metrics.height() + 8

    def name_chips(self, reach: ChoiceReach) -> None:
        """Name what can be chosen, and what a choice takes."""
        self.chips = (
            *COLOURED_BY.items(),
            (MapAction.REACH, f"R takes {REACHES[reach]}"),
            (MapAction.FIT, "F fit"),
            (MapAction.ZOOM_IN, "+"),
            (MapAction.ZOOM_OUT, "−"),
        )

    def spots(self, line: QRectF) -> dict[Chip, QRectF]:
        """Give the place of each chip, from the right; those that there is no room for are left out."""
        found: dict[Chip, QRectF] = {}
        right = line.right() - PAD + 6
        for chip, text in reversed(self.chips):
            width = self._advance(text, bold=True) + 12
            if right - width < line.left() + self._least:
                break
            found[chip] = QRectF(right - width, line.top(), width, line.height())
            right -= width
        return found

    def chip_at(self, line: QRectF, at: QPointF) -> Chip | None:
        """Give what a click in the line chooses: what stands on the right, or a mark of the legend that is on show."""
        spots = {**self.spots(line), **self._legend_spots}
        return next((chip for chip, spot in spots.items() if spot.contains(at)), None)

    def paint(self, painter: QPainter, line: QRectF, text: str, legend: Legend, remark: str = "") -> None:
        """Paint the line: the text, else the legend with a remark before it; what has no room is cut."""
        theme = self.theme
        painter.fillRect(line, theme.panel)
        painter.setPen(QPen(theme.border, 1))
        painter.drawLine(line.topLeft(), line.topRight())
        # The first of the normal ones stays, too, for it says of how many the rest is spoken; and so does what was pointed at.
        said = (words for at, (mark, words) in enumerate(legend) if mark >= ABNORMAL or not at or mark is CellMark.LIT)
        meant = sum(map(self._wide_of, said))
        self._least = LEAST_TEXT if text else max(LEAST_TEXT, min(meant + PAD, MOST_LEGEND * line.width()))
        spots = self.spots(line)
        texts = dict(self.chips)
        for chip, spot in spots.items():
            current = chip is self.by
            painter.setFont(self._bold if current else self._font)
            painter.setPen(theme.text if current else theme.text_faint)
            painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, texts[chip])
            if current:
                painter.fillRect(QRectF(spot.left() + 6, line.bottom() - 2, spot.width() - 12, 2), theme.plan)
        room = QRectF(line)
        room.setLeft(line.left() + PAD)
        room.setRight(min((spot.left() for spot in spots.values()), default=line.right()) - 8)
        self._legend_spots = {}
        if text:
            self._say(painter, room, text, theme.text)
            return
        if remark:
            room.setLeft(self._say(painter, room, remark, theme.caution) + GAP)
        self._explain(painter, room, legend, remark != "")

    def _say(self, painter: QPainter, room: QRectF, text: str, colour: QColor) -> float:
        """Write a text; gives where it ends."""
        painter.setFont(self._font)
        painter.setPen(colour)
        fits = self._advance(text) + 1 <= room.width()
        cut = text if fits else self._metrics.elidedText(text, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, cut)
        return room.left() + self._advance(cut)

    def _explain(self, painter: QPainter, room: QRectF, legend: Legend, old: bool) -> None:
        left = room.left()
        kept = self._ordered(self._kept(legend, room.width()), room.width())
        for mark, text in kept:
            rest = room.right() - left - SWATCH - 5
            if rest < 40:
                return
            side = round(SWATCH * painter.device().devicePixelRatioF())
            square = self._square(mark, side, old)
            painter.drawImage(QPointF(left, round(room.center().y() - SWATCH / 2)), square)
            wide = self._say(
                painter, room.adjusted(left - room.left() + SWATCH + 5, 0, 0, 0), text, self.theme.text_soft
            )
            self._legend_spots[mark] = QRectF(left, room.top(), wide - left, room.height())
            left = wide + GAP
        if len(kept) < len(legend) and left < room.right():
            self._say(painter, room.adjusted(left - room.left(), 0, 0, 0), "…", self.theme.text_faint)

    def _kept(self, legend: Legend, room: float) -> Legend:
        """Leave out as many of the normal marks, the last first, as it takes for the rest to have room.

        The first stays, and so does what was pointed at.
        """
        kept = list(legend)
        while sum(self._wide_of(text) for _, text in kept) > room + GAP:
            spare = [at for at, (mark, _) in enumerate(kept) if at and mark < ABNORMAL and mark is not CellMark.LIT]
            if not spare:
                break
            del kept[spare[-1]]
        return tuple(kept)

    def _ordered(self, kept: Legend, room: float) -> Legend:
        """Put what goes or was pointed at before the others where these would leave no room for it; the first stays."""
        if sum(self._least_of(mark, text) for mark, text in kept) <= room + GAP:
            return kept
        return (*kept[:1], *sorted(kept[1:], key=lambda one: one[0] not in FOREMOST))

    def _least_of(self, mark: CellMark, text: str) -> float:
        wide = self._wide_of(text)
        return min(wide, LEAST_SHARED) if mark is CellMark.SHARED else wide

    def _wide_of(self, text: str) -> float:
        return SWATCH + 5 + self._advance(text) + GAP

    def _advance(self, text: str, *, bold: bool = False) -> float:
        """Measure a text, once: the line is painted with every plan."""
        wide = self._widths.get((bold, text))
        if wide is None:
            if len(self._widths) >= MOST_KEPT:
                self._widths.clear()
            wide = self._widths[bold, text] = (self._wide if bold else self._metrics).horizontalAdvance(text)
        return wide

    def _square(self, mark: CellMark, side: int, old: bool) -> QImage:
        """Give the square of a mark, made once for each look."""
        key = (self.theme.name, mark, side, old)
        image = self._squares.get(key)
        if image is None:
            image = self._squares[key] = swatch(self.theme, mark, side, old=old)
            image.setDevicePixelRatio(side / SWATCH)
        return image
