"""The strip: mode, age and standing at a glance, at every width."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from console.kit.theme import THEMES, Theme, load_fonts, load_theme
from console.operating.mode import mode_of, source_notices, strip_reading
from console.operating.regions import address_of, read_address
from console.operating.strip import Mode, StripReading
from console.window.frame.top_strip import GAP, HEIGHT, TopStrip, mode_colour
from topology.fleet.batches import batch_of
from topology.fleet.fleet import Fleet
from topology.fleet.promises import Promises
from topology.fleet.state import Freshness, State
from topology.links.protocol import Abilities
from topology.planning.standing import standing
from topology.region.server_states import ServerState

CALM = StripReading(
    Mode.SIMULATION, "us-east-1", "N. Virginia", "rev 48,213", "0.2 s old", False, "09:36:58 PST", 0, 1, "j.doe"
)


@pytest.fixture
def night(qapp: object) -> Theme:
    load_fonts()
    return load_theme("night")


def drawn(qtbot: QtBot, theme: Theme, reading: StripReading, width: int = 1280) -> QImage:
    strip = TopStrip(theme)
    qtbot.addWidget(strip)
    strip.resize(width, HEIGHT)
    strip.show_reading(reading)
    return strip.grab().toImage()


def columns_drawn(image: QImage, ground: QColor) -> set[int]:
    """Give the columns in which something is drawn, but for the line below."""
    return {
        x for x in range(image.width()) if any(image.pixelColor(x, y) != ground for y in range(6, image.height() - 6))
    }


def test_that_the_strip_shows_and_speaks_of_a_ledger_on_this_machine_only(qtbot: QtBot, night: Theme) -> None:
    live = replace(CALM, mode=Mode.LIVE)
    here = replace(live, only_here="this machine only")
    for width in (1280, 1680):
        without, shown = drawn(qtbot, night, live, width), drawn(qtbot, night, here, width)
        assert columns_drawn(shown, night.panel) != columns_drawn(without, night.panel)
    strip = TopStrip(night)
    qtbot.addWidget(strip)
    strip.show_reading(here)
    assert "this machine only" in strip.sentence()


@pytest.mark.parametrize("name", THEMES)
@pytest.mark.parametrize("mode", list(Mode))
def test_that_every_mode_has_its_badge(qtbot: QtBot, night: Theme, mode: Mode, name: str) -> None:
    theme = load_theme(name)
    image = drawn(qtbot, theme, replace(CALM, mode=mode))
    assert image.pixelColor(20, HEIGHT // 2) == mode_colour(theme, mode)


def test_that_modes_that_could_be_taken_for_each_other_differ_in_colour_and_word(night: Theme) -> None:
    acting = (Mode.LIVE, Mode.SIMULATION, Mode.REPLAY, Mode.DISCONNECTED)
    assert len({mode_colour(night, mode).name() for mode in acting}) == len(acting)
    assert len({mode.value for mode in Mode}) == len(Mode)


def test_that_it_says_everything_in_words(qtbot: QtBot, night: Theme) -> None:
    strip = TopStrip(night)
    qtbot.addWidget(strip)
    strip.show_reading(CALM)
    said = "SIMULATION, us-east-1, N. Virginia, 0 below floor, 1 tight, operator j.doe"
    assert strip.accessibleName() == said
    strip.show_reading(replace(CALM, stale=True))
    assert strip.accessibleName().startswith("SIMULATION, us-east-1, N. Virginia, silent, ")


def test_that_nothing_in_it_is_named_anew_while_only_time_goes_by(qtbot: QtBot, night: Theme) -> None:
    strip = TopStrip(night)
    qtbot.addWidget(strip)
    strip.show_reading(CALM)
    before = strip.accessibleName()
    strip.show_reading(replace(CALM, age="3 s old", clock="09:37:01 PST", revision="rev 48,220"))
    assert strip.accessibleName() == before


def test_that_each_part_is_explained_to_who_points_at_it(qtbot: QtBot, night: Theme) -> None:
    strip = TopStrip(night)
    qtbot.addWidget(strip)
    strip.show_reading(replace(CALM, model=True))
    lines = strip.toolTip().splitlines()
    assert {line.partition(": ")[0] for line in lines[1:]} == {
        CALM.age, "model values", CALM.revision, "0 below floor", "1 tight"
    }  # fmt: skip


def test_that_a_click_on_what_is_tight_asks_where_it_is(qtbot: QtBot, night: Theme) -> None:
    strip = TopStrip(night)
    qtbot.addWidget(strip)
    strip.resize(1280, strip.height())
    strip.show_reading(CALM)
    strip.grab()
    with qtbot.waitSignal(strip.trouble_wanted):
        QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=strip._troubles.center())
    with qtbot.assertNotEmitted(strip.trouble_wanted):
        QTest.mouseClick(strip, Qt.MouseButton.LeftButton, pos=QPoint(20, 20))


def test_that_before_anything_is_known_nothing_is_claimed(qtbot: QtBot, night: Theme) -> None:
    strip = TopStrip(night)
    qtbot.addWidget(strip)
    assert strip.sentence() == "LOADING"


def test_that_a_healthy_region_shows_no_alarm_and_one_below_its_floor_does(qtbot: QtBot, night: Theme) -> None:
    def colours(reading: StripReading) -> set[str]:
        image = drawn(qtbot, night, reading)
        return {image.pixelColor(x, y).name() for x in range(900, image.width()) for y in range(image.height())}

    assert night.alarm.name() not in colours(CALM)
    assert night.alarm.name() in colours(replace(CALM, below=2))
    assert night.caution.name() in colours(CALM)
    assert night.caution.name() not in colours(replace(CALM, tight=0))


def test_that_old_data_looks_old(qtbot: QtBot, night: Theme) -> None:
    fresh, old = (drawn(qtbot, night, replace(CALM, stale=stale)) for stale in (False, True))
    assert fresh != old
    disconnected = drawn(qtbot, night, replace(CALM, mode=Mode.DISCONNECTED, stale=True))
    assert disconnected.pixelColor(600, HEIGHT - 2) == night.disconnected


@pytest.mark.parametrize("width", [960, 1000, 1100, 1280, 1680, 2560])
@pytest.mark.parametrize("operator", ["j.doe", "a.long.name.of.a.person.somewhere.else" * 3])
def test_that_no_text_is_drawn_over_another(qtbot: QtBot, night: Theme, width: int, operator: str) -> None:
    """What stands in the middle may be missing; where it is drawn, both sides leave room for it."""
    whole = replace(CALM, region="a-region-with-a-name" * 9, below=12, tight=34, operator=operator)
    without = replace(whole, clock="")
    drawn_with, drawn_without = (
        columns_drawn(drawn(qtbot, night, reading, width), night.panel) for reading in (whole, without)
    )
    right = columns_drawn(
        drawn(qtbot, night, replace(without, region="", revision="", age="", title=""), width), night.panel
    )
    start = min(column for column in right if column > 200)
    assert all(column < start for column in drawn_without - right)
    assert start - max(column for column in drawn_without if column < start) >= GAP // 2
    assert start - max(column for column in drawn_with if column < start) >= GAP // 2
    clock = columns_drawn(drawn(qtbot, night, StripReading(CALM.mode, clock=CALM.clock), width), night.panel)
    begin = min((column for column in clock if column > 300), default=0)
    if drawn_with != drawn_without:
        assert not drawn_with & set(range(begin - GAP // 2, begin))


def test_that_the_clock_is_in_the_middle_where_there_is_room(qtbot: QtBot, night: Theme) -> None:
    shown = columns_drawn(drawn(qtbot, night, StripReading(CALM.mode, clock=CALM.clock)), night.panel)
    clock = [column for column in shown if column > 300]
    assert abs((min(clock) + max(clock)) / 2 - 640) < 8


class TestReadings:
    @pytest.fixture
    def state(self) -> State:
        region = read_address(address_of(None))
        return State(region, Fleet(region), 7, 1_488_303_418.0)

    def test_that_the_clock_is_that_of_the_region(self, state: State) -> None:
        class Link:
            abilities = Abilities(simulated=True)

        reading = strip_reading(state, Link(), "ana")  # type: ignore[arg-type]
        assert reading.clock == "09:36:58 PST"
        assert (reading.mode, reading.region, reading.revision) == (Mode.SIMULATION, "us-east-1", "rev 7")

    def test_that_scopes_below_and_tight_are_counted(self, state: State) -> None:
        assert standing(state) == (0, 1)
        names = state.region.roster.names
        gone = [(names.index(f"billing-{number:04}"), ServerState.FAILED) for number in range(1, 32)]
        state.fleet.apply(batch_of(8, 0.0, gone))
        assert standing(state)[0] == 1  # placement, which had 30 to spare

    def test_that_a_live_region_whose_ledger_is_a_file_says_this_machine_only(self, state: State) -> None:
        class Live:
            abilities = Abilities(simulated=False)

        class Simulated:
            abilities = Abilities(simulated=True)

        here = replace(state, promises=Promises(this_machine_only=True))
        assert strip_reading(here, Live(), "ana").only_here == "this machine only"  # type: ignore[arg-type]
        assert not strip_reading(here, Simulated(), "ana").only_here  # type: ignore[arg-type]
        assert not strip_reading(state, Live(), "ana").only_here  # type: ignore[arg-type]

    def test_that_a_silent_source_is_disconnected_whatever_it_is(self) -> None:
        class Live:
            abilities = Abilities(simulated=False)

        assert mode_of(Live(), silent=False) is Mode.LIVE  # type: ignore[arg-type]
        assert mode_of(Live(), silent=True) is Mode.DISCONNECTED  # type: ignore[arg-type]
        assert Freshness(11.0).is_silent(10.0)
        assert Freshness(0.0, connected=False).is_silent(10.0)

    @pytest.mark.parametrize(
        ("freshness", "level", "said"),
        [
            (Freshness(), "caution", ""),
            (
                Freshness(outdated="region.toml: could not be read"),
                "caution",
                "The description cannot be read any more, so the last good one stays for now: region.toml: could not be read.",
            ),
            (Freshness(reason="it reads the whole fleet again"), "caution", ""),
            (Freshness(connected=False, reason="it hung up"), "alarm", "racks is silent, so nothing can be confirmed: it hung up."),
            (
                Freshness(9_999.0, outdated="region.toml: could not be read"),
                "alarm",
                "racks is silent, so nothing can be confirmed: region.toml: could not be read.",
            ),
            (Freshness(9_999.0), "alarm", "racks is silent, so nothing can be confirmed: no news arrives."),
        ],
    )  # fmt: skip
    def test_that_only_a_description_that_is_not_read_any_more_is_said_to_be_that(
        self, state: State, freshness: Freshness, level: str, said: str
    ) -> None:
        notice = source_notices(replace(state, freshness=freshness), "racks")[0]
        assert (notice.kind if said else level, notice.text) == (level, said)
