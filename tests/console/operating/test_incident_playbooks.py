"""The playbook panel of a replay offers the incident's own playbooks, else those of every window."""

import io
import shutil
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication

import resources
from console.app.replay_session import ReplaySession
from console.operating.procedures.playbooks import bundled_playbooks
from console.terminal.checks.check_command import check_command
from console.window.main_window import MainWindow
from tests.console.window.replay_window import replay
from tests.console.window.whole_window import until


def offered(qapp: QApplication, folder: Path, name: str) -> tuple[list[str], str]:
    """Give the names in the panel of a replay, and what it says is wrong."""
    seen: list[str] = []
    trouble: list[str] = []

    async def scenario(session: ReplaySession, _window: MainWindow) -> None:
        session.panels.choose("playbooks")
        panel = session.panels.playbooks
        await until(lambda: panel._was_read)
        seen.extend(panel.list.item(row).text() for row in range(panel.list.count()))
        trouble.append(panel.trouble.text())

    replay(qapp, folder, scenario, name)
    return seen, trouble[0]


@pytest.fixture
def with_folder(tmp_path: Path) -> Path:
    """Give an incident with a folder of playbooks: a good one, one that is cut short, and a link out of the folder."""
    folder = tmp_path / "incident"
    shutil.copytree(resources.path("incidents/seoul-dns-2018"), folder)
    text = (folder / "incident.toml").read_text()
    (folder / "incident.toml").write_text(
        text.replace('region = "region.toml"', 'region = "region.toml"\nplaybook = "own"', 1)
    )
    (folder / "own").mkdir()
    good = resources.path("playbooks/drain-rack.toml").read_text()
    (folder / "own" / "ours.toml").write_text(good.replace('name = "drain-rack"', 'name = "ours"'))
    (folder / "own" / "cut.toml").write_text("format = 1\n[playbook]\nname = ")
    return folder


def test_that_an_incident_with_a_playbook_offers_it_alone(qapp: QApplication, tmp_path: Path) -> None:
    assert offered(qapp, tmp_path, "s3-2017") == (["debug-slow-billing"], "")


def test_that_an_incident_without_one_offers_those_of_every_window(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    assert offered(qapp, tmp_path, "seoul-dns-2018") == (list(bundled_playbooks()), "")


def test_that_a_folder_is_offered_and_what_is_wrong_in_it_is_said(
    qapp: QApplication, tmp_path: Path, with_folder: Path
) -> None:
    names, trouble = offered(qapp, tmp_path, str(with_folder))
    assert names == ["ours"]
    assert "cut.toml" in trouble


def test_that_a_link_out_of_the_folder_is_not_followed(qapp: QApplication, tmp_path: Path, with_folder: Path) -> None:
    (with_folder / "own" / "cut.toml").unlink()
    shutil.copy(with_folder / "own" / "ours.toml", tmp_path / "away.toml")
    (with_folder / "own" / "away.toml").symlink_to(tmp_path / "away.toml")
    (with_folder / "own" / "ours.toml").unlink()
    names, trouble = offered(qapp, tmp_path, str(with_folder))
    assert names == []
    assert "leads out of the incident's folder" in trouble


def test_that_check_looks_at_every_playbook_of_the_folder(with_folder: Path) -> None:
    out, err = io.StringIO(), io.StringIO()
    assert check_command([with_folder], out, err) == 2
    assert "cut.toml" in err.getvalue()
    (with_folder / "own" / "cut.toml").unlink()
    assert check_command([with_folder], out, io.StringIO()) == 0
    assert "ours: " in out.getvalue()
