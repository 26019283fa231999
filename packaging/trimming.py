"""Makes the folder of a package small: without what no window loads, debugging symbols, and libraries nobody asks for."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import icu
import system_packages
from children import SetupError, environment_for_children

if TYPE_CHECKING:
    from collections.abc import Iterator

QT = "_internal/PySide6/Qt/plugins"
NOT_WANTED = (
    "_internal/PySide6/Qt/translations",
    "_internal/PySide6/Qt/qml",
    "_internal/pyqtgraph/icons/peegee",
    f"{QT}/platformthemes/libqgtk3.so",
    f"{QT}/platforms/libqeglfs.so",
    f"{QT}/platforms/libqlinuxfb.so",
    f"{QT}/platforms/libqvkkhrdisplay.so",
    f"{QT}/platforms/libqvnc.so",
    f"{QT}/platforms/libqminimalegl.so",
    f"{QT}/egldeviceintegrations",
    f"{QT}/networkinformation",
    f"{QT}/tls",
    f"{QT}/wayland-graphics-integration-client",
    f"{QT}/generic",
    *(f"{QT}/imageformats/libq{kind}.so" for kind in ("gif", "icns", "jpeg", "pdf", "tga", "tiff", "wbmp", "webp")),
)
"""Of Qt, what a window of widgets on X or Wayland never loads, by its place in the folder."""
NOT_WANTED_LIBRARIES = (
    "libgtk-3*", "libgdk-3*", "libgdk_pixbuf*", "libQt6Qml*", "libQt6Quick*", "libQt6Pdf*", "libQt6VirtualKeyboard*",
    "libQt6EglF*", "libQt6OpenGL*", "libQt6Test*",
    "QtOpenGL.abi3.so", "QtOpenGLWidgets.abi3.so", "QtTest.abi3.so",
    "libcups.so*", "libdbus-1.so*", "libglib-2.0.so*", "libgthread-2.0.so*",
    "fuzz_cpp*.so", "metrics_cpp_avx2*.so",
)  # fmt: skip
"""Libraries that nothing here calls, and those that are the system's wherever there is a desktop, or printers.

Of rapidfuzz distances alone are used, and the plain build of them serves every processor.
"""
LOADED_BY_NAME = ("libpython*",)
"""Libraries that nothing states as needed, and that are loaded all the same."""
AS_THEY_ARE = ("numpy.libs", "Qt")
"""Folders whose libraries are stripped already, or were made over so that stripping breaks them."""
_ELF = b"\x7fELF"
_NEEDED = re.compile(r"\(NEEDED\).*\[(.+)\]")


def trim(folder: Path) -> None:
    """Make the folder small.

    Raises:
        SetupError: the tools for it are not there.
    """
    for name in NOT_WANTED:
        there = folder / name
        if there.is_dir():
            shutil.rmtree(there)
        else:
            there.unlink(missing_ok=True)
    for pattern in NOT_WANTED_LIBRARIES:
        for there in folder.rglob(pattern):
            there.unlink()
    _ensure_tools()
    shrink_data(folder)
    for there in _programs(folder):
        # The program itself carries its modules behind its end.
        if there.parent != folder and not set(there.relative_to(folder).parts[:-1]) & set(AS_THEY_ARE):
            _said("strip", "--strip-unneeded", str(there))
    while orphans := _orphans(folder):
        for there in orphans:
            there.unlink()


def shrink_data(folder: Path) -> None:
    """Make Qt's data of ICU small; a link to it stays one, where making it over would leave two of them."""
    for there in sorted(folder.rglob("libicudata.so.*")):
        if not there.is_symlink():
            icu.shrink(there)


def needed_by(program: Path) -> set[str]:
    """Give the libraries that a program or library states as needed."""
    return set(_NEEDED.findall(_said("readelf", "--dynamic", str(program))))


def _orphans(folder: Path) -> list[Path]:
    needed = {name for program in _programs(folder) for name in needed_by(program)}
    libraries = (there for there in (folder / "_internal").glob("lib*.so*") if there.name not in needed)
    return [there for there in libraries if not any(there.match(kept) for kept in LOADED_BY_NAME)]


def _programs(folder: Path) -> Iterator[Path]:
    for there in sorted(folder.rglob("*")):
        if there.is_symlink() or not there.is_file():
            continue
        with there.open("rb") as file:
            if file.read(len(_ELF)) == _ELF:
                yield there


def _ensure_tools() -> None:
    if not all(map(shutil.which, ("strip", "readelf", "as", "ld"))):
        system_packages.install(
            ["binutils"], why="binutils, which takes away debugging symbols and data that nobody asks for"
        )


def _said(*words: str) -> str:
    made = subprocess.run(words, capture_output=True, text=True, check=False, env=environment_for_children())
    if made.returncode:
        raise SetupError(f"{' '.join(words)} failed: {made.stderr.strip()}")
    return made.stdout
