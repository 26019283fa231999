"""Work that no echo may wait for comes after the painting that is due, once, and not at all when it is stopped."""

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from console.kit.loop.after_paint import AfterPaint
from console.kit.overrides import reported


class Telling(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    @reported
    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802 - Qt calls it
        self.heard.append("painted")


def test_that_what_a_key_changed_is_painted_before_the_work_begins(qtbot: QtBot) -> None:
    widget = Telling()
    qtbot.addWidget(widget)
    with qtbot.waitExposed(widget):
        widget.show()
    qtbot.waitUntil(lambda: bool(widget.heard))
    after = AfterPaint(widget, lambda: widget.heard.append("worked"))
    for _ in range(20):
        widget.heard.clear()
        after.start()
        widget.update()
        qtbot.waitUntil(lambda: "worked" in widget.heard)
        assert widget.heard == ["painted", "worked"]


def test_that_it_is_called_once_however_often_it_was_started(qtbot: QtBot) -> None:
    heard: list[int] = []
    widget = Telling()
    qtbot.addWidget(widget)
    after = AfterPaint(widget, lambda: heard.append(1))
    after.start()
    after.start()
    assert after.waits
    qtbot.waitUntil(lambda: bool(heard))
    assert (heard, after.waits) == ([1], False)


def test_that_it_is_not_called_once_it_was_stopped(qtbot: QtBot) -> None:
    heard: list[str] = []
    widget = Telling()
    qtbot.addWidget(widget)
    after = AfterPaint(widget, lambda: heard.append("worked"))
    after.start()
    after.stop()
    QTimer.singleShot(0, widget, lambda: heard.append("later"))
    qtbot.waitUntil(lambda: bool(heard))
    assert heard == ["later"]


def test_that_it_may_start_itself_anew(qtbot: QtBot) -> None:
    heard: list[int] = []
    widget = Telling()
    qtbot.addWidget(widget)

    def again() -> None:
        heard.append(1)
        if len(heard) < 3:
            after.start()

    after = AfterPaint(widget, again)
    after.start()
    qtbot.waitUntil(lambda: len(heard) == 3)
    assert not after.waits
