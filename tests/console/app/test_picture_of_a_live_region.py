"""A picture is drawn of a live region by a link that has no way to act on it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from console.app import offscreen
from console.operating.access import RegionLink
from console.operating.regions import read_file
from console.operating.trusting.trust import Trust
from tests.topology.links.adapter.adapters import inventory, racks

TEXT = """\
format = 1
[region]
name = "racks"
zones = ["a", "b"]
[source]
fleet = "{fleet}"
read_only = false
[policy]
pace = "100/min"
largest_command = 20
[[subsystem]]
name = "index"
floor = "90%"
"""


class OpenedError(Exception):
    """The window was given its link."""


def test_that_a_picture_of_a_region_that_may_be_acted_on_only_looks(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    path = tmp_path / "racks.toml"
    path.write_text(TEXT.format(fleet=racks(inventory(tmp_path / "inventory.db"))))
    source = read_file(path, str(path)).source
    assert source is not None
    Trust().add(path, source)
    opened: list[RegionLink] = []

    def session(window: Any, settings: object, link: RegionLink, folder: Path) -> Callable[[], None]:
        opened.append(link)
        request.addfinalizer(window.deleteLater)
        raise OpenedError

    monkeypatch.setattr(offscreen, "make_application", lambda: qapp)
    monkeypatch.setattr(offscreen, "Session", session)
    with pytest.raises(OpenedError):
        offscreen.draw_window(str(path), "", "night", (800, 600))
    (link,) = opened
    assert "read-only" in link.only_looks
