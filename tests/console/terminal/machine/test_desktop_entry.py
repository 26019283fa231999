"""The menu entry starts this installation, the desktop's own tool takes it, and it goes as it came."""

import io
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from console.terminal.machine.desktop_entry import entry, install, places, program, remove


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    return tmp_path


def test_that_what_is_installed_is_taken_away_and_nothing_else(data: Path) -> None:
    own = data / "applications" / "other.desktop"
    own.parent.mkdir(parents=True)
    own.write_text("mine")
    assert install(io.StringIO(), io.StringIO()) == 0
    assert all(path.is_file() for path in places().values())

    assert remove(io.StringIO(), io.StringIO()) == 0
    assert [path for path in data.rglob("*") if path.is_file()] == [own]
    assert remove(io.StringIO(), io.StringIO()) == 0


def test_that_a_folder_that_cannot_be_written_is_one_sentence(data: Path) -> None:
    (data / "applications").write_text("a file")
    err = io.StringIO()

    assert install(io.StringIO(), err) == 2
    assert err.getvalue().startswith(str(data / "applications" / "underkeel.desktop"))
    assert len(err.getvalue().splitlines()) == 1


@pytest.mark.parametrize("path", ["underkeel-console", "/opt/under keel/bin/underkeel-console", '/opt/a"b$c/x'])
def test_that_the_desktops_own_tool_takes_the_entry(path: str, tmp_path: Path) -> None:
    tool = shutil.which("desktop-file-validate")
    if tool is None:
        pytest.skip("desktop-file-validate is not installed here: apt-get install desktop-file-utils")
    file = tmp_path / "underkeel.desktop"
    file.write_text(entry(path))
    done = subprocess.run([tool, str(file)], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (0, "")


def test_that_the_menu_starts_the_program_by_its_whole_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    own = tmp_path / "tools" / "underkeel" / "bin"
    searched = tmp_path / "bin"
    for folder in (own, searched):
        folder.mkdir(parents=True)
    (own / "underkeel-console").write_text("")
    (own / "underkeel-console").chmod(0o755)
    (searched / "underkeel-console").symlink_to(own / "underkeel-console")
    monkeypatch.setattr(sys, "executable", str(own / "python"))

    monkeypatch.setenv("PATH", str(searched))
    assert program() == f"{searched}/underkeel-console"

    monkeypatch.setenv("PATH", "/nowhere")
    assert program() == f"{own}/underkeel-console"
