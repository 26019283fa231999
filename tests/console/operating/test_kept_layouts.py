"""Layouts of large regions are kept: the same graph comes back as it was, and whatever is damaged is laid out anew."""

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from console.kit.theme import load_theme
from console.operating.layouts import kept_layouts
from console.operating.layouts.kept_layouts import keep, recalled
from console.operating.layouts.placed import PlacedGraph, placed
from console.panels.topology import TopologyView
from tests.console.panels.test_topology_at_scale import big_region
from topology.graph.outline import Outline, boxes_of, outline_of
from topology.records.own_folders import cache_folder


def outline(closed: set[str] | None = None, services: int = 10) -> Outline:
    region = big_region(services)
    return outline_of(region, boxes_of(region), closed or set())


def same(one: PlacedGraph, other: PlacedGraph) -> bool:
    arrays = ("centres", "points", "starts")
    return (
        all(getattr(one, name).tolist() == getattr(other, name).tolist() for name in arrays)
        and (dict(one.frames), one.width, one.height) == (dict(other.frames), other.width, other.height)
    )  # fmt: skip


def kept_file() -> Path:
    (path,) = (cache_folder() / "layouts").iterdir()
    return path


def test_that_a_kept_layout_comes_back_as_it_was() -> None:
    drawn = outline()
    assert recalled(drawn) is None
    places = placed(drawn)
    keep(places)
    again = recalled(outline())
    assert again is not None
    assert same(again, places)
    assert recalled(outline({"service:s2"})) is None
    assert recalled(outline(services=11)) is None


@pytest.mark.parametrize("harm", ["cut", "flip", "empty", "other"])
def test_that_a_damaged_layout_is_not_used(harm: str) -> None:
    drawn = outline()
    keep(placed(drawn))
    path = kept_file()
    data = path.read_bytes()
    if harm == "other":
        path.unlink()
        keep(placed(outline(services=11)))
        kept_file().rename(path)
    else:
        path.write_bytes({"cut": data[:700], "flip": data[:-9] + b"x" + data[-8:], "empty": b""}[harm])
    assert recalled(drawn) is None


def test_that_only_the_last_few_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_layouts, "MOST_FILES", 2)
    for services in range(9, 14):
        keep(placed(outline(services=services)))
    assert len(list((cache_folder() / "layouts").iterdir())) == 2


def test_that_a_big_region_is_laid_out_once(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    region = big_region(40)
    pictures = []
    for _ in range(2):
        view = TopologyView(load_theme("night"))
        qtbot.addWidget(view)
        view.show_region(region)
        qtbot.waitUntil(lambda view=view: view.arrangement.laying_out is None, timeout=20_000)
        assert view.arrangement.scene is not None
        pictures.append(view.arrangement.scene.places)
        monkeypatch.setattr("console.panels.topology.geometry.placing.placed", lambda *_: pytest.fail("laid out again"))
    assert same(*pictures)


def test_that_a_picture_made_like_another_is_not_what_is_kept(qtbot: QtBot) -> None:
    view = TopologyView(load_theme("night"))
    qtbot.addWidget(view)
    view.show_region(big_region(40))
    qtbot.waitUntil(lambda: view.arrangement.laying_out is None, timeout=20_000)
    (first,) = (cache_folder() / "layouts").iterdir()
    view.going.set_closed({"service:s3"})
    qtbot.waitUntil(lambda: view.arrangement.laying_out is None, timeout=20_000)
    assert list((cache_folder() / "layouts").iterdir()) == [first]


def test_that_an_error_nobody_thought_of_lets_the_topology_be_laid_out_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = outline()
    keep(placed(drawn))

    def broken(*_: object) -> None:
        raise NotImplementedError("a form that numpy does not know")

    monkeypatch.setattr(kept_layouts, "from_bytes", broken)
    assert recalled(drawn) is None
