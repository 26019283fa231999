"""The part of an incident that a timeline shows: laws of zooming, and labels that are never cut with room beside them."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QFontMetrics, QWheelEvent
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from console.kit.painting import font_of
from console.kit.theme import load_fonts, load_theme
from console.operating.incidents.incidents import bundled_incidents, read_incident_named
from console.panels.timeline.timeline_scale import LABELS, SMALL, TimelineScale
from console.panels.timeline.timeline_view import TimelineView
from console.panels.timeline.timeline_zoom import CLOSEST_S, TimelineZoom

WHOLE = TimelineZoom(1000.0, 9000.0, 1000.0, 9000.0)


@given(st.lists(st.tuples(st.floats(-6, 6), st.floats(1000, 9000), st.floats(-3, 3))))
def test_that_what_is_on_show_stays_inside_the_incident_and_no_closer_than_the_closest(
    steps: list[tuple[float, float, float]],
) -> None:
    zoom = WHOLE
    for nearer, about, along in steps:
        zoom = zoom.nearer(nearer, about).moved(along).following(about)
        assert zoom.starts - 1e-6 <= zoom.first < zoom.last <= zoom.ends + 1e-6
        assert zoom.last - zoom.first >= CLOSEST_S - 1e-6
        assert zoom.first - 1e-6 <= about <= zoom.last + 1e-6


@given(st.floats(0.1, 5), st.floats(3000, 7000))
def test_that_the_moment_zoomed_about_stays_where_it_is(steps: float, about: float) -> None:
    nearer = WHOLE.nearer(steps, about)
    before = (about - WHOLE.first) / (WHOLE.last - WHOLE.first)
    assert (about - nearer.first) / (nearer.last - nearer.first) == pytest.approx(before)


@pytest.mark.parametrize("name", bundled_incidents())
def test_that_decisions_can_be_told_apart_after_a_few_steps_of_zooming(name: str) -> None:
    incident = read_incident_named(name)
    zoom = TimelineZoom.at_first(incident)
    assert zoom.first == incident.starts
    assert all(zoom.first <= decision.time <= zoom.last for decision in incident.decisions)
    zoom = zoom.nearer(5, incident.decisions[-1].time)
    scale = TimelineScale(incident, 900, 130, zoom.first, zoom.last)
    places = [scale.x_of(decision.time) for decision in incident.decisions]
    assert all(later - earlier > 14 for earlier, later in pairwise(places))


@pytest.mark.parametrize("name", ["s3-2017", "azure-2014", "google-2014"])
def test_that_of_an_incident_whose_decisions_come_first_they_are_told_apart_at_once(name: str) -> None:
    incident = read_incident_named(name)
    zoom = TimelineZoom.at_first(incident)
    assert not zoom.is_whole
    scale = TimelineScale(incident, 900, 130, zoom.first, zoom.last)
    places = [scale.x_of(decision.time) for decision in incident.decisions]
    assert all(later - earlier > 14 for earlier, later in pairwise(places))


@pytest.mark.parametrize("name", bundled_incidents())
@pytest.mark.parametrize("width", [580, 1100, 2000])
def test_that_no_label_is_cut_that_has_room_beside_it(qtbot: QtBot, name: str, width: int) -> None:
    incident, metrics = read_incident_named(name), QFontMetrics(font_of(SMALL))
    for zoom in (TimelineZoom.whole(incident), TimelineZoom.at_first(incident)):
        labels = TimelineScale(incident, width, 130, zoom.first, zoom.last).labels(metrics)
        for row in range(LABELS):
            of_row = [label for label in labels if label.row == row]
            for label, after in zip(of_row, [*of_row[1:], None], strict=True):
                ends = label.x + metrics.horizontalAdvance(label.text)
                limit = width if after is None else after.x
                assert label.x >= 2
                assert ends <= limit
                if label.text.endswith("…"):
                    assert limit - ends < 40


def test_that_keys_and_wheel_zoom_and_that_the_clock_is_followed(qtbot: QtBot) -> None:
    incident = read_incident_named("azure-2014")
    view = TimelineView(load_theme("night"), incident)
    qtbot.addWidget(view)
    view.resize(900, 130)
    view.show()
    QTest.keyClick(view, "0")
    assert view.zoom.is_whole
    QTest.keyClick(view, "+")
    assert not view.zoom.is_whole
    QTest.keyClick(view, "-")
    assert view.zoom.is_whole
    view.zoom_by(6)
    view.show_time(incident.ends)
    assert view.zoom.last == incident.ends
    assert view.scale.shows(incident.ends)
    meant = view.scale.moment_at(450)
    with qtbot.waitSignal(view.zoomed):
        _turn(view)
    assert view.scale.moment_at(450) == pytest.approx(meant, abs=1.0)


def _turn(view: TimelineView) -> None:
    at = QPointF(450, 60)
    none = Qt.MouseButton.NoButton
    modifiers, phase = Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
    view.wheelEvent(QWheelEvent(at, at, QPoint(), QPoint(0, 120), none, modifiers, phase, False))


@pytest.mark.usefixtures("qapp")
def test_that_a_label_says_as_many_parts_of_an_event_as_there_is_room_for() -> None:
    load_fonts()
    metrics = QFontMetrics(font_of(SMALL))
    incident = read_incident_named("s3-2017")
    scale = TimelineScale(incident, 545, 200, until=incident.starts)
    label = scale.labels(metrics)[0]
    assert label.text == "09:30 Billing advances more slowly than expected; the team looks into why"
    narrow = TimelineScale(incident, 400, 200, until=incident.starts).labels(metrics)[0]
    assert narrow.text == "09:30 Billing advances more slowly than expected"
