"""What the frozen folder is made without is nothing that the program loads."""

import re
from fnmatch import fnmatch

import packages
import trimming

from tests.folders import ROOT

MODULE = re.compile(r"(?:from|import) (PySide6\.Qt\w+)")
LOADED = {
    name
    for folder in ("console", "topology")
    for file in (ROOT / folder).rglob("*.py")
    for name in MODULE.findall(file.read_text(encoding="utf-8"))
}


def test_that_no_module_of_qt_which_the_program_loads_is_left_out() -> None:
    assert {"PySide6.QtPrintSupport", "PySide6.QtDBus", "PySide6.QtSvg"} < LOADED
    assert LOADED.isdisjoint(packages.LEFT_OUT)
    files = [file for name in LOADED for file in (f"{name[8:]}.abi3.so", f"libQt6{name[10:]}.so.6")]
    patterns = trimming.NOT_WANTED_LIBRARIES
    assert [file for file in files if any(fnmatch(file, pattern) for pattern in patterns)] == []
    assert not [place for place in trimming.NOT_WANTED if place.endswith("printsupport")]
