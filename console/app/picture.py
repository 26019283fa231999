"""`underkeel picture`: the real window, drawn off screen into a PNG file."""

from pathlib import Path
from typing import TextIO

from PySide6.QtCore import QBuffer, QByteArray, QIODevice
from PySide6.QtGui import QImage

from console.app.offscreen import LOAD_TIMEOUT_S, NeverReadError, draw_window
from console.operating.access import PNG_SEAL, NotWrittenError, write_own
from console.terminal.streams.made import tell_made
from topology.region.description import RegionError
from topology.region.errors import LinkError

FAILED = 2


def save_picture(
    out: Path,
    region: str | None,
    command: str,
    theme: str,
    size: tuple[int, int],
    stdout: TextIO,
    stderr: TextIO,
    *,
    as_json: bool = False,
) -> int:
    """Draw the window and write it to *out*; gives the exit status."""
    try:
        picture = draw_window(region, command, theme, size)
    except (RegionError, LinkError) as error:
        stderr.write(f"{error}\n")
        return FAILED
    except NeverReadError:
        return FAILED
    except TimeoutError:
        stderr.write(f"The region did not answer within {LOAD_TIMEOUT_S:g} s; nothing was drawn. Try again later.\n")
        return FAILED
    trouble = write_png(picture.image, out)
    if trouble:
        stderr.write(trouble + "\n")
        return FAILED
    facts = {"width": size[0], "height": size[1], "theme": theme, "command": command}
    tell_made(stdout, "picture", out, f"{out}: {size[0]} x {size[1]} pixels", facts, as_json=as_json)
    return 0


def write_png(image: QImage, out: Path) -> str:
    """Write *image* to *out*, whole or not at all; gives a sentence when that failed, else nothing."""
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")  # type: ignore[call-overload] # PySide's stubs know only bytes
    try:
        write_own(out, bytes(data.data()), PNG_SEAL, "this program")
    except NotWrittenError as error:
        return f"{out} {error}"
    return ""
