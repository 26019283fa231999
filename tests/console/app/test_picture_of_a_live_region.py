"""A picture is drawn of a live region by a link that has no way to act on it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from console.app import offscreen
from console.operating.access import RegionLink
from tests.console.operating.live.described_racks import described_racks, trusted
from tests.topology.links.adapter.adapters import inventory, racks
from topology.fleet.reasons.looking import DescribedReadOnly


class OpenedError(Exception):
    """The window was given its link."""


def test_that_a_picture_of_a_region_that_may_be_acted_on_only_looks(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    path = tmp_path / "racks.toml"
    path.write_text(described_racks(racks(inventory(tmp_path / "inventory.db"))))
    trusted(path)
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
    assert link.only_looks == DescribedReadOnly()
