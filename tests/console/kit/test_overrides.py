"""An error in a method that Qt calls is reported and survived."""

import importlib
import inspect
import pkgutil
import subprocess
import sys
from collections.abc import Iterator

import pytest

import console
from console.kit.overrides import reported

ONCE = """
import sys
from PySide6.QtWidgets import QApplication, QWidget
from console.kit.overrides import reported

class Widget(QWidget):
    @reported
    def paintEvent(self, event):
        {error}

app = QApplication([])
sys.excepthook = lambda kind, value, trace: sys.stdout.write(kind.__name__)
Widget().grab()
"""

FOR_EVER = """
import sys
from PySide6.QtCore import QEvent, QSize, QTimer
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget
from console.kit.overrides import reported, reported_or

class Widget(QWidget):
    @reported
    def paintEvent(self, event):
        painter = QPainter(self)
        int('x')

    @reported_or(QSize(70, 50))
    def sizeHint(self):
        return int('x')

    @reported_or(False)
    def event(self, event):
        return super().event(event) if event.type() != QEvent.Type.Enter else int('x')

def hook(kind, value, trace):
    heard.append((kind, value, trace))
    if len(heard) == 20:
        app.quit()

heard = []
sys.excepthook = hook
app = QApplication([])
window = QWidget()
widget = Widget()
QVBoxLayout(window).addWidget(widget)
window.show()
assert widget.width() >= 70, widget.size()
app.sendEvent(widget, QEvent(QEvent.Type.Enter))
timer = QTimer()
timer.timeout.connect(widget.update)
timer.start(1)
sys.stdout.write(f"{app.exec()} {len(heard) >= 20}")
"""

CANNOT_RAISE = {
    "DebriefView.hasHeightForWidth": "gives a constant",
    "DebriefView.sizeHint": "gives a size",
    "EffectTable.drawBranches": "does nothing",
    "GripSplitter.createHandle": "makes a widget, and has nothing else to give",
    "TableModel.columnCount": "gives a number",
    "SpokenCard.paintEvent": "does nothing",
    "TopStrip.sizeHint": "gives a size",
    "WaveBar.sizeHint": "gives a size",
}

GUARD = reported(lambda: None).__code__


def run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize(
    ("error", "name"),
    [
        ("int('x')", "ValueError"),
        ("self.update(1, 2, 3, 4, 5, 6)", "TypeError"),
        ("raise KeyError('a')", "KeyError"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    ],
)
def test_that_an_error_in_an_overridden_method_reaches_the_excepthook(error: str, name: str) -> None:
    ended = run(ONCE.format(error=error))
    assert ended.returncode == 0, ended  # below zero: ended by a signal
    assert ended.stdout == name


def test_that_a_window_whose_methods_fail_goes_on_with_an_answer_for_qt() -> None:
    ended = run(FOR_EVER)
    assert ended.returncode == 0, ended
    assert ended.stdout == "0 True"
    assert "painter" not in ended.stderr  # Qt complains of those that are left on a widget


def overrides() -> Iterator[tuple[str, bool]]:
    """Give every method of a class of the console that has the name of one that Qt has further up."""
    for module in pkgutil.walk_packages(console.__path__, "console."):
        for made in vars(importlib.import_module(module.name)).values():
            if inspect.isclass(made) and made.__module__ == module.name:
                above = [base for base in made.__mro__[1:] if base.__module__.startswith("PySide6")]
                for name, method in vars(made).items():
                    if inspect.isfunction(method) and name[0] != "_" and any(hasattr(base, name) for base in above):
                        yield f"{made.__name__}.{name}", method.__code__ is GUARD


def test_that_every_method_that_qt_calls_is_guarded() -> None:
    found = dict(overrides())
    assert len(found) > 60, found
    assert sorted(name for name, guarded in found.items() if not guarded) == sorted(CANNOT_RAISE)
