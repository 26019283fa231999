"""Looks, before Qt does, for what would end the program without a word: libraries and packages that are missing.

Light on purpose: it is asked at every start, and loads neither Qt nor anything of ours.
"""

import ctypes
import re
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType

PACKAGES = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libwayland-client.so.0": "libwayland-client0",
    "libwayland-cursor.so.0": "libwayland-cursor0",
    "libwayland-egl.so.1": "libwayland-egl1",
}
"""The package of Debian and Ubuntu that has each library which Qt loads."""
OF_QT = ("PySide6", "shiboken6")
OURS = ("console", "topology", "resources")
_MISSING = re.compile(r"(\S+\.so[.\d]*): cannot open shared object file")


def library_trouble(platform: str) -> str:
    """Say which library Qt lacks to draw on *platform*, a name of its plugins; Qt itself names the wrong one and aborts."""
    found = find_spec("PySide6")
    folder = Path(found.origin).parent if found is not None and found.origin else None
    plugin = folder / "Qt" / "plugins" / "platforms" / f"libq{platform}.so" if folder is not None else None
    if plugin is None or not plugin.exists():
        return ""
    try:
        ctypes.CDLL(str(plugin))
    except OSError as error:
        return lacking(str(error))
    return ""


def lacks_to_draw(environment: Mapping[str, str]) -> str:
    """Say which library Qt lacks to draw in any of the ways that it would try; empty where it can in one of them."""
    asked = environment.get("QT_QPA_PLATFORM", "").partition(":")[0]
    known = {"wayland": "WAYLAND_DISPLAY", "xcb": "DISPLAY"}
    tried = [asked] if asked else [name for name, display in known.items() if environment.get(display)]
    troubles = [library_trouble(name) for name in tried]
    return troubles[-1] if troubles and all(troubles) else ""


def lacking(said: str) -> str:
    """Turn what the system's loader said into a sentence with the line to type; empty where it is about something else."""
    missing = _MISSING.search(said)
    if missing is None:
        return ""
    package = PACKAGES.get(missing[1])
    line = f"sudo apt-get install {package}" if package else f"install the package that has {missing[1]}"
    every = " ".join(sorted(set(PACKAGES.values())))
    return f"Qt lacks the library {missing[1]} on this system: {line} (or all that Qt may want: {every})"


def import_trouble(error: ImportError | AttributeError) -> str:
    """Say why a part of the program could not be loaded, and what to do; empty where nothing is known of it.

    Whose a package of our name is was looked at before, by `underkeel_start`; what is met here lost files since.
    """
    if isinstance(error, AttributeError):
        package = getattr(error.obj, "__name__", "") if isinstance(error.obj, ModuleType) else ""
        return _not_whole(package) if package in OURS else ""
    name = (error.name or "").partition(".")[0]
    missing = _MISSING.search(str(error))
    if missing is not None and name and name not in OF_QT:
        return f"Python's module {name} lacks the library {missing[1]} on this system: install the package that has {missing[1]}"
    sentence = lacking(str(error))
    if sentence:
        return sentence
    if name in OURS:
        return _not_whole(name)
    if name:
        return f"The package {name}, which Underkeel needs, is not here: install underkeel again, in an environment of its own"
    return ""


def _not_whole(name: str) -> str:
    found = find_spec(name)
    where = found.origin if found is not None and found.origin else "a folder without a file of its own"
    return (
        f"The package {name} that Python finds, {where}, is not, or not wholly, Underkeel's own: "
        "install underkeel again, in an environment of its own"
    )
