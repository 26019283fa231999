"""The slips in the side panel: how many, the worst, the difference marked, and choosing one only offers its text."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.kit.theme import Theme, load_fonts, load_theme
from console.panels.preview.slips_section import SlipRow, SlipsSection, cut_around, summary
from topology.command.grammar.syntax import Planned
from topology.command.grammar.vocabulary import Vocabulary
from topology.command.parse import parse
from topology.command.slips import Slip, SlipKind
from topology.planning.guards.meaning.unknown import SourceSilent
from topology.planning.neighbours import Neighbour, Neighbourhood
from topology.planning.plan import Finding, Plan, Severity, Verdict
from topology.region.scope import WHOLE, Scope

# The screen of these tests says so for every window that it shows.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

DAY, NIGHT = load_theme("day"), load_theme("night")
VOCABULARY = Vocabulary(subsystems=("billing", "index"), zones=("az1", "az4"))


def slip(text: str, start: int, end: int, kind: SlipKind = SlipKind.ZERO_ADDED) -> Slip:
    command = parse(text, VOCABULARY).command
    assert isinstance(command, Planned)
    return Slip(text, command, kind, ((start, end),))


def plan(verdict: Verdict, *findings: Finding) -> Plan:
    return Plan("remove 40 servers from billing", "remove", 7, verdict, (), (), (), findings, None, (), "")


ADDED = slip("remove 400 servers from billing", 9, 10)
DROPPED = slip("remove 4 servers from billing", 8, 8, SlipKind.DIGIT_DROPPED)
WORST = Neighbour(ADDED, Verdict.BLOCKED, 400, True, "index", Scope("zone", "az4"), -190)
FINE = Neighbour(DROPPED, Verdict.CLEAR, 4, False, "billing", WHOLE, 356)
DANGER = Neighbourhood(13, 1, (WORST, FINE))
CALM = Neighbourhood(13, 0, (FINE,))
MISTAKE = Neighbourhood(14, 13, (WORST,), DROPPED)


@pytest.fixture(scope="module", autouse=True)
def _fonts(qapp: QApplication) -> None:
    load_fonts()


@pytest.fixture
def section(qtbot: QtBot) -> SlipsSection:
    section = SlipsSection(DAY)
    qtbot.addWidget(section)
    section.resize(460, 200)
    return section


@pytest.fixture
def show(section: SlipsSection, qtbot: QtBot) -> Callable[[Neighbourhood | None, Verdict], None]:
    def shown(found: Neighbourhood | None, verdict: Verdict = Verdict.CLEAR) -> None:
        section.show_neighbourhood(found, plan(verdict))
        if found is not None and found.count:
            section.show()
            qtbot.waitExposed(section)

    return shown


Show = Callable[[Neighbourhood | None, Verdict], None]


def test_that_nothing_is_shown_before_the_survey_is_done(section: SlipsSection, show: Show) -> None:
    assert section.isHidden()
    show(DANGER, Verdict.CLEAR)
    assert not section.isHidden()
    show(None, Verdict.CLEAR)
    assert section.isHidden()
    assert section.rows() == []


def test_that_nothing_is_shown_where_there_is_no_slip(section: SlipsSection, show: Show) -> None:
    show(Neighbourhood(0, 0), Verdict.CLEAR)
    assert section.isHidden()


def test_that_nothing_is_promised_of_slips_while_the_source_is_silent(section: SlipsSection) -> None:
    silent = Finding("unknown", Severity.BLOCK, SourceSilent(16.0, 10.0))
    section.show_neighbourhood(CALM, plan(Verdict.CLEAR))
    assert not section.isHidden()
    section.show_neighbourhood(CALM, plan(Verdict.BLOCKED, silent))
    assert section.isHidden()
    section.show_neighbourhood(CALM, plan(Verdict.CLEAR))
    assert not section.isHidden()


def test_that_a_command_one_slip_from_a_broken_floor_says_so_with_the_worst(section: SlipsSection, show: Show) -> None:
    show(DANGER, Verdict.CLEAR)
    assert section.heading.title.text() == "One slip from a broken floor"
    assert section.heading.aside.text() == "1 of 13 breaks a floor"
    assert [(row.text(), row.says()) for row in section.rows()] == [
        ("remove 400 servers from billing", "index in az4: 190 below its floor")
    ]


def test_that_neighbours_that_break_nothing_are_only_counted(section: SlipsSection, show: Show) -> None:
    show(CALM, Verdict.CLEAR)
    assert section.heading.title.text() == "One slip away"
    assert section.heading.aside.text() == "13, all keep every floor"
    assert section.rows() == []


def test_that_a_blocked_command_is_said_to_look_like_a_slip_and_the_other_comes_first(
    section: SlipsSection, show: Show
) -> None:
    show(MISTAKE, Verdict.BLOCKED)
    assert section.heading.title.text() == "Did you mean"
    assert not section.lead.isHidden()
    assert section.lead.text() == "This looks like a slip of remove 4 servers from billing, which keeps every floor."
    assert [row.text() for row in section.rows()] == [DROPPED.text, ADDED.text]
    assert section.rows()[0].says() == "keeps every floor"


def test_that_the_sentence_goes_when_it_no_longer_holds(section: SlipsSection, show: Show) -> None:
    show(MISTAKE, Verdict.BLOCKED)
    show(DANGER, Verdict.CLEAR)
    assert section.lead.isHidden()
    assert [row.text() for row in section.rows()] == [ADDED.text]


def test_that_more_slips_than_were_looked_for_are_not_said_to_be_all() -> None:
    assert summary(Neighbourhood(200, 3, (), None, complete=False)) == "3 of at least 200 break a floor"


def test_that_a_click_or_space_offers_the_text_and_enter_does_not(
    section: SlipsSection, show: Show, qtbot: QtBot
) -> None:
    show(DANGER, Verdict.CLEAR)
    row = section.rows()[0]
    with qtbot.waitSignal(section.taken) as taken:
        QTest.mouseClick(row, Qt.MouseButton.LeftButton, pos=QPoint(30, 8))
    assert taken.args == ["remove 400 servers from billing"]
    with qtbot.waitSignal(section.taken) as taken:
        QTest.keyClick(row, Qt.Key.Key_Space)
    assert taken.args == ["remove 400 servers from billing"]
    with qtbot.assertNotEmitted(section.taken):
        QTest.keyClick(row, Qt.Key.Key_Return)


def test_that_a_row_can_be_reached_and_is_named_for_those_who_do_not_see_it(section: SlipsSection, show: Show) -> None:
    show(DANGER, Verdict.CLEAR)
    row = section.rows()[0]
    assert row.focusPolicy() == Qt.FocusPolicy.StrongFocus
    assert row.accessibleName() == "remove 400 servers from billing: index in az4: 190 below its floor"


@pytest.mark.parametrize("theme", [DAY, NIGHT], ids=["day", "night"])
@pytest.mark.parametrize(
    ("other", "left", "right"), [(ADDED, 9, 10), (DROPPED, 7.5, 8.5)], ids=["something more", "something missing"]
)
def test_that_the_difference_is_underlined_or_pointed_at(
    qtbot: QtBot, theme: Theme, other: Slip, left: float, right: float
) -> None:
    row = SlipRow(theme)
    qtbot.addWidget(row)
    row.show_slip(other, "keeps every floor", "text_soft")
    row.resize(600, row.heightForWidth(600))
    image = row.grab().toImage()
    colour = row._theme.plan
    lowest = [
        x
        for x in range(image.width())
        for y in range(image.height() - 6, image.height())
        if _near(image.pixelColor(x, y), colour)
    ]
    character = row._width_of("0")
    assert lowest
    assert 8 + left * character - 2 <= min(lowest)
    assert max(lowest) <= 8 + right * character + 2


def _near(one: QColor, other: QColor) -> bool:
    return all(abs(a - b) < 40 for a, b in zip(one.getRgb()[:3], other.getRgb()[:3], strict=True))


def test_that_a_narrow_panel_puts_the_consequence_below_the_command(qtbot: QtBot) -> None:
    row = SlipRow(DAY)
    qtbot.addWidget(row)
    row.show_slip(ADDED, "index in az4: 190 below its floor", "alarm")
    assert row.heightForWidth(260) > row.heightForWidth(700)


@pytest.mark.parametrize("start", [7, 30, 60])
def test_that_a_command_too_long_for_its_row_shows_what_differs(start: int) -> None:
    text = "remove 400 servers from billing, index in az1 az4 at 5/min because"[:66]
    before, marked, after = cut_around(text, (start, start + 3), 30)
    assert marked == text[start : start + 3]
    assert len(before) + len(marked) + len(after) <= 30
    begins, _, ends = after.partition("…")
    assert (before.strip("…") + marked + begins) in text
    assert text.endswith(ends)


def test_that_twins_are_told_apart_in_a_row_that_is_cut() -> None:
    shown = {
        "".join(cut_around(f"remove 4000 servers from customer-identity.token-issuer-v{number}", (10, 11), 34))
        for number in (2, 3)
    }
    assert len(shown) == 2


def test_that_a_text_that_fits_is_not_cut() -> None:
    assert cut_around(ADDED.text, ADDED.at[0], 60) == ("remove 40", "0", " servers from billing")
