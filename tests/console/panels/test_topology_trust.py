"""What one points at is what one acts on, and what is broken or touched is drawn, named first, and hidden by no filter."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from console.panels.topology import TopologyView, readings
from console.panels.topology.drawing.labels import Wanted, place
from console.panels.topology.going import NEAR_ENOUGH
from tests.console.panels.test_topology_at_scale import big_region, far_of, picture, plan_on, shown, state_of
from topology.planning.plan import Effect, ScopeVerdict
from topology.region.scope import WHOLE

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")


@pytest.fixture
def view(qtbot: QtBot) -> Iterator[TopologyView]:
    yield from shown(qtbot, big_region())


@pytest.fixture
def closed(qtbot: QtBot) -> Iterator[TopologyView]:
    """Give a region so large that its services are closed boxes."""
    for made in shown(qtbot, big_region(56, 8)):
        assert made.arrangement.closed
        yield made


def test_that_find_goes_to_what_was_found_inside_a_closed_box(qtbot: QtBot, closed: TopologyView) -> None:
    wanted = "s40-p6"
    assert wanted not in closed.arrangement.scene.index  # type: ignore[union-attr]
    heard: list[str] = []
    closed.selected.connect(heard.append)
    closed.hovered = closed.arrangement.scene.names[0]  # type: ignore[union-attr] # where the pointer rests all the while
    QTest.keyClick(closed, Qt.Key.Key_Slash)
    QTest.keyClicks(closed.finder.field, wanted)
    QTest.keyClick(closed.finder.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: closed.look.selection == wanted, timeout=60_000)
    assert heard[-1] == wanted
    assert closed.hovered is None
    assert closed.viewport.camera.zoom >= NEAR_ENOUGH - 0.01
    assert closed.viewport.card_rect(wanted).height() > 40
    assert closed.viewport.room().contains(closed.viewport.card_rect(wanted))
    QTest.keyClick(closed, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert closed.look.selection is None  # as it was before, and not what its box has first
    assert closed.viewport.fitted


def test_that_n_begins_with_what_breaks(view: TopologyView) -> None:
    region = view.arrangement.region
    assert region is not None
    tight = tuple(
        Effect(f"s{number}-p0", WHOLE, 6, 3, 3, 6, 3, 0, ScopeVerdict.TIGHT, named=True) for number in range(5)
    )
    plan = plan_on("s9-p7")
    view.show_capacity(readings(state_of(region), replace(plan, effects=(*tight, *plan.effects))))
    assert len(view.drawing.troubled()) > len(tight)
    QTest.keyClick(view, Qt.Key.Key_N)
    assert view.look.selection == "s9-p7"


def test_that_what_breaks_is_named_from_afar_among_cards_that_want_a_look(view: TopologyView) -> None:
    region = view.arrangement.region
    assert region is not None
    far_of(view)
    view.viewport.zoom(0.35)  # where marks stand so close that no name has room between them
    tight = tuple(
        Effect(one.name, WHOLE, 6, 3, 3, 6, 3, 0, ScopeVerdict.TIGHT, named=True)
        for one in region.subsystems
        if one.name != "s5-p3"
    )
    view.show_capacity(
        readings(state_of(region), replace(plan_on("s5-p3"), effects=(*tight, *plan_on("s5-p3").effects)))
    )
    picture(view)
    named = [label.text for label in view.drawing._emphasis.labels]  # type: ignore[union-attr]
    assert "s5-p3 −2" in named


def test_that_only_what_is_broken_is_written_over_cards_that_want_a_look() -> None:
    room, around = QRectF(0, 0, 400, 100), [QRectF(0, 0, 400, 100)]
    wanted = Wanted("billing", QPointF(100, 40), QColor("red"), urgent=True)
    assert place([wanted], room, marked=around) == []
    assert len(place([replace(wanted, broken=True)], room, marked=around)) == 1
    assert place([replace(wanted, broken=True)], room, taken=around) == []


def test_that_no_filter_hides_what_the_plan_touches(view: TopologyView) -> None:
    region = view.arrangement.region
    assert region is not None
    view.going.choose("s0-p6")
    QTest.keyClick(view, Qt.Key.Key_D)
    scene = view.arrangement.scene
    assert scene is not None
    before = set(scene.hidden)
    assert "s9-p7" in before
    camera = view.viewport.camera
    view.show_capacity(readings(state_of(region), plan_on("s9-p7")))
    assert scene.hidden == before - {"s9-p7"}
    assert view.viewport.camera == camera
    view.show_capacity(readings(state_of(region), None))
    assert scene.hidden == before
    view.show_capacity(readings(state_of(region), plan_on("s9-p7")))
    QTest.keyClick(view, Qt.Key.Key_D)
    QTest.keyClick(view, Qt.Key.Key_D)
    assert "s9-p7" not in scene.hidden
