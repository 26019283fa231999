"""The topology on the screen: what it shows, what moves it, and what keys and mouse do."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QHelpEvent, QImage, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

import resources
from console.kit.keys import action_of
from console.kit.theme import THEMES, Theme, load_fonts, load_theme
from console.panels.topology import NodeReading, TopologyView, readings
from console.panels.topology.cards.telling import as_tooltip
from console.panels.topology.cards.words import Tone, card_text, facts, one_line
from console.panels.topology.drawing.canvas import impact_keys
from console.panels.topology.find import findable, matches
from console.panels.topology.keys import BINDINGS, TopologyAction
from topology.fleet.batches import batch_of
from topology.fleet.fleet import Fleet
from topology.fleet.state import Freshness, State
from topology.planning.plan import Effect, Impact, Plan, ScopeVerdict, Verdict
from topology.region.description import read_region
from topology.region.region import Dependency, Region, Subsystem
from topology.region.scope import WHOLE, Scope
from topology.region.server_states import ServerState

REGION_TEXT = """
format = 1
[region]
name = "small"
zones = ["az1", "az2"]
illustrative = true
[policy]
pace = "20/min"
largest_command = "50%"
[[subsystem]]
name = "lambda"
title = "Lambda"
external = true
[[subsystem]]
name = "status-board"
title = "Status board"
external = true
[[subsystem]]
name = "front-end"
service = "s3"
floor = 150
[[subsystem]]
name = "placement"
service = "s3"
floor = 88
[[subsystem]]
name = "index"
service = "s3"
floor = 240
zone_floor = "80%"
[[subsystem]]
name = "billing"
service = "s3"
[[dependency]]
from = "lambda"
to = "front-end"
[[dependency]]
from = "status-board"
to = "front-end"
[[dependency]]
from = "front-end"
to = "index"
[[dependency]]
from = "front-end"
to = "placement"
for = ["PUT"]
[[dependency]]
from = "placement"
to = "index"
[[dependency]]
from = "billing"
to = "index"
kind = "soft"
[[pool]]
name = "front-end"
count = 180
supports = ["front-end"]
[[pool]]
name = "placement"
count = 90
supports = ["placement"]
[[pool]]
name = "index"
count = 260
supports = ["index"]
[[pool]]
name = "shared"
count = 20
supports = ["billing", "index"]
"""


def small_region(text: str = REGION_TEXT) -> Region:
    return read_region(text, "region.toml")


def state_of(region: Region) -> State:
    return State(region, Fleet(region), revision=1)


def effect(subsystem: str, scope: str, in_service: int, leaving: int, floor: int, verdict: ScopeVerdict) -> Effect:
    after = in_service - leaving
    return Effect(subsystem, scope, in_service, leaving, after, in_service, floor, after - floor, verdict, named=True)


BLOCKED = Plan(
    "remove 50 from index", "remove", 1, Verdict.BLOCKED, (),
    (effect("index", "region", 280, 50, 240, ScopeVerdict.BREAKS),),
    (
        Impact("front-end", ("front-end", "index")),
        Impact("placement", ("placement", "index"), operations=("PUT",)),
        Impact("lambda", ("lambda", "front-end", "index")),
        Impact("status-board", ("status-board", "front-end", "index"), already=True),
    ),
    (), None, (), "",
)  # fmt: skip


@pytest.fixture(params=THEMES)
def theme(request: pytest.FixtureRequest) -> Theme:
    return load_theme(str(request.param))


@pytest.fixture(scope="session", autouse=True)
def _typeface(qapp: QApplication) -> None:
    load_fonts()


@pytest.fixture
def region() -> Region:
    return small_region()


@pytest.fixture
def state(region: Region) -> State:
    return state_of(region)


@pytest.fixture
def view(qtbot: QtBot, region: Region, state: State) -> Iterator[TopologyView]:
    made = TopologyView(load_theme("night"))
    qtbot.addWidget(made)
    made.resize(900, 560)
    made.show_region(region)
    made.show_capacity(readings(state, None))
    made.show()
    qtbot.waitExposed(made)
    yield made
    made.close()


def picture(view: TopologyView) -> QImage:
    return view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def pixels(image: QImage) -> np.ndarray:
    """Give height x width x (red, green, blue)."""
    flat = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return flat[:, : image.width(), 2::-1].astype(int)


def saturated_share(image: QImage) -> float:
    values = pixels(image)
    return float(((values.max(axis=2) - values.min(axis=2)) > 70).mean())


def colours_on(view: TopologyView, name: str) -> set[int]:
    """Give the colours of the pixels of a card, with a little beyond its border."""
    image, ratio = picture(view), view.devicePixelRatioF()
    card = view.viewport.card_rect(name).adjusted(-1, -1, 1, 1)
    return {
        image.pixel(x, y)
        for x in range(int(card.left() * ratio), int(card.right() * ratio))
        for y in range(int(card.top() * ratio), int(card.bottom() * ratio))
    }


def places(view: TopologyView) -> dict[str, QPointF]:
    assert view.arrangement.scene is not None
    return {name: view.viewport.card_rect(name).center() for name in view.arrangement.scene.names}


def drag(view: TopologyView, start: QPointF, by: QPoint) -> None:
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=start.toPoint())
    QTest.mouseMove(view, start.toPoint() + QPoint(by.x() // 2, by.y() // 2))
    QTest.mouseMove(view, start.toPoint() + by)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=start.toPoint() + by)


# ---- readings: state and plan into what a card says


def test_that_a_calm_region_reads_capacity_floor_and_headroom(state: State) -> None:
    found = readings(state, None)
    assert list(found) == [subsystem.name for subsystem in state.region.subsystems]
    front_end = found["front-end"]
    assert (front_end.in_service, front_end.declared, front_end.floor, front_end.headroom) == (180, 180, 150, 30)
    assert (front_end.after, front_end.leaving, front_end.verdict, front_end.worst) == (
        None,
        0,
        ScopeVerdict.HOLDS,
        "region",
    )
    assert found["lambda"].external
    assert found["lambda"].verdict is None
    assert found["placement"].verdict is ScopeVerdict.TIGHT
    assert not any(reading.planned or reading.impacted for reading in found.values())


def test_that_a_missing_floor_is_unknown_and_a_missing_zone_floor_is_not(state: State) -> None:
    found = readings(state, None)
    assert found["billing"].verdict is ScopeVerdict.UNKNOWN
    assert found["billing"].floor is None
    assert found["billing"].headroom is None
    assert found["front-end"].verdict is ScopeVerdict.HOLDS


def test_that_a_plan_says_how_nodes_would_end_and_the_rest_recedes(state: State) -> None:
    found = readings(state, BLOCKED)
    index = found["index"]
    assert (index.in_service, index.after, index.leaving, index.headroom) == (280, 230, 50, -10)
    assert index.verdict is ScopeVerdict.BREAKS
    assert found["lambda"].impacted == ("lambda", "front-end", "index")
    assert found["status-board"].already
    assert found["placement"].operations == ("PUT",)
    assert {name for name, reading in found.items() if reading.recedes} == {"billing"}


def test_that_a_worse_zone_is_named_rather_than_the_region(state: State) -> None:
    fleet = state.fleet
    in_az1 = [number for number in range(len(fleet.state)) if fleet.place_of(number)[0] == "az1"]
    serving_index = [number for number in in_az1 if state.region.index["index"] in fleet.subsystems_of(number)][:30]
    fleet.apply(batch_of(2, 1.0, [(number, ServerState.FAILED) for number in serving_index]))
    index = readings(state, None)["index"]
    assert (index.verdict, index.worst, index.headroom) == (ScopeVerdict.BELOW, "zone:az1", -2)
    assert card_text(index).state == "az1: 2 below floor"
    assert index.in_service == 250


def test_that_servers_still_to_leave_are_pending_without_a_plan(state: State) -> None:
    shared = [number for number, name in enumerate(state.region.roster.names) if name.startswith("shared")][:5]
    state.pending = np.array(shared, np.int32)
    found = readings(state, None)
    assert (found["index"].pending, found["index"].after, found["billing"].pending) == (5, 275, 5)
    assert found["front-end"].pending == 0


def test_that_what_is_below_its_floor_now_impacts_without_a_plan(state: State) -> None:
    names = state.region.roster.names
    gone = [(number, ServerState.FAILED) for number, name in enumerate(names) if name.startswith("index")][:60]
    state.fleet.apply(batch_of(2, 1.0, gone))
    found = readings(state, None)
    assert found["lambda"].impacted == ("lambda", "front-end", "index")
    assert not found["lambda"].already
    assert found["billing"].impacted == ()  # a soft need


def test_that_a_silent_source_makes_every_reading_stale(state: State) -> None:
    state.freshness = Freshness(age_s=11.0)
    assert all(reading.stale for reading in readings(state, None).values())
    state.freshness = Freshness(age_s=9.0)
    assert not any(reading.stale for reading in readings(state, None).values())
    state.freshness = Freshness(connected=False)
    assert all(reading.stale for reading in readings(state, BLOCKED).values())


def test_that_an_effect_of_a_scope_the_region_does_not_have_is_left_out(state: State) -> None:
    strange = (
        effect("gone", "region", 5, 1, 3, ScopeVerdict.HOLDS),
        effect("index", "zone:az9", 5, 1, 3, ScopeVerdict.HOLDS),
    )
    found = readings(state, replace(BLOCKED, effects=strange, impacted=()))
    assert found["index"].after is None


# ---- words


@pytest.mark.parametrize(
    ("reading", "numbers", "said", "tone"),
    [
        ({}, "2,600", "200 above floor", Tone.PLAIN),
        (
            {"after": 2210, "headroom": -190, "verdict": ScopeVerdict.BREAKS},
            "2,600 → 2,210",
            "190 below floor",
            Tone.ALARM,
        ),
        ({"headroom": -1, "verdict": ScopeVerdict.BELOW}, "2,600", "1 below floor", Tone.ALARM),
        ({"headroom": 50, "verdict": ScopeVerdict.TIGHT}, "2,600", "50 above floor: tight", Tone.CAUTION),
        ({"headroom": 0, "verdict": ScopeVerdict.TIGHT}, "2,600", "at its floor: tight", Tone.CAUTION),
        ({"floor": None, "headroom": None, "verdict": ScopeVerdict.UNKNOWN}, "2,600", "no floor stated", Tone.UNKNOWN),
        (
            {"worst": Scope("cell", "az4", "c1"), "headroom": -2, "verdict": ScopeVerdict.BELOW},
            "2,600",
            "az4/c1: 2 below floor",
            Tone.ALARM,
        ),
        ({"stale": True}, "2,600 · old", "200 above floor", Tone.PLAIN),
        ({"impacted": ("index", "storage")}, "2,600 · 200 above", "impacted: needs storage", Tone.ALARM),
        ({"external": True, "declared": 0}, "", "external · no capacity here", Tone.PLAIN),
        ({"external": True, "impacted": ("a", "b"), "already": True}, "", "already impacted: needs b", Tone.ALARM),
        ({"external": True, "impacted": ("a", "b"), "operations": ("PUT",)}, "", "PUT impacted: needs b", Tone.ALARM),
        ({"declared": 0, "verdict": None}, "no servers", "nothing to remove here", Tone.PLAIN),
    ],
)
def test_what_a_card_says(reading: dict[str, object], numbers: str, said: str, tone: Tone) -> None:
    usual = NodeReading("index", "index", False, 2600, 2800, 2400, verdict=ScopeVerdict.HOLDS, headroom=200)
    text = card_text(replace(usual, **reading))  # type: ignore[arg-type]
    assert (text.numbers, text.state, text.tone) == (numbers, said, tone)


def test_that_the_facts_name_everything_in_one_line() -> None:
    reading = NodeReading(
        "index", "index", False, 2600, 2800, 2400, 2210, 390, 10, ScopeVerdict.BREAKS, WHOLE, -190, illustrative=True
    )
    assert facts(reading, ("storage",), ("front-end",)).line() == (
        "index · 2,600 → 2,210 of 2,800 declared, floor 2,400: 190 below floor · 10 of these already leaving · model values"
        " · needs storage · needed by front-end"
    )


def test_that_a_number_of_the_end_of_an_execution_has_an_arrow_before_it() -> None:
    now = NodeReading("placement", "placement", False, 900, 900, 870, verdict=ScopeVerdict.TIGHT, headroom=30)
    assert one_line(now) == "+30"
    end = replace(now, after=870, pending=30, headroom=0)
    assert one_line(end) == "→ 0"
    assert one_line(replace(end, planned=True, pending=0)) == "0"


def test_that_the_legend_says_whether_servers_are_about_to_leave_or_would(
    view: TopologyView, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[object] = []
    monkeypatch.setattr("console.panels.topology.view.paint_status", lambda *given: said.append(given[-1]))
    calm = readings(state, None)
    view.grab()
    view.show_capacity({**calm, "index": replace(calm["index"], pending=5, after=200)})
    QTest.qWaitForWindowExposed(view)
    QApplication.processEvents()
    assert said[0] == "would leave"
    assert said[-1] == "about to leave"


# ---- what is drawn


def test_that_a_healthy_region_has_under_one_percent_saturated_pixels(qtbot: QtBot, theme: Theme) -> None:
    text = resources.text("regions/s3-us-east-1/region.toml").replace("floor = 870", "floor = 800")
    region = read_region(text, "region.toml")
    found = readings(state_of(region), None)
    assert all(reading.verdict in (ScopeVerdict.HOLDS, None) for reading in found.values())
    made = TopologyView(theme)
    qtbot.addWidget(made)
    made.resize(1130, 600)
    made.show_region(region)
    made.show_capacity(found)
    assert saturated_share(picture(made)) < 0.01


def test_that_a_blocked_plan_stands_out_in_alarm(view: TopologyView, state: State) -> None:
    view.clearFocus()  # whose ring is no part of the picture
    calm = saturated_share(picture(view))
    view.show_capacity(readings(state, BLOCKED))
    assert saturated_share(picture(view)) > 4 * calm


@pytest.mark.parametrize("name", ["index", "front-end", "lambda"])
def test_that_what_breaks_or_is_impacted_has_the_alarm_colour_on_its_card(
    view: TopologyView, state: State, name: str
) -> None:
    alarm = view.drawing.theme.alarm.rgb()
    assert alarm not in colours_on(view, name)
    view.show_capacity(readings(state, BLOCKED))
    assert alarm in colours_on(view, name)
    assert alarm not in colours_on(view, "billing")


def test_that_below_floor_and_impacted_differ_in_grey_by_their_borders(view: TopologyView, state: State) -> None:
    view.show_capacity(readings(state, BLOCKED))
    image = picture(view)

    def changes(name: str) -> int:
        card = view.viewport.card_rect(name)
        y = round(card.bottom()) - 1
        row = [image.pixel(x, y) for x in range(round(card.left()) + 8, round(card.right()) - 8)]
        return sum(one != other for one, other in pairwise(row))

    assert changes("index") < 6  # a solid border
    assert changes("lambda") > 20  # a dashed one


def test_that_a_tight_subsystem_is_marked_in_caution(view: TopologyView) -> None:
    assert view.drawing.theme.caution.rgb() in colours_on(view, "placement")
    assert view.drawing.theme.caution.rgb() not in colours_on(view, "front-end")


def test_that_stale_data_shows_no_water_no_alarm_and_says_old(view: TopologyView, state: State) -> None:
    state.freshness = Freshness(connected=False)
    view.show_capacity(readings(state, BLOCKED))
    colours = colours_on(view, "index")
    assert not colours & {view.drawing.theme.alarm.rgb(), view.drawing.theme.water.rgb()}
    assert view.drawing.theme.stale.rgb() in colours


def test_that_impact_travels_along_hard_edges_only(view: TopologyView, state: State) -> None:
    assert view.arrangement.scene is not None
    assert impact_keys(view.arrangement.scene, readings(state, None)) == frozenset()
    assert impact_keys(view.arrangement.scene, readings(state, BLOCKED)) == {
        ("lambda", "front-end"), ("status-board", "front-end"), ("front-end", "index"), ("front-end", "placement"),
        ("placement", "index"),
    }  # fmt: skip
    rows = dict(readings(state, BLOCKED))
    rows["billing"] = replace(rows["billing"], impacted=("billing", "index"))
    assert ("billing", "index") not in impact_keys(view.arrangement.scene, rows)


def test_that_impact_travels_along_edges_for_the_lost_operations_only(view: TopologyView, state: State) -> None:
    assert view.arrangement.scene is not None
    rows = dict(readings(state, BLOCKED))
    rows["front-end"] = replace(rows["front-end"], operations=("GET",))
    assert ("front-end", "placement") not in impact_keys(view.arrangement.scene, rows)
    assert ("front-end", "index") in impact_keys(view.arrangement.scene, rows)


def test_that_a_tank_fills_as_capacity_does(view: TopologyView, state: State) -> None:
    def water(name: str) -> int:
        image, card = picture(view), view.viewport.card_rect(name)
        x = round(card.left() + 16 * view.viewport.camera.zoom)
        column = [image.pixel(x, y) for y in range(round(card.top()), round(card.bottom()))]
        return column.count(view.drawing.theme.water.rgb())

    full = water("front-end")
    names = state.region.roster.names
    gone = [(number, ServerState.FAILED) for number, name in enumerate(names) if name.startswith("front-end")][:25]
    state.fleet.apply(batch_of(2, 1.0, gone))
    view.show_capacity(readings(state, None))
    assert 0.75 * full < water("front-end") < 0.95 * full


@pytest.mark.parametrize(
    "change",
    [
        {"in_service": 250, "headroom": 10},
        {"in_service": 230, "headroom": -10, "verdict": ScopeVerdict.BELOW},
        {"stale": True},
    ],
)
@pytest.mark.parametrize("name", ["index", "placement"])
def test_that_one_changed_card_is_painted_alone_and_looks_as_if_all_was_painted(
    view: TopologyView, state: State, change: dict[str, object], name: str
) -> None:
    picture(view)
    assert view.drawing.canvas is not None
    drawings = view.drawing.canvas.drawings
    rows = readings(state, None)
    view.show_capacity({**rows, name: replace(rows[name], **change)})  # type: ignore[arg-type]
    patched = picture(view)
    assert (view.drawing.canvas.drawings, view.drawing.canvas.patches) == (drawings, 1)
    view.drawing.canvas.forget()
    whole = picture(view)
    assert view.drawing.canvas.drawings == drawings + 1
    assert np.abs(pixels(patched) - pixels(whole)).max() <= 2


def test_that_the_same_readings_again_cost_no_drawing(view: TopologyView, state: State) -> None:
    picture(view)
    assert view.drawing.canvas is not None
    before = view.drawing.canvas.drawings, view.drawing.canvas.patches
    view.show_capacity(readings(state, None))
    picture(view)
    assert (view.drawing.canvas.drawings, view.drawing.canvas.patches) == before


def test_that_a_theme_change_repaints_everything(view: TopologyView) -> None:
    view.set_theme(load_theme("day"))
    image = picture(view)
    assert image.pixelColor(3, view.height() // 2) == load_theme("day").ground


@pytest.mark.parametrize("size", [QSize(860, 480), QSize(1130, 600), QSize(2560, 1440), QSize(320, 200)])
def test_that_everything_fits_at_every_size(qtbot: QtBot, size: QSize) -> None:
    made = TopologyView(load_theme("day"))
    qtbot.addWidget(made)
    made.resize(size)
    made.show_region(read_region(resources.text("regions/s3-us-east-1/region.toml"), "region.toml"))
    room = made.viewport.room().adjusted(-1, -1, 1, 1)
    assert all(room.contains(made.viewport.card_rect(name)) for name in places(made))
    if size.width() >= 860:
        assert made.viewport.camera.zoom >= 0.8


def test_that_markup_in_a_title_is_shown_as_text(view: TopologyView) -> None:
    region = small_region(REGION_TEXT.replace('title = "Lambda"', 'title = "<b>Lambda</b>"'))
    view.show_region(region)
    view.show_capacity(readings(state_of(region), None))
    assert view.told("lambda").line().startswith("<b>Lambda</b> (lambda)")
    assert "&lt;b&gt;Lambda&lt;/b&gt;" in as_tooltip(view.told("lambda"))
    spot = places(view)["lambda"].toPoint()
    QApplication.sendEvent(view, QHelpEvent(QEvent.Type.ToolTip, spot, view.mapToGlobal(spot)))
    assert "&lt;b&gt;Lambda&lt;/b&gt;" in QToolTip.text()
    QToolTip.hideText()


def test_that_what_cannot_be_seen_in_a_title_is_spelled_out(state: State) -> None:
    subsystems = tuple(replace(node, title="Lam\u202ebda") for node in state.region.subsystems)
    found = readings(replace(state, region=replace(state.region, subsystems=subsystems, index={})), None)
    assert found["lambda"].label == "LamU+202Ebda"


# ---- what moves, and what does not


def test_that_nothing_moves_because_data_changed(view: TopologyView, state: State) -> None:
    view.viewport.zoom(1.3)
    before, canvas = places(view), view.drawing.canvas
    view.show_capacity(readings(state, BLOCKED))
    view.show_capacity(readings(state, None))
    view.show_region(state.region)
    assert places(view) == before
    assert view.drawing.canvas is canvas


def test_that_a_resize_fits_until_the_operator_has_zoomed_or_panned(view: TopologyView) -> None:
    narrow = view.viewport.camera.zoom
    view.resize(500, 560)
    assert view.viewport.camera.zoom < narrow
    view.viewport.zoom(2.0)
    camera = view.viewport.camera
    view.resize(900, 560)
    assert view.viewport.camera == camera
    view.viewport.fit()
    assert view.viewport.camera.zoom == narrow


def test_that_the_wheel_zooms_at_the_pointer(view: TopologyView, qtbot: QtBot) -> None:
    spot = QPointF(300, 200)
    before, zoom = view.viewport.camera.to_scene(spot), view.viewport.camera.zoom
    view.viewport.zoom(1.5, spot)
    assert view.viewport.camera.zoom == pytest.approx(zoom * 1.5)
    assert (view.viewport.camera.to_scene(spot) - before).manhattanLength() < 1e-6


def test_that_a_turn_of_the_wheel_is_such_a_zoom(view: TopologyView) -> None:
    spot = places(view)["index"]
    zoom = view.viewport.camera.zoom
    turn = QWheelEvent(
        spot, view.mapToGlobal(spot), QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view, turn)
    assert view.viewport.camera.zoom > zoom * 1.1
    assert (places(view)["index"] - spot).manhattanLength() < 1e-6


def test_that_hovering_tells_the_facts_below_and_in_a_tooltip(view: TopologyView) -> None:
    spot = places(view)["index"].toPoint()
    there, none = QPointF(spot), Qt.MouseButton.NoButton
    move = QMouseEvent(
        QEvent.Type.MouseMove, there, view.mapToGlobal(there), none, none, Qt.KeyboardModifier.NoModifier
    )
    QApplication.sendEvent(view, move)
    assert view.hovered == "index"
    QApplication.sendEvent(view, QHelpEvent(QEvent.Type.ToolTip, spot, view.mapToGlobal(spot)))
    assert "floor 240: 40 above floor" in QToolTip.text()
    QToolTip.hideText()
    QApplication.sendEvent(view, QEvent(QEvent.Type.Leave))
    assert view.hovered is None


def test_that_dragging_the_ground_pans_and_selects_nothing(view: TopologyView, qtbot: QtBot) -> None:
    before = places(view)["index"]
    with qtbot.assertNotEmitted(view.selected):
        drag(view, QPointF(8, view.height() / 2), QPoint(60, 40))
    assert places(view)["index"] - before == QPointF(60, 40)


def test_that_dragging_a_card_pins_it_and_moves_no_other(view: TopologyView, qtbot: QtBot) -> None:
    before = places(view)
    with qtbot.waitSignal(view.arrangement.moved):
        drag(view, before["billing"], QPoint(80, 30))
    after = places(view)
    assert (after["billing"] - before["billing"] - QPointF(80, 30)).manhattanLength() < 1.5
    assert {name for name in before if before[name] != after[name]} == {"billing"}
    assert set(view.arrangement.positions()) == {"billing"}


def test_that_pins_come_back_in_another_view_and_unknown_names_are_left_out(
    view: TopologyView, qtbot: QtBot, region: Region
) -> None:
    drag(view, places(view)["index"], QPoint(-70, 50))
    other = TopologyView(load_theme("night"))
    qtbot.addWidget(other)
    other.resize(view.size())
    other.show_region(region)
    other.arrangement.restore({**view.arrangement.positions(), "gone": (1.0, 2.0)})
    assert other.arrangement.positions() == view.arrangement.positions()
    view.viewport.fit()
    assert (places(other)["index"] - places(view)["index"]).manhattanLength() < 1.0


def test_that_a_pinned_card_stays_when_the_description_changes(view: TopologyView) -> None:
    drag(view, places(view)["index"], QPoint(-70, 50))
    pins = view.arrangement.positions()
    view.show_region(small_region(REGION_TEXT.replace("floor = 150", "floor = 140")))
    assert view.arrangement.positions() == pins


def test_that_the_layout_can_be_reset(view: TopologyView, qtbot: QtBot) -> None:
    before = places(view)
    drag(view, before["index"], QPoint(-70, 50))
    with qtbot.waitSignal(view.arrangement.moved):
        view.hand.reset_layout()
    assert view.arrangement.positions() == {}
    assert places(view) == before


# ---- the operator's hand


def press(view: TopologyView, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    QTest.keyClick(view, key, modifier)


def test_that_a_click_selects_and_a_click_on_the_ground_takes_it_back(view: TopologyView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.selected) as chosen:
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=places(view)["index"].toPoint())
    assert chosen.args == ["index"]
    with qtbot.waitSignal(view.selected) as taken_back:
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(6, view.height() // 2))
    assert taken_back.args == [""]


def test_that_a_double_click_and_enter_activate(view: TopologyView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.activated) as opened:
        QTest.mouseDClick(view, Qt.MouseButton.LeftButton, pos=places(view)["index"].toPoint())
    assert opened.args == ["index"]
    view.look.select("placement")
    with qtbot.waitSignal(view.activated) as opened:
        press(view, Qt.Key.Key_Return)
    assert opened.args == ["placement"]


def test_that_selecting_from_the_program_does_not_emit(view: TopologyView, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(view.selected):
        view.look.select("index")
        view.look.select("no-such-thing")
    assert view.look.selection is None


def test_that_keys_walk_along_edges_and_to_neighbours(view: TopologyView) -> None:
    walked = []
    for key in (
        Qt.Key.Key_Space,
        Qt.Key.Key_Right,
        Qt.Key.Key_Left,
        Qt.Key.Key_Down,
        Qt.Key.Key_Down,
        Qt.Key.Key_Down,
        Qt.Key.Key_Down,
    ):
        press(view, key)
        walked.append(view.look.selection)
    assert walked[:4] == ["lambda", "status-board", "lambda", "front-end"]
    assert walked[4:] == ["placement", "index", "index"]
    press(view, Qt.Key.Key_Up)
    assert view.look.selection in ("placement", "front-end", "billing")


def test_that_arrows_pan_while_nothing_is_selected(view: TopologyView) -> None:
    before = places(view)["index"]
    press(view, Qt.Key.Key_Right)
    press(view, Qt.Key.Key_Down)
    assert places(view)["index"] - before == QPointF(-60, -60)


def test_that_shift_and_arrows_move_the_selected_card_and_p_unpins_it(view: TopologyView) -> None:
    view.look.select("index")
    before = places(view)["index"]
    press(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    assert places(view)["index"].x() > before.x() + 5
    assert set(view.arrangement.positions()) == {"index"}
    press(view, Qt.Key.Key_P)
    assert view.arrangement.positions() == {}
    assert (places(view)["index"] - before).manhattanLength() < 1e-6
    press(view, Qt.Key.Key_P)
    assert set(view.arrangement.positions()) == {"index"}
    press(view, Qt.Key.Key_Delete)
    assert view.arrangement.positions() == {}
    press(view, Qt.Key.Key_Delete)
    assert view.arrangement.positions() == {}


def test_that_plus_minus_and_f_zoom_and_fit(view: TopologyView) -> None:
    zoom = view.viewport.camera.zoom
    press(view, Qt.Key.Key_Plus)
    assert view.viewport.camera.zoom > zoom
    press(view, Qt.Key.Key_Minus)
    press(view, Qt.Key.Key_Minus)
    assert view.viewport.camera.zoom < zoom
    press(view, Qt.Key.Key_F)
    assert view.viewport.camera.zoom == zoom


def test_that_escape_lets_go_and_goes_on_to_the_window(view: TopologyView) -> None:
    view.look.select("index")
    event = _key_event(Qt.Key.Key_Escape)
    view.keyPressEvent(event)
    assert view.look.selection is None
    assert not event.isAccepted()


def test_that_keys_with_control_or_without_a_meaning_go_on_to_the_window(view: TopologyView) -> None:
    for event in (_key_event(Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier), _key_event(Qt.Key.Key_Q, text="q")):
        view.keyPressEvent(event)
        assert not event.isAccepted()


def _key_event(
    key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier, text: str = ""
) -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, key, modifier, text)


def test_that_tab_leaves_the_view(view: TopologyView) -> None:
    assert action_of(BINDINGS, Qt.Key.Key_Tab, "\t", Qt.KeyboardModifier.NoModifier, selected=True) is None


def test_that_every_act_has_a_key_and_every_binding_a_line_of_help() -> None:
    assert {binding.action for binding in BINDINGS} == set(TopologyAction)
    assert all(binding.words for binding in BINDINGS)


def test_that_slash_finds_as_one_types_and_enter_jumps(view: TopologyView, qtbot: QtBot) -> None:
    view.viewport.zoom(3.0, QPointF(0, 0))
    QTest.keyClicks(view, "/")
    field = view.finder.field
    assert field.isVisible()
    QTest.keyClicks(field, "ind")
    assert view.finder.found == ("index",)
    assert view.viewport.room().contains(view.viewport.centre_of("index"))
    with qtbot.waitSignal(view.selected) as chosen:
        QTest.keyClick(field, Qt.Key.Key_Return)
    assert chosen.args == ["index"]
    assert not field.isVisible()
    assert not view.finder.found


def test_that_down_steps_among_what_was_found_and_escape_closes(view: TopologyView) -> None:
    view.hand.open_find()
    field = view.finder.field
    QTest.keyClicks(field, "n")
    found = view.finder.found
    assert len(found) > 2
    QTest.keyClick(field, Qt.Key.Key_Down)
    assert view.finder.current == found[1]
    QTest.keyClick(field, Qt.Key.Key_Up)
    QTest.keyClick(field, Qt.Key.Key_Up)
    assert view.finder.current == found[-1]
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert not field.isVisible()
    assert view.look.selection is None


def test_that_enter_on_nothing_found_keeps_the_field(view: TopologyView) -> None:
    view.hand.open_find()
    QTest.keyClicks(view.finder.field, "zzz")
    QTest.keyClick(view.finder.field, Qt.Key.Key_Return)
    assert view.finder.is_open
    assert view.finder.summary() == "nothing found"


def test_that_whole_names_are_found_before_beginnings_before_the_rest(region: Region) -> None:
    assert matches(findable(region.subsystems), "S3") == ("front-end", "placement", "index", "billing")
    assert matches(findable(region.subsystems), "status board") == ("status-board",)
    assert matches(findable(region.subsystems), "b")[0] == "billing"
    assert matches(findable(region.subsystems), "  ") == ()


def test_that_a_click_on_a_hint_does_what_it_says(view: TopologyView) -> None:
    from console.panels.topology.header_and_status import hint_spots

    spots = hint_spots(view.viewport.bars()[0])
    zoom = view.viewport.camera.zoom
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=spots[TopologyAction.ZOOM_IN].center().toPoint())
    assert view.viewport.camera.zoom > zoom
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=spots[TopologyAction.FIND].center().toPoint())
    assert view.finder.is_open


def test_that_focus_is_visible_on_the_title_and_on_the_selection(view: TopologyView, qtbot: QtBot) -> None:
    def has_focus_colour() -> bool:
        image = picture(view)
        return any(image.pixelColor(x, y) == view.drawing.theme.focus for x in range(120) for y in range(40))

    view.setFocus()
    qtbot.waitUntil(view.hasFocus)
    assert has_focus_colour()
    view.clearFocus()
    assert not has_focus_colour()


def test_that_a_screen_reader_hears_the_selected_node(view: TopologyView, state: State) -> None:
    assert view.accessibleName() == "Topology"
    assert view.accessibleDescription().startswith("4 subsystems · 2 external")
    view.look.select("index")
    assert "280 of 280 declared, floor 240: 40 above floor" in view.accessibleDescription()
    view.show_capacity(readings(state, BLOCKED))
    assert "280 → 230 of 280 declared, floor 240: 10 below floor" in view.accessibleDescription()


def test_that_the_view_draws_without_a_region_and_without_readings(qtbot: QtBot) -> None:
    made = TopologyView(load_theme("night"))
    qtbot.addWidget(made)
    made.resize(400, 300)
    assert not picture(made).isNull()
    press(made, Qt.Key.Key_F)
    press(made, Qt.Key.Key_Space)
    made.show_region(small_region())
    assert not picture(made).isNull()


def test_that_a_region_without_subsystems_can_be_looked_at(view: TopologyView, qtbot: QtBot) -> None:
    nothing = 'format = 1\n[region]\nname = "none"\nzones = ["az1"]\n[policy]\n'
    region = small_region(nothing)
    view.show_region(region)
    view.show_capacity(readings(state_of(region), None))
    for key in (
        Qt.Key.Key_F,
        Qt.Key.Key_Space,
        Qt.Key.Key_N,
        Qt.Key.Key_G,
        Qt.Key.Key_O,
        Qt.Key.Key_M,
        Qt.Key.Key_Home,
    ):
        QTest.keyClick(view, key)
        picture(view)
    assert view.look.summary().startswith("0 subsystems")


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_that_card_borders_are_crisp_at_every_scale(view: TopologyView, ratio: float) -> None:
    from PySide6.QtCore import QRectF

    assert view.drawing.canvas is not None
    view.drawing.canvas.draw(view.viewport.camera, QRectF(view.rect()), ratio)
    assert view.drawing.canvas.picture is not None
    image = view.drawing.canvas.picture.toImage()
    card = view.viewport.card_rect("lambda").translated(-view.drawing.canvas.area.topLeft())
    x = round(card.center().x() * ratio)
    column = [image.pixelColor(x, y) for y in range(round((card.top() - 4) * ratio), round((card.top() + 6) * ratio))]
    changes = [number for number in range(1, len(column)) if column[number] != column[number - 1]]
    assert column[0] == view.drawing.theme.ground
    assert column[-1] == view.drawing.theme.raised
    assert changes[-1] - changes[0] <= 2 * ratio + 1


def test_that_what_a_source_adds_to_the_graph_is_laid_out_though_the_description_is_the_same(
    qtbot: QtBot, view: TopologyView, region: Region
) -> None:
    known = Subsystem("frontend-9", external=True)
    more = replace(
        region,
        subsystems=(*region.subsystems, known),
        dependencies=(*region.dependencies, Dependency("frontend-9", "index", "soft")),
        index={},
    )
    view.show_region(more)
    qtbot.waitUntil(lambda: view.arrangement.scene is not None and "frontend-9" in view.arrangement.scene.outline.index)
    assert view.arrangement.is_of(replace(more, roster=region.roster))
    assert not view.arrangement.is_of(region)
