"""The window is painted before anything heavy is loaded."""

import subprocess
import sys

HEAVY = ("numpy", "networkx", "asyncio", "pyqtgraph", "sqlite3", "msgspec", "topology")


def test_that_nothing_heavy_is_loaded_before_the_first_paint() -> None:
    program = (
        "import sys, console.app.app, console.window.main_window;"
        f"print([name for name in {HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
