"""The list of completions leaves the legend of the fleet map free: what would leave is read there while one types."""

from pathlib import Path

from PySide6.QtCore import QPoint, QRect
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from console.app.session import Session
from console.window.main_window import MainWindow
from tests.console.window.whole_window import play, until


def test_that_completions_stand_above_the_legend_and_at_the_line_where_there_is_none(
    qapp: QApplication, tmp_path: Path
) -> None:
    async def scenario(session: Session, window: MainWindow) -> None:
        panels = session.panels
        window.activateWindow()
        await until(lambda: panels.fleet.legend_height() > 0)
        offers = panels.command.completing.list

        def within(part: QWidget, rect: QRect) -> QRect:
            return QRect(part.mapTo(window, rect.topLeft()), rect.size())

        panels.choose("command")
        await until(panels.command.editor.hasFocus)
        QTest.keyClicks(panels.command.editor, "remove ")
        await until(offers.isVisible)
        legend = panels.fleet.rect()
        legend.setTop(legend.bottom() - panels.fleet.legend_height())
        assert not offers.geometry().intersects(within(panels.fleet, legend))
        line = panels.command.editor.mapTo(window, QPoint(0, 0)).y()
        assert offers.geometry().bottom() < line - panels.fleet.legend_height()

        panels.choose("journal")
        await until(lambda: panels.fleet.legend_height() == 0)
        panels.choose("command")
        panels.command.editor.replace("")
        await until(lambda: not offers.isVisible())
        QTest.keyClicks(panels.command.editor, "remove ")
        await until(offers.isVisible)
        assert 0 <= line - offers.geometry().bottom() < 8

    play(qapp, tmp_path, scenario)
