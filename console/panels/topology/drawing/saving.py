"""The topology as a picture in a file, PNG or SVG, of any size, with a caption that says of what and when it is."""

import re
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QFileDialog, QInputDialog, QWidget

from console.kit.theme import Theme, ui_font
from console.operating.access import write_whole
from console.panels.topology.cards.readings import Readings
from console.panels.topology.drawing.attention import CardAttention, paint_attention
from console.panels.topology.drawing.canvas import Canvas
from console.panels.topology.drawing.emphasis import Emphasis, Highlight
from console.panels.topology.geometry.camera import centred, stretch_to_fit
from console.panels.topology.geometry.scene import TopologyScene

CAPTION, AIR = 34, 18
LARGEST, USUAL = 16_384, 4_096
"""Pixels across or down that a picture can have at most, and that it has at most where no size is asked for."""


def ask_where(window: QWidget, name: str, size: QSize, save: Callable[[str, QSize], None]) -> QFileDialog:
    """Ask for a file, then for a size that is *size* if nothing is typed, and *save*; the window goes on meanwhile."""
    dialog = QFileDialog(window, "Save the topology")
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilters(["Pictures (*.png)", "Vector pictures (*.svg)"])
    dialog.setDefaultSuffix("png")
    dialog.filterSelected.connect(lambda chosen: dialog.setDefaultSuffix("svg" if "svg" in chosen else "png"))
    dialog.selectFile(name)
    dialog.fileSelected.connect(lambda path: _ask_size(window, path, size, save))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog


def _ask_size(window: QWidget, path: str, size: QSize, save: Callable[[str, QSize], None]) -> QInputDialog:
    dialog = QInputDialog(window)
    dialog.setWindowTitle("Size of the picture")
    dialog.setMinimumWidth(
        20 * dialog.fontMetrics().averageCharWidth() + 200
    )  # its title has to fit beside a desktop's buttons
    dialog.setLabelText("Width × height in pixels")
    dialog.setTextValue(f"{size.width()} × {size.height()}")
    # What is no size is one of nothing, which saving refuses in its own words.
    dialog.textValueSelected.connect(lambda text: save(path, size_of(text)))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
    return dialog


def size_of(text: str) -> QSize:
    """Read `1600 × 900`, also with an x or a blank between; a size of nothing where it is none."""
    match = re.fullmatch(r"\s*([0-9]{1,6})\s*[x×* ]\s*([0-9]{1,6})\s*", text)
    return QSize(int(match[1]), int(match[2])) if match else QSize(0, 0)


def picture_size(bounds: QRectF) -> QSize:
    """Give the size of a picture in which every card can be read, as far as that is not too large for a screen."""
    wide, high = max(bounds.width() + 2 * AIR, 640), max(bounds.height() + 2 * AIR + CAPTION, 400)
    scale = min(1.0, USUAL / wide, USUAL / high)
    return QSize(max(int(wide * scale), 640), max(int(high * scale), 400))


class SaveError(Exception):
    """A picture could not be saved: the sentence says why, and what to do."""


def save_topology(
    scene: TopologyScene,
    readings: Readings,
    theme: Theme,
    out: Path,
    size: QSize,
    caption: str,
    way: tuple[str, ...] = (),
) -> None:
    """Draw all of *scene* into *out*, whole or not at all; its ending says which kind, .png or .svg.

    Raises:
        SaveError: the ending is another one, the size is beyond what can be drawn, or the file cannot be written.
    """
    kind = out.suffix.lower()
    if kind not in (".png", ".svg"):
        raise SaveError(f"{out} has neither the ending .png nor .svg: choose one of them")
    if not (64 <= size.width() <= LARGEST and 64 <= size.height() <= LARGEST):
        raise SaveError(
            f"a picture of {size.width()} × {size.height()} cannot be drawn: choose 64 to {LARGEST:,} each way"
        )
    data = QByteArray()
    buffer = QBuffer(data)
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    if kind == ".png":
        image = QImage(size, QImage.Format.Format_RGB32)
        _draw(image, scene, readings, theme, size, caption, way)
        if not image.save(buffer, "PNG"):  # type: ignore[call-overload] # PySide's stubs know only bytes
            raise SaveError(f"{out} could not be drawn; choose a smaller size")
    else:
        generator = QSvgGenerator()
        generator.setOutputDevice(buffer)
        generator.setSize(size)
        generator.setViewBox(QRectF(0, 0, size.width(), size.height()))
        generator.setTitle(caption)
        _draw(generator, scene, readings, theme, size, caption, way)
    _write(out, bytes(data.data()))


def _draw(
    device: QImage | QSvgGenerator,
    scene: TopologyScene,
    readings: Readings,
    theme: Theme,
    size: QSize,
    caption: str,
    way: tuple[str, ...],
) -> None:
    whole = QRectF(0, 0, size.width(), size.height())
    room = whole.adjusted(AIR, AIR, -AIR, -AIR - CAPTION)
    drawn = TopologyScene(scene.outline.region, scene.outline, scene.whole)
    drawn.restore(scene.pins)
    drawn.hide(scene.hidden, scene.places)
    drawn.stretch(*stretch_to_fit(drawn.size, drawn.card, room.size()))
    bounds = drawn.shape.bounds
    camera = centred(bounds, room, (bounds.width(), bounds.height()) if drawn.hidden else drawn.size, drawn.card)
    canvas = Canvas(drawn, theme)
    canvas.set_readings(readings)
    painter = QPainter(device)
    canvas.paint_into(painter, camera, whole)
    if canvas.is_overview_at(camera.zoom):
        Emphasis(drawn, theme).paint(painter, canvas.readings, canvas.impact, Highlight(way), camera, whole)
    paint_attention(painter, canvas, camera, CardAttention(None, focused=False, way=way), theme)
    painter.setFont(ui_font(9))
    painter.setPen(theme.text_soft)
    line = QRectF(AIR, size.height() - CAPTION, size.width() - 2 * AIR, CAPTION - 8)
    painter.drawText(line, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, caption)
    painter.end()


def _write(out: Path, data: bytes) -> None:
    try:
        write_whole(out, data, None, make_folder=False)
    except OSError as error:
        raise SaveError(f"{out} cannot be written: {error.strerror}; choose a folder that can") from error
