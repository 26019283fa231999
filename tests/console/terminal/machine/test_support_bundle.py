"""What is sent to somebody who helps: shown first, without secrets, without what was typed."""

import io
import zipfile
from pathlib import Path

import pytest

from console.terminal.machine.support_bundle import bundle, scrubbed

SECRETS = [
    "https://pat:hunter2@etcd.example:2379/",
    "Authorization: Bearer hunter2",
    "password=hunter2",
    'token: "hunter2"',
    "-----BEGIN PRIVATE KEY-----\nhunter2\n-----END PRIVATE KEY-----",
    "-----BEGIN PRIVATE KEY-----\nhunter2",
]


@pytest.fixture
def used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for name in ("STATE", "CONFIG"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name))
        (tmp_path / name / "underkeel").mkdir(parents=True)
    (tmp_path / "STATE" / "underkeel" / "underkeel.log").write_text("all well\n" + "\n".join(SECRETS))
    (tmp_path / "CONFIG" / "underkeel" / "underkeel.ini").write_text(
        '[General]\ntheme="\\"night\\""\nhistory="[\\"remove 4 servers from hunter2\\"]"\n'
    )
    (tmp_path / "STATE" / "underkeel" / "journal.db").write_text("hunter2")
    monkeypatch.setenv("HUNTER", "hunter2")
    return tmp_path


@pytest.mark.parametrize("text", SECRETS)
def test_that_a_secret_is_replaced(text: str) -> None:
    assert "hunter2" not in scrubbed(text)
    assert "…" in scrubbed(text)


def test_that_nothing_secret_and_nothing_typed_goes_in(used: Path) -> None:
    out = io.StringIO()
    assert bundle(used / "help.zip", True, io.StringIO(), out, io.StringIO()) == 0

    with zipfile.ZipFile(used / "help.zip") as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    assert set(parts) == {"about.txt", "underkeel.log", "settings.txt"}
    assert [name for name, text in parts.items() if "hunter2" in text] == []
    assert "all well" in parts["underkeel.log"]
    assert "night" in parts["settings.txt"]
    assert [name for name in parts if name not in out.getvalue()] == []


def test_that_without_a_yes_nothing_is_written(used: Path) -> None:
    assert bundle(used / "help.zip", False, io.StringIO(), io.StringIO(), io.StringIO()) == 1
    assert not (used / "help.zip").exists()


def test_that_a_file_that_is_there_stays(used: Path) -> None:
    (used / "help.zip").write_text("mine")
    err = io.StringIO()

    assert bundle(used / "help.zip", True, io.StringIO(), io.StringIO(), err) == 2
    assert (used / "help.zip").read_text() == "mine"
    assert "is there already" in err.getvalue()
