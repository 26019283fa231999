"""The topology of a big region: seen from afar, in boxes, with a focus or a way, and what lies out of view."""

import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QInputDialog
from pytestqt.qtbot import QtBot

from console.kit.theme import load_fonts, load_theme, ui_font
from console.panels.topology import TopologyView, readings
from console.panels.topology.cards.boxes import condensed
from console.panels.topology.cards.readings import NO_VERDICT
from console.panels.topology.drawing.attention import MOST_RINGS
from console.panels.topology.drawing.labels import Wanted, place
from console.panels.topology.drawing.legend import place as legend_place
from console.panels.topology.drawing.minimap import Minimap, _kept_within
from console.panels.topology.drawing.off_screen import OffScreenArrow
from console.panels.topology.drawing.saving import LARGEST, SaveError, ask_where, size_of
from console.panels.topology.header_and_status import HINTS, fitting, hint_spots
from console.panels.topology.keys import TopologyAction
from console.panels.topology.looking import ViewHistory, ViewState
from topology.fleet.batches import batch_of
from topology.fleet.fleet import Fleet
from topology.fleet.state import State
from topology.graph.outline import boxes_of, outline_of
from topology.planning.plan import Effect, Impact, Plan, ScopeVerdict, Verdict
from topology.region.description import read_region
from topology.region.region import Region
from topology.region.scope import WHOLE
from topology.region.server_states import ServerState

SERVICES, EACH = 12, 8


def pointers(view: TopologyView) -> list[OffScreenArrow]:
    return view.drawing.pointers(view.viewport.camera, view.viewport.room())


def minimap_of(view: TopologyView) -> Minimap | None:
    return view.drawing.minimap(view.viewport.camera, view.viewport.room())


def find(view: TopologyView, text: str) -> tuple[str, ...]:
    view.finder.search(text)
    return view.finder.found


def big_region(services: int = SERVICES, each: int = EACH, cycle: bool = False) -> Region:
    """Make services of a front end that needs its parts in a row, each front end needing the next service's."""
    lines = ["format = 1", "[region]", 'name = "big"', 'zones = ["az1", "az2"]', "[policy]"]
    for service in range(services):
        for part in range(each):
            name = f"s{service}-p{part}"
            lines += ["[[subsystem]]", f'name = "{name}"', f'service = "s{service}"', "floor = 3"]
            lines += ["[[pool]]", f'name = "{name}"', "count = 6", f'supports = ["{name}"]']
            if part:
                lines += ["[[dependency]]", f'from = "s{service}-p{part - 1}"', f'to = "{name}"']
        if service:
            lines += ["[[dependency]]", f'from = "s{service - 1}-p0"', f'to = "s{service}-p0"']
    if cycle:
        lines += ["[[dependency]]", 'from = "s3-p2"', 'to = "s3-p1"']
    return read_region("\n".join(lines), "big.toml")


def state_of(region: Region, failed: tuple[str, ...] = ()) -> State:
    state = State(region, Fleet(region), revision=1)
    if failed:
        servers = [number for number, name in enumerate(region.roster.names) if name.startswith(failed)]
        state.fleet.apply(batch_of(2, 1.0, [(server, ServerState.FAILED) for server in servers]))
    return state


def plan_on(name: str, impacted: tuple[Impact, ...] = ()) -> Plan:
    effect = Effect(name, WHOLE, 6, 5, 1, 6, 3, -2, ScopeVerdict.BREAKS, named=True)
    return Plan(f"remove 5 from {name}", "remove", 1, Verdict.BLOCKED, (), (effect,), impacted, (), None, (), "")


@pytest.fixture(scope="session", autouse=True)
def _typeface(qapp: object) -> None:
    load_fonts()


@pytest.fixture
def region() -> Region:
    return big_region()


@pytest.fixture
def view(qtbot: QtBot, region: Region) -> Iterator[TopologyView]:
    yield from shown(qtbot, region)


def shown(qtbot: QtBot, region: Region, theme: str = "night") -> Iterator[TopologyView]:
    made = TopologyView(load_theme(theme))
    qtbot.addWidget(made)
    made.resize(900, 560)
    made.show_region(region)
    made.show_capacity(readings(state_of(region), None))
    made.show()
    qtbot.waitExposed(made)
    qtbot.waitUntil(lambda: made.arrangement.laying_out is None)
    made.setFocus()
    yield made
    made.close()


def picture(view: TopologyView) -> QImage:
    return view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)


def colours_in(image: QImage, rect: QRectF) -> set[str]:
    return {
        image.pixelColor(x, y).name()
        for x in range(max(int(rect.left()), 0), min(int(rect.right()) + 1, image.width()))
        for y in range(max(int(rect.top()), 0), min(int(rect.bottom()) + 1, image.height()))
    }


def far_of(view: TopologyView) -> None:
    """Zoom until cards are painted from afar."""
    while not view.drawing.canvas.is_overview_at(view.viewport.camera.zoom):  # type: ignore[union-attr]
        view.viewport.zoom(0.8)
    view.drawing.canvas.forget()  # type: ignore[union-attr]


# ---- from afar


def test_that_a_card_is_still_a_tank_from_afar(view: TopologyView) -> None:
    far_of(view)
    colours = colours_in(picture(view), view.viewport.card_rect("s5-p3"))
    assert {view.drawing.theme.water.name(), view.drawing.theme.floor.name()} <= colours
    assert view.drawing.theme.alarm.name() not in colours


def test_that_what_is_below_its_floor_is_larger_and_named_from_afar(view: TopologyView, region: Region) -> None:
    far_of(view)
    view.viewport.zoom(0.5)
    view.drawing.canvas.forget()  # type: ignore[union-attr]
    calm = picture(view)
    card = view.viewport.card_rect("s5-p3")
    view.show_capacity(readings(state_of(region, ("s5-p3",)), None))
    alarmed = picture(view)
    around = card.adjusted(-4, -4, 4, 4)
    alarm = view.drawing.theme.alarm.name()
    assert alarm not in colours_in(calm, around)
    assert alarm in colours_in(alarmed, around)
    labels = {label.text for label in view.drawing._emphasis.labels}  # type: ignore[union-attr]
    assert "s5-p3 −3" in labels


def test_that_a_change_from_afar_repaints_its_card_only_and_looks_as_if_all_was_painted(
    view: TopologyView, region: Region
) -> None:
    far_of(view)
    picture(view)
    drawings = view.drawing.canvas.drawings  # type: ignore[union-attr]
    state = state_of(region)
    servers = [number for number, name in enumerate(region.roster.names) if name.startswith("s5-p3")][:2]
    state.fleet.apply(batch_of(2, 1.0, [(server, ServerState.FAILED) for server in servers]))
    view.show_capacity(readings(state, None))
    patched = picture(view)
    assert view.drawing.canvas.drawings == drawings  # type: ignore[union-attr]
    assert view.drawing.canvas.patches == 1  # type: ignore[union-attr]
    view.drawing.canvas.forget()  # type: ignore[union-attr]
    assert picture(view) == patched


def test_that_a_long_pan_draws_strips_and_looks_as_if_all_was_painted(view: TopologyView) -> None:
    view.viewport.zoom(1.6)
    view.drawing.canvas.forget()  # type: ignore[union-attr] # on a slow machine it would be drawn anew only later
    picture(view)
    drawings = view.drawing.canvas.drawings  # type: ignore[union-attr]
    for _ in range(60):
        view.viewport.pan(QPointF(-7, -3))
        picture(view)
    assert view.drawing.canvas.drawings == drawings  # type: ignore[union-attr]
    assert view.drawing.canvas.advances > 0  # type: ignore[union-attr]
    went = picture(view)
    view.drawing.canvas.forget()  # type: ignore[union-attr]
    fresh = picture(view)
    same = np.frombuffer(went.constBits(), np.uint8) == np.frombuffer(fresh.constBits(), np.uint8)
    assert same.mean() > 0.998


def test_that_names_are_never_written_over_each_other() -> None:
    view = QRectF(0, 0, 300, 200)
    white = load_theme("night").text
    wanted = [Wanted(f"name-{number}", QPointF(20 + number * 9 % 260, number * 7 % 180), white) for number in range(90)]
    labels = place(wanted, view)
    assert 5 < len(labels) < 90
    for number, one in enumerate(labels):
        assert view.contains(one.box)
        assert not any(one.box.intersects(other.box) for other in labels[:number])


def test_that_what_is_taken_out_of_view_keeps_no_name_away() -> None:
    white = load_theme("night").text
    wanted = [Wanted("a", QPointF(50, y), white) for y in (10, 60, 110)]
    beyond = [QRectF(-40, -60, 15, 10), QRectF(-40, 60, 15, 10), QRectF(50, -60, 15, 10), QRectF(900, 900, 15, 10)]
    assert len(place(wanted, QRectF(0, 0, 300, 200), beyond)) == 3


def test_that_a_shortfall_written_from_afar_follows_the_data(view: TopologyView, region: Region) -> None:
    far_of(view)
    state = state_of(region)
    servers = [number for number, name in enumerate(region.roster.names) if name.startswith("s5-p3-")]
    said = []
    for gone in (4, 6):
        state.fleet.apply(batch_of(2 + gone, 1.0, [(server, ServerState.FAILED) for server in servers[:gone]]))
        view.show_capacity(readings(state, None))
        picture(view)
        said.append([label.text for label in view.drawing._emphasis.labels if label.text.startswith("s5-p3")])  # type: ignore[union-attr]
    assert said == [["s5-p3 −1"], ["s5-p3 −3"]]


def test_that_the_small_map_and_names_follow_what_is_hidden(view: TopologyView) -> None:
    far_of(view)
    scene = view.arrangement.scene
    assert scene is not None
    seen = {scene.version}
    for name in scene.names[:20]:
        scene.hide({name})
        seen.add(scene.version)
        scene.pin(name, QPointF(5, 5))
        seen.add(scene.version)
    assert len(seen) == 41


def test_that_no_name_is_cut_by_the_border_of_the_view() -> None:
    white, view = load_theme("night").text, QRectF(0, 0, 200, 100)
    wanted = [Wanted("a-long-name", QPointF(x, y), white) for x in range(-90, 300, 23) for y in range(-40, 150, 17)]
    labels = place(wanted, view.adjusted(-100, -50, 100, 50), frame=view)
    assert {view.contains(label.box) for label in labels} == {True, False}
    assert all(view.contains(label.box) or not view.intersects(label.box) for label in labels)


def test_that_a_name_with_several_places_is_written_once() -> None:
    white = load_theme("night").text
    wanted = [Wanted("a", QPointF(50, y), white, of=7) for y in (10, 60, 110)]
    assert len(place(wanted, QRectF(0, 0, 300, 200))) == 1


# ---- boxes


def test_that_closing_a_service_makes_one_card_of_it_with_the_worst_inside(
    view: TopologyView, region: Region, qtbot: QtBot
) -> None:
    view.show_capacity(readings(state_of(region, ("s2-p4",)), None))
    view.look.select("s2-p1")
    QTest.keyClick(view, Qt.Key.Key_G)
    qtbot.waitUntil(lambda: view.arrangement.laying_out is None)
    assert view.look.selection == "service:s2"
    assert "s2-p1" not in view.arrangement.scene.index  # type: ignore[union-attr]
    said = view.told("service:s2").line()
    assert "8 inside, 5 not as they should be" in said
    assert "worst: s2-p4" in said
    QTest.keyClick(view, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.arrangement.laying_out is None)
    assert "s2-p1" in view.arrangement.scene.index  # type: ignore[union-attr]


def test_that_a_box_counts_its_troubled_anew_though_the_worst_stays(
    view: TopologyView, region: Region, qtbot: QtBot
) -> None:
    view.look.select("s3-p1")
    QTest.keyClick(view, Qt.Key.Key_G)
    laid_out(view, qtbot)
    pictures = []
    for failed in (("s3-p1-",), ("s3-p1-", "s3-p5-0001", "s3-p5-0002", "s3-p5-0003")):
        view.show_capacity(readings(state_of(region, failed), None))
        pictures.append((picture(view), view.accessibleDescription()))
    assert pictures[0][1] != pictures[1][1]
    assert pictures[0][0] != pictures[1][0]


def test_that_all_services_close_and_open_with_one_key(view: TopologyView) -> None:
    QTest.keyClick(view, Qt.Key.Key_G, Qt.KeyboardModifier.ShiftModifier)
    assert len(view.arrangement.scene.names) == SERVICES  # type: ignore[union-attr]
    assert "12 boxes closed" in view.look.summary()
    QTest.keyClick(view, Qt.Key.Key_G, Qt.KeyboardModifier.ShiftModifier)
    assert len(view.arrangement.scene.names) == SERVICES * EACH  # type: ignore[union-attr]


def test_that_a_cycle_of_a_big_region_is_a_closed_box_until_it_is_opened(qtbot: QtBot) -> None:
    for view in shown(qtbot, big_region(cycle=True)):
        assert view.arrangement.closed == {"cycle:s3-p1"}
        view.look.select("s3-p2")
        assert view.look.selection == "cycle:s3-p1"
        QTest.keyClick(view, Qt.Key.Key_G)
        assert not view.arrangement.closed
        assert view.look.selection is not None
        view.look.select("s3-p2")
        QTest.keyClick(view, Qt.Key.Key_G)
        assert view.arrangement.closed == {"cycle:s3-p1"}


def test_that_the_box_of_what_is_found_is_opened(view: TopologyView, qtbot: QtBot) -> None:
    QTest.keyClick(view, Qt.Key.Key_G, Qt.KeyboardModifier.ShiftModifier)
    QTest.keyClicks(view, "/")
    QTest.keyClicks(view.finder.field, "s7-p5")
    QTest.keyClick(view.finder.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: view.arrangement.laying_out is None)
    assert view.look.selection == "s7-p5"
    assert "service:s7" not in view.arrangement.closed


def test_that_condensing_speaks_for_the_worst_and_loses_no_impact(region: Region, view: TopologyView) -> None:
    impact = Impact("s4-p2", ("s4-p2", "s4-p3"))
    QTest.keyClick(view, Qt.Key.Key_G, Qt.KeyboardModifier.ShiftModifier)
    rows = condensed(readings(state_of(region), plan_on("s4-p3", (impact,))), view.arrangement.scene.outline)  # type: ignore[union-attr]
    box = rows["service:s4"]
    assert (box.speaks_for, box.troubled, box.inside, box.impacted) == ("s4-p3", 2, 8, impact.because)
    assert box.touched
    assert rows["service:s5"].recedes


# ---- finding the way


def test_that_a_focus_draws_the_neighbours_only_and_says_what_is_hidden(view: TopologyView) -> None:
    before = view.viewport.centre_of("s5-p0"), view.viewport.camera
    view.look.select("s5-p0")
    QTest.keyClick(view, Qt.Key.Key_H)
    drawn = {name for name in view.arrangement.scene.names if name not in view.arrangement.scene.hidden}  # type: ignore[union-attr]
    assert drawn == {"s5-p0", "s4-p0", "s6-p0", "s5-p1"}
    assert "92 of 96 hidden · s5-p0 and 1 hop up and down · Esc shows all" in view.look.summary()
    QTest.keyClick(view, Qt.Key.Key_D)
    QTest.keyClicks(view, "]")
    assert view.look.focus is not None
    assert view.look.focus.hops == 2
    drawn = {name for name in view.arrangement.scene.names if name not in view.arrangement.scene.hidden}  # type: ignore[union-attr]
    assert drawn == {"s5-p0", "s5-p1", "s5-p2", "s6-p0", "s6-p1", "s7-p0"}
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert not view.arrangement.scene.hidden  # type: ignore[union-attr]
    assert view.look.selection == "s5-p0"
    view.viewport.fit()
    assert (view.viewport.centre_of("s5-p0"), view.viewport.camera) == before


def test_that_hidden_cards_are_neither_painted_nor_hit(view: TopologyView) -> None:
    view.look.select("s5-p0")
    spot = QRectF(view.viewport.card_rect("s9-p3"))
    assert view.viewport.card_at(spot.center()) == "s9-p3"
    view.look.set_focus(__import__("console.panels.topology.looking", fromlist=["Focus"]).Focus("s5-p0"), fit=False)
    assert view.viewport.card_at(spot.center()) is None
    assert view.drawing.theme.water.name() not in colours_in(picture(view), spot)


def test_that_a_way_between_two_nodes_is_shown(view: TopologyView) -> None:
    view.look.select("s1-p0")
    QTest.keyClick(view, Qt.Key.Key_W)
    QTest.keyClicks(view.finder.field, "s3-p2")
    QTest.keyClick(view.finder.field, Qt.Key.Key_Return)
    assert view.look.way == ("s1-p0", "s2-p0", "s3-p0", "s3-p1", "s3-p2")
    assert "s1-p0 → s2-p0 → s3-p0 → s3-p1 → s3-p2" in view.look.summary()
    assert view.drawing.theme.focus.name() in colours_in(
        picture(view), view.viewport.card_rect("s3-p1").adjusted(-6, -6, 6, 6)
    )
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert view.look.way == ()


def test_that_a_way_that_is_not_there_is_said(view: TopologyView) -> None:
    view.look.select("s1-p4")
    QTest.keyClick(view, Qt.Key.Key_W)
    QTest.keyClicks(view.finder.field, "s9-p4")
    QTest.keyClick(view.finder.field, Qt.Key.Key_Return)
    assert view.look.way == ()
    assert view.finder.is_open
    assert view.finder.summary() == "neither needs the other: s1-p4, s9-p4"


def test_that_n_goes_to_what_is_abnormal_and_alt_left_back(view: TopologyView, region: Region) -> None:
    view.show_capacity(readings(state_of(region, ("s2-p7", "s9-p1")), None))
    troubled = [view.arrangement.scene.names[number] for number in view.drawing.troubled()]  # type: ignore[union-attr]
    assert set(troubled) >= {"s2-p7", "s9-p1", "s2-p6", "s9-p0"}
    start = view.look.now
    QTest.keyClick(view, Qt.Key.Key_N)
    assert view.look.selection == troubled[0]
    QTest.keyClick(view, Qt.Key.Key_N)
    assert view.look.selection == troubled[1]
    QTest.keyClick(view, Qt.Key.Key_N, Qt.KeyboardModifier.ShiftModifier)
    assert view.look.selection == troubled[0]
    for _ in range(3):
        QTest.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert view.look.now == start
    QTest.keyClick(view, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
    assert view.look.selection == troubled[0]


def test_that_history_forgets_what_was_ahead_when_another_way_is_taken(view: TopologyView) -> None:
    history = ViewHistory()
    one, two, three = (ViewState(view.viewport.camera, selection=name) for name in ("a", "b", "c"))
    history.leave(one)
    assert history.back(two) == one
    history.leave(one)
    assert history.forward(three) is None
    assert history.back(three) == one
    assert history.back(one) is None


def test_that_a_finding_is_found_by_its_code(view: TopologyView) -> None:
    view.finder.codes = {"s6-p2": ("floor", "tight")}
    assert find(view, "floo") == ("s6-p2",)
    assert find(view, "floor-plan") == ()


# ---- the plan


def test_that_an_arrow_says_what_the_plan_breaks_out_of_view_and_goes_there(view: TopologyView, region: Region) -> None:
    view.viewport.zoom(6)
    view.viewport.centre_on(view.arrangement.scene.shape.cards["s0-p0"].center())  # type: ignore[union-attr]
    assert pointers(view) == []
    view.show_capacity(readings(state_of(region), plan_on("s11-p7")))
    (arrow,) = pointers(view)
    assert arrow.name == "s11-p7"
    assert "2 below floor" in arrow.words
    assert arrow.is_alarm
    assert view.drawing.theme.alarm.name() in colours_in(picture(view), arrow.box)
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=arrow.box.center().toPoint())
    assert view.look.selection == "s11-p7"
    assert view.viewport.room().contains(view.viewport.card_rect("s11-p7"))
    assert pointers(view) == []


def test_that_o_goes_where_the_arrow_points(view: TopologyView, region: Region) -> None:
    view.viewport.zoom(6)
    view.show_capacity(readings(state_of(region), plan_on("s11-p7")))
    view.viewport.centre_on(view.arrangement.scene.shape.cards["s0-p0"].center())  # type: ignore[union-attr]
    QTest.keyClick(view, Qt.Key.Key_O)
    assert view.look.selection == "s11-p7"


def test_that_the_small_map_is_there_when_something_is_out_of_view_and_goes_where_it_is_clicked(
    view: TopologyView,
) -> None:
    assert minimap_of(view) is None
    view.viewport.zoom(4)
    minimap = minimap_of(view)
    assert minimap is not None
    place_of_map = minimap.place(view.viewport.room())
    spot = place_of_map.center() + QPointF(0, -place_of_map.height() / 3)
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=spot.toPoint())
    middle = view.viewport.camera.to_scene(view.viewport.room().center())
    off = (middle - minimap.to_scene(spot, view.viewport.room())).manhattanLength()
    assert off < 0.02 * view.arrangement.scene.shape.bounds.height()  # type: ignore[union-attr]
    QTest.keyClick(view, Qt.Key.Key_M)
    assert minimap_of(view) is None


def test_that_the_legend_comes_and_goes_with_a_key(view: TopologyView) -> None:
    box = legend_place(view.viewport.room())
    before = colours_in(picture(view), box)
    QTest.keyClick(view, Qt.Key.Key_L)
    assert view.drawing.theme.alarm.name() in colours_in(picture(view), box)
    QTest.keyClick(view, Qt.Key.Key_Escape)
    assert colours_in(picture(view), box) == before


# ---- laying out


def test_that_a_big_layout_does_not_hold_the_window_up(qtbot: QtBot) -> None:
    view = TopologyView(load_theme("night"))
    qtbot.addWidget(view)
    region = big_region(45, 8)
    view.resize(900, 560)
    view.show_region(region)
    assert view.arrangement.laying_out is not None
    assert view.arrangement.scene is None
    view.show_capacity(readings(state_of(region), None))
    view.look.select("s3-p3")
    view.grab()
    qtbot.waitUntil(lambda: view.arrangement.laying_out is None, timeout=20_000)
    assert len(view.arrangement.scene.names) == 360  # type: ignore[union-attr]
    assert view.drawing.canvas.readings["s3-p3"].in_service == 6  # type: ignore[union-attr]


def test_that_a_layout_for_another_region_is_dropped(qtbot: QtBot) -> None:
    view = TopologyView(load_theme("night"))
    qtbot.addWidget(view)
    view.show_region(big_region(45, 8))
    small = read_region(
        'format = 1\n[region]\nname = "small"\nzones = ["az1"]\n[[subsystem]]\nname = "a"\nexternal = true', "s.toml"
    )
    view.show_region(small)
    assert view.arrangement.scene is not None
    qtbot.waitUntil(lambda: not any(one.name == "layout" for one in threading.enumerate()), timeout=20_000)
    QApplication.processEvents()
    assert view.arrangement.scene.names == ("a",)


# ---- odd graphs


@pytest.mark.parametrize(
    ("names", "edges"),
    [
        (["a"], []),
        (["a", "b"], [("a", "b"), ("b", "a")]),
        (["x" * 120, "y" * 120], [("x" * 120, "y" * 120)]),
        ([f"n{number}" for number in range(40)], []),
        (["hub", *(f"n{number}" for number in range(300))], [(f"n{number}", "hub") for number in range(300)]),
    ],
    ids=["one", "cycle", "long names", "no links", "a hub"],
)
def test_that_odd_graphs_are_drawn_and_can_be_walked(
    qtbot: QtBot, names: list[str], edges: list[tuple[str, str]]
) -> None:
    lines = ["format = 1", "[region]", 'name = "odd"', 'zones = ["az1"]']
    lines += [f'[[subsystem]]\nname = "{name}"\nexternal = true' for name in names]
    lines += [f'[[dependency]]\nfrom = "{one}"\nto = "{other}"' for one, other in edges]
    for view in shown(qtbot, read_region("\n".join(lines), "odd.toml")):
        QTest.keyClick(view, Qt.Key.Key_Home)
        for key in (Qt.Key.Key_Down, Qt.Key.Key_Right, Qt.Key.Key_H, Qt.Key.Key_N, Qt.Key.Key_F):
            QTest.keyClick(view, key)
        assert view.look.selection in names
        assert not picture(view).isNull()


# ---- saving


@pytest.mark.parametrize("size", [QSize(800, 500), QSize(2400, 1500)])
def test_that_the_picture_is_saved_as_png_at_any_size_with_a_caption(
    view: TopologyView, tmp_path: Path, size: QSize
) -> None:
    out = tmp_path / "t.png"
    view.drawing.save(out, "big · revision 1", size)
    image = QImage(str(out))
    assert image.size() == size
    caption = QRectF(0, size.height() - 34, size.width() / 3, 34)
    assert len(colours_in(image, caption)) > 3
    view.drawing.save(out, "", size)
    assert len(colours_in(QImage(str(out)), caption)) == 1


def test_that_the_picture_is_saved_as_svg_with_names_as_text(view: TopologyView, tmp_path: Path) -> None:
    out = tmp_path / "t.svg"
    view.drawing.save(out, "big · revision 1")
    text = out.read_text()
    assert ">p7<" in text  # the frame round it says the service
    assert "big · revision 1" in text


def test_that_saving_says_what_is_wrong_and_leaves_nothing(view: TopologyView, tmp_path: Path) -> None:
    with pytest.raises(SaveError, match=r"neither the ending \.png nor \.svg"):
        view.drawing.save(tmp_path / "t.gif", "")
    with pytest.raises(SaveError, match="choose 64 to"):
        view.drawing.save(tmp_path / "t.png", "", QSize(LARGEST + 1, 100))
    with pytest.raises(SaveError, match="choose a folder that can"):
        view.drawing.save(tmp_path / "missing" / "t.png", "")
    assert list(tmp_path.iterdir()) == []


# ---- a description that changes while the picture of the one before is still on the screen


def laid_out(view: TopologyView, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: view.arrangement.laying_out is None, timeout=20_000)


def test_that_cards_stay_readable_while_a_changed_description_is_laid_out(qtbot: QtBot) -> None:
    for view in shown(qtbot, big_region(40)):
        assert view.drawing.canvas is not None
        assert view.drawing.canvas.is_overview_at(view.viewport.camera.zoom)
        region = big_region(41)
        view.show_region(region)
        view.show_capacity(readings(state_of(region, failed=("s9-p1-",)), None))
        assert view.arrangement.laying_out is not None
        assert view.arrangement.scene is not None
        assert "s40-p0" not in view.arrangement.scene.index
        assert view.drawing.canvas.readings["s9-p1"].in_service == 0
        assert "s9-p1" in [view.arrangement.scene.names[number] for number in view.drawing.troubled()]
        picture(view)
        laid_out(view, qtbot)
        picture(view)
        assert "s40-p0" in view.arrangement.scene.index


def test_that_readings_of_other_names_are_taken_by_name() -> None:
    kept, other = big_region(2, 3), big_region(3, 3)
    outline = outline_of(kept, boxes_of(kept), ())
    read = condensed(readings(state_of(other, failed=("s1-p1-",)), None), outline)
    assert tuple(read) == tuple(kept.index)
    assert (read["s1-p1"].in_service, read["s0-p1"].in_service) == (0, 6)
    assert read["s1-p0"].impacted == ("s1-p0", "s1-p1")
    unknown = condensed(readings(state_of(kept), None), outline_of(other, boxes_of(other), ()))
    assert unknown["s2-p1"].verdict is None
    assert unknown.columns.rank[other.index["s2-p1"]] == NO_VERDICT


def test_that_only_what_is_on_the_screen_is_found(qtbot: QtBot) -> None:
    for view in shown(qtbot, big_region(40)):
        view.look.select("s0-p0")
        view.show_region(big_region(41))
        assert view.arrangement.laying_out is not None
        assert find(view, "s40-p0") == ()
        picture(view)
        laid_out(view, qtbot)
        assert find(view, "s40-p0") == ("s40-p0",)
        picture(view)


def test_that_a_focus_is_kept_when_the_picture_is_made_anew(view: TopologyView, qtbot: QtBot) -> None:
    view.look.select("s3-p3")
    QTest.keyClick(view, Qt.Key.Key_H)
    assert "93 of 96 hidden" in view.look.summary()
    view.show_region(big_region(13))
    laid_out(view, qtbot)
    assert "101 of 104 hidden" in view.look.summary()
    view.hand.reset_layout()
    laid_out(view, qtbot)
    assert "101 of 104 hidden" in view.look.summary()
    view.show_region(big_region(3))
    laid_out(view, qtbot)
    assert view.look.focus is None
    assert "hidden" not in view.look.summary()


def test_that_a_box_opened_under_the_pointer_leaves_nothing_behind(view: TopologyView, qtbot: QtBot) -> None:
    QTest.keyClick(view, Qt.Key.Key_G, Qt.KeyboardModifier.ShiftModifier)
    laid_out(view, qtbot)
    view._hover("service:s3")
    view.going.activate("service:s3")
    laid_out(view, qtbot)
    assert view.hovered is None
    picture(view)


def test_that_resetting_does_not_give_up_a_changed_description(qtbot: QtBot) -> None:
    for view in shown(qtbot, big_region(40)):
        view.show_region(big_region(41))
        assert view.arrangement.laying_out is not None
        view.hand.reset_layout()
        laid_out(view, qtbot)
        assert view.arrangement.scene is not None
        assert "s40-p0" in view.arrangement.scene.index


def test_that_a_card_moved_while_a_layout_is_on_its_way_stays_pinned(qtbot: QtBot) -> None:
    for view in shown(qtbot, big_region(40)):
        view.show_region(big_region(41))
        assert view.arrangement.laying_out is not None
        view.pointer.put("s0-p0", QPointF(200, 200))
        laid_out(view, qtbot)
        assert view.arrangement.scene is not None
        assert set(view.arrangement.scene.pins) == {"s0-p0"}


def test_that_a_view_of_other_boxes_can_be_come_back_to(view: TopologyView, qtbot: QtBot) -> None:
    view.look.select("s3-p3")
    QTest.keyClick(view, Qt.Key.Key_H)
    QTest.keyClick(view, Qt.Key.Key_H)
    QTest.keyClick(view, Qt.Key.Key_G, Qt.KeyboardModifier.ShiftModifier)
    laid_out(view, qtbot)
    QTest.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert view.look.focus is not None
    assert view.look.focus.name == "service:s3"
    assert "72 of 96 hidden" in view.look.summary()


def test_that_many_found_are_ringed_and_no_others(qtbot: QtBot) -> None:
    for view in shown(qtbot, big_region(40)):
        assert view.drawing.canvas is not None
        assert view.arrangement.scene is not None
        view.drawing.shows_minimap = False
        view.viewport.fit()
        soft = view.drawing.theme.text_soft.name()
        before = picture(view)
        found = find(view, "-p")
        assert len(found) > MOST_RINGS
        after = picture(view)
        find(view, "s7-p7")
        one = picture(view)
        card = view.viewport.card_rect("s3-p3")
        sides = [
            [QPointF(card.left() - 3, card.center().y()), QPointF(card.left() - 2, card.center().y())],
            [QPointF(card.center().x(), card.top() - 3), QPointF(card.center().x(), card.top() - 2)],
        ]
        for side in sides:
            for shot, is_ringed in ((before, False), (after, True), (one, False)):
                colours = {shot.pixelColor(spot.toPoint()).name() for spot in side}
                assert (soft in colours) is is_ringed


@pytest.mark.parametrize("width", [320, 640, 1200])
def test_that_hints_leave_room_for_what_is_hidden(view: TopologyView, width: int) -> None:
    view.resize(width, 400)
    view.look.select("s3-p3")
    QTest.keyClick(view, Qt.Key.Key_H)
    assert view.look.summary().startswith("93 of 96 hidden · s3-p3")
    header = view.viewport.bars()[0]
    spots = hint_spots(header)
    assert TopologyAction.FIND in spots  # the last that goes
    assert (TopologyAction.ZOOM_IN in spots) is (width > 320)
    title = QFontMetricsF(ui_font(10.5, bold=True)).horizontalAdvance("Topology")
    needed = title + QFontMetricsF(ui_font(9)).horizontalAdvance("93 of 96 hidden")
    assert min(spot.left() for spot in spots.values()) > needed
    assert (len(spots) == len(HINTS)) is (width > 320)


def test_that_a_summary_loses_whole_parts_and_is_cut_only_in_its_first(qapp: QApplication) -> None:
    metrics = QFontMetricsF(ui_font(9))
    parts = ("7 subsystems", "5 external", "dependents above, dependencies below")
    whole = " · ".join(parts)
    assert fitting(parts, metrics, 2000) == whole
    for room in range(60, 600, 7):
        said = fitting(parts, metrics, room)
        assert metrics.horizontalAdvance(said) <= room
        assert whole.startswith(f"{said} · ") or said == whole or said.startswith("7 subs")
    assert (
        fitting(parts, metrics, metrics.horizontalAdvance("7 subsystems · 5 external · dep"))
        == "7 subsystems · 5 external"
    )


def test_that_a_view_that_finding_left_can_be_come_back_to(view: TopologyView) -> None:
    view.look.select("s3-p3")
    QTest.keyClick(view, Qt.Key.Key_H)
    look = view.look.now
    view.hand.open_find()
    QTest.keyClicks(view.finder.field, "s9-p3")
    QTest.keyClick(view.finder.field, Qt.Key.Key_Escape)
    assert "hidden" not in view.look.summary()
    QTest.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert view.look.now == look
    view.look.select("s9-p3")
    assert "hidden" not in view.look.summary()
    QTest.keyClick(view, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert view.look.now == look


def test_that_the_frame_of_the_small_map_stays_on_the_side_where_one_is() -> None:
    bounds = QRectF(0, 0, 100, 50)
    assert _kept_within(QRectF(20, 10, 30, 20), bounds) == QRectF(20, 10, 30, 20)
    assert _kept_within(QRectF(80, -10, 60, 30), bounds) == QRectF(80, 0, 20, 20)
    assert _kept_within(QRectF(300, 200, 60, 30), bounds) == QRectF(100, 50, 0, 0)


def test_that_a_way_is_in_the_saved_picture(view: TopologyView, tmp_path: Path) -> None:
    shots = []
    for way in ((), ("s3-p0", "s3-p1", "s3-p2")):
        view.look.set_focus(None, way)
        view.drawing.save(tmp_path / "way.png", "caption", None, view.look.way)
        shots.append(QImage(str(tmp_path / "way.png")))
    card = np.frombuffer(shots[0].constBits(), np.uint8) != np.frombuffer(shots[1].constBits(), np.uint8)
    assert card.any()


def test_that_a_box_that_is_being_opened_is_not_taken_for_a_subsystem(qtbot: QtBot) -> None:
    for view in shown(qtbot, big_region(60)):
        view.look.select("service:s3")
        assert view.look.selection == "service:s3"
        QTest.keyClick(view, Qt.Key.Key_G, Qt.KeyboardModifier.ShiftModifier)
        assert view.arrangement.laying_out is not None
        with qtbot.assertNotEmitted(view.activated):
            QTest.keyClick(view, Qt.Key.Key_Return)
        laid_out(view, qtbot)
        with qtbot.waitSignal(view.activated):
            QTest.keyClick(view, Qt.Key.Key_Return)


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("1600 × 900", (1600, 900)),
        ("1600x900", (1600, 900)),
        (" 80 90 ", (80, 90)),
        ("wide", (0, 0)),
        ("-3 × 4", (0, 0)),
    ],
)
def test_that_a_size_is_read_as_it_is_typed(text: str, size: tuple[int, int]) -> None:
    assert size_of(text).toTuple() == size


def test_that_a_size_is_asked_for_and_the_picture_saved_with_it(
    view: TopologyView, tmp_path: Path, qtbot: QtBot
) -> None:
    saved: list[tuple[str, QSize]] = []
    usual = view.drawing.picture_size()
    dialog = ask_where(view, "topology", usual, lambda path, size: saved.append((path, size)))
    qtbot.addWidget(dialog)
    dialog.fileSelected.emit(str(tmp_path / "t.png"))
    (asked,) = view.findChildren(QInputDialog)
    assert size_of(asked.textValue()) == usual
    asked.setTextValue("1200 × 700")
    asked.accept()
    assert saved == [(str(tmp_path / "t.png"), QSize(1200, 700))]
    with pytest.raises(SaveError, match="choose 64 to"):
        view.drawing.save(tmp_path / "t.png", "", size_of("nothing"))


def test_that_a_selected_card_has_a_ring_that_can_be_seen_however_far_away(view: TopologyView) -> None:
    view.look.select("s5-p3")
    while view.viewport.camera.zoom > 0.011:
        view.viewport.zoom(0.7)
    view.viewport.centre_on(view.arrangement.scene.shape.cards["s5-p3"].center())  # type: ignore[union-attr]
    card = view.viewport.card_rect("s5-p3")
    assert card.height() < 2
    # Six pixels off the middle there is still ring, far outside the card itself.
    around = QRectF(card.center().x() - 11, card.center().y() - 11, 22, 5)
    assert view.drawing.theme.focus.name() in colours_in(picture(view), around)


def test_that_the_legend_fits_into_a_low_view(view: TopologyView) -> None:
    view.resize(600, 240)
    QTest.keyClick(view, Qt.Key.Key_L)
    assert view.viewport.room().contains(legend_place(view.viewport.room()))
    assert not picture(view).isNull()
