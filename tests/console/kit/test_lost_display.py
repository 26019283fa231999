"""Of a display that went away Qt's own lines are passed over, and nothing else is."""

import subprocess
import sys

PROGRAM = """
from PySide6.QtCore import qInstallMessageHandler, qWarning
from console.kit.host.lost_display import lost_without_qts_words
{before}
with lost_without_qts_words():
    qWarning("The X11 connection broke (error 1). Did the X11 server die?")
    qWarning("a warning of another kind")
qWarning("a warning after it")
"""


def said(before: str) -> list[str]:
    program = PROGRAM.format(before=before)
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    ).stderr.splitlines()


def test_that_qts_line_about_the_loss_is_passed_over_and_another_is_not() -> None:
    assert said("") == ["a warning of another kind", "a warning after it"]


def test_that_who_heard_qt_before_hears_all_else_and_hears_it_again_after() -> None:
    heard = "import sys; qInstallMessageHandler(lambda kind, where, text: sys.stderr.write(f'heard {text}\\n'))"
    assert said(heard) == ["heard a warning of another kind", "heard a warning after it"]
