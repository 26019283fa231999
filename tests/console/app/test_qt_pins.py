"""The Qt binding that is installed does not wear out Python's own objects, as one release does on Python 3.11."""

import sys
from collections.abc import Callable

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

CALLS = 1_000
# Other parts of the interpreter may come and go with a few references; the fault costs one for each call.
SLACK = 50

before_immortal_objects = pytest.mark.skipif(sys.version_info >= (3, 12), reason="these objects are not counted there")


class _Source(QObject):
    happened = Signal(int)


def _references_lost(counted: object, call: Callable[[int], object]) -> int:
    before = sys.getrefcount(counted)
    for number in range(CALLS):
        call(number)
    return before - sys.getrefcount(counted)


@before_immortal_objects
def test_that_a_thousand_qt_calls_take_no_references_from_none(qtbot: QtBot) -> None:
    label = QLabel()
    qtbot.addWidget(label)
    texts = [str(number) for number in range(CALLS)]
    assert abs(_references_lost(None, lambda number: label.setText(texts[number]))) < SLACK


@before_immortal_objects
def test_that_a_thousand_signals_take_no_references_from_true() -> None:
    source = _Source()
    assert abs(_references_lost(True, source.happened.emit)) < SLACK


def test_that_a_thousand_qt_calls_and_signals_leave_the_program_running(qtbot: QtBot) -> None:
    label, source = QLabel(), _Source()
    qtbot.addWidget(label)
    source.happened.connect(label.setNum)
    for number in range(CALLS):
        source.happened.emit(number)
    assert label.text() == str(CALLS - 1)
