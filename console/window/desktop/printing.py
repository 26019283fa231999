"""Paper: the topology, and below it the plan on show or the headroom, on as many pages as that takes."""

import html
import tempfile
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QImage, QPagedPaintDevice, QTextDocument
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QWidget

from console.kit.theme import load_theme
from console.panels.topology.drawing.saving import SaveError, save_topology
from console.panels.topology.view import TopologyView

WIDE = 610
"""Width of the picture in the page, 96 for an inch: as much as stands between the margins of A4."""


def page_of(topology: TopologyView, caption: str, lines: tuple[str, ...]) -> QTextDocument:
    """Make the document that is printed."""
    document = QTextDocument()
    picture = picture_of(topology, caption)
    shown = ""
    if not picture.isNull():
        document.addResource(QTextDocument.ResourceType.ImageResource.value, QUrl("topology"), picture)
        shown = f'<p><img src="topology" width="{WIDE}"></p>'
    text = "".join(f"<p style='margin:1px'>{html.escape(line) or '&nbsp;'}</p>" for line in lines)
    document.setHtml(f"<h3>{html.escape(caption)}</h3>{shown}{text}")
    return document


def picture_of(topology: TopologyView, caption: str) -> QImage:
    """Draw the graph in the colours of the day, which paper has; null where there is none."""
    canvas = topology.drawing.canvas
    if canvas is None:
        return QImage()
    with tempfile.TemporaryDirectory(prefix="underkeel-") as folder:
        file = Path(folder) / "topology.png"
        try:
            save_topology(
                canvas.scene, canvas.readings, load_theme("day"), file, topology.drawing.picture_size(), caption
            )
        except SaveError:
            return QImage()
        return QImage(str(file))


def write_pages(document: QTextDocument, printer: QPagedPaintDevice) -> None:
    """Put the document on paper, or into a file where that is what was chosen."""
    document.print_(printer)


def ask_and_print(window: QWidget, document: QTextDocument, done: Callable[[str], None]) -> QPrintDialog:
    """Ask for a printer; the console goes on meanwhile. *done* is told the file that was written, or nothing."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    dialog = QPrintDialog(printer, window)
    dialog.setWindowTitle("Print · Underkeel")

    def accepted() -> None:
        write_pages(document, printer)
        done(printer.outputFileName())

    dialog.accepted.connect(accepted)
    dialog.setModal(True)
    dialog.show()
    return dialog
