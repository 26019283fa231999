"""`underkeel picture`: the real window, drawn off screen into a PNG file."""

import os
import tempfile
from pathlib import Path
from typing import TextIO

from PySide6.QtGui import QImage

from console.app.offscreen import draw_window
from topology.region.description import RegionError
from topology.region.errors import LinkError

FAILED = 2


def save_picture(
    out: Path, region: str | None, command: str, theme: str, size: tuple[int, int], stdout: TextIO, stderr: TextIO
) -> int:
    """Draw the window and write it to *out*; gives the exit status."""
    try:
        picture = draw_window(region, command, theme, size)
    except (RegionError, LinkError) as error:
        stderr.write(f"{error}\n")
        return FAILED
    trouble = write_png(picture.image, out)
    if trouble:
        stderr.write(trouble + "\n")
        return FAILED
    stdout.write(f"{out}: {size[0]} x {size[1]} pixels\n")
    return 0


def write_png(image: QImage, out: Path) -> str:
    """Write *image* to *out*, whole or not at all; gives a sentence when that failed, else nothing."""
    try:
        handle, name = tempfile.mkstemp(suffix=".png", prefix=f".{out.name}-", dir=out.parent)
        os.close(handle)
    except OSError as error:
        return f"{out} cannot be written: {error.strerror}; choose a folder that can"
    part = Path(name)
    try:
        if not image.save(str(part)):
            return f"{out} could not be written whole; is the disk full?"
        part.chmod(0o644)
        part.replace(out)
    except OSError as error:
        return f"{out} cannot be written: {error.strerror}; choose another name"
    finally:
        part.unlink(missing_ok=True)
    return ""
