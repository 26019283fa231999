"""What every test starts from: no screen, no settings or files of the person who runs it, no surprises from chance.

The event loop and the window belong to the console's own conftest.
"""

import os
import signal
import sqlite3
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.profiles import load_profile

# Before anything imports Qt, which reads these once.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["LC_ALL"] = "C.UTF-8"
# What is a terminal in a test is one that takes a line back, wherever the tests are started.
os.environ["TERM"] = "xterm"
for variable in (
    "QT_SCALE_FACTOR",
    "QT_SCREEN_SCALE_FACTORS",
    "QT_FONT_DPI",
    "QT_STYLE_OVERRIDE",
    "QT_QPA_PLATFORMTHEME",
    "NO_COLOR",
):
    os.environ.pop(variable, None)

load_profile()

# A shell that starts the check in the background lets it, and all that it starts, ignore Ctrl+C, which tests send.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

_USER_FOLDERS = ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR")


@pytest.fixture(scope="session")
def _homes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("homes")


@pytest.fixture(autouse=True)
def user_folders(_homes: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test, and the programs it starts, folders of its own for settings, journals and caches."""
    home = Path(tempfile.mkdtemp(dir=_homes))
    for variable in _USER_FOLDERS:
        folder = home / variable.removeprefix("XDG_").lower()
        folder.mkdir(mode=0o700)
        monkeypatch.setenv(variable, str(folder))
    if "PySide6.QtCore" in sys.modules:
        _move_qt_settings(home / "config_home")
    return home


@pytest.fixture(autouse=True)
def databases_are_closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Fail a test that leaves a database open: the same on every Python, and not only when it happens to be collected."""
    opened: list[sqlite3.Connection] = []
    connect = sqlite3.connect

    def note(*arguments: Any, **options: Any) -> sqlite3.Connection:
        opened.append(connect(*arguments, **options))
        return opened[-1]

    monkeypatch.setattr(sqlite3, "connect", note)
    yield
    left = [connection for connection in opened if _is_open(connection)]
    files = [connection.execute("PRAGMA database_list").fetchone()[2] for connection in left]
    for connection in left:
        connection.close()
    assert files == [], "databases left open"


def _is_open(connection: sqlite3.Connection) -> bool:
    try:
        connection.cursor().close()
    except sqlite3.ProgrammingError:
        return False
    return True


def _move_qt_settings(folder: Path) -> None:
    # Qt reads XDG_CONFIG_HOME for settings only once in a process.
    from PySide6.QtCore import QSettings

    for form in (QSettings.Format.NativeFormat, QSettings.Format.IniFormat):
        QSettings.setPath(form, QSettings.Scope.UserScope, str(folder))
