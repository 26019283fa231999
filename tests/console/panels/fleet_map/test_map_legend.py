"""The line below the fleet map says what the plan takes, whole, before it offers what has keys too."""

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QApplication

from console.kit.painting import font_of
from console.kit.theme import Theme, load_fonts, load_theme
from console.panels.fleet_map import colours
from console.panels.fleet_map.drawing import bar as bars
from console.panels.fleet_map.drawing.bar import Bar
from topology.fleet_map.facts import ChoiceReach
from topology.fleet_map.marks import CellMark

LEGEND = (
    (CellMark.IN_SERVICE, "9,881 stay in service"),
    (CellMark.JOINING, "2 joining"),
    (CellMark.REMOVED, "25 removed"),
    (CellMark.DRAINING, "7 draining"),
    (CellMark.FAILED, "25 failed"),
    (CellMark.PLANNED, "60 would leave"),
)


Legend = tuple[tuple[CellMark, str], ...]


def painted(width: int, legend: Legend) -> Bar:
    """Give a line of so many pixels after it was painted with a legend, with what can be chosen beside."""
    load_fonts()
    bar = Bar(load_theme("night"))
    bar.name_chips(ChoiceReach.RACK)
    image = QImage(width, 40, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    bar.paint(painter, QRectF(0, 0, width, bar.height), "", legend)
    painter.end()
    return bar


@pytest.mark.parametrize("width", [760, 830, 900, 1100, 1400])
def test_that_what_would_leave_is_not_cut_while_chips_stand_beside_it(qapp: QApplication, width: int) -> None:
    bar = painted(width, LEGEND)
    line = QRectF(0, 0, width, bar.height)
    metrics = QFontMetricsF(font_of(9))
    for mark, text in LEGEND:
        assert bar._legend_spots[mark].width() >= metrics.horizontalAdvance(text)
    assert (len(bar.spots(line)) == len(bar.chips)) is (width >= 1100)


@pytest.mark.parametrize("width", [540, 560, 700, 1100])
def test_that_all_that_would_leave_is_counted_however_narrow_the_line(qapp: QApplication, width: int) -> None:
    shared = (CellMark.SHARED, "386 would leave, shared with index 382, placement 382 and metering 4")
    bar = painted(width, (*LEGEND, shared))
    metrics = QFontMetricsF(font_of(9))
    assert bar._legend_spots[CellMark.PLANNED].width() >= metrics.horizontalAdvance("60 would leave")
    assert bar._legend_spots[CellMark.SHARED].width() >= metrics.horizontalAdvance("386 would leave, shared")


def test_that_the_squares_of_a_legend_are_made_once_for_each_look(
    qapp: QApplication, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_fonts()
    made: list[tuple[str, CellMark, bool]] = []

    def swatch(theme: Theme, mark: CellMark, side: int, *, old: bool = False) -> QImage:
        made.append((theme.name, mark, old))
        return colours.swatch(theme, mark, side, old=old)

    monkeypatch.setattr(bars, "swatch", swatch)
    bar, pictures = Bar(load_theme("night")), []
    for theme, remark in (("night", ""), ("night", ""), ("night", "as of 12:03"), ("day", ""), ("night", "")):
        bar.theme = load_theme(theme)
        image = QImage(1400, 40, QImage.Format.Format_RGB32)
        image.fill(0)
        painter = QPainter(image)
        bar.paint(painter, QRectF(0, 0, 1400, bar.height), "", LEGEND, remark)
        painter.end()
        pictures.append(image)
    looks = (("night", False), ("night", True), ("day", False))
    assert made == [(theme, mark, old) for theme, old in looks for mark, _ in LEGEND]
    assert pictures[0] == pictures[1] == pictures[4]
    assert pictures[2] != pictures[0] != pictures[3]


@pytest.mark.parametrize("width", [560, 1100])
def test_that_what_was_pointed_at_is_counted_however_narrow_the_line(qapp: QApplication, width: int) -> None:
    said = (
        (CellMark.QUIET, "11,503 others"),
        (CellMark.LIT, "2,597 of index"),
        (CellMark.JOINING, "2 joining"),
        (CellMark.REMOVED, "25 removed"),
        (CellMark.DRAINING, "7 draining"),
        (CellMark.FAILED, "6 failed"),
    )
    bar = painted(width, said)
    assert bar._legend_spots[CellMark.LIT].width() >= QFontMetricsF(font_of(9)).horizontalAdvance("2,597 of index")
