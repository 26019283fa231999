"""The journal on screen: what was done, by whom, when in the region's own time, and the way to take it back."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from console.kit.lines.line_table import SIZE
from console.kit.painting import font_of
from console.kit.theme import load_fonts, load_theme
from console.panels.journal.cells import COMMAND, ENTRY, KIND, OPERATOR, OUTCOME, SERVERS, TIME
from console.panels.journal.model import JournalModel
from console.panels.journal.panel import JournalPanel
from console.words.journal import called, outcome, whole
from console.words.journal_context import short_command
from topology.execution.journal_entries import Entry, Kind
from topology.region.sentences.clock import zone_of

# The screen of these tests says so for every window that it shows.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

START = datetime(2017, 2, 28, 17, 37, 2, 123456, tzinfo=UTC)
SERVERS_LEFT = tuple(f"billing-{number:04}" for number in range(25))


def entry(
    number: int,
    kind: Kind,
    command: str = "",
    servers: tuple[str, ...] = (),
    execution: str = "",
    operator: str = "j.doe",
    **details: object,
) -> Entry:
    time = START + timedelta(seconds=number)
    return Entry(number, time, operator, kind, command, "", execution, servers, details, "0" * 64, f"{number:064x}")


ENTRIES = (
    entry(1, Kind.ACKNOWLEDGE, changes=["the floor of index went from 2,400 to 2,300"]),
    entry(
        2,
        Kind.INTENT,
        "remove 25 servers from billing",
        SERVERS_LEFT,
        "x1",
        action="remove",
        verdict="caution",
        findings=["tight"],
    ),
    entry(3, Kind.WAVE, "", SERVERS_LEFT[:5], "x1", wave=1),
    entry(4, Kind.OUTCOME, "", SERVERS_LEFT[:4], "x1", wave=1, refused=["billing-0004"], reasons=["it failed"]),
    entry(5, Kind.HALT, "remove 25 servers from billing", SERVERS_LEFT[:4], "x1", sentence="halted: index is short"),
    entry(6, Kind.INTENT, "undo 2", SERVERS_LEFT[:4], "x2", "o.ther", action="restore", undoes=2, verdict="clear"),
)


@pytest.fixture(scope="module", autouse=True)
def _fonts(qapp: QApplication) -> None:
    load_fonts()


@pytest.fixture
def panel(qtbot: QtBot) -> Iterator[JournalPanel]:
    made = JournalPanel(load_theme("night"))
    made.resize(900, 300)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    made.show_entries(ENTRIES, "America/Los_Angeles")
    yield made
    made.hide()


def column(panel: JournalPanel, number: int) -> list[str]:
    return [panel.model.index(row, number).data() for row in range(panel.model.rowCount())]


def test_that_the_newest_entry_is_on_top(panel: JournalPanel) -> None:
    assert column(panel, ENTRY) == ["6", "5", "4", "3", "2", "1"]
    assert column(panel, SERVERS) == ["4", "4", "4", "5", "25", ""]


def test_that_times_are_the_regions_and_the_tooltip_has_utc(panel: JournalPanel) -> None:
    first = panel.model.index(5, TIME)
    assert first.data() == "2017-02-28 09:37:03"
    assert "2017-02-28 09:37:03 PST" in first.data(Qt.ItemDataRole.ToolTipRole)
    assert "2017-02-28 17:37:03.123 UTC" in first.data(Qt.ItemDataRole.ToolTipRole)


def test_that_an_unknown_time_zone_falls_back_to_utc(panel: JournalPanel) -> None:
    panel.show_entries(ENTRIES, "Middle/Earth")
    assert column(panel, TIME)[-1] == "2017-02-28 17:37:03"


def test_that_today_is_told_by_the_regions_clock_and_needs_no_date() -> None:
    late = datetime(2017, 3, 1, 7, 30, tzinfo=UTC)
    model = JournalModel(load_theme("night"), clock=lambda: late)
    model.show_entries(ENTRIES, zone_of("America/Los_Angeles"))
    assert model.index(5, TIME).data() == "09:37:03"
    assert not model.has_older()
    model.show_entries(ENTRIES, UTC)
    assert model.index(5, TIME).data() == "2017-02-28 17:37:03"
    assert model.has_older()


def test_that_every_entry_says_what_came_of_it() -> None:
    assert [outcome(one) for one in ENTRIES] == [
        "the floor of index went from 2,400 to 2,300",
        "to remove, caution (tight)",
        "sent to the region",
        "4 accepted; 1 refused: it failed",
        "halted: index is short",
        "to undo entry 2, clear",
    ]
    assert outcome(entry(9, Kind.OUTCOME, wave=2, never_heard_of=True)) == (
        "did not happen: the region never heard of it"
    )
    assert outcome(entry(9, Kind.NOTED, wave=2, lost="timed out")) == "not known what came of wave 2: timed out"
    assert outcome(entry(9, Kind.STOP, returned=["a", "b"])) == "2 servers went back into service"


def test_that_the_filter_wants_every_word_anywhere_even_in_names_of_servers(panel: JournalPanel) -> None:
    panel.filter.setText("billing-0004")
    assert column(panel, ENTRY) == ["3", "2"]
    assert panel.counted.text() == "2 of 6 entries"
    panel.filter.setText("REMOVE billing")
    assert column(panel, ENTRY) == ["5", "4", "3", "2"], "those that follow from it are shown with its command"
    panel.filter.setText("o.ther")
    assert column(panel, ENTRY) == ["6"]
    panel.filter.setText("nobody did this")
    assert column(panel, ENTRY) == []
    panel.filter.clear()
    assert len(column(panel, ENTRY)) == 6


def test_that_new_entries_come_on_top_without_losing_the_selection(panel: JournalPanel) -> None:
    panel.table.selectRow(2)
    assert "entry: 4" in panel.detail.toPlainText()
    resets: list[None] = []
    panel.model.modelReset.connect(lambda: resets.append(None))
    panel.append(entry(7, Kind.STOP, execution="x2"))
    panel.show_entries((*ENTRIES, entry(7, Kind.STOP, execution="x2")), "America/Los_Angeles")
    assert resets == []
    assert column(panel, ENTRY)[0] == "7"
    assert "entry: 4" in panel.detail.toPlainText()
    assert panel.table.currentIndex().row() == 3


def test_that_a_window_of_entries_that_moves_on_keeps_the_selection(panel: JournalPanel) -> None:
    panel.table.selectRow(2)
    panel.show_entries((*ENTRIES[2:], entry(7, Kind.STOP, execution="x2")), "America/Los_Angeles")
    assert column(panel, ENTRY) == ["7", "6", "5", "4", "3"]
    assert panel.table.currentIndex().row() == 3


def test_that_the_selected_entry_is_shown_whole_and_can_be_copied(panel: JournalPanel) -> None:
    panel.table.selectRow(4)
    text = panel.detail.toPlainText()
    for part in ("entry: 2", "2017-02-28 09:37:04 PST", "17:37:04.123 UTC", "j.doe", "billing-0024", f"{2:064x}"):
        assert part in text
    panel.detail.selectAll()
    panel.detail.copy()
    assert QGuiApplication.clipboard().text() == text
    panel.table.setFocus()
    QTest.keySequence(panel.table, QKeySequence(QKeySequence.StandardKey.Copy))
    assert "remove 25 servers from billing" in QGuiApplication.clipboard().text()
    assert "\t" in QGuiApplication.clipboard().text()


@pytest.mark.parametrize(("row", "command"), [(4, "undo 2"), (3, "undo 2"), (1, "undo 2"), (0, "undo 6")])
def test_that_undo_names_the_intent_of_the_selected_entry(
    qtbot: QtBot, panel: JournalPanel, row: int, command: str
) -> None:
    panel.table.selectRow(row)
    with qtbot.waitSignal(panel.command) as heard:
        QTest.mouseClick(panel.undo_button, Qt.MouseButton.LeftButton)
    assert heard.args == [command]


def test_that_there_is_nothing_to_undo_in_an_entry_without_an_execution(panel: JournalPanel) -> None:
    assert not panel.undo_button.isEnabled()
    panel.table.selectRow(5)
    assert "floor of index" in panel.detail.toPlainText()
    assert not panel.undo_button.isEnabled()


def test_that_an_entry_that_the_filter_hides_cannot_be_undone(panel: JournalPanel) -> None:
    panel.table.selectRow(4)
    panel.filter.setText("o.ther")
    assert not panel.undo_button.isEnabled()
    assert panel.detail.toPlainText() == ""
    panel.filter.clear()
    assert "entry: 2" in panel.detail.toPlainText()


def test_that_what_follows_from_an_entry_is_set_in_and_names_it(panel: JournalPanel) -> None:
    assert column(panel, COMMAND) == [
        "undo 2",
        "   ↳ entry 2 · remove 25 from billing",
        "   ↳ wave 1 of entry 2 · remove 25 from billing",
        "   ↳ wave 1 of entry 2 · remove 25 from billing",
        "remove 25 servers from billing",
        "",
    ]
    panel.show_entries(ENTRIES[2:4], "UTC")
    assert column(panel, COMMAND) == ["   ↳ wave 1", "   ↳ wave 1"], "the intent is not at hand"


def test_that_what_was_taken_over_from_another_machine_is_seen_with_what_follows_from_it(panel: JournalPanel) -> None:
    taken = entry(3, Kind.TAKEN_OVER, execution="y", command="restore 2 to index", action="restore")
    wave = entry(4, Kind.OUTCOME, execution="y", wave=1, servers=("a", "b"))
    panel.show_entries((taken, wave), "UTC")
    assert column(panel, COMMAND)[0] == "   ↳ wave 1 of entry 3 · restore 2 to index"
    assert column(panel, OUTCOME)[0] == "2 accepted, joining"


def test_that_pace_and_reason_are_left_out_of_the_short_form() -> None:
    assert short_command('remove 40 servers from index in az4 at 5/min because "old at 3/min"') == (
        "remove 40 from index in az4"
    )
    assert short_command("undo 2") == "undo 2"


@pytest.mark.parametrize(
    ("action", "end", "said"),
    [
        ("remove", None, "5 accepted, draining"),
        ("restore", None, "5 accepted, joining"),
        ("remove", entry(9, Kind.FINISHED, execution="x", phase="finished"), "5 done"),
        ("remove", entry(9, Kind.FINISHED, execution="x", phase="stopped"), "5 accepted"),
        ("remove", entry(9, Kind.HALT, execution="x", phase="halted"), "5 accepted"),
        ("remove", entry(9, Kind.WAVE, execution="x", wave=2), "5 accepted, draining"),
    ],
)
def test_that_what_was_accepted_is_done_only_when_it_has_finished(
    panel: JournalPanel, action: str, end: Entry | None, said: str
) -> None:
    intent = entry(1, Kind.INTENT, "remove 5 servers from index", SERVERS_LEFT[:5], "x", action=action)
    done = entry(2, Kind.OUTCOME, "", SERVERS_LEFT[:5], "x", wave=1)
    panel.show_entries((intent, done))
    if end is not None:
        panel.append(end)
    assert panel.model.index(panel.model.row_of(2) or 0, OUTCOME).data() == said


def test_that_an_execution_taken_up_again_is_not_at_its_end(panel: JournalPanel) -> None:
    intent = entry(1, Kind.INTENT, "remove 5 servers from index", SERVERS_LEFT[:5], "x")
    ended, again = entry(2, Kind.RECOVERED, execution="x"), entry(3, Kind.WAVE, execution="x", wave=2)
    panel.show_entries((intent, ended, again, entry(4, Kind.OUTCOME, "", SERVERS_LEFT[:5], "x", wave=2)))
    assert column(panel, OUTCOME)[0] == "5 accepted, draining"


def test_that_the_table_has_the_whole_width_until_an_entry_is_chosen(qtbot: QtBot, panel: JournalPanel) -> None:
    assert not panel.detail.isVisible()
    panel.table.setFocus()
    assert not panel.detail.isVisible(), "the focus alone chooses nothing"
    wide = panel.table.width()
    panel.table.selectRow(4)
    assert panel.detail.isVisible()
    qtbot.waitUntil(lambda: panel.table.width() < wide)
    assert panel.table.isColumnHidden(SERVERS)
    QTest.keyClick(panel.table, Qt.Key.Key_Escape)
    assert not panel.detail.isVisible()
    qtbot.waitUntil(lambda: panel.table.width() == wide)
    assert not panel.table.isColumnHidden(SERVERS)
    assert panel.undo_button.isEnabled(), "the entry stays selected"


@pytest.mark.parametrize("by", ["button", "escape"])
def test_that_what_was_closed_stays_closed_until_it_is_wanted_again(panel: JournalPanel, by: str) -> None:
    panel.table.selectRow(4)
    panel.detail.setFocus()
    if by == "button":
        panel.close_button.click()
    else:
        QTest.keyClick(panel.detail, Qt.Key.Key_Escape)
    assert not panel.detail.isVisible()
    assert panel.table.hasFocus()
    panel.append(entry(7, Kind.STOP, execution="x2"))
    panel.show_entries(ENTRIES, "UTC")
    assert not panel.detail.isVisible()
    QTest.keyClick(panel.table, Qt.Key.Key_Return)
    assert panel.detail.isVisible()
    assert "entry: 2" in panel.detail.toPlainText()


def test_that_escape_is_left_to_others_when_nothing_is_open(qtbot: QtBot, panel: JournalPanel) -> None:
    event = QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier)
    panel.table.keyPressEvent(event)
    assert not event.isAccepted()
    panel.table.selectRow(1)
    panel.table.keyPressEvent(event)
    assert event.isAccepted()


def test_that_the_selected_entry_stays_in_view_when_others_come(panel: JournalPanel) -> None:
    panel.resize(900, 130)
    panel.table.selectRow(0)
    panel.show_entries((*ENTRIES, *(entry(number, Kind.WAVE, execution="x2") for number in range(7, 60))), "UTC")
    assert panel.table.currentIndex().row() == 53
    panel.append(entry(60, Kind.WAVE, execution="x2"))
    shown = panel.table.visualRect(panel.table.currentIndex())
    assert panel.table.viewport().rect().contains(shown.center())


def test_that_a_table_that_was_scrolled_away_is_not_pulled_back(panel: JournalPanel) -> None:
    panel.resize(900, 130)
    panel.show_entries((*ENTRIES, *(entry(number, Kind.WAVE, execution="x2") for number in range(7, 60))), "UTC")
    panel.table.selectRow(0)
    panel.table.scrollToBottom()
    before = panel.table.verticalScrollBar().value()
    panel.append(entry(60, Kind.WAVE, execution="x2"))
    assert panel.table.verticalScrollBar().value() >= before > 0


def test_that_the_title_of_the_sorted_column_says_so_without_covering_it(panel: JournalPanel) -> None:
    def titles() -> list[str]:
        across = Qt.Orientation.Horizontal
        return [str(panel.model.headerData(number, across)) for number in range(panel.model.columnCount())]

    assert titles()[ENTRY] == "entry ▾"
    head = panel.table.horizontalHeader()
    assert not head.isSortIndicatorShown()
    where = QPoint(head.sectionViewportPosition(SERVERS) + 10, head.height() // 2)
    QTest.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, where)
    assert titles()[ENTRY] == "entry"
    first = titles()[SERVERS]
    QTest.mouseClick(head.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, where)
    assert {first, titles()[SERVERS]} == {"servers ▴", "servers ▾"}
    metrics = QFontMetrics(head.font())
    for number, title in ((ENTRY, "entry ▾"), (SERVERS, "servers ▾")):
        assert metrics.horizontalAdvance(title) <= head.sectionSize(number)


def test_that_trouble_is_said_until_it_is_over(panel: JournalPanel) -> None:
    assert not panel.trouble.isVisible()
    panel.show_trouble("The journal is damaged: entry 4 was changed.")
    assert panel.trouble.isVisible()
    assert panel.trouble.text() == "The journal is damaged: entry 4 was changed."
    panel.show_trouble("")
    assert not panel.trouble.isVisible()


def test_that_a_halt_is_told_by_sign_and_colour(panel: JournalPanel) -> None:
    halt = panel.model.index(1, KIND)
    assert halt.data() == "▼ halt"
    for name in ("day", "night"):
        panel.set_theme(load_theme(name))
        assert halt.data(Qt.ItemDataRole.ForegroundRole) == load_theme(name).alarm


def test_that_columns_sort_both_ways_and_new_entries_fit_in(panel: JournalPanel) -> None:
    panel.table.sortByColumn(SERVERS, Qt.SortOrder.AscendingOrder)
    assert column(panel, SERVERS) == ["", "4", "4", "4", "5", "25"]
    panel.append(entry(7, Kind.WAVE, servers=("a",)))
    assert column(panel, SERVERS) == ["", "1", "4", "4", "4", "5", "25"]
    panel.table.sortByColumn(COMMAND, Qt.SortOrder.DescendingOrder)
    assert column(panel, COMMAND)[0] == "undo 2"


@pytest.mark.parametrize("order", list(Qt.SortOrder))
@pytest.mark.parametrize("number", [ENTRY, TIME, OPERATOR, KIND, COMMAND, SERVERS, OUTCOME])
def test_that_entries_put_in_one_by_one_stand_as_if_all_were_sorted_at_once(number: int, order: Qt.SortOrder) -> None:
    later = replace(entry(7, Kind.WAVE, "", SERVERS_LEFT[:5], "x1", wave=2), time=START)  # of another computer's clock
    entries = (*ENTRIES, later, entry(8, Kind.FINISHED, execution="x1"), entry(9, Kind.NOTED, "remove 1 server from b"))
    one_by_one, at_once = JournalModel(load_theme("night")), JournalModel(load_theme("night"))
    one_by_one.sort(number, order)
    resets: list[None] = []
    for count in range(len(entries) + 1):
        one_by_one.show_entries(entries[:count], UTC)
        if count == 5:
            one_by_one.modelReset.connect(lambda: resets.append(None))
    at_once.show_entries(entries, UTC)
    at_once.sort(number, order)
    rows = range(len(entries))
    assert [one_by_one.entry_at(row).number for row in rows] == [at_once.entry_at(row).number for row in rows]
    assert len(resets) <= 1  # only where an execution has ended, which changes what earlier entries say


def test_that_markup_and_marks_that_turn_text_around_are_shown_as_they_are(panel: JournalPanel) -> None:
    panel.show_entries((entry(1, Kind.NOTED, operator="<b>x</b>", sentence="a\u202eb"),))
    assert column(panel, OUTCOME) == ["aU+202Eb"]
    tip = panel.model.index(0, 2).data(Qt.ItemDataRole.ToolTipRole)
    assert tip == "<qt>&lt;b&gt;x&lt;/b&gt;</qt>"


def test_that_the_table_is_a_sound_model(qtmodeltester: ModelTester) -> None:
    model = JournalModel(load_theme("night"))
    qtmodeltester.check(model)
    model.show_entries(ENTRIES[:3], UTC)
    qtmodeltester.check(model)
    model.show_entries(ENTRIES, UTC)
    model.filter("remove")
    model.show_entries((*ENTRIES, entry(7, Kind.INTENT, "remove 1 server from index", execution="x3")), UTC)
    model.sort(SERVERS, Qt.SortOrder.AscendingOrder)
    model.show_entries((), timezone(timedelta(hours=1)))


@pytest.mark.parametrize("width", [560, 700, 850, 1200])
def test_that_the_command_can_be_read_in_a_narrow_window_too(qtbot: QtBot, panel: JournalPanel, width: int) -> None:
    panel.resize(width, 220)
    panel.show()
    qtbot.waitExposed(panel)
    qtbot.waitUntil(lambda: panel.table.width() <= width)
    assert panel.table.columnWidth(COMMAND) >= 100
    assert panel.table.isColumnHidden(OPERATOR) is (width < 760)
    assert panel.undo_button.width() >= panel.undo_button.sizeHint().width()


def test_that_outcomes_are_whole_where_there_is_room_beside_the_commands(qtbot: QtBot, panel: JournalPanel) -> None:
    panel.resize(1110, 220)
    qtbot.waitUntil(lambda: panel.table.width() > 1000)
    advance = QFontMetrics(font_of(SIZE)).horizontalAdvance
    assert panel.table.columnWidth(OUTCOME) >= advance("finished: 480 of 480 servers left service")
    assert panel.table.columnWidth(COMMAND) >= advance("↳ wave 12 of entry 1,204 · remove 48 servers from billing")


def test_that_an_entry_is_called_the_same_in_its_row_and_in_all_of_it() -> None:
    for one in ENTRIES:
        said = whole(one, UTC, outcome(one))
        assert f"\nkind: {called(one.kind)}" in said
        assert one.kind.value in said  # as the manual and the file have it
