"""Paints one line of the side panel's table: name, what leaves, a bar with its floor line, what stays and the headroom."""

from dataclasses import dataclass
from functools import cache

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter

from console.kit.painting import LEFT, RIGHT, Sign, draw_chevron, draw_sign, elided, elided_name, font_of
from console.kit.tank import Lie, Tank, paint_tank
from console.kit.theme import Theme
from console.panels.preview.table_columns import DOT, GUTTER, NAME, NUMBER, SMALL, SPARK, TableColumns
from console.panels.preview.trend.spark import Sparklines
from console.words import writing as words
from console.words.plan import row_below
from console.words.plan_rows import Row, is_bad
from topology.planning.plan import ScopeVerdict


@cache
def line_heights() -> tuple[int, int]:
    """Give the heights of a name and of the small line under it, in pixels."""
    return QFontMetrics(font_of(NAME)).height(), QFontMetrics(font_of(SMALL)).height()


@dataclass(frozen=True, slots=True)
class RowPainter:
    """Paints lines with their parts in *columns*."""

    columns: TableColumns
    theme: Theme
    sparks: Sparklines

    def subsystem(self, painter: QPainter, rect: QRect, row: Row, *, is_open: bool) -> None:
        """Draw the line of a subsystem, all but its trend, which changes while the line does not."""
        painter.fillRect(rect, self.theme.panel)
        name, small = line_heights()
        if row.around:
            self._draw_around(painter, rect, row)
            return
        top = rect.bottom() - small - name
        colour = self._colour(row)
        bold = is_bad(row.verdict)
        if row.children:
            box = QRectF(2, top + name / 2 - 5, 10, 10)
            draw_chevron(painter, box, self.theme.text_soft, is_open)
        room = self.columns.name - GUTTER
        # The small line stays under the name; the numbers stand in the middle of the name's line.
        line = QRect(GUTTER, top, room, name)
        self._text(
            painter,
            line,
            words.literal(row.name if row.scope == "region" else f"{row.name} {words.scope(row.scope)}"),
            NAME,
            colour,
            bold,
        )
        below = row_below(row)
        if below:
            soft = self.theme.text_soft
            tint = self.theme.alarm if row.broken or row.verdict in (ScopeVerdict.BELOW, ScopeVerdict.UNKNOWN) else soft
            tight = row.verdict is ScopeVerdict.TIGHT or row.tight_place is not None
            tint = self.theme.caution if tight and not row.broken else tint
            wide = QRect(GUTTER, top + name - 1, rect.width() - GUTTER, small)
            self._text(painter, wide, below, SMALL, tint)
        self._draw_numbers(painter, QRect(rect.left(), top, rect.width(), name), row, NUMBER, bold, 12)

    def _draw_around(self, painter: QPainter, rect: QRect, row: Row) -> None:
        """Draw what the plan leaves alone: lower and softer, but no less marked where it is not well."""
        sign = _sign(row)
        if sign != "note":
            draw_sign(painter, sign, QRectF(3, rect.center().y() - 4, 9, 9), self._colour(row))
        colour = self.theme.text_soft if row.verdict is ScopeVerdict.HOLDS else self._colour(row)
        line = QRect(GUTTER, rect.top(), self.columns.name - GUTTER, rect.height())
        self._text(painter, line, words.literal(row.name), NAME, colour)
        self._draw_numbers(painter, rect, row, NUMBER, False, 12)

    def scope(self, painter: QPainter, rect: QRect, row: Row) -> None:
        """Draw the line of a zone or cell under its subsystem."""
        painter.fillRect(rect, self.theme.panel)
        colour = self._colour(row) if row.verdict is not ScopeVerdict.HOLDS else self.theme.text_soft
        sign_box = QRectF(GUTTER, rect.center().y() - 3.5, 8, 8)
        draw_sign(painter, _sign(row), sign_box, colour)
        line = QRect(GUTTER + 14, rect.top(), self.columns.name - GUTTER - 14, rect.height())
        self._text(painter, line, words.literal(words.scope(row.scope)), 9, colour)
        self._draw_numbers(painter, rect, row, 9, False, 10)

    def trend(self, painter: QPainter, rect: QRect, row: Row) -> None:
        """Draw how the headroom came to be what it is now, before any plan, into the line of a subsystem."""
        if self.columns.spark_left is not None and row.scope == "region":
            name, small = line_heights()
            line = rect if row.around else QRect(rect.left(), rect.bottom() - small - name, rect.width(), name)
            box = QRectF(self.columns.spark_left, line.center().y() - 6, SPARK, 13)
            self.sparks.paint(painter, box, row.name, self.theme, self.theme.text_soft)

    def _draw_numbers(self, painter: QPainter, line: QRect, row: Row, size: float, bold: bool, bar_height: int) -> None:
        columns, colour = self.columns, self._colour(row)
        if row.leaving:
            box = QRect(columns.name, line.top(), columns.leaves - columns.name, line.height())
            self._text(painter, box, words.signed(-row.leaving), size, self.theme.text, align_right=True)
        bar = QRectF(
            columns.bar_left, line.center().y() - bar_height / 2 + 1, columns.bar_right - columns.bar_left, bar_height
        )
        paint_tank(painter, bar, _tank(row), self.theme, Lie.FLAT)
        left = columns.bar_right
        after = QRect(left, line.top(), columns.after - left, line.height())
        self._text(painter, after, words.number(row.after), size, colour, bold, align_right=True)
        rest = QRect(columns.after, line.top(), columns.headroom - columns.after, line.height())
        room = "?" if row.headroom is None else words.signed(row.headroom)
        self._text(painter, rest, room, size, colour, bold, align_right=True)
        dot = QRect(columns.after, line.top(), DOT, line.height())
        painter.drawText(dot, int(Qt.AlignmentFlag.AlignCenter), "·")

    def _text(
        self,
        painter: QPainter,
        box: QRect,
        text: str,
        size: float,
        colour: QColor,
        bold: bool = False,
        align_right: bool = False,
    ) -> None:
        font = font_of(size, bold)
        painter.setFont(font)
        painter.setPen(colour)
        cut = elided if " " in text else elided_name
        shown = text if align_right else cut(text, font, box.width())
        painter.drawText(box, int(RIGHT if align_right else LEFT), shown)

    def _colour(self, row: Row) -> QColor:
        theme = self.theme
        if is_bad(row.verdict):
            return theme.alarm
        if row.stale:
            return theme.stale
        return theme.caution if row.verdict is ScopeVerdict.TIGHT else theme.text


def _sign(row: Row) -> Sign:
    return "alarm" if is_bad(row.verdict) else "caution" if row.verdict is ScopeVerdict.TIGHT else "note"


def _tank(row: Row) -> Tank:
    end = row.after if row.ends is None else row.ends
    return Tank(row.declared, row.in_service, end, row.floor, row.pending, row.stale)
