"""The frozen program has no modules of Qt for OpenGL, and plots all the same."""

import subprocess
import sys

from tests.folders import ROOT

PLOT = """
import sys
import without_opengl
without_opengl.stand_in()
from PySide6.QtWidgets import QApplication
app = QApplication([])
import pyqtgraph
plot = pyqtgraph.PlotWidget()
plot.plot([1, 2, 3], [3, 1, 2], pen="r", fillLevel=0, brush="b")
plot.resize(300, 200)
plot.show()
picture = plot.grab().toImage()
points = [picture.pixelColor(x, y) for x in range(300) for y in range(200)]
red = sum(point.red() > 200 > point.green() + 100 for point in points)
print(red, [name for name, one in sys.modules.items() if "PySide6.QtOpenGL" in name and getattr(one, "__file__", None)])
"""


def test_that_a_plot_is_drawn_without_qts_modules_for_opengl() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PLOT],
        env={"PYTHONPATH": f"{ROOT / 'packaging'}", "QT_QPA_PLATFORM": "offscreen", "HOME": "/nonexistent"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    red, _, real = done.stdout.strip().partition(" ")
    assert int(red) > 100
    assert real == "[]"
