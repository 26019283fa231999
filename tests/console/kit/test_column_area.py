"""A column that scrolls keeps its width whether there is anything to scroll or not."""

from PySide6.QtGui import QColor
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from console.kit.column_area import ColumnArea


def test_that_what_is_in_it_stays_as_wide_when_it_grows_too_tall(qtbot: QtBot) -> None:
    area = ColumnArea()
    qtbot.addWidget(area)
    tall = QWidget()
    layout = QVBoxLayout(area.inside)
    layout.addWidget(tall)
    area.resize(300, 200)
    with qtbot.waitExposed(area):
        area.show()
    widths = []
    for height in (50, 500, 50):
        tall.setFixedHeight(height)
        qtbot.waitUntil(lambda height=height: (area.verticalScrollBar().maximum() > 0) == (height == 500))  # type: ignore[misc]
        widths.append(tall.width())
    assert len(set(widths)) == 1


def test_that_the_bar_of_a_short_column_is_not_drawn(qtbot: QtBot) -> None:
    area = ColumnArea()
    qtbot.addWidget(area)
    area.setStyleSheet("QScrollBar { background: black; border: 0; } QScrollBar::handle { background: red; }")
    QVBoxLayout(area.inside).addWidget(QWidget())
    area.resize(300, 200)
    with qtbot.waitExposed(area):
        area.show()

    def drawn() -> bool:
        return area.verticalScrollBar().grab().toImage().pixelColor(3, 20).red() > 200

    assert not drawn()
    area.inside.setMinimumHeight(900)
    qtbot.waitUntil(lambda: area.verticalScrollBar().maximum() > 0)
    assert drawn()


def test_that_all_of_the_ground_is_drawn_although_nothing_beneath_it_is(qtbot: QtBot) -> None:
    area = ColumnArea()
    qtbot.addWidget(area)
    area.set_ground(QColor("#123456"))
    area.resize(300, 200)
    with qtbot.waitExposed(area):
        area.show()
    for ground in ("#123456", "#abcdef"):
        area.set_ground(QColor(ground))
        image = area.inside.grab().toImage()
        corners = ((0, 0), (image.width() - 1, image.height() - 1))
        assert {image.pixelColor(*corner).name() for corner in corners} == {ground}
