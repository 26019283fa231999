"""What every test starts from: no screen, no settings or files of the person who runs it, no surprises from chance.

The event loop and the window belong to the console's own conftest.
"""

import os
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

# Before anything imports Qt, which reads these once.
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ["LC_ALL"] = "C.UTF-8"
for variable in (
    "QT_SCALE_FACTOR",
    "QT_SCREEN_SCALE_FACTORS",
    "QT_FONT_DPI",
    "QT_STYLE_OVERRIDE",
    "QT_QPA_PLATFORMTHEME",
):
    os.environ.pop(variable, None)

# A shared machine may stall for longer than any deadline that would still say something.
settings.register_profile("desk", deadline=None, print_blob=True)
settings.register_profile("ci", deadline=None, print_blob=True, derandomize=True, database=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "desk"))

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


def _move_qt_settings(folder: Path) -> None:
    # Qt reads XDG_CONFIG_HOME for settings only once in a process.
    from PySide6.QtCore import QSettings

    for form in (QSettings.Format.NativeFormat, QSettings.Format.IniFormat):
        QSettings.setPath(form, QSettings.Scope.UserScope, str(folder))
