"""Copying takes what is marked wherever the focus is; a plan becomes text that can be pasted and printed."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QPageSize, QPdfWriter, QStandardItem, QStandardItemModel
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QTableView
from pytestqt.qtbot import QtBot

from console.app.session import Session
from console.window.desktop.editing import rows_as_text
from console.window.desktop.printing import WIDE, page_of, write_pages
from console.window.main_window import MainWindow
from console.words import writing as words
from tests.console.window.whole_window import play, until


def test_that_marked_rows_are_copied_a_line_each_and_without_a_mark_the_current_one(qtbot: QtBot) -> None:
    model = QStandardItemModel()
    for cells in (("07:01", "intent", "remove 4\nfrom billing"), ("07:02", "wave", ""), ("07:03", "outcome", "done")):
        model.appendRow([QStandardItem(cell) for cell in cells])
    view = QTableView()
    qtbot.addWidget(view)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setModel(model)
    view.setCurrentIndex(model.index(1, 0))
    view.clearSelection()
    assert rows_as_text(view) == "07:02\twave"
    view.selectAll()
    assert rows_as_text(view).splitlines() == [
        "07:01\tintent\tremove 4 from billing",
        "07:02\twave",
        "07:03\toutcome\tdone",
    ]


def test_that_a_row_of_the_headroom_list_is_copied_with_its_numbers(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: Session, window: MainWindow) -> None:
        table = session.panels.preview.table
        await until(lambda: bool(table.rows()) and table.isVisible())
        number, row = next((at, one) for at, one in enumerate(table.rows()) if one.name == "placement")
        assert row.headroom is not None
        window.activateWindow()
        table.setFocus()
        await until(lambda: qapp.focusWidget() is table)
        top = table.model().index(number, 0)
        table.setCurrentIndex(top)
        QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
        wanted = ["placement", f"{row.in_service:,}", f"{row.floor:,}", f"+{row.headroom:,}"]
        assert qapp.clipboard().text().split("\t") == wanted
        session.panels.type("remove 40 from billing")
        await until(lambda: any(one.children for one in table.rows()))
        number, row = next((at, one) for at, one in enumerate(table.rows()) if one.children)
        top, place = table.model().index(number, 0), row.children[0]
        table.setExpanded(top, True)
        table.setFocus()
        table.setCurrentIndex(table.model().index(0, 0, top))
        QTest.keyClick(table, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
        said = qapp.clipboard().text().split("\t")
        assert said[0] == f"{row.name} {words.scope(place.scope)}"
        assert said[1].split(" → ")[0] == f"{place.in_service:,}"
        assert len(said) == (3 if place.floor is None else 4)

    play(qapp, tmp_path, scenario)


def test_that_the_plan_is_copied_as_text_with_verdict_numbers_and_findings(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: Session, window: MainWindow) -> None:
        session.panels.type("remove 400 from billing")
        await until(lambda: session.workspace.view is not None and session.workspace.view.work.plan is not None)
        session.panels.choose("copy_plan")
        lines = qapp.clipboard().text().splitlines()
        assert lines[0] == "remove 400 servers from billing"
        assert lines[1].startswith("Blocked: ")
        assert any(line.startswith("placement ") and "below" in line for line in lines)
        assert any(line.startswith("▼ ") for line in lines)
        assert lines[-1].startswith("Largest that ")

    play(qapp, tmp_path, scenario)


def test_that_a_page_has_the_picture_of_the_topology_and_the_text(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: Session, window: MainWindow) -> None:
        await until(lambda: session.panels.topology.drawing.canvas is not None)
        document = page_of(session.panels.topology, "us-east-1 · revision 7", ("index 2,600 <floor>",))
        assert "index 2,600 <floor>" in document.toPlainText()
        assert "\N{OBJECT REPLACEMENT CHARACTER}" in document.toPlainText()
        file = tmp_path / "page.pdf"
        writer = QPdfWriter(str(file))
        writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
        write_pages(document, writer)
        assert file.read_bytes().startswith(b"%PDF")
        assert file.stat().st_size > 20_000

    play(qapp, tmp_path, scenario)


def test_that_the_picture_on_paper_is_no_wider_than_the_text(qapp: QApplication) -> None:
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    margins_mm = 2 * 20.0  # those of a document that has no pages of its own
    text_mm = printer.pageRect(QPrinter.Unit.Millimeter).width() - margins_mm
    assert text_mm >= WIDE / 96 * 25.4


def test_that_what_was_printed_into_a_file_is_named(qapp: QApplication, tmp_path: Path) -> None:
    async def scenario(session: Session, window: MainWindow) -> None:
        await until(lambda: session.panels.topology.drawing.canvas is not None)
        said: list[str] = []
        session.workspace.said.connect(said.append)
        session.panels.choose("print")
        dialog = next(one for one in window.findChildren(QPrintDialog))
        file = tmp_path / "page.pdf"
        dialog.printer().setOutputFormat(QPrinter.OutputFormat.PdfFormat)
        dialog.printer().setOutputFileName(str(file))
        dialog.done(QPrintDialog.DialogCode.Accepted)
        assert file.read_bytes().startswith(b"%PDF")
        assert said == [f"Printed into {file}."]

    play(qapp, tmp_path, scenario)
