"""The desktop's wish for less motion is heard from its portal, on a real bus; without a bus nobody is asked."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from console.kit.host.desktop_motion import there_is_a_bus

PORTAL = Path(__file__).with_name("portal.py")
SYSTEM_PYTHON = "/usr/bin/python3"
ASK = """
import sys
from PySide6.QtCore import QCoreApplication, QTimer
from console.kit.host.desktop_motion import DesktopMotion
app = QCoreApplication([])
motion = DesktopMotion(app, lambda: app.exit(7))
QTimer.singleShot(0, motion.ask)
QTimer.singleShot(int(sys.argv[1]), lambda: app.exit(0))
sys.exit(app.exec())
"""


def there_is_gio() -> bool:
    if shutil.which("dbus-daemon") is None or not Path(SYSTEM_PYTHON).exists():
        return False
    asked = [SYSTEM_PYTHON, "-c", "from gi.repository import Gio"]
    return subprocess.run(asked, capture_output=True, check=False, timeout=30).returncode == 0


@pytest.fixture
def bus() -> Iterator[dict[str, str]]:
    if not there_is_gio():
        pytest.skip("needs dbus-daemon and python3-gi")
    command = ["dbus-daemon", "--session", "--print-address", "--nofork"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as daemon:
        assert daemon.stdout is not None
        yield {**os.environ, "DBUS_SESSION_BUS_ADDRESS": daemon.stdout.readline().strip()}
        daemon.terminate()


def hears(environment: dict[str, str], limit_ms: int = 8_000) -> bool:
    """Whether less motion was asked for within so long."""
    asked = subprocess.run([sys.executable, "-c", ASK, str(limit_ms)], env=environment, check=False, timeout=60)
    assert asked.returncode in (0, 7)
    return asked.returncode == 7


@pytest.mark.parametrize(
    ("setting", "less"),
    [
        (("org.freedesktop.appearance", "reduced-motion", "u", "1"), True),
        (("org.freedesktop.appearance", "reduced-motion", "u", "0"), False),
        (("org.gnome.desktop.interface", "enable-animations", "b", "false"), True),
        (("org.gnome.desktop.interface", "enable-animations", "b", "true"), False),
    ],
)
def test_that_the_desktops_wish_is_heard(bus: dict[str, str], setting: tuple[str, ...], less: bool) -> None:
    with subprocess.Popen([SYSTEM_PYTHON, str(PORTAL), *setting], env=bus, stdout=subprocess.PIPE, text=True) as portal:
        assert portal.stdout is not None
        assert portal.stdout.readline() == "ready\n"
        assert hears(bus, 8_000 if less else 1_500) is less
        portal.terminate()


def test_that_a_session_without_a_bus_is_asked_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert not there_is_a_bus()
    (tmp_path / "bus").touch()
    assert there_is_a_bus()
