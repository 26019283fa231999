"""The completion list above the command line: what may stand at the cursor, its kind, and the reason to choose it."""

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QListView, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from console.kit.overrides import reported, reported_or
from console.kit.painting import LEFT, RIGHT, elided, font_of
from console.kit.roles import DISPLAY, SPOKEN, Index
from console.kit.theme import Theme
from console.words import writing as words
from topology.command.complete import Completion

MOST_SHOWN = 8
GAP = 18
WIDEST = 640
SIZE, SMALL = 11.0, 9.0


class Offers(QAbstractListModel):
    """The completions as a list."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.offers: tuple[Completion, ...] = ()

    def show(self, offers: tuple[Completion, ...]) -> None:
        """Take other completions."""
        self.beginResetModel()
        self.offers = offers
        self.endResetModel()

    @reported_or(0)
    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.offers)

    @reported_or(None)
    def data(self, index: Index, role: int = DISPLAY) -> object:
        if not index.isValid():
            return None
        offer = self.offers[index.row()]
        if role == DISPLAY:
            return words.literal(offer.insert)
        if role == SPOKEN:
            return words.literal(f"{offer.insert}, {offer.kind}, {offer.reason}")
        return None


class _Painter(QStyledItemDelegate):
    """Paints a line of the list in three columns."""

    def __init__(self, theme: Theme, list_: "CompletionList") -> None:
        super().__init__(list_)
        self.theme = theme
        self._list = list_

    @reported_or(QSize())
    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:
        return QSize(100, QFontMetrics(font_of(SIZE, mono=True)).height() + 8)

    @reported
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        offer = self._list.offer(index.row())
        theme, rect = self.theme, option.rect
        chosen = index.row() == self._list.chosen()
        first = index.row() == 0 and self._list.chosen() < 0
        painter.save()
        painter.fillRect(rect, theme.selection if chosen else theme.raised)
        inside = rect.adjusted(12, 0, -12, 0)
        text, kind, reason = self._list.columns(inside.width())
        shown_text: tuple[int, int, str, QFont, QColor]
        shown_text = (0, text, offer.insert, font_of(SIZE, mono=True, bold=chosen), theme.text)
        shown_kind = (text + GAP, kind, str(offer.kind), font_of(SMALL), theme.text_faint)
        shown_reason = (text + kind + 2 * GAP, reason, offer.reason, font_of(SMALL), theme.text_soft)
        for left, width, shown, font, colour in (shown_text, shown_kind, shown_reason):
            painter.setFont(font)
            painter.setPen(colour)
            box = QRect(inside.left() + left, rect.top(), width, rect.height())
            painter.drawText(box, int(LEFT), elided(words.literal(shown), font, width))
        if chosen or first:
            painter.setFont(font_of(SMALL, bold=True))
            painter.setPen(theme.plan)
            painter.drawText(inside, int(RIGHT), "Tab")
        painter.restore()


class CompletionList(QListView):
    """Shows completions without taking the focus; nothing is chosen until the operator moves into it."""

    taken = Signal(object)
    """The Completion that was clicked."""
    offered = Signal(int, str)
    """So many completions are on show, and the first of them."""
    moved = Signal(str)
    """The completion that is chosen now."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._offers = Offers(self)
        self._chosen = -1
        self._painter = _Painter(theme, self)
        self.setModel(self._offers)
        self.setItemDelegate(self._painter)
        self.setUniformItemSizes(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSelectionMode(QListView.SelectionMode.NoSelection)
        self.setAccessibleName("Completions")
        self.clicked.connect(self._click)
        self.set_theme(theme)
        self.hide()

    def show_offers(self, offers: tuple[Completion, ...], chosen: int = -1) -> None:
        """Show completions; *chosen* is the one that is selected already, -1 for none."""
        self._offers.show(offers)
        self._mark(chosen)
        if offers:
            self.offered.emit(len(offers), offers[0].insert)

    def offer(self, number: int) -> Completion:
        """Give one of the completions on show."""
        return self._offers.offers[number]

    def chosen(self) -> int:
        """Give the number of the selected one; -1 where none is."""
        return self._chosen

    def choose(self, number: int) -> None:
        """Select one; -1 for none."""
        self._mark(number)
        if number >= 0:
            self.moved.emit(self.offer(number).insert)

    def _mark(self, number: int) -> None:
        self._chosen = number
        if number >= 0:
            index = self._offers.index(number)
            self.setCurrentIndex(index)
            self.scrollTo(index)
        self.viewport().update()

    def move_choice(self, step: int) -> None:
        """Select the next (1) or the one before (-1); beyond either end lies the line itself."""
        count = self._offers.rowCount()
        if self._chosen < 0:
            self.choose(0 if step > 0 else count - 1)
        else:
            moved = self._chosen + step
            self.choose(moved if 0 <= moved < count else -1)

    def columns(self, room: int) -> tuple[int, int, int]:
        """Give the widths of text, kind and reason within *room*."""
        mono, small = QFontMetrics(font_of(SIZE, mono=True, bold=True)), QFontMetrics(font_of(SMALL))
        text = max((mono.horizontalAdvance(offer.insert) for offer in self._offers.offers), default=0) + 2
        kind = max((small.horizontalAdvance(offer.kind) for offer in self._offers.offers), default=0) + 2
        text = min(text, room // 2)
        return text, kind, max(0, room - text - kind - 2 * GAP - 44)

    def place_above(self, anchor: QPoint) -> None:
        """Stand with the lower left corner at *anchor*, in the window's coordinates, and inside the window."""
        window = self.parentWidget()
        if window is None:
            raise RuntimeError("there is no window here, as there has to be")
        small = QFontMetrics(font_of(SMALL))
        reason = max((small.horizontalAdvance(offer.reason) for offer in self._offers.offers), default=0)
        text, kind, _ = self.columns(WIDEST)
        width = min(WIDEST, text + kind + reason + 2 * GAP + 24 + 64, window.width() - 8)
        line = self.sizeHintForRow(0)
        height = min(min(self._offers.rowCount(), MOST_SHOWN) * line + 2, max(line + 2, anchor.y() - 4))
        left = max(4, min(anchor.x(), window.width() - width - 4))
        self.setGeometry(left, max(0, anchor.y() - height), width, height)

    def set_theme(self, theme: Theme) -> None:
        """Change colours."""
        self._painter.theme = theme
        self.setStyleSheet(
            f"QListView {{ background: {theme.raised.name()}; border: 1px solid {theme.border_strong.name()}; }}"
        )

    def _click(self, index: QModelIndex) -> None:
        self.taken.emit(self.offer(index.row()))
