"""A tooltip covers nothing beneath the widget that it belongs to."""

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication, QToolTip, QWidget
from pytestqt.qtbot import QtBot

from console.kit.painting import show_tip

LINES = "14,052 stay in service\n17 removed\n3 draining\n6 failed\n28 about to leave"


def tip_height() -> tuple[int, int]:
    """Give where the tooltip on show begins and ends, on the screen."""
    [tip] = [
        one for one in QApplication.topLevelWidgets() if one.metaObject().className() == "QTipLabel" and one.isVisible()
    ]
    return tip.geometry().top(), tip.geometry().bottom()


@pytest.mark.parametrize("above_the_end", [2, 20, 60, 110, 160, 250])
def test_that_a_tooltip_stays_out_of_what_stands_below(qtbot: QtBot, above_the_end: int) -> None:
    panel = QWidget()
    qtbot.addWidget(panel)
    panel.setGeometry(20, 200, 500, 300)
    panel.show()
    qtbot.waitExposed(panel)
    at = panel.mapToGlobal(QPoint(40, panel.height() - above_the_end))
    show_tip(panel, at, LINES)
    qtbot.waitUntil(lambda: QToolTip.isVisible() and QToolTip.text() == LINES)
    top, bottom = tip_height()
    assert bottom <= panel.mapToGlobal(QPoint(0, panel.height())).y()
    assert not top <= at.y() <= bottom  # or it would hide what is pointed at
    QToolTip.hideText()
    qtbot.waitUntil(lambda: not QToolTip.isVisible())
