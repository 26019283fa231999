"""Rows of the table that look the same again are copied, and look to the pixel as if they were drawn."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from console.kit.lines.kept_lines import MOST_PIXELS, KeptLines
from console.kit.theme import load_fonts, load_theme
from console.panels.preview.table import EffectTable
from console.panels.preview.table_rows import RowPainter
from console.words.plan_rows import Row
from topology.planning.plan import ScopeVerdict
from topology.region.scope import WHOLE, Scope

BREAKS, HOLDS, TIGHT = ScopeVerdict.BREAKS, ScopeVerdict.HOLDS, ScopeVerdict.TIGHT
ZONES = tuple(
    Row("billing", Scope("zone", f"az{at}"), 140, 20 * at, 0, 140 - 20 * at, 140, 60, 80 - 20 * at, verdict)
    for at, verdict in ((1, HOLDS), (2, TIGHT), (5, BREAKS))
)
ROWS = (
    Row("billing", WHOLE, 420, 40, 3, 377, 420, 60, 317, HOLDS, named=True, broken=1, children=ZONES),
    Row("placement", WHOLE, 900, 14, 0, 886, 930, 850, 36, TIGHT),
    Row("customer-identity-and-access-management", WHOLE, 90, 14, 0, 76, 90, None, None, HOLDS, stale=True),
    Row("index", WHOLE, 2600, 0, 0, 2600, 2600, 2400, 200, HOLDS, around=True),
    Row("storage", WHOLE, 600, 0, 0, 600, 700, 650, -50, ScopeVerdict.BELOW, around=True),
)


@pytest.fixture(params=["day", "night"])
def table(request: pytest.FixtureRequest, qtbot: QtBot) -> Iterator[EffectTable]:
    load_fonts()
    made = EffectTable(load_theme(request.param))
    qtbot.addWidget(made)
    made.resize(420, 400)
    made.show_rows(ROWS)
    with qtbot.waitExposed(made):
        made.show()
    yield made
    made.hide()


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the rows that are drawn, one after another."""
    names: list[str] = []
    for method in ("subsystem", "scope"):
        real = getattr(RowPainter, method)

        def noted(self: RowPainter, *args: object, _real: object = real, **named: object) -> None:
            row = named["row"]
            assert isinstance(row, Row)
            names.append(f"{row.name} {row.scope}")
            _real(self, *args, **named)  # type: ignore[operator]

        monkeypatch.setattr(RowPainter, method, noted)
    return names


def picture(table: EffectTable) -> QImage:
    return table.viewport().grab().toImage()


def test_that_a_copied_row_is_what_is_drawn_to_the_pixel(table: EffectTable, monkeypatch: pytest.MonkeyPatch) -> None:
    first, again = picture(table), picture(table)
    monkeypatch.setattr(KeptLines, "paint", lambda _self, painter, rect, _what, draw: draw(painter, rect))
    assert first == again == picture(table)


def test_that_only_the_rows_that_changed_are_drawn_again(table: EffectTable, drawn: list[str]) -> None:
    picture(table)
    drawn.clear()
    picture(table)
    assert drawn == []
    table.show_rows((replace(ROWS[0], leaving=41, after=376), *ROWS[1:]))
    picture(table)
    assert drawn == ["billing region"]


def test_that_a_row_is_drawn_again_where_it_opens_in_another_width_and_in_another_theme(
    table: EffectTable, drawn: list[str]
) -> None:
    picture(table)
    drawn.clear()
    table.open_row("billing", True)
    picture(table)
    assert drawn == ["billing region", "billing zone:az1", "billing zone:az2"]
    drawn.clear()
    table.resize(500, 400)
    picture(table)
    assert len(drawn) == len(ROWS) + len(ZONES)
    other = picture(table)
    drawn.clear()
    table.set_theme(load_theme("contrast"))
    assert picture(table) != other
    assert len(drawn) == len(ROWS) + len(ZONES)


@pytest.mark.parametrize(("ratio", "times"), [(1.0, 1), (1.25, 3), (2.0, 1)])
def test_that_nothing_is_copied_between_the_pixels_of_a_display(ratio: float, times: int) -> None:
    image = QImage(250, 250, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(ratio)
    lines, calls = KeptLines(), []

    def draw(painter: QPainter, rect: QRect) -> None:
        calls.append(rect)
        painter.fillRect(rect, QColor("red"))

    painter = QPainter(image)
    for top in (0, 30, 60):
        lines.paint(painter, QRect(0, top, 100, 30), "a line", draw)
    painter.end()
    assert len(calls) == times
    assert image.pixelColor(int(50 * ratio), int(75 * ratio)) == QColor("red")


def test_that_no_more_than_so_many_pixels_are_kept() -> None:
    image = QImage(10, 10, QImage.Format.Format_RGB32)
    lines, calls, rect = KeptLines(), [], QRect(0, 0, 1000, 100)
    painter = QPainter(image)
    for line in (*range(MOST_PIXELS // 100_000 + 1), 1, 0):
        lines.paint(painter, rect, line, lambda _painter, _rect, line=line: calls.append(line))  # type: ignore[misc]
    painter.end()
    assert calls == [*range(MOST_PIXELS // 100_000 + 1), 0]  # the oldest went, and the others stayed
