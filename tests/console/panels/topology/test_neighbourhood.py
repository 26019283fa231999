"""A look at a node and what is near it: laid out for itself, so that it fills the view, and gone without a trace."""

import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from console.operating.layouts.near import near
from console.operating.layouts.placed import in_order, placed
from console.panels.topology import TopologyView
from console.panels.topology.geometry.scene import TopologyScene
from tests.console.panels.topology.test_sizes import VIEW, region_of, view_of
from topology.graph.outline import Outline, boxes_of, outline_of

ROOM = (1100.0, 500.0)


@pytest.fixture
def view(qtbot: QtBot) -> TopologyView:
    return view_of(qtbot, region_of(1000), VIEW)


def scene_of(view: TopologyView) -> TopologyScene:
    assert view.arrangement.scene is not None
    return view.arrangement.scene


def looked_at(view: TopologyView) -> str:
    """Look at a node with some neighbours, and give its name."""
    scene = scene_of(view)
    degree = scene.degree
    name = scene.names[int(np.flatnonzero((degree >= 5) & (degree <= 9))[0])]
    view.look.select(name)
    QTest.keyClick(view, Qt.Key.Key_H)
    return name


def outline(subsystems: int) -> Outline:
    region = region_of(subsystems)
    return outline_of(region, boxes_of(region), frozenset())


def test_that_the_neighbours_of_one_of_1000_fill_the_view_with_names_that_can_be_read(view: TopologyView) -> None:
    scene = scene_of(view)
    small = view.viewport.card_rect(scene.names[0]).height()
    looked_at(view)
    shown = [name for name in scene.names if name not in scene.hidden]
    assert 6 <= len(shown) <= 40
    rects = [view.viewport.card_rect(name) for name in shown]
    room = view.viewport.room()
    assert all(room.adjusted(-1, -1, 1, 1).contains(rect) for rect in rects)
    assert min(rect.height() for rect in rects) > max(30, 2 * small)
    wide = max(rect.right() for rect in rects) - min(rect.left() for rect in rects)
    high = max(rect.bottom() for rect in rects) - min(rect.top() for rect in rects)
    assert max(wide / room.width(), high / room.height()) > 0.8


def test_that_everything_is_where_it_was_when_the_look_is_over(view: TopologyView) -> None:
    scene = scene_of(view)
    view.viewport.fit()
    before, camera, names = scene.shape.centres.copy(), view.viewport.camera, dict(scene.short_names)
    name = looked_at(view)
    scene.pin(name, QPointF(5, 5))
    assert not view.arrangement.positions()
    QTest.keyClick(view, Qt.Key.Key_Escape)
    view.viewport.fit()
    assert np.array_equal(scene.shape.centres, before)
    assert (view.viewport.camera, scene.short_names) == (camera, names)


def test_that_what_a_plan_touches_comes_into_the_look_and_moves_nothing(view: TopologyView) -> None:
    scene = scene_of(view)
    looked_at(view)
    before = scene.shape.centres.copy()
    shown = scene.shape.shown.copy()
    other = next(name for name in scene.names if name in scene.hidden)
    view.look.keep(frozenset({other}))
    assert other not in scene.hidden
    assert np.array_equal(scene.shape.centres[shown], before[shown])
    card = view.viewport.card_rect(other)
    assert not any(view.viewport.card_rect(scene.names[at]).intersects(card) for at in np.flatnonzero(shown))


@pytest.mark.parametrize("subsystems", [12, 60])
def test_that_a_part_is_laid_out_as_if_there_was_nothing_else(subsystems: int) -> None:
    whole = outline(subsystems)
    shown = set(whole.names[::3])
    made = near(whole, shown, ROOM)
    rest = [whole.index[name] for name in whole.names if name not in shown]
    assert len(made.centres) == len(whole.names)
    assert made.centres[rest, 1].min() > made.height
    assert all(
        np.array_equal(near(whole, set(whole.names), ROOM).centres[at], placed(whole, room=ROOM).centres[at])
        for at in (0, 3)
    )
    for number, link in enumerate(in_order(whole)):
        line = made.points[made.starts[number] : made.starts[number + 1]]
        assert np.allclose(line[0], made.centres[whole.index[link.dependent]], atol=0.1)
        assert np.allclose(line[-1], made.centres[whole.index[link.needs]], atol=0.1)
