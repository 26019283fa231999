"""The topology of regions of 12, 60, 100 and 1,000 subsystems in the view of a window of 1680×1000: what each card says there."""

from functools import cache

import numpy as np
import pytest
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

import resources
from console.kit.theme import load_fonts, load_theme
from console.panels.topology import TopologyView, readings
from console.panels.topology.cards.words import close_texts
from console.panels.topology.drawing import close_card, labels, paint
from console.panels.topology.drawing.close_card import told_apart
from topology.fleet.fleet import Fleet
from topology.fleet.state import State
from topology.generation.region import generate
from topology.planning.plan import Effect, Plan, ScopeVerdict, Verdict
from topology.region.description import read_region
from topology.region.region import Region
from topology.region.scope import WHOLE
from topology.region.server_states import ServerState

VIEW, LOWER = QSize(1120, 593), QSize(1112, 568)
"""What the topology has of a window of 1680×1000, and of one that has a title and a frame on a screen of that size."""
LOWEST = QSize(1108, 500)
"""What it has where the pages below have more: as little as leaves cards of 60 two lines."""
SMALL = QSize(562, 224)
"""What it has of a window of 960×600."""
SMALLEST_PX = 11
SHADE = 24
"""Of 255 by which a pixel may differ without being seen."""


@cache
def region_of(subsystems: int, seed: int = 0) -> Region:
    made = generate(300 * subsystems, subsystems, seed)
    fleet = "".join(piece for _, piece in made.fleet()).encode()
    return read_region(made.text, "region.toml", fleet)


@pytest.fixture(scope="session", autouse=True)
def _typeface(qapp: object) -> None:
    load_fonts()


def view_of(qtbot: QtBot, region: Region, size: QSize = VIEW, theme: str = "night") -> TopologyView:
    view = TopologyView(load_theme(theme))
    qtbot.addWidget(view)
    view.resize(size)
    view.show()
    qtbot.waitExposed(view)
    view.show_region(region)
    qtbot.waitUntil(lambda: view.arrangement.laying_out is None, timeout=60_000)
    view.show_capacity(readings(State(region, Fleet(region)), None))
    qtbot.waitUntil(lambda: not view.suiting.resting.isActive() and view.arrangement.laying_out is None, timeout=60_000)
    return view


@pytest.fixture(params=[(60, 0), (60, 3), (60, 8), (100, 0), (100, 5)], ids=str)
def view(request: pytest.FixtureRequest, qtbot: QtBot) -> TopologyView:
    return view_of(qtbot, region_of(*request.param), LOWER if request.param[0] == 60 else VIEW)


class Written:
    """What is written on the cards: text, size and place, as the painter was told."""

    def __init__(self, view: TopologyView, monkeypatch: pytest.MonkeyPatch) -> None:
        self.texts: list[tuple[str, int, QRectF]] = []
        plain = close_card._write

        def note(painter: QPainter, x: float, base: float, texts: tuple[str, ...], pixels: int, **how: object) -> None:
            said = paint.fitted(texts, pixels, bool(how["bold"]), float(int(how["width"])))  # type: ignore[call-overload]
            wide = paint.advance(said, pixels, bold=bool(how["bold"]))
            at = painter.transform().mapRect(
                QRectF(x, base - pixels * close_card.CAPITAL, wide, pixels * close_card.CAPITAL)
            )
            self.texts.append((said, pixels, at))
            plain(painter, x, base, texts, pixels, **how)  # type: ignore[arg-type]

        monkeypatch.setattr(close_card, "_write", note)
        image = QImage(view.size(), QImage.Format.Format_RGB32)
        painter = QPainter(image)
        view.draw_anew()
        canvas = view.drawing.canvas
        assert canvas is not None
        canvas.paint_into(painter, view.viewport.camera, QRectF(view.rect()))
        painter.end()


def overlaps(boxes: list[QRectF]) -> int:
    return sum(one.intersects(other) for number, one in enumerate(boxes) for other in boxes[:number])


def test_that_every_card_has_its_name_and_no_letters_are_smaller_than_11_pixels(
    view: TopologyView, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = view.arrangement.scene
    assert scene is not None
    written = Written(view, monkeypatch)
    said = {text for text, _, _ in written.texts}
    assert min(pixels for _, pixels, _ in written.texts) >= SMALLEST_PX
    cut = [name for name, short in scene.short_names.items() if short not in said and not name.startswith("cycle:")]
    # At the most one name in thirty is too long for a card of a width that suits the others.
    assert len(cut) <= len(scene.names) / 30, cut


@pytest.mark.parametrize(("seed", "size"), [(8, VIEW), (0, LOWER), (3, LOWER), (7, LOWER), (8, LOWER)], ids=str)
def test_that_at_60_every_card_has_its_number_and_its_headroom(
    seed: int, size: QSize, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert without_numbers(view_of(qtbot, region_of(60, seed), size), monkeypatch) == []


def test_that_in_a_small_window_each_of_12_cards_has_its_name_and_its_numbers(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    region = read_region(resources.text("regions/s3-us-east-1/region.toml"), "region.toml")
    view = view_of(qtbot, region, SMALL)
    assert without_numbers(view, monkeypatch) == []
    scene = view.arrangement.scene
    assert scene is not None
    assert {text for text, _, _ in Written(view, monkeypatch).texts} >= set(scene.short_names.values())


def without_numbers(view: TopologyView, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the cards on which the servers and the headroom are not said."""
    scene, canvas = view.arrangement.scene, view.drawing.canvas
    assert scene is not None
    assert canvas is not None
    said = {text for text, _, _ in Written(view, monkeypatch).texts}
    missing = []
    for name in scene.names:
        reading = canvas.readings[name]
        full = close_texts(reading)
        # The number of servers and the headroom, if need be without the point between them.
        missing += [name] if reading.declared and not said & set(full[: len(full) - 1]) else []
    return missing


def test_that_no_word_lies_over_another(view: TopologyView, monkeypatch: pytest.MonkeyPatch) -> None:
    written = Written(view, monkeypatch)
    assert overlaps([box for _, _, box in written.texts]) == 0


def test_that_names_are_without_the_service_that_the_box_round_them_says(view: TopologyView) -> None:
    scene = view.arrangement.scene
    assert scene is not None
    for node in scene.outline.nodes:
        if node.group in scene.shape.frames and node.box is None:
            assert not scene.short_names[node.name].startswith(f"{node.group}-")


@pytest.mark.parametrize("subsystems", [12, 60, 100])
def test_that_at_least_60_percent_of_the_view_is_used(qtbot: QtBot, subsystems: int) -> None:
    view = view_of(qtbot, region_of(subsystems))
    scene = view.arrangement.scene
    assert scene is not None
    room = view.viewport.room()
    bounds = view.viewport.camera.view_rect(scene.shape.bounds)
    assert room.adjusted(-1, -1, 1, 1).contains(bounds)
    assert bounds.width() * bounds.height() >= 0.6 * room.width() * room.height()
    # Nor is a third of it empty at one side: of twelve parts of the view at most two hold no card and no box.
    used = [view.viewport.card_rect(name) for name in scene.names]
    used += [view.viewport.camera.view_rect(frame) for frame in scene.shape.frames.values()]
    wide, high = room.width() / 4, room.height() / 3
    parts = [QRectF(room.x() + x * wide, room.y() + y * high, wide, high) for x in range(4) for y in range(3)]
    empty = [part for part in parts if not any(part.intersects(one) for one in used)]
    assert len(empty) <= 2


def test_that_proportions_follow_the_view(qtbot: QtBot) -> None:
    shapes = []
    for size in (QSize(1500, 500), QSize(700, 900)):
        view = view_of(qtbot, region_of(60), size)
        scene = view.arrangement.scene
        assert scene is not None
        shapes.append(scene.places.width / scene.places.height)
    assert shapes[0] > 2.0
    assert shapes[1] < 1.2


def test_that_a_panel_that_takes_room_moves_no_card_but_another_window_size_may(qtbot: QtBot) -> None:
    view = view_of(qtbot, region_of(60))
    before = view.arrangement.scene
    assert before is not None
    view.suiting.window_size = QSize(
        view.window().size().width(), 300
    )  # as if the window had had that size all the time
    view.resize(1120, 300)
    assert not view.suiting.resting.isActive()
    assert view.arrangement.scene is before
    view.resize(1120, 900)
    qtbot.waitUntil(lambda: view.arrangement.scene is not before, timeout=20_000)


def test_that_a_changed_floor_moves_nothing(qtbot: QtBot) -> None:
    made = generate(18_000, 60, 0)
    fleet = "".join(piece for _, piece in made.fleet()).encode()
    view = view_of(qtbot, read_region(made.text, "region.toml", fleet))
    assert view.arrangement.scene is not None
    before = view.arrangement.scene.shape.centres.copy()
    changed = made.text.replace('floor = "80%"', 'floor = "70%"')
    assert changed != made.text
    view.show_region(read_region(changed, "region.toml", fleet))
    qtbot.waitUntil(lambda: view.arrangement.laying_out is None, timeout=60_000)
    assert np.array_equal(view.arrangement.scene.shape.centres, before)


@pytest.mark.parametrize(
    ("names", "width"),
    [
        (("token-issuer-for-customers-v2", "token-issuer-for-customers-v3"), 90),
        (("payments-eu-central-worker-pool", "payments-us-central-worker-pool"), 90),
        (("a-very-long-name-of-one-thing", "another-long-name-of-some-thing", "short"), 80),
    ],
)
def test_that_shortened_names_stay_told_apart(names: tuple[str, ...], width: int) -> None:
    shown = told_apart(names, SMALLEST_PX, width)
    assert len(set(shown)) == len(names)
    assert all(paint.advance(one, SMALLEST_PX, bold=True) <= width for one in shown)


def test_that_services_carry_their_names_where_there_is_no_room_above_their_cards(qtbot: QtBot) -> None:
    view = view_of(qtbot, region_of(60))
    scene = view.arrangement.scene
    assert scene is not None
    image = view.grab().toImage()
    ground = view.drawing.theme.ground.name()
    for frame in scene.shape.frames.values():
        seen = view.viewport.camera.view_rect(frame)
        label = {
            image.pixelColor(x, y).name()
            for x in range(int(seen.left()) + 9, int(seen.left()) + 27)
            for y in range(int(seen.top()) - 4, int(seen.top()) + 5)
        }
        assert ground in label
        assert len(label) > 8  # letters, smoothed: a dashed line has two colours


def test_that_the_names_below_the_lowest_of_1000_are_seen(qtbot: QtBot) -> None:
    view = view_of(qtbot, region_of(1000), QSize(850, 330))
    scene, canvas = view.arrangement.scene, view.drawing.canvas
    assert scene is not None
    assert canvas is not None
    assert canvas.is_overview_at(view.viewport.camera.zoom)
    lowest = max(view.viewport.card_rect(name).bottom() for name in scene.names)
    assert lowest + labels.height() <= view.viewport.bars()[1].top()


def test_that_what_breaks_among_1000_has_its_name_and_number_and_n_begins_there(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    region = region_of(1000)
    view = view_of(qtbot, region)
    scene = view.arrangement.scene
    assert scene is not None
    name = next(one.name for one in region.subsystems if one.service == "payments")
    effect = Effect(name, WHOLE, 100, 60, 40, 100, 83, -23, ScopeVerdict.BREAKS, named=True)
    plan = Plan(f"remove 40 from {name}", "remove", 1, Verdict.BLOCKED, (), (effect,), (), (), None, (), "")
    view.show_capacity(readings(State(region, Fleet(region), revision=1), plan))
    card = view.viewport.card_rect(scene.outline.shows(name))
    beside = [text for text, _, box in Written(view, monkeypatch).texts if card.contains(box.center())]
    shown = scene.short_names[scene.outline.shows(name)]
    assert any(text[:2] == shown[:2] and text[-2:] == shown[-2:] for text in beside), beside
    assert any(text.startswith("−") for text in beside), beside
    QTest.keyClick(view, Qt.Key.Key_N)
    assert view.look.selection == scene.outline.shows(name)


@pytest.mark.parametrize(("subsystems", "size"), [(12, QSize(562, 172)), (60, SMALL), (100, QSize(845, 345))], ids=str)
def test_that_names_seen_from_afar_lie_over_no_other_and_under_no_bar(
    qtbot: QtBot, subsystems: int, size: QSize
) -> None:
    view = view_of(qtbot, region_of(subsystems), size)
    canvas, emphasis, scene = view.drawing.canvas, view.drawing._emphasis, view.arrangement.scene
    assert canvas is not None
    assert emphasis is not None
    assert scene is not None
    assert canvas.is_overview_at(view.viewport.camera.zoom)
    view.grab()
    header, status = view.viewport.bars()
    written = emphasis.labels
    assert overlaps([label.box for label in written]) == 0
    assert all(header.bottom() <= label.box.top() and label.box.bottom() <= status.top() for label in written)
    # Each service is named once: here, and not on its box as well, where another name would lie over it.
    said = [label.text for label in written if label.bold]
    boxes = [group for group, frame in scene.shape.frames.items() if view.viewport.camera.view_rect(frame).width() > 60]
    assert [group for group in boxes if said.count(group) != 1] == []


@pytest.mark.parametrize(("subsystems", "size"), [(1, VIEW), (12, VIEW), (60, LOWEST), (100, VIEW)], ids=str)
def test_that_a_card_whose_numbers_change_looks_as_if_everything_were_drawn_anew(
    qtbot: QtBot, subsystems: int, size: QSize
) -> None:
    region = region_of(subsystems)
    view = view_of(qtbot, region, size)
    view.grab()
    canvas, fleet = view.drawing.canvas, Fleet(region)
    assert canvas is not None
    leaving = np.arange(0, len(fleet.state), 20 * subsystems)
    fleet.state[leaving] = ServerState.REMOVED
    fleet.recount()
    drawings, patches = canvas.drawings, canvas.patches
    view.show_capacity(readings(State(region, fleet, revision=2), None))
    patched = pixels(view)
    assert canvas.drawings == drawings  # else nothing was patched
    view.draw_anew()
    apart = np.abs(patched - pixels(view)).max(axis=2)
    # A pixel or two of a letter or of the floor's sign may stay on a card's border, which is not painted again.
    assert (apart > SHADE).sum() <= 2 * (canvas.patches - patches)


def pixels(view: TopologyView) -> np.ndarray:
    image = view.grab().toImage().convertToFormat(QImage.Format.Format_RGB32)
    return np.array(image.constBits()).reshape(image.height(), image.width(), 4).astype(int)[:, :, :3]
