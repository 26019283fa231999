"""What only the system can install: the libraries Qt loads, an X server without a screen, and Python's venv on Debian.

Looks first, and asks apt-get only for what is missing.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from children import SetupError, call, environment_for_children

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

QT = [
    "libegl1",
    "libgl1",
    "libxkbcommon0",
    "libdbus-1-3",
    "libfontconfig1",
    "libglib2.0-0",
    "libbrotli1",
    "libgssapi-krb5-2",
]
PLATFORMS = {
    "offscreen": [],
    "xcb": ["libxcb-cursor0", "libxkbcommon-x11-0", "libxcb-icccm4", "libxcb-keysyms1", "libxcb-shape0"],
    "wayland": ["libwayland-client0", "libwayland-cursor0", "libwayland-egl1"],
}
# Programs that the end-to-end tests start, and the packages they come in.
TEST_PROGRAMS = {"Xvfb": "xvfb", "xdotool": "xdotool"}

_MODULES = ("QtCore", "QtGui", "QtWidgets", "QtSvg", "QtNetwork", "QtDBus", "QtTest")


def ensure_qt(python: Path, platform: str) -> None:
    """Install what Qt lacks on this machine to draw on *platform*, a key of PLATFORMS."""
    if sys.platform != "linux":
        return
    missing = missing_libraries(python, platform)
    if not missing:
        return
    install([*QT, *PLATFORMS[platform]], why=f"the system libraries that Qt needs ({', '.join(missing)})")
    still = missing_libraries(python, platform)
    if still:
        raise SetupError(f"Qt still lacks {', '.join(still)}. Install what provides them and start again.")


def ensure_test_programs() -> None:
    """Install what the end-to-end tests need to type into a real window."""
    missing = [package for program, package in TEST_PROGRAMS.items() if shutil.which(program) is None]
    if missing and sys.platform == "linux":
        install(missing, why="what the tests need to type into a real window")


def missing_libraries(python: Path, platform: str) -> list[str]:
    """Name the shared libraries that Qt's modules and the plugin for *platform* would not find.

    Qt's own message names libxcb-cursor0 whichever library is missing, so the system's loader is asked.
    """
    qt = next(iter(python.parent.parent.glob("lib*/python3*/site-packages/PySide6")), None)
    ldd = shutil.which("ldd")
    if qt is None or ldd is None:
        return []
    plugins = qt / "Qt" / "plugins" / "platforms"
    files = [qt / f"{module}.abi3.so" for module in _MODULES]
    files += [plugins / "libqoffscreen.so", plugins / f"libq{platform}.so"]
    command = [ldd, *(str(file) for file in files if file.exists())]
    asked = subprocess.run(command, capture_output=True, text=True, check=False, env=environment_for_children())
    return not_found(asked.stdout)


def not_found(answer: str) -> list[str]:
    """Pick the libraries that were not found from what ldd says."""
    return sorted(set(re.findall(r"(\S+) => not found", answer)))


def install(packages: Sequence[str], why: str) -> None:
    """Install Debian *packages* with apt-get; where that cannot be done, say what to install by hand."""
    by_hand = f"Install {why} yourself and start again. On Debian and Ubuntu: sudo apt-get install {' '.join(packages)}"
    apt = shutil.which("apt-get")
    if apt is None:
        raise SetupError(f"There is no apt-get on this system. {by_hand}")
    right = right_to_install()
    if right is None:
        raise SetupError(f"Installing system packages needs root, and there is no sudo. {by_hand}")
    asking = " (sudo may ask for your password)" if right else ""
    print(f"Installing {why} with apt-get{asking} ...", flush=True)
    apt_get = [*right, "env", "DEBIAN_FRONTEND=noninteractive", apt, "-qq", "-o", "DPkg::Lock::Timeout=120"]
    apt_get += ["-o", "Acquire::Retries=1", "-o", "Acquire::http::Timeout=30", "-o", "Dpkg::Use-Pty=0"]
    if call([*apt_get, "update"], show="errors"):
        print("The lists of packages could not be refreshed: trying with those that are there ...", flush=True)
    names = choose_names(packages, known_packages(packages))
    if call([*apt_get, "install", "--yes", "--no-install-recommends", *names], show="errors"):
        raise SetupError(f"apt-get could not install them, for the reason it gives above. {by_hand}")


def right_to_install() -> list[str] | None:
    """Give the words to put before a command so that it runs as root, or None where that cannot be had."""
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo is None:
        return None
    return [sudo] if sys.stdin.isatty() else [sudo, "--non-interactive"]


def known_packages(packages: Iterable[str]) -> set[str]:
    """Ask apt which of *packages*, or of their names since Debian's change to 64-bit time, it can install."""
    names = [name for package in packages for name in (package, f"{package}t64")]
    command = ["apt-cache", "policy", *names]
    english = environment_for_children(LC_ALL="C")
    return installable(subprocess.run(command, capture_output=True, text=True, check=False, env=english).stdout)


def installable(policy: str) -> set[str]:
    """Pick the names that have a candidate from what ``apt-cache policy`` says."""
    blocks = re.findall(r"^(\S+):\n(?:  .*\n)*?  Candidate: (.*)$", policy, flags=re.MULTILINE)
    return {name for name, candidate in blocks if candidate != "(none)"}


def choose_names(packages: Iterable[str], known: set[str]) -> list[str]:
    """Give each package its name on this system: libglib2.0-0 of Debian 12 is libglib2.0-0t64 on Ubuntu 24.04."""
    return [f"{name}t64" if name not in known and f"{name}t64" in known else name for name in packages]
