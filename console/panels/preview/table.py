"""Paints the side panel's table: what leaves, a bar with its floor line, what stays and the headroom."""

from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QSizePolicy, QStyleOptionViewItem, QTreeView, QWidget

from console.kit.overrides import reported, reported_or
from console.kit.painting import LEFT, RIGHT, Sign, draw_chevron, draw_focus, draw_sign, elided, font_of
from console.kit.tank import Lie, Tank, paint_tank
from console.kit.theme import Theme
from console.panels.preview.table_model import TableModel
from console.words import writing as words
from console.words.plan import row_below
from console.words.plan_rows import Row, is_bad
from topology.planning.plan import ScopeVerdict

MOST_OPENED = 6
"""Broken scopes that are shown without being asked for; the line says how many there are."""
MOST_WIDTHS = 50_000
"""Measured texts that are kept: those of a table of ten thousand lines."""
GUTTER = 16
GAP = 12
NARROWEST_BAR = 56

NAME, SMALL, NUMBER = 10, 8, 10


@dataclass(frozen=True, slots=True)
class TableColumns:
    """Where the parts of a line stand: the right edges of name, of what leaves and of both numbers, and the bar."""

    name: int
    leaves: int
    bar_left: int
    bar_right: int
    after: int
    headroom: int


class EffectTable(QTreeView):
    """Subsystems worst first; broken zones and cells are shown under theirs, the others when the row is opened."""

    chosen = Signal(str)
    """A subsystem was clicked, or Space pressed on it."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        name, small = QFontMetrics(font_of(NAME)).height(), QFontMetrics(font_of(SMALL)).height()
        self._line = (name, small)
        self._model = TableModel(name + small + 7, name + 5, name + 8, self)
        self._opened: set[str] = set()
        self._columns = TableColumns(0, 0, 0, 0, 0, 0)
        self._height = 2
        self._widths: dict[tuple[bool, str], int] = {}
        self.setModel(self._model)
        self.setHeaderHidden(True)
        self.setIndentation(0)
        self.setRootIsDecorated(False)
        self.setItemsExpandable(False)
        self.setExpandsOnDoubleClick(False)
        self.setFrameShape(QTreeView.Shape.NoFrame)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName("Subsystems, worst first")

    def show_rows(self, rows: tuple[Row, ...]) -> None:
        """Show new rows; what the operator opened stays open."""
        reset = self._model.show_rows(rows)
        self._columns = self._laid_out(rows)
        self._open_rows(rows, reset)
        self._tell_height()
        self.viewport().update()

    def rows(self) -> tuple[Row, ...]:
        """Give the rows on show."""
        return self._model.rows

    def shown_scopes(self, name: str) -> tuple[str, ...]:
        """Give the scopes below a subsystem that can be seen now."""
        for number, row in enumerate(self.rows()):
            if row.name == name:
                return tuple(row.children[place].scope for place in self._seen(number, row))
        return ()

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._theme = theme
        self.viewport().update()

    def open_row(self, name: str, wanted: bool) -> None:
        """Show every zone and cell of a subsystem, or only the broken ones again."""
        if wanted:
            self._opened.add(name)
        else:
            self._opened.discard(name)
        self._open_rows(self.rows(), True)
        self._tell_height()
        self.viewport().update()

    def head_columns(self) -> TableColumns:
        """Give the columns, for the heads above them."""
        return self._columns

    @reported_or(QSize())
    def sizeHint(self) -> QSize:
        return QSize(360, self._height)

    @reported_or(QSize())
    def minimumSizeHint(self) -> QSize:
        return QSize(200, self._height)

    @reported
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._columns = self._laid_out(self.rows())

    @reported
    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        row = self._model.row_at(index) if index.isValid() else None
        key = event.key()
        if row is not None and key in (Qt.Key.Key_Right, Qt.Key.Key_Left):
            self.open_row(row.name, key == Qt.Key.Key_Right)
        elif row is not None and key == Qt.Key.Key_Space:
            self.chosen.emit(row.name)
        elif key in (Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End):
            super().keyPressEvent(event)
        else:
            # Not for the list's own search by typing: the window may have a use for it.
            event.ignore()

    @reported
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() == Qt.MouseButton.LeftButton and index.isValid():
            row = self._model.row_at(index)
            self.chosen.emit(row.name)
            if row.children:
                self.open_row(row.name, row.name not in self._opened)

    @reported
    def paintEvent(self, event: QPaintEvent) -> None:
        QPainter(self.viewport()).fillRect(event.rect(), self._theme.panel)
        super().paintEvent(event)

    @reported
    def drawRow(
        self, painter: QPainter, options: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row = self._model.row_at(index)
        rect: QRect = options.rect
        rect = QRect(0, rect.y(), self.viewport().width(), rect.height())
        painter.setClipRect(rect)
        painter.fillRect(rect, self._theme.panel)
        if index.internalId() == 0:
            self._draw_subsystem(painter, rect, row)
        else:
            self._draw_scope(painter, rect, row)
        if self.hasFocus() and self.currentIndex() == index:
            draw_focus(painter, rect, self._theme.focus)

    def drawBranches(self, painter: QPainter, rect: QRect, index: QModelIndex | QPersistentModelIndex) -> None:
        """Rows draw their own sign."""

    def _draw_subsystem(self, painter: QPainter, rect: QRect, row: Row) -> None:
        name, small = self._line
        if row.around:
            self._draw_around(painter, rect, row)
            return
        top = rect.bottom() - small - name
        colour = self._colour(row)
        bold = is_bad(row.verdict)
        if row.children:
            box = QRectF(2, top + name / 2 - 5, 10, 10)
            draw_chevron(painter, box, self._theme.text_soft, row.name in self._opened)
        room = self._columns.name - GUTTER
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
            soft = self._theme.text_soft
            tint = (
                self._theme.alarm if row.broken or row.verdict in (ScopeVerdict.BELOW, ScopeVerdict.UNKNOWN) else soft
            )
            tint = self._theme.caution if row.verdict is ScopeVerdict.TIGHT and not row.broken else tint
            wide = QRect(GUTTER, top + name - 1, rect.width() - GUTTER, small)
            self._text(painter, wide, below, SMALL, tint)
        self._draw_numbers(painter, QRect(rect.left(), top, rect.width(), name), row, NUMBER, bold, 12)

    def _draw_around(self, painter: QPainter, rect: QRect, row: Row) -> None:
        """Draw what the plan leaves alone: lower and softer, but no less marked where it is not well."""
        sign = _sign(row)
        if sign != "note":
            draw_sign(painter, sign, QRectF(3, rect.center().y() - 4, 9, 9), self._colour(row))
        colour = self._theme.text_soft if row.verdict is ScopeVerdict.HOLDS else self._colour(row)
        line = QRect(GUTTER, rect.top(), self._columns.name - GUTTER, rect.height())
        self._text(painter, line, words.literal(row.name), NAME, colour)
        self._draw_numbers(painter, rect, row, NUMBER, False, 12)

    def _draw_scope(self, painter: QPainter, rect: QRect, row: Row) -> None:
        colour = self._colour(row) if row.verdict is not ScopeVerdict.HOLDS else self._theme.text_soft
        sign_box = QRectF(GUTTER, rect.center().y() - 3.5, 8, 8)
        draw_sign(painter, _sign(row), sign_box, colour)
        line = QRect(GUTTER + 14, rect.top(), self._columns.name - GUTTER - 14, rect.height())
        self._text(painter, line, words.literal(words.scope(row.scope)), 9, colour)
        self._draw_numbers(painter, rect, row, 9, False, 10)

    def _draw_numbers(self, painter: QPainter, line: QRect, row: Row, size: float, bold: bool, bar_height: int) -> None:
        columns, colour = self._columns, self._colour(row)
        if row.leaving:
            box = QRect(columns.name, line.top(), columns.leaves - columns.name, line.height())
            self._text(painter, box, words.signed(-row.leaving), size, self._theme.text, align_right=True)
        bar = QRectF(
            columns.bar_left, line.center().y() - bar_height / 2 + 1, columns.bar_right - columns.bar_left, bar_height
        )
        paint_tank(painter, bar, _tank(row), self._theme, Lie.FLAT)
        left = columns.bar_right
        after = QRect(left, line.top(), columns.after - left, line.height())
        self._text(painter, after, words.number(row.after), size, colour, bold, align_right=True)
        rest = QRect(columns.after, line.top(), columns.headroom - columns.after, line.height())
        room = "?" if row.headroom is None else words.signed(row.headroom)
        self._text(painter, rest, room, size, colour, bold, align_right=True)
        dot = QRect(columns.after, line.top(), _DOT, line.height())
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
        shown = text if align_right else elided(text, font, box.width())
        painter.drawText(box, int(RIGHT if align_right else LEFT), shown)

    def _colour(self, row: Row) -> QColor:
        theme = self._theme
        if is_bad(row.verdict):
            return theme.alarm
        if row.stale:
            return theme.stale
        return theme.caution if row.verdict is ScopeVerdict.TIGHT else theme.text

    def _laid_out(self, rows: tuple[Row, ...]) -> TableColumns:
        """Give the numbers what they need, the name what it needs up to a third, and the bar the rest."""
        lines = [line for row in rows for line in (row, *row.children)]
        after = self._widest({words.number(value) for value in {line.after for line in lines}}, True, 40)
        room = self._widest({words.signed(value) for value in {line.headroom or 0 for line in lines}}, True, 40)
        leaving = self._widest({words.signed(-line.leaving) for line in lines if line.leaving}, False, 0)
        widest = self._widest({row.name for row in rows}, True, 80)
        scopes = {words.scope(child.scope) for row in rows for child in row.children}
        widest = max(widest, self._widest(scopes, False, 50) + 14)
        width = max(self.viewport().width(), 200)
        right = width - 6
        after_edge = right - room - _DOT
        bar_right = after_edge - after - GAP
        name = min(GUTTER + widest + 2, max(width * 36 // 100, bar_right - NARROWEST_BAR - leaving - 3 * GAP))
        name = max(60, min(name, bar_right - NARROWEST_BAR - leaving - 2 * GAP))
        leaves = name + (leaving + GAP if leaving else 0)
        return TableColumns(name, leaves, leaves + GAP, max(bar_right, leaves + GAP + 20), after_edge, right)

    def _widest(self, texts: set[str], bold: bool, least: int) -> int:
        """Give the width of the widest text, *least* where there is none. What was measured is kept: the same come again."""
        if not texts:
            return least
        if len(self._widths) > MOST_WIDTHS:
            self._widths.clear()
        known, metrics = self._widths, QFontMetrics(font_of(NUMBER, bold))
        for text in texts:
            if (bold, text) not in known:
                known[bold, text] = metrics.horizontalAdvance(words.literal(text))
        return max(known[bold, text] for text in texts)

    def _open_rows(self, rows: tuple[Row, ...], anew: bool) -> None:
        for number, row in enumerate(rows):
            if not row.children:
                continue
            top = self._model.index(number, 0)
            every = row.name in self._opened
            broken = [child.verdict is ScopeVerdict.BREAKS for child in row.children]
            self.setExpanded(top, every or any(broken))
            shown = 0
            for place, bad in enumerate(broken):
                visible = every or (bad and shown < MOST_OPENED)
                shown += visible
                if anew or self.isRowHidden(place, top) == visible:
                    self.setRowHidden(place, top, not visible)

    def _whole_height(self) -> int:
        height = 2
        for number, row in enumerate(self.rows()):
            seen = len(self._seen(number, row))
            height += self._model.size_of(row, False).height() + seen * self._model.size_of(row, True).height()
        return height

    def _tell_height(self) -> None:
        height = self._whole_height()
        if height != self._height:
            self._height = height
            self.updateGeometry()

    def _seen(self, number: int, row: Row) -> list[int]:
        if not row.children:
            return []
        top = self._model.index(number, 0)
        if not self.isExpanded(top):
            return []
        return [place for place in range(len(row.children)) if not self.isRowHidden(place, top)]


_DOT = 20


def _sign(row: Row) -> Sign:
    return "alarm" if is_bad(row.verdict) else "caution" if row.verdict is ScopeVerdict.TIGHT else "note"


def _tank(row: Row) -> Tank:
    return Tank(row.declared, row.in_service, row.after, row.floor, row.pending, row.stale)
