"""The side panel: the verdict in words first, worst first, and no confirmation of what was not seen."""

import hashlib
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from msgspec import structs
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QFontMetrics, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from console.kit.painting import STAY_TOGETHER, font_of, plain_tip
from console.kit.parts import Text
from console.kit.theme import load_fonts, load_theme
from console.panels.preview.answer import GAP, SIZE, SectionView
from console.panels.preview.panel import MARGIN, PreviewPanel
from console.panels.preview.sections import MOST_FINDINGS
from console.panels.preview.table_model import TableModel
from console.words.plan import headline, impact_lines, line_under, row_sentence, unavailable
from console.words.plan_rows import HeadroomRow, headroom_rows, plan_rows
from tests.topology import findings
from topology.fleet.batches import batch_of
from topology.fleet.fleet import Fleet
from topology.fleet.state import Freshness, State
from topology.planning.answers import Section, TitledAnswer
from topology.planning.facts import ToldFacts
from topology.planning.guards.capacity.tight import EndsTight
from topology.planning.plan import (
    Effect,
    Effort,
    Finding,
    Impact,
    LargestSafe,
    Plan,
    ScopeVerdict,
    Severity,
    Verdict,
)
from topology.region.region import Amount, Policy, Region, Roster, Subsystem
from topology.region.scope import WHOLE, Scope
from topology.region.server_states import ServerState

# The screen of these tests says so for every window that it shows.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

SERVERS = tuple(f"billing-{number:04}" for number in range(1, 401))


class Clock:
    """A clock that only moves when it is told to."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def effect(
    subsystem: str,
    scope: str,
    in_service: int,
    leaving: int,
    floor: int | None,
    verdict: ScopeVerdict,
    named: bool = False,
) -> Effect:
    after = in_service - leaving
    headroom = None if floor is None else after - floor
    return Effect(
        subsystem, Scope.read(scope), in_service, leaving, after, in_service + 10, floor, headroom, verdict, named
    )


def finding(code: str, severity: str, message: str) -> Finding:
    return findings.finding(code, Severity(severity), message, protects="the floor", satisfied_by="48 servers or fewer")


def plan(
    verdict: Verdict,
    count: int,
    effects: tuple[Effect, ...] = (),
    findings: tuple[Finding, ...] = (),
    largest: int | None = None,
    **more: object,
) -> Plan:
    command = f"remove {count} servers from billing"
    safe = None if largest is None else LargestSafe(largest, f"remove {largest} servers from billing")
    digest = hashlib.sha256(command.encode()).hexdigest()
    made = Plan(command, "remove", 7, verdict, SERVERS[:count], effects, (), findings, safe, (), digest)
    return replace(made, **more)  # type: ignore[arg-type]


BREAKS, HOLDS, TIGHT = ScopeVerdict.BREAKS, ScopeVerdict.HOLDS, ScopeVerdict.TIGHT
BLOCKED = plan(
    Verdict.BLOCKED,
    400,
    (
        effect("metering", "region", 240, 4, 120, HOLDS),
        effect("billing", "region", 420, 400, 60, BREAKS, named=True),
        effect("index", "region", 2600, 390, 2400, BREAKS),
        effect("index", "zone:az1", 640, 10, 561, HOLDS),
        effect("index", "zone:az4", 680, 200, 600, BREAKS),
    ),
    (
        finding("floor", "block", "index 2,600 → 2,210, floor 2,400: 190 below"),
        finding("floor", "block", "billing 420 → 20, floor 60: 40 below"),
        finding("collateral", "caution", "386 of the 400 servers also serve index"),
    ),
    48,
    shared=386,
    impacted=(
        Impact("lambda", ("lambda", "front-end", "index")),
        Impact("ec2", ("ec2", "front-end", "index")),
        Impact("reports", ("reports", "metering"), already=True),
    ),
    not_evaluated=(ToldFacts("slips"),),
)
CAUTION = plan(
    Verdict.CAUTION,
    38,
    (effect("billing", "region", 420, 38, 60, HOLDS, named=True), effect("placement", "region", 900, 14, 850, TIGHT)),
    (Finding("tight", Severity.CAUTION, EndsTight("placement", WHOLE, 900, 886, 0, 850, 5)),),
    48,
)
CLEAR = plan(Verdict.CLEAR, 5, (effect("billing", "region", 420, 5, 60, HOLDS, named=True),), (), 48)
CALM = (
    HeadroomRow("placement", "Placement", 900, 930, 850, 50, TIGHT),
    HeadroomRow("storage", "Storage", 9400, 9500, 8800, 600, HOLDS),
)


@pytest.fixture(scope="module", autouse=True)
def _fonts(qapp: QApplication) -> None:
    load_fonts()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def panel(qtbot: QtBot, clock: Clock) -> Iterator[PreviewPanel]:
    made = PreviewPanel(load_theme("night"), clock)
    made.resize(460, 800)
    qtbot.addWidget(made)
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.hide()


def seen(panel: PreviewPanel, clock: Clock, shown: Plan, seconds: float = 0.6) -> None:
    """Show a plan and let it be on screen for some time."""
    panel.show_plan(shown)
    clock.now += seconds


# --- the rows -------------------------------------------------------------------------------------------------------


def region(*subsystems: Subsystem) -> Region:
    count = 20
    roster = Roster(
        names=tuple(f"s-{number:02}" for number in range(count)),
        rack=np.zeros(count, np.int32),
        profile=np.zeros(count, np.int32),
        state=np.full(count, ServerState.IN_SERVICE, np.uint8),
        protected=np.zeros(count, np.bool_),
        racks=(("az1", "c1", "r1"),),
        rack_cell=np.zeros(1, np.int32),
        cells=(("az1", "c1"),),
        cell_zone=np.zeros(1, np.int32),
        zones=("az1",),
        profiles=(tuple((number, 1) for number, subsystem in enumerate(subsystems) if not subsystem.external),),
    )
    policy = Policy(tight_percent=10)
    return Region("r", "", "UTC", ("az1",), policy, (), subsystems, (), roster, "digest")


def test_that_headroom_is_listed_smallest_for_its_floor_first_and_unknown_before_all() -> None:
    described = region(
        Subsystem("wide", floor=Amount(5)),
        Subsystem("narrow", floor=Amount(18)),
        Subsystem("silent"),
        Subsystem("outside", external=True),
    )
    rows = headroom_rows(State(described, Fleet(described)))
    assert [row.name for row in rows] == ["silent", "narrow", "wide"]
    assert rows[0].floor is None
    assert rows[0].headroom is None
    assert rows[0].verdict is ScopeVerdict.UNKNOWN
    assert (rows[1].in_service, rows[1].headroom, rows[1].verdict) == (20, 2, HOLDS)


def test_that_tight_and_below_are_told_apart_at_the_limit() -> None:
    described = region(Subsystem("a", floor=Amount(19)))
    fleet = Fleet(described)
    verdicts = []
    for server in range(3):
        verdicts.append(headroom_rows(State(described, fleet))[0].verdict)
        fleet.apply(batch_of(server + 1, 1.0, [(server, ServerState.FAILED)]))
    assert verdicts == [TIGHT, TIGHT, ScopeVerdict.BELOW]


def test_that_old_facts_are_marked_as_old() -> None:
    described = region(Subsystem("a", floor=Amount(1)))
    fresh, old = (State(described, Fleet(described), freshness=Freshness(age)) for age in (1.0, 60.0))
    assert not headroom_rows(fresh)[0].stale
    assert headroom_rows(old)[0].stale


def test_that_a_plan_is_listed_worst_first_with_what_it_leaves_alone_last() -> None:
    rows = plan_rows(BLOCKED, CALM)
    assert [row.name for row in rows] == ["index", "billing", "metering", "placement", "storage"]
    assert [row.named for row in rows] == [False, True, False, None, None]


def test_that_zones_and_cells_stand_under_their_subsystem_broken_first() -> None:
    index = plan_rows(BLOCKED)[0]
    assert [child.scope for child in index.children] == ["zone:az4", "zone:az1"]
    assert index.broken == 1


def test_that_a_subsystem_whose_cell_breaks_comes_before_one_that_only_gets_tight() -> None:
    made = plan(
        Verdict.BLOCKED,
        9,
        (
            effect("tight", "region", 100, 1, 98, TIGHT),
            effect("deep", "region", 500, 9, 100, HOLDS),
            effect("deep", "cell:az1/c1", 20, 9, 15, BREAKS),
        ),
    )
    assert [row.name for row in plan_rows(made)] == ["deep", "tight"]


def test_that_a_scope_without_its_subsystem_is_still_shown() -> None:
    rows = plan_rows(plan(Verdict.BLOCKED, 9, (effect("a", "cell:az1/c1", 20, 9, 15, BREAKS),)))
    assert [(row.name, row.scope) for row in rows] == [("a", "cell:az1/c1")]


# --- the words ------------------------------------------------------------------------------------------------------


def test_that_the_verdict_is_said_in_words_with_numbers() -> None:
    assert headline(BLOCKED).title == "Blocked: would break 3 floors"
    assert headline(BLOCKED).below == (
        "400 servers leave; 386 of them also serve other subsystems · also takes from metering and index"
    )
    assert headline(CAUTION).title == "Caution: placement ends 36 above its floor"
    assert headline(CLEAR).title == "Clear: every floor holds"
    assert headline(CLEAR).meaning == "clear"


def test_that_a_plan_without_servers_is_nothing_and_says_why() -> None:
    nothing = plan(Verdict.NOTHING, 0, (), (finding("nothing-matches", "block", "no server is in rack r99"),))
    assert headline(nothing).title == "Nothing: no server is selected"
    assert headline(nothing).below == "no server is in rack r99"
    assert unavailable(nothing) == "no server is selected"


@pytest.mark.parametrize("code", ["unknown", "too-large", "frozen", "protected", "stale", "expects", "made-up"])
def test_that_every_block_says_why_it_cannot_be_confirmed(code: str) -> None:
    blocked = plan(Verdict.BLOCKED, 5, (), (finding(code, "block", "because"),))
    assert headline(blocked).title.startswith("Blocked: ")
    assert len(headline(blocked).title) > len("Blocked: ")
    assert unavailable(blocked).startswith("unavailable")


def test_that_the_line_under_the_command_says_how_much_is_too_much() -> None:
    assert line_under(BLOCKED) == (
        "400 is 352 more than 48, the largest count that keeps every floor of billing and index"
    )
    assert line_under(CLEAR) == ""
    assert line_under(replace(BLOCKED, largest_safe=None)) == "index 2,600 → 2,210, floor 2,400: 190 below"


def test_that_those_with_the_same_reason_share_a_line() -> None:
    lines = impact_lines(BLOCKED, {"lambda": "Lambda", "ec2": "EC2 launches"})
    assert lines == (
        ("Lambda and EC2 launches need front-end → index", False),
        ("reports needs metering (already impacted)", True),
    )


def test_that_a_row_says_object_quantity_and_consequence() -> None:
    assert row_sentence(plan_rows(BLOCKED)[0]) == (
        "index 2,600 → 2,210, floor 2,400: 190 below; shared: not named in the command; breaks 1 of its 2 scopes"
    )


# --- the panel ------------------------------------------------------------------------------------------------------


def test_that_a_blocked_plan_is_shown_with_its_largest_safe_command_and_cannot_be_confirmed(
    qtbot: QtBot, panel: PreviewPanel, clock: Clock
) -> None:
    with qtbot.assertNotEmitted(panel.confirm_bar.confirmed):
        seen(panel, clock, BLOCKED)
        with qtbot.waitSignal(panel.confirm_bar.refused) as refused:
            assert not panel.confirm_bar.try_confirm()
        QTest.mouseClick(panel.confirm_bar.button, Qt.MouseButton.LeftButton)
    assert refused.args == ["This plan cannot be confirmed while a floor would break."]
    assert panel.verdict.title.text() == "Blocked: would break 3 floors"
    assert not panel.confirm_bar.button.isEnabled()
    assert "unavailable while a floor would break" in panel.confirm_bar.button.text()
    assert panel.largest.isVisible()
    assert panel.largest_safe() == "remove 48 servers from billing"


def test_that_the_largest_safe_command_is_taken_with_a_click_or_space(qtbot: QtBot, panel: PreviewPanel) -> None:
    panel.show_plan(BLOCKED)
    with qtbot.waitSignal(panel.take_command) as taken:
        QTest.mouseClick(panel.largest, Qt.MouseButton.LeftButton)
    assert taken.args == ["remove 48 servers from billing"]
    with qtbot.waitSignal(panel.take_command):
        QTest.keyClick(panel.largest, Qt.Key.Key_Space)


def test_that_tab_is_only_offered_for_a_blocked_plan(panel: PreviewPanel) -> None:
    panel.show_plan(CLEAR)
    assert panel.largest_safe() is None
    assert not panel.largest.key.isVisible()


def shown_scopes(panel: PreviewPanel, name: str) -> tuple[str, ...]:
    """Give the scopes below a subsystem that can be seen now."""
    number, row = next((number, row) for number, row in enumerate(panel.table.rows()) if row.name == name)
    return tuple(row.children[place].scope for place in panel.table._seen(number, row))


def test_that_broken_scopes_are_seen_without_asking_and_the_others_when_opened(panel: PreviewPanel) -> None:
    panel.show_plan(BLOCKED)
    assert shown_scopes(panel, "index") == ("zone:az4",)
    before = panel.table.height()
    panel.table.open_row("index", True)
    assert shown_scopes(panel, "index") == ("zone:az4", "zone:az1")
    assert panel.table.sizeHint().height() > before


def test_that_rows_open_and_close_from_the_keyboard(qtbot: QtBot, panel: PreviewPanel) -> None:
    panel.show_plan(BLOCKED)
    panel.table.setFocus()
    panel.table.setCurrentIndex(panel.table.model().index(0, 0))
    QTest.keyClick(panel.table, Qt.Key.Key_Right)
    assert len(shown_scopes(panel, "index")) == 2
    QTest.keyClick(panel.table, Qt.Key.Key_Left)
    assert len(shown_scopes(panel, "index")) == 1
    with qtbot.waitSignal(panel.subsystem_chosen) as chosen:
        QTest.keyClick(panel.table, Qt.Key.Key_Space)
    assert chosen.args == ["index"]


def test_that_what_was_opened_stays_open_when_numbers_change(panel: PreviewPanel) -> None:
    panel.show_plan(BLOCKED)
    panel.table.open_row("index", True)
    changed = tuple(
        structs.replace(one, in_service=one.in_service - 1, after=one.after - 1) if one.subsystem == "index" else one
        for one in BLOCKED.effects
    )
    panel.show_plan(replace(BLOCKED, revision=8, effects=changed))
    assert len(shown_scopes(panel, "index")) == 2
    assert panel.table.rows()[0].in_service == 2599


def test_that_every_finding_is_there_the_first_ones_at_once(panel: PreviewPanel) -> None:
    many = tuple(finding("floor", "block", f"finding {number}") for number in range(9))
    panel.show_plan(replace(BLOCKED, findings=many))
    assert panel.findings.messages() == [f"finding {number}" for number in range(MOST_FINDINGS)]
    assert "5 more" in panel.findings.more.text()
    panel.findings.more.click()
    assert panel.findings.messages() == [f"finding {number}" for number in range(9)]


def test_that_what_was_not_evaluated_is_said(panel: PreviewPanel) -> None:
    panel.show_plan(BLOCKED)
    assert panel.not_evaluated.isVisible()
    assert panel.not_evaluated.lines() == ["Not evaluated", "· slips"]
    panel.show_plan(CLEAR)
    assert not panel.not_evaluated.isVisible()


def test_that_every_server_can_be_seen_and_copied(qtbot: QtBot, panel: PreviewPanel) -> None:
    panel.show_plan(BLOCKED)
    panel.servers.toggle.click()
    assert panel.servers.list.toPlainText().split("\n") == list(SERVERS)
    with qtbot.waitSignal(panel.said) as said:
        panel.copy_servers()
    assert QGuiApplication.clipboard().text().split("\n") == list(SERVERS)
    assert said.args == ["Copied the names of 400 servers."]


def test_that_copying_without_a_plan_says_so(qtbot: QtBot, panel: PreviewPanel) -> None:
    with qtbot.waitSignal(panel.said) as said:
        panel.copy_servers()
    assert "no plan" in said.args[0]


def test_that_verdict_largest_and_confirmation_stay_in_view_on_a_small_screen(
    qtbot: QtBot, panel: PreviewPanel
) -> None:
    panel.resize(400, 520)
    panel.show_plan(BLOCKED)
    for part in (panel.verdict, panel.largest, panel.confirm_bar):
        qtbot.waitUntil(lambda part=part: panel.rect().contains(part.geometry()))
    for first, second in ((panel.verdict, panel.largest), (panel.largest, panel.confirm_bar)):
        assert not first.geometry().intersects(second.geometry())


def test_that_nothing_typed_shows_every_headroom(panel: PreviewPanel) -> None:
    panel.show_calm(CALM)
    assert [row.name for row in panel.table.rows()] == ["placement", "storage"]
    assert not panel.verdict.isVisible()
    assert not panel.confirm_bar.isVisible()
    panel.show_plan(CLEAR)
    assert panel.verdict.isVisible()
    panel.show_plan(None)
    assert [row.name for row in panel.table.rows()] == ["placement", "storage"]
    assert not panel.verdict.isVisible()


def test_that_an_answer_is_shown_until_a_plan_takes_its_place_or_it_is_closed(panel: PreviewPanel) -> None:
    answer = TitledAnswer("index", (Section("Floors", ("scope", "headroom"), (("region", "-10"),)),), ("a remark",))
    panel.show_calm(CALM)
    panel.show_message(answer)
    assert panel.answer.isVisible()
    assert not panel.table.isVisible()
    assert "region  -10" in panel.answer.text()
    panel.show_calm(tuple(replace(row, in_service=1) for row in CALM))
    assert panel.answer.isVisible()
    panel.show_plan(CLEAR)
    assert not panel.answer.isVisible()
    panel.show_plan(None)
    panel.answer.close_button.click()
    assert not panel.answer.isVisible()
    assert panel.table.isVisible()


def test_that_no_word_of_an_answer_is_cut_in_a_narrow_panel(qtbot: QtBot, panel: PreviewPanel) -> None:
    text = "takes servers out of service, in waves, at the pace that the policy allows, after every floor was checked"
    rows = (("remove", text), ("front-end", "short"))
    panel.show_message(TitledAnswer("help", (Section("Commands", ("verb", "what it does"), rows),), ()))
    section = next(part for part in panel.answer._parts if isinstance(part, SectionView))
    line = section._line
    for width in (400, 300, 900):
        panel.resize(width, 700)
        qtbot.waitUntil(lambda: section.height() == section.heightForWidth(section.width()))
        widths, heights = section._layout_in(section.width())
        assert sum(widths) + GAP <= section.width()
        metrics = QFontMetrics(font_of(SIZE))
        needed = metrics.boundingRect(QRect(0, 0, widths[1], 10_000), int(Qt.TextFlag.TextWordWrap), text).height()
        assert heights[1] >= needed
        assert heights[2] == line
        assert (heights[1] > line) == (width < 900)


def test_that_both_themes_paint_their_own_ground_at_every_size(panel: PreviewPanel) -> None:
    panel.show_plan(BLOCKED)
    for name in ("day", "night"):
        theme = load_theme(name)
        panel.set_theme(theme)
        for width in (380, 700):
            panel.resize(width, 700)
            image = panel.grab().toImage()
            assert image.pixelColor(2, 300).name() == theme.panel.name()


def test_that_markup_is_shown_as_it_is_written(panel: PreviewPanel) -> None:
    evil = replace(CLEAR, findings=(finding("x", "note", "<b>bold</b> & \u202eback"),))
    panel.show_plan(evil)
    text = panel.findings._views[0].message
    assert isinstance(text, Text)
    assert text.textFormat() == Qt.TextFormat.PlainText
    assert text._shown.replace(STAY_TOGETHER, "") == "<b>bold</b> & U+202Eback"
    assert plain_tip("<b>x</b>") == "<qt>&lt;b&gt;x&lt;/b&gt;</qt>"


def test_that_the_table_is_a_sound_model(qtmodeltester: ModelTester) -> None:
    model = TableModel(36, 22, 26)
    qtmodeltester.check(model)
    model.show_rows(plan_rows(BLOCKED, CALM))
    qtmodeltester.check(model)
    model.show_rows(plan_rows(CAUTION, CALM))
    model.show_rows(())


# --- confirming -----------------------------------------------------------------------------------------------------


def test_that_a_clear_plan_is_confirmed_with_one_key_after_it_was_seen(
    qtbot: QtBot, panel: PreviewPanel, clock: Clock
) -> None:
    seen(panel, clock, CLEAR)
    with qtbot.waitSignal(panel.confirm_bar.confirmed) as confirmed:
        assert panel.confirm_bar.try_confirm()
    assert confirmed.args[0].digest == CLEAR.digest
    assert confirmed.args[0].effort is Effort.KEY


def test_that_confirm_is_dead_for_half_a_second(qtbot: QtBot, panel: PreviewPanel, clock: Clock) -> None:
    with qtbot.assertNotEmitted(panel.confirm_bar.confirmed):
        seen(panel, clock, CLEAR, 0.49)
        assert not panel.confirm_bar.try_confirm()
    clock.now += 0.02
    assert panel.confirm_bar.try_confirm()


def test_that_the_button_comes_alive_by_itself(qtbot: QtBot, panel: PreviewPanel, clock: Clock) -> None:
    panel.show_plan(CLEAR)
    assert not panel.confirm_bar.button.isEnabled()
    clock.now += 0.6
    qtbot.waitUntil(panel.confirm_bar.button.isEnabled)


@pytest.mark.parametrize(
    "other",
    [
        replace(CLEAR, digest="f" * 64),
        replace(CLEAR, verdict=Verdict.CAUTION),
        replace(CLEAR, findings=(finding("pace", "note", "will take a minute"),)),
    ],
    ids=["servers", "verdict", "codes"],
)
def test_that_the_wait_begins_anew_when_servers_verdict_or_codes_change(
    panel: PreviewPanel, clock: Clock, other: Plan
) -> None:
    seen(panel, clock, CLEAR)
    assert panel.confirm_bar.armed()
    panel.show_plan(other)
    assert not panel.confirm_bar.armed()


def test_that_a_new_revision_with_the_same_plan_does_not_begin_the_wait_anew(panel: PreviewPanel, clock: Clock) -> None:
    seen(panel, clock, CLEAR)
    panel.show_plan(replace(CLEAR, revision=8))
    assert panel.confirm_bar.try_confirm()


def test_that_a_plan_of_an_older_text_cannot_be_confirmed(qtbot: QtBot, panel: PreviewPanel, clock: Clock) -> None:
    seen(panel, clock, CLEAR)
    panel.confirm_bar.set_current(False)
    with qtbot.assertNotEmitted(panel.confirm_bar.confirmed), qtbot.waitSignal(panel.confirm_bar.refused):
        panel.confirm_bar.try_confirm()
    assert not panel.confirm_bar.button.isEnabled()


def test_that_a_plan_off_screen_does_not_count_as_seen(panel: PreviewPanel, clock: Clock) -> None:
    panel.hide()
    seen(panel, clock, CLEAR, 5)
    assert not panel.confirm_bar.try_confirm()
    panel.show()
    assert not panel.confirm_bar.try_confirm()
    clock.now += 0.6
    assert panel.confirm_bar.try_confirm()


def test_that_a_second_press_does_not_confirm_twice(qtbot: QtBot, panel: PreviewPanel, clock: Clock) -> None:
    seen(panel, clock, CLEAR)
    heard: list[object] = []
    panel.confirm_bar.confirmed.connect(heard.append)
    panel.confirm_bar.try_confirm()
    panel.confirm_bar.try_confirm()
    assert len(heard) == 1


def test_that_a_caution_wants_the_number_of_servers_typed(qtbot: QtBot, panel: PreviewPanel, clock: Clock) -> None:
    seen(panel, clock, CAUTION)
    bar = panel.confirm_bar
    with qtbot.assertNotEmitted(bar.confirmed), qtbot.waitSignal(bar.refused) as refused:
        bar.try_confirm()
    assert "38" in refused.args[0]
    assert bar.field.hasFocus()
    for wrong in ("3", "380", "-38", "38.0", "\uff13\uff18"):
        bar.field.setText(wrong)
        assert not bar.try_confirm(), wrong
    bar.field.setText("38")
    with qtbot.waitSignal(bar.confirmed) as confirmed:
        bar.try_confirm()
    assert confirmed.args[0].effort is Effort.COUNT
    assert bar.field.text() == ""


def test_that_a_number_typed_for_another_plan_does_not_count(panel: PreviewPanel, clock: Clock) -> None:
    seen(panel, clock, CAUTION)
    panel.confirm_bar.field.setText("38")
    seen(panel, clock, replace(CAUTION, digest="e" * 64))
    assert panel.confirm_bar.field.text() == ""
    assert not panel.confirm_bar.try_confirm()


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_that_enter_alone_never_confirms(qtbot: QtBot, panel: PreviewPanel, clock: Clock, key: Qt.Key) -> None:
    with qtbot.assertNotEmitted(panel.confirm_bar.confirmed):
        seen(panel, clock, CAUTION)
        panel.confirm_bar.field.setText("38")
        QTest.keyClick(panel.confirm_bar.field, key)
        seen(panel, clock, CLEAR)
        panel.confirm_bar._refresh()
        panel.confirm_bar.button.setFocus()
        QTest.keyClick(panel.confirm_bar.button, key)


def test_that_the_digest_on_screen_is_that_of_the_plan(panel: PreviewPanel) -> None:
    panel.show_plan(CLEAR)
    assert f"plan {CLEAR.digest[:4]}-{CLEAR.digest[4:8]}" in panel.confirm_bar.below.text()


def test_that_reduced_motion_draws_no_moving_line(panel: PreviewPanel, clock: Clock) -> None:
    panel.show_plan(CLEAR)
    clock.now += 0.2
    panel.confirm_bar._seen._tick()
    assert panel.confirm_bar.button._share == pytest.approx(0.4)
    panel.set_reduced_motion(True)
    assert panel.confirm_bar.button._share == 1.0


def test_that_everything_that_can_be_pressed_has_a_name_and_takes_the_focus(panel: PreviewPanel) -> None:
    panel.show_plan(CAUTION)
    bar = panel.confirm_bar
    for part in (bar.field, bar.button, panel.largest, panel.servers.toggle, panel.servers.copy_button, panel.table):
        assert part.accessibleName(), part
        assert part.focusPolicy() & Qt.FocusPolicy.TabFocus, part


def test_that_the_table_ends_at_the_margin_whether_there_is_something_to_scroll_or_not(
    qtbot: QtBot, panel: PreviewPanel
) -> None:
    def right(widget: QWidget) -> int:
        return widget.mapTo(panel, QPoint(widget.width(), 0)).x()

    qtbot.waitUntil(lambda: right(panel.table) == panel.width() - MARGIN)
    panel.show_plan(BLOCKED)
    panel.resize(460, 300)
    qtbot.waitUntil(lambda: panel._scroll.verticalScrollBar().maximum() > 0)
    qtbot.waitUntil(lambda: right(panel.table) == panel.width() - MARGIN)
