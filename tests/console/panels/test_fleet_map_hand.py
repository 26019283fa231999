"""What wheel, keys and pointer do on the fleet map, with real events; and what is then written on it."""

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import resources
from console.kit.theme import load_fonts, load_theme
from console.panels.fleet_map.drawing.labels import RACK_NAMES_FROM, title_height
from console.panels.fleet_map.view import FleetMapView
from topology.fleet.batches import batch_of
from topology.fleet.fleet import Fleet
from topology.fleet.state import State
from topology.fleet_map.arrangement import NOBODY
from topology.fleet_map.marks import CellMark, ColourBy
from topology.region.description import read_region
from topology.region.server_states import ServerState


@pytest.fixture(scope="module")
def state() -> State:
    load_fonts()
    region = read_region(resources.text("regions/s3-us-east-1/region.toml"), "embedded")
    return State(region, Fleet(region), revision=1)


@pytest.fixture
def view(qtbot: QtBot, state: State) -> Iterator[FleetMapView]:
    load_fonts()
    made = FleetMapView(load_theme("night"), lambda: state)
    qtbot.addWidget(made)
    made.resize(900, 300)
    made.show_fleet(state, None)
    with qtbot.waitExposed(made):
        made.show()
    made.setFocus()
    yield made
    made.close()


def wheel(view: FleetMapView, at: QPointF, turns: int) -> None:
    event = QWheelEvent(
        at,
        QPointF(view.mapToGlobal(at.toPoint())),
        QPoint(),
        QPoint(0, 120 * turns),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


def drag(view: FleetMapView, button: Qt.MouseButton, first: QPoint, last: QPoint) -> None:
    QTest.mousePress(view, button, pos=first)
    QTest.mouseMove(view, (first + last) / 2)
    QTest.mouseMove(view, last)
    QTest.mouseRelease(view, button, pos=last)


def test_that_the_wheel_zooms_at_the_pointer_and_back_to_all_of_it(view: FleetMapView) -> None:
    all_of_it = view.viewport.camera
    spot = view.viewport.centre_of(700)
    for _ in range(6):
        wheel(view, spot, 2)
    assert view.viewport.camera.zoom > 5 * all_of_it.zoom
    assert view.viewport.server_at(spot) == 700
    for _ in range(20):
        wheel(view, QPointF(40, 40), -2)
    assert view.viewport.camera == all_of_it


def test_that_plus_and_minus_zoom_about_the_server_that_the_keys_are_on(view: FleetMapView) -> None:
    QTest.keyClick(view, Qt.Key.Key_Home)
    before = view.viewport.camera.zoom
    QTest.keyClicks(view, "++++")
    near = view.viewport.camera.zoom
    assert near > 2 * before
    assert view.viewport.view().contains(view.viewport.centre_of(view.choice.cursor).toPoint())
    QTest.keyClicks(view, "--")
    assert before < view.viewport.camera.zoom < near


@pytest.mark.parametrize("button", [Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton])
def test_that_the_other_buttons_pan(view: FleetMapView, qtbot: QtBot, button: Qt.MouseButton) -> None:
    wheel(view, view.viewport.centre_of(700), 10)
    before = view.viewport.centre_of(700)
    with qtbot.assertNotEmitted(view.choosing.suggested):
        drag(view, button, QPoint(400, 150), QPoint(330, 120))
    assert view.viewport.centre_of(700) - before == QPointF(-70, -30)


def test_that_control_and_arrows_pan(view: FleetMapView) -> None:
    wheel(view, view.viewport.centre_of(700), 10)
    before = view.viewport.centre_of(700)
    QTest.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ControlModifier)
    assert view.viewport.centre_of(700).x() < before.x()
    assert view.choice.cursor == -1


def test_that_a_click_on_the_title_of_a_zone_takes_the_zone(view: FleetMapView, qtbot: QtBot, state: State) -> None:
    assert view.viewport.sheet is not None
    zone = view.viewport.camera.view_rect(*view.viewport.sheet.arrangement.zones[1].tolist())
    spot = QPointF(zone.left() + 10, zone.top() - title_height() / 2) + QPointF(view.viewport.view().topLeft())
    with qtbot.waitSignal(view.choosing.suggested) as heard:
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=spot.toPoint())
        QTest.keyClick(view, Qt.Key.Key_Return)
    text = heard.args[0]  # type: ignore[index]
    assert text.startswith("remove all from ")
    assert text.endswith(f" in {state.region.roster.zones[1]}")


def test_that_shift_and_arrows_mark_out_an_area_that_is_told(view: FleetMapView, qtbot: QtBot) -> None:
    QTest.keyClick(view, Qt.Key.Key_Home)
    QTest.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert "area of 4 servers" in view.accessibleDescription()
    with qtbot.waitSignal(view.choosing.suggested) as heard:
        QTest.keyClick(view, Qt.Key.Key_Return)
    assert heard.args[0].startswith("remove ")  # type: ignore[index]


def test_that_l_goes_through_the_subsystems_of_the_server_and_then_to_none(
    view: FleetMapView, state: State, qtbot: QtBot
) -> None:
    view.lit_chosen.connect(view.light)
    with qtbot.waitSignal(view.choosing.said):
        QTest.keyClick(view, Qt.Key.Key_L)
    QTest.keyClick(view, Qt.Key.Key_Home)
    names = [state.region.subsystems[number].name for number in state.fleet.subsystems_of(0)]
    assert len(names) > 1
    seen = []
    for _ in range(len(names) + 2):
        QTest.keyClick(view, Qt.Key.Key_L)
        seen.append(view.choosing.lit)
    assert seen == [*names, "", names[0]]
    assert view.viewport.sheet is not None
    assert view.viewport.sheet.marks.counts[CellMark.LIT] == state.region.listed[state.region.index[names[0]]]


def test_that_a_click_in_the_legend_lets_a_subsystem_stand_out_and_another_click_no_longer(view: FleetMapView) -> None:
    view.lit_chosen.connect(view.light)
    view.colour_by(ColourBy.SUBSYSTEM)
    view.grab()
    line = view.viewport.line()
    spot = QPoint(14, int(line.center().y()))
    largest = view.viewport.sheet.marks.groups[0][0]  # type: ignore[union-attr]
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=spot)
    assert view.choosing.lit == largest
    view.grab()
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=spot)
    assert view.choosing.lit == ""


def test_that_a_click_on_a_state_in_the_legend_takes_no_selection_back(view: FleetMapView, state: State) -> None:
    state.fleet.apply(batch_of(2, 1.0, [(5, ServerState.FAILED)]))
    view.show_fleet(state, None)
    chosen: list[str] = []
    view.lit_chosen.connect(chosen.append)
    for lit in ("", "index"):
        view.light(lit)
        view.grab()
        spot = view.bar._legend_spots[CellMark.FAILED].center().toPoint()
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=spot)
    assert chosen == []


def test_that_another_size_keeps_what_one_has_gone_near_to(view: FleetMapView, qtbot: QtBot) -> None:
    QTest.keyClick(view, Qt.Key.Key_End)
    QTest.keyClick(view, Qt.Key.Key_Space)
    server, zoom = view.choice.cursor, view.viewport.camera.zoom
    view.resize(870, 296)
    qtbot.waitUntil(lambda: not view._rest.isActive())
    assert view.viewport.camera.zoom == zoom
    assert view.viewport.view().contains(view.viewport.centre_of(server).toPoint())
    view.choosing.put(NOBODY)
    view.resize(1200, 300)
    qtbot.waitUntil(lambda: not view._rest.isActive())
    assert view.viewport.camera.zoom == zoom
    view.viewport.fit()
    view.resize(900, 300)
    qtbot.waitUntil(lambda: not view._rest.isActive())
    assert view.viewport.fitted


def test_that_the_words_on_the_right_of_the_line_choose_what_colours_tell(view: FleetMapView) -> None:
    spots = view.bar.spots(view.viewport.line())
    for by in ColourBy:
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=spots[by].center().toPoint())
        assert view.by is by


@pytest.mark.parametrize("width", [320, 500, 900])
def test_that_the_legend_keeps_what_is_not_normal_where_it_has_no_room_for_all(view: FleetMapView, width: int) -> None:
    legend = tuple((mark, f"1,234 {mark.name.lower()}") for mark in CellMark if mark is not CellMark.NOBODY)
    kept = view.bar._kept(legend, width)
    assert {mark for mark, _ in legend if mark >= CellMark.JOINING} <= {mark for mark, _ in kept}
    assert [entry for entry in legend if entry in kept] == list(kept)


def test_that_racks_carry_their_names_when_they_are_near(view: FleetMapView) -> None:
    QTest.keyClick(view, Qt.Key.Key_Home)
    corner = view.viewport.centre_of(0).toPoint()
    view.viewport.zoom(RACK_NAMES_FROM * 1.5 / view.viewport.camera.zoom)
    view.choosing.bring(0)
    assert view.viewport.sheet is not None
    rack = view.viewport.camera.view_rect(*view.viewport.sheet.arrangement.racks[0].tolist())
    spot = rack.topLeft() + QPointF(view.viewport.view().topLeft()) + QPointF(3, 3)
    image = view.grab().toImage()
    plate = image.pixelColor(spot.toPoint())
    assert plate == view.theme.panel
    ink = {
        image.pixelColor(x, y).lightness()
        for x in range(int(spot.x()), int(spot.x()) + 26)
        for y in range(int(spot.y()), int(spot.y()) + 9)
    }
    assert max(ink) - plate.lightness() > 60
    assert corner != view.viewport.centre_of(0).toPoint()


def test_that_the_title_at_the_edge_says_which_rack_fills_the_view(view: FleetMapView, state: State) -> None:
    from console.panels.fleet_map.drawing.labels import _common_place

    QTest.keyClick(view, Qt.Key.Key_End)
    last = view.choice.cursor
    room = QPointF(view.viewport.view().width(), view.viewport.view().height())
    assert view.viewport.sheet is not None
    view.viewport.zoom(160 / view.viewport.camera.zoom)
    view.choosing.bring(last)
    size = view.viewport.view().size().toSizeF()
    racks = {int(state.region.roster.rack[one]) for one in seen(view, room)}
    zone = len(state.region.roster.zones) - 1
    said = _common_place(view.viewport.sheet, view.viewport.camera, size, zone)
    if len(racks) == 1:
        assert said == "/".join(state.region.roster.racks[racks.pop()])
    assert said.startswith("az6/c3")
    view.viewport.fit()
    assert _common_place(view.viewport.sheet, view.viewport.camera, size, zone) == ""


def seen(view: FleetMapView, room: QPointF) -> list[int]:
    assert view.viewport.sheet is not None
    left, top = view.viewport.camera.to_cell(QPointF(0, 0))
    right, bottom = view.viewport.camera.to_cell(room)
    return view.viewport.sheet.arrangement.inside(left, top, right, bottom).tolist()
