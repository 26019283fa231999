"""Where the parts of the side panel's table stand, measured from what its rows say."""

from dataclasses import dataclass

from PySide6.QtGui import QFontMetrics

from console.kit.painting import font_of
from console.words import writing as words
from console.words.plan_rows import Row

MOST_WIDTHS = 50_000
"""Measured texts that are kept: those of a table of ten thousand lines."""
GUTTER = 16
GAP = 12
DOT = 20
NARROWEST_BAR = 56
SPARK = 60
"""How wide a trend is: a minute for each pixel of an hour."""
NAME, SMALL, NUMBER, HEAD = 10, 8, 10, 8.5
"""Sizes of what is written, in points."""


@dataclass(frozen=True, slots=True)
class TableColumns:
    """Where the parts of a line stand: the right edges of name, of what leaves and of both numbers, the trend and the bar.

    *spark_left* is where the trend begins, `SPARK` wide; None where there is no room for it.
    """

    name: int
    leaves: int
    bar_left: int
    bar_right: int
    after: int
    headroom: int
    spark_left: int | None = None


class ColumnMeasures:
    """Measures texts for the columns, and keeps what was measured: the same come again."""

    def __init__(self) -> None:
        self._widths: dict[tuple[bool, str], int] = {}
        head = QFontMetrics(font_of(HEAD)).horizontalAdvance
        self._heads = GUTTER + head("Subsystem") + GAP + max(map(head, ("leaves", "returns")))
        """Where what leaves ends at least: the titles above it and above the names do not touch."""

    def columns_for(self, rows: tuple[Row, ...], room: int, *, trends: bool = False) -> TableColumns:
        """Give the numbers what they need, the name what it needs up to a third, the bar the rest; of that *trends* get some."""
        lines = [line for row in rows for line in (row, *row.children)]
        after = self._widest({words.number(value) for value in {line.after for line in lines}}, True, 40)
        free = self._widest({words.signed(value) for value in {line.headroom or 0 for line in lines}}, True, 40)
        leaving = self._widest({words.signed(-line.leaving) for line in lines if line.leaving}, False, 0)
        widest = self._widest({row.name for row in rows}, True, 80)
        scopes = {words.scope(child.scope) for row in rows for child in row.children}
        widest = max(widest, self._widest(scopes, False, 50) + 14)
        width = max(room, 200)
        right = width - 6
        after_edge = right - free - DOT
        bar_right = after_edge - after - GAP
        name = min(GUTTER + widest + 2, max(width * 36 // 100, bar_right - NARROWEST_BAR - leaving - 3 * GAP))
        name = max(60, min(name, bar_right - NARROWEST_BAR - leaving - 2 * GAP))
        leaves = max(name + leaving + GAP, self._heads) if leaving else name
        spark = leaves + GAP if trends and bar_right - leaves - GAP >= NARROWEST_BAR + GAP + SPARK else None
        bar_left = leaves + GAP if spark is None else spark + SPARK + GAP
        return TableColumns(name, leaves, bar_left, max(bar_right, bar_left + 20), after_edge, right, spark)

    def _widest(self, texts: set[str], bold: bool, least: int) -> int:
        """Give the width of the widest text, *least* where there is none."""
        if not texts:
            return least
        if len(self._widths) > MOST_WIDTHS:
            self._widths.clear()
        known, metrics = self._widths, QFontMetrics(font_of(NUMBER, bold))
        for text in texts:
            if (bold, text) not in known:
                known[bold, text] = metrics.horizontalAdvance(words.literal(text))
        return max(known[bold, text] for text in texts)
