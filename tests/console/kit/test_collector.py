"""Unreachable widgets are taken away in the window's thread: elsewhere their timers would outlive them."""

import gc
import threading
import weakref
from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.kit.collector import Collector, collect_what_is_due, leave_alone_what_is_here, settle
from console.kit.theme import load_theme
from console.window.main_window import MainWindow
from console.window.settings import SettingsStore

ENOUGH = 200_000
"""So many new objects that Python by itself would have collected every generation."""


class Ticking(QObject):
    """Something with a timer that only a collection can take away."""

    def __init__(self) -> None:
        super().__init__()
        self.timer = QTimer(self)
        self.timer.start(1000)
        self.me = self


@pytest.fixture
def owner(qapp: QApplication) -> Iterator[QObject]:
    gc.enable()
    gc.collect()
    owner = QObject()
    yield owner
    owner.deleteLater()


def _left_behind(threads: list[int]) -> "weakref.ref[Ticking]":
    ticking = Ticking()
    weakref.finalize(ticking, lambda: threads.append(threading.get_ident()))
    return weakref.ref(ticking)


def _work_in_a_thread() -> None:
    worker = threading.Thread(target=lambda: [[number] for number in range(ENOUGH)])
    worker.start()
    worker.join()


def test_that_what_a_thread_makes_takes_no_widget_away(owner: QObject, qtbot: QtBot) -> None:
    threads: list[int] = []
    Collector(owner)
    left = _left_behind(threads)
    _work_in_a_thread()
    assert left() is not None
    kept = [[number] for number in range(ENOUGH)]
    qtbot.waitUntil(lambda: left() is None)
    assert (threads, len(kept)) == ([threading.get_ident()], ENOUGH)


def test_that_every_window_collects(qtbot: QtBot) -> None:
    gc.enable()
    window = MainWindow(load_theme("night"), SettingsStore())
    qtbot.addWidget(window)
    assert not gc.isenabled()
    assert window.findChild(Collector) is not None


def test_that_little_is_not_collected() -> None:
    gc.disable()
    gc.collect()
    threads: list[int] = []
    left = _left_behind(threads)
    collect_what_is_due()
    assert left() is not None
    gc.collect()
    assert left() is None


@pytest.fixture
def thawed() -> Iterator[None]:
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("thawed")
def test_that_what_is_left_alone_is_looked_through_once_all_is_at_rest() -> None:
    gc.disable()
    gc.collect()
    left = _left_behind([])
    leave_alone_what_is_here()
    assert len(gc.get_objects()) < 1_000 < gc.get_freeze_count()
    gc.collect()
    assert left() is not None
    settle()
    assert left() is None
    assert len(gc.get_objects()) < 1_000 < gc.get_freeze_count()
