"""An X server without a monitor: `Xvfb`, whose picture is a file that is read as it stands."""

import os
import struct
import subprocess
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Self

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

import resources

LOOK_EACH_S = 0.05

Box = tuple[float, float, float, float]
"""Left, top, right and bottom, as shares of the screen."""
EVERYWHERE: Box = (0, 0, 1, 1)


def until(condition: Callable[[], object], what: str, timeout_s: float = 20.0) -> None:
    """Look again and again until something of another program is so.

    Raises:
        AssertionError: it did not become so.
    """
    never = threading.Event()
    for _ in range(round(timeout_s / LOOK_EACH_S)):
        if condition():
            return
        never.wait(LOOK_EACH_S)
    raise AssertionError(f"after {timeout_s:.0f} s it is still not so that {what}")


class Screen:
    """One X server of its own, with one screen of 24 bits."""

    def __init__(self, width: int, height: int, folder: Path) -> None:
        self.width, self.height = width, height
        self._file = folder / "Xvfb_screen0"
        reading, writing = os.pipe()
        self._server = subprocess.Popen(
            [
                *("Xvfb", "-displayfd", str(writing), "-screen", "0", f"{width}x{height}x24"),
                *("-fbdir", str(folder), "-nolisten", "tcp", "-noreset"),
            ],
            pass_fds=[writing],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(writing)
        with os.fdopen(reading) as pipe:
            number = pipe.readline().strip()  # written once the server can be connected to; empty when it has died
        if not number:
            raise OSError(f"Xvfb did not start: exit status {self._server.wait()}")
        self.display = f":{number}"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    def end(self) -> None:
        """End the server, under whatever windows it has."""
        self._server.terminate()
        self._server.wait()

    @property
    def is_up(self) -> bool:
        """Whether the server still runs."""
        return self._server.poll() is None

    def pixels(self) -> NDArray[np.uint32]:
        """Give what is on the screen now: one number 0xRRGGBB for each pixel, by row and column."""
        data = self._file.read_bytes()
        # The X Window Dump format: numbers of 32 bits, the most significant byte first, then colours, then the picture.
        header = struct.unpack(">25I", data[:100])
        size, width, height, bits, line, colours = (header[index] for index in (0, 4, 5, 11, 12, 19))
        assert (width, height, bits) == (self.width, self.height, 32)
        picture = np.frombuffer(data, "<u4", height * line // 4, size + 12 * colours)
        return picture.reshape(height, line // 4)[:, :width] & 0xFFFFFF

    def part(self, box: Box) -> NDArray[np.uint32]:
        """Give the pixels inside a box."""
        left, top, right, bottom = box
        pixels = self.pixels()
        across, down = pixels.shape[1], pixels.shape[0]
        return pixels[round(top * down) : round(bottom * down), round(left * across) : round(right * across)]

    def count(self, colour: int, box: Box = EVERYWHERE) -> int:
        """Count the pixels of a colour."""
        return int((self.part(box) == colour).sum())

    def save(self, path: Path) -> Path:
        """Write what is on the screen into a PNG file."""
        pixels = np.ascontiguousarray(self.pixels() | 0xFF000000, np.uint32)
        image = QImage(pixels.data, self.width, self.height, 4 * self.width, QImage.Format.Format_RGB32)
        assert image.save(str(path))
        return path


def colours(theme: str = "night") -> dict[str, int]:
    """Give the colours of a theme by their meaning, as in `Screen.pixels`."""
    import tomllib

    return {
        meaning: int(text.removeprefix("#"), 16)
        for meaning, text in tomllib.loads(resources.text(f"themes/{theme}.toml")).items()
    }
