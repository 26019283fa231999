"""PySide reads no source of the console's modules, and what it draws and connects is none the worse."""

import subprocess
import sys

from tests.folders import ROOT

PROGRAM = """
import linecache, os, sys
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from console.app.app import make_application
app = make_application()
before = set(linecache.cache)
import console.app.session
sys.stdout.write("\\n".join(sorted(set(linecache.cache) - before)))
"""


def test_that_the_sources_of_what_is_imported_are_not_read() -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-c", PROGRAM],
        cwd=ROOT,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert [line for line in done.stdout.splitlines() if "/console/" in line or "/topology/" in line] == []
