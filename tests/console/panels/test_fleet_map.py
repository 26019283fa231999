"""The fleet map: every server a cell of a picture, told of by pointer and keys, chosen as text that is never carried out."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QSize, QSizeF, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from console.kit.theme import THEMES, load_fonts, load_theme
from console.panels.fleet_map.drawing.labels import NAMES_FROM, paint_titles
from console.panels.fleet_map.keys import BINDINGS, MapAction
from console.panels.fleet_map.page import FleetMapPage
from console.panels.fleet_map.view import FleetMapView
from topology.command.grammar.syntax import Remove, RemoveServers
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.fleet.batches import batch_of
from topology.fleet.fleet import Fleet
from topology.fleet.state import State
from topology.fleet_map.arrangement import NOBODY
from topology.fleet_map.facts import ChoiceReach
from topology.fleet_map.marks import CellMark, ColourBy
from topology.planning.plan import Plan
from topology.planning.preview import preview
from topology.planning.selection.matching import matching, sort_out, spelled
from topology.region.description import read_region
from topology.region.region import Region
from topology.region.server_states import ServerState

TEXT = """
format = 1
[region]
name = "small"
zones = ["az1", "az2"]
[policy]
pace = "20/min"
largest_command = "90%"
[[subsystem]]
name = "index"
floor = 10
[[subsystem]]
name = "billing"
floor = 2
[[pool]]
name = "index"
count = 60
cells_per_zone = 2
servers_per_rack = 10
supports = ["index"]
[[pool]]
name = "shared"
count = 12
supports = ["billing", "index"]
"""


@pytest.fixture(scope="session", autouse=True)
def _typeface(qapp: QApplication) -> None:
    load_fonts()


@pytest.fixture
def region() -> Region:
    return read_region(TEXT, "region.toml")


@pytest.fixture
def state(region: Region) -> State:
    return State(region, Fleet(region), revision=1)


@pytest.fixture(params=THEMES)
def view(request: pytest.FixtureRequest, qtbot: QtBot, state: State) -> Iterator[FleetMapView]:
    made = FleetMapView(load_theme(str(request.param)), lambda: state)
    qtbot.addWidget(made)
    made.resize(900, 200)
    made.show_fleet(state, None)
    with qtbot.waitExposed(made):
        made.show()
    made.setFocus()
    yield made
    made.close()


def picture(view: FleetMapView) -> QImage:
    return view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def colour_at(view: FleetMapView, server: int) -> str:
    spot = view.viewport.centre_of(server).toPoint()
    return picture(view).pixelColor(spot).name()


def servers_of(region: Region, start: str) -> list[int]:
    return [number for number, name in enumerate(region.roster.names) if name.startswith(start)]


def planned(state: State, text: str) -> Plan:
    command = parse(text, vocabulary_of(state)).command
    assert isinstance(command, Remove)
    return preview(state, command)


def fail(state: State, servers: list[int]) -> None:
    state.fleet.apply(batch_of(state.revision + 1, 5.0, [(server, ServerState.FAILED) for server in servers]))


# ---- what it shows


def test_that_every_server_has_a_cell_of_its_own_in_its_zone(view: FleetMapView, region: Region) -> None:
    assert view.viewport.sheet is not None
    spots = {
        (view.viewport.centre_of(server).x(), view.viewport.centre_of(server).y())
        for server in range(len(region.roster))
    }
    assert len(spots) == len(region.roster)
    inside = view.viewport.view()
    assert all(inside.contains(QPoint(int(x), int(y))) for x, y in spots)
    zones = region.roster.cell_zone[region.roster.rack_cell[region.roster.rack]]
    right_of_az1 = max(view.viewport.centre_of(server).x() for server in np.flatnonzero(zones == 0).tolist())
    left_of_az2 = min(view.viewport.centre_of(server).x() for server in np.flatnonzero(zones == 1).tolist())
    assert right_of_az1 < left_of_az2


def test_that_a_failure_shows_in_its_cell_and_in_no_other(view: FleetMapView, state: State, region: Region) -> None:
    normal = [colour_at(view, server) for server in (0, 7, 20)]
    assert len(set(normal)) == 1
    fail(state, [7])
    view.show_fleet(state, None)
    assert colour_at(view, 7) != normal[0]
    assert [colour_at(view, server) for server in (0, 20)] == [normal[0]] * 2


def test_that_the_same_state_again_draws_nothing_anew(view: FleetMapView, state: State) -> None:
    picture(view)
    drawings = view.viewport.sheet.drawings  # type: ignore[union-attr]
    view.show_fleet(state, None)
    picture(view)
    assert view.viewport.sheet.drawings == drawings  # type: ignore[union-attr]


def test_that_nothing_moves_because_data_changed(view: FleetMapView, state: State, region: Region) -> None:
    before = [view.viewport.centre_of(server) for server in range(len(region.roster))]
    fail(state, list(range(0, len(region.roster), 3)))
    view.show_fleet(state, None)
    assert [view.viewport.centre_of(server) for server in range(len(region.roster))] == before


def test_that_the_plan_shows_who_would_leave_and_who_of_them_is_shared(
    view: FleetMapView, state: State, region: Region
) -> None:
    plan = planned(state, "remove 20 from index")
    view.show_fleet(state, plan)
    marks = view.viewport.sheet.marks.values  # type: ignore[union-attr]
    leaving = {region.roster.names.index(name) for name in plan.servers}
    shared = set(servers_of(region, "shared"))
    assert {CellMark(int(marks[server])) for server in leaving & shared} <= {CellMark.SHARED}
    assert {CellMark(int(marks[server])) for server in leaving - shared} <= {CellMark.PLANNED}
    assert not {CellMark.SHARED, CellMark.PLANNED} & {CellMark(int(marks[server])) for server in shared - leaving}
    assert view.viewport.sheet.marks.counts[[CellMark.PLANNED, CellMark.SHARED]].sum() == 20  # type: ignore[union-attr]
    view.colour_by(ColourBy.STATE)
    assert not view.viewport.sheet.marks.counts[[CellMark.PLANNED, CellMark.SHARED]].any()  # type: ignore[union-attr]


def test_that_a_lit_subsystem_stands_out(view: FleetMapView, region: Region) -> None:
    view.colour_by(ColourBy.SUBSYSTEM)
    view.light("billing")
    shared, other = servers_of(region, "shared")[0], servers_of(region, "index")[0]
    assert colour_at(view, shared) != colour_at(view, other)


# ---- telling


def test_that_pointer_and_keys_tell_the_same_of_a_server(view: FleetMapView, state: State, region: Region) -> None:
    fail(state, [3])
    view.show_fleet(state, None)
    QTest.mouseMove(view, view.viewport.centre_of(40).toPoint())
    QTest.mouseMove(view, view.viewport.centre_of(3).toPoint())
    hovered = view.telling.facts(view.hovered)
    QTest.keyClick(view, Qt.Key.Key_N)
    assert view.choice.cursor == 3
    assert view.telling.facts(view.choice.cursor) == hovered
    for fact in (region.roster.names[3], "az1", "index", "failed"):
        assert fact in hovered
    assert region.roster.names[3] in view.accessibleDescription()


def test_that_arrows_go_to_the_next_server(view: FleetMapView) -> None:
    QTest.keyClick(view, Qt.Key.Key_Home)
    first = view.choice.cursor
    QTest.keyClick(view, Qt.Key.Key_Right)
    second = view.choice.cursor
    assert view.viewport.centre_of(second).x() > view.viewport.centre_of(first).x()
    QTest.keyClick(view, Qt.Key.Key_Left)
    assert view.choice.cursor == first


def test_that_nothing_abnormal_is_said(view: FleetMapView, qtbot: QtBot) -> None:
    with qtbot.waitSignal(view.choosing.said) as heard:
        QTest.keyClick(view, Qt.Key.Key_N)
    assert heard.args == ["Every server that the map shows is normal."]


# ---- choosing writes command text


def meant(text: str, region: Region, state: State) -> set[int]:
    command = parse(text, vocabulary_of(state)).command
    if isinstance(command, RemoveServers):
        servers, others = sort_out(state, spelled(command.servers, 10**6), ServerState.IN_SERVICE)
        assert not others
        return set(servers.tolist())
    assert isinstance(command, Remove), text
    return set(matching(state, command).tolist())


def test_that_a_click_chooses_and_writes_nothing(view: FleetMapView, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(view.choosing.suggested):
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.viewport.centre_of(0).toPoint())
    assert view.choice.cursor == 0


def test_that_no_subsystem_is_written_that_the_server_does_not_serve(view: FleetMapView, qtbot: QtBot) -> None:
    region = view.viewport.sheet.region  # type: ignore[union-attr]
    serves = {region.subsystems[number].name for number, _ in region.roster.profiles[int(region.roster.profile[0])]}
    other = next(one.name for one in region.subsystems if one.name not in serves and not one.external)
    view.light(other)
    with qtbot.waitSignal(view.choosing.suggested) as heard:
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=view.viewport.centre_of(0).toPoint())
        QTest.keyClick(view, Qt.Key.Key_Return)
    assert other not in heard.args[0]  # type: ignore[index]


def test_that_a_double_click_writes_the_command_for_its_rack(
    view: FleetMapView, qtbot: QtBot, region: Region, state: State
) -> None:
    with qtbot.waitSignal(view.choosing.suggested) as heard:
        spot = view.viewport.centre_of(0).toPoint()
        QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=spot)
        QTest.mouseDClick(view, Qt.MouseButton.LeftButton, pos=spot)
    text = heard.args[0]  # type: ignore[index]
    rack = np.flatnonzero(region.roster.rack == region.roster.rack[0])
    assert meant(text, region, state) == set(rack.tolist())
    assert state.fleet.state.tolist() == region.roster.state.tolist()


def test_that_r_widens_what_enter_takes(view: FleetMapView, qtbot: QtBot, region: Region, state: State) -> None:
    QTest.keyClick(view, Qt.Key.Key_Home)
    counts = []
    for _ in range(4):
        with qtbot.waitSignal(view.choosing.suggested) as heard:
            QTest.keyClick(view, Qt.Key.Key_Return)
        counts.append((view.choice.reach, len(meant(heard.args[0], region, state))))  # type: ignore[index]
        QTest.keyClick(view, Qt.Key.Key_R)
    by_reach = dict(counts)
    assert by_reach[ChoiceReach.SERVER] == 1
    assert (
        by_reach[ChoiceReach.SERVER]
        <= by_reach[ChoiceReach.RACK]
        <= by_reach[ChoiceReach.CELL]
        <= by_reach[ChoiceReach.ZONE]
    )
    assert by_reach[ChoiceReach.ZONE] == 36


def test_that_a_dragged_area_is_said_as_its_servers(
    view: FleetMapView, qtbot: QtBot, region: Region, state: State
) -> None:
    first, last = view.viewport.centre_of(0).toPoint(), view.viewport.centre_of(0).toPoint() + QPoint(60, 40)
    with qtbot.waitSignal(view.choosing.suggested) as heard:
        QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=first)
        QTest.mouseMove(view, (first + last) / 2)
        QTest.mouseMove(view, last)
        QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=last)
        QTest.keyClick(view, Qt.Key.Key_Return)
    inside = view.choice.members(view.viewport.sheet.arrangement, state)  # type: ignore[union-attr]
    assert len(inside) > 1
    assert meant(heard.args[0], region, state) == set(inside.tolist())  # type: ignore[index]


def test_that_escape_chooses_nothing_and_goes_on(view: FleetMapView) -> None:
    QTest.keyClick(view, Qt.Key.Key_Home)
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert view.choice.cursor == NOBODY


# ---- going near


def test_that_the_wheel_goes_near_until_servers_carry_names(view: FleetMapView) -> None:
    spot = view.viewport.centre_of(5)
    before = view.viewport.cell_at(spot)
    view.viewport.zoom(3.0, spot - QPointF(view.viewport.view().topLeft()))
    assert view.viewport.cell_at(spot) == before
    view.viewport.fit()
    QTest.keyClick(view, Qt.Key.Key_Home)
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert view.viewport.camera.zoom >= NAMES_FROM
    near = picture(view)
    assert len({near.pixel(x, y) for x in range(0, 900, 3) for y in range(0, 160, 3)}) > 8
    QTest.keyClick(view, Qt.Key.Key_F)
    assert view.viewport.camera.zoom < NAMES_FROM


def test_that_every_act_has_a_key_with_a_line_of_help() -> None:
    assert {binding.action for binding in BINDINGS} == set(MapAction)
    assert all(binding.words for binding in BINDINGS)


@pytest.mark.parametrize("size", [QSize(400, 96), QSize(2560, 700)])
def test_that_the_map_is_laid_out_for_another_size(view: FleetMapView, qtbot: QtBot, size: QSize) -> None:
    view.resize(size)
    qtbot.waitUntil(lambda: not view._rest.isActive())
    inside = view.viewport.view()
    assert all(inside.contains(view.viewport.centre_of(server).toPoint()) for server in (0, 20, 50, 71))


# ---- the page


def test_that_the_page_does_no_work_while_it_is_hidden(qtbot: QtBot, state: State) -> None:
    page = FleetMapPage(load_theme("night"))
    qtbot.addWidget(page)
    page.show_view(state, None)
    assert not page._soon.isActive()
    assert page.map is None
    page.resize(800, 200)
    page.show()
    qtbot.waitUntil(lambda: page.map is not None)
    made = page.map
    assert made is not None
    page.hide()
    fail(state, [9])
    page.show_view(state, None)
    assert not page._soon.isActive()
    before = made.viewport.sheet.marks.values[9]  # type: ignore[union-attr]
    page.show()
    qtbot.waitUntil(lambda: made.viewport.sheet.marks.values[9] != before)  # type: ignore[union-attr]


def described(extra: str, *, servers: int) -> State:
    """Give a state of the region with another number of servers."""
    region = read_region(TEXT.replace("count = 60", f"count = {servers}") + extra, "r.toml")
    return State(region, Fleet(region), revision=2)


def test_that_what_changed_while_a_region_was_read_anew_is_painted(
    view: FleetMapView, region: Region, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = replace(region, index={})
    fresh = State(again, Fleet(again), revision=2)
    fail(fresh, [0])
    asked: list[tuple[object, ...]] = []
    monkeypatch.setattr(view, "update", lambda *part: asked.append(part))

    view.show_fleet(fresh, None)

    assert () in asked, "all of it, not a line alone"


@pytest.mark.parametrize("servers", [90, 12])
def test_that_another_description_is_laid_out_anew_and_the_keys_stay_on_their_server(
    qtbot: QtBot, state: State, servers: int
) -> None:
    page = FleetMapPage(load_theme("night"))
    qtbot.addWidget(page)
    page.show_view(state, None)
    page.resize(800, 200)
    page.show()
    qtbot.waitUntil(lambda: page.map is not None and page.map.viewport.sheet is not None)
    made = page.map
    assert made is not None
    QTest.keyClick(made, Qt.Key.Key_End)
    name = state.region.roster.names[made.choice.cursor]
    other = described("", servers=servers)
    page.show_view(other, None)
    # What the hand does before the new description is laid out tells nothing of servers that are other ones now.
    made.grab()
    QTest.keyClick(made, Qt.Key.Key_Return)
    assert made.telling.facts(made.choice.cursor) == ""
    qtbot.waitUntil(lambda: made.viewport.sheet.region is other.region)  # type: ignore[union-attr]
    assert made.choice.cursor == other.fleet.position.get(name, NOBODY)
    assert made.viewport.sheet is not None
    assert made.viewport.sheet.marks.counts.sum() == len(other.region.roster)
    made.grab()


def test_that_keys_on_a_server_that_is_gone_are_on_none(qtbot: QtBot, state: State) -> None:
    other = described("", servers=12)
    view = FleetMapView(load_theme("night"), lambda: other)
    qtbot.addWidget(view)
    view.resize(900, 200)
    view.show_fleet(state, None)
    view.choosing.put(max(servers_of(state.region, "index"), key=lambda one: state.region.roster.names[one]))
    view.show_fleet(other, None)
    assert view.choice.cursor == NOBODY
    view.grab()


def test_that_state_and_plan_that_change_together_are_shown_once(
    qtbot: QtBot, state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = FleetMapPage(load_theme("night"))
    qtbot.addWidget(page)
    page.show_view(state, None)
    page.resize(800, 200)
    page.show()
    qtbot.waitUntil(lambda: page.map is not None and not page._soon.isActive())
    shown: list[tuple[object, ...]] = []
    monkeypatch.setattr(page.map, "show_fleet", lambda *told: shown.append(told))
    for _ in range(5):
        page.show_view(state, None)
    assert shown == []
    qtbot.waitUntil(lambda: not page._soon.isActive())
    assert shown == [(state, None)]


@pytest.mark.parametrize("height", [52, 76, 110, 260])
def test_that_no_title_is_written_over_servers_however_low_the_view_is(
    view: FleetMapView, qtbot: QtBot, height: int
) -> None:
    view.show_fleet(described("", servers=9000), None)
    view.resize(560, height)
    qtbot.waitUntil(lambda: view.viewport.sheet is not None and view.viewport.fitted)
    view.viewport.rearrange()
    sheet, camera = view.viewport.sheet, view.viewport.camera
    assert sheet is not None
    room = view.viewport.view()
    image = QImage(room.size(), QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.magenta)
    painter = QPainter(image)
    paint_titles(painter, sheet, camera, QSizeF(room.size()), load_theme("night"))
    painter.end()
    for left, top, wide, high in sheet.arrangement.racks.tolist():
        square = camera.view_rect(left, top, wide, high).toAlignedRect().intersected(image.rect())
        middle = square.center().y()
        for x in range(square.left(), square.right(), 2):
            assert image.pixelColor(x, middle) == Qt.GlobalColor.magenta
