"""What would end the program without a word is said in one sentence, with the line to type."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from console.app.app import open_console, open_joined, open_replay
from console.app.starting import PACKAGES, import_trouble, lacking, lacks_to_draw, library_trouble
from tests.folders import ROOT


@pytest.mark.parametrize("library", PACKAGES)
def test_that_a_missing_library_names_its_package(library: str) -> None:
    said = lacking(f"{library}: cannot open shared object file: No such file or directory")

    assert said.startswith(f"Qt lacks the library {library}")
    assert f"sudo apt-get install {PACKAGES[library]} " in said


def test_that_a_library_that_nobody_knows_is_named_too() -> None:
    assert "libnew.so.9" in lacking("libnew.so.9: cannot open shared object file: No such file or directory")
    assert lacking("undefined symbol: x") == ""


def test_that_a_library_which_python_itself_lacks_is_not_told_as_one_of_qt() -> None:
    missing = "libsqlite3.so.0: cannot open shared object file: No such file or directory"
    said = import_trouble(ImportError(missing, name="_sqlite3"))
    assert said.startswith("Python's module _sqlite3 lacks the library libsqlite3.so.0 on this system: install ")
    assert "Qt" not in said

    assert import_trouble(ImportError(missing, name="PySide6.QtSql")).startswith("Qt lacks the library libsqlite3.so.0")


def test_that_qt_finds_its_libraries_here() -> None:
    assert library_trouble("offscreen") == ""


@pytest.mark.parametrize("name", ["topology", "resources"])
def test_that_a_package_that_is_not_ours_is_named_also_past_the_start(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    (tmp_path / name / "__init__.py").write_text("")
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]);"
        f"import {name}; from console.app.cli import main;"
        "sys.exit(main(['preview', 'remove 4 servers from billing']))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 2, done.stderr
    assert f"The package {name} that Python finds, {tmp_path / name / '__init__.py'}" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_that_a_dependency_that_is_missing_is_named() -> None:
    assert import_trouble(ModuleNotFoundError("No module named 'msgspec'", name="msgspec")).startswith(
        "The package msgspec, which Underkeel needs, is not here"
    )


WITHOUT_ZONES = """
import sys, zoneinfo
zoneinfo.reset_tzpath(())
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] == "tzdata":
            raise ModuleNotFoundError(name, name=name)
sys.meta_path.insert(0, Missing())
from console.app.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.mark.parametrize("words", [["preview", "remove 4 servers from billing"], ["replay", "s3-2017", "--text"]])
def test_that_a_system_without_time_zones_is_told_what_to_install(words: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_ZONES, *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "there is no table of time zones on this system: install it with apt-get install tzdata" in done.stderr
    assert "Traceback" not in done.stderr


def test_that_a_region_in_utc_needs_no_table_of_time_zones(tmp_path: Path) -> None:
    (tmp_path / "shop.toml").write_text(
        'format = 1\n[region]\nname = "shop"\nzones = ["az1"]\n[[subsystem]]\nname = "web"\ncount = 4\nfloor = 1\n'
    )
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_ZONES, "headroom", "--region", str(tmp_path / "shop.toml")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "time zone" not in done.stderr
    assert "Traceback" not in done.stderr


def test_that_one_way_to_draw_is_enough_and_the_last_of_none_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("console.app.starting.library_trouble", lambda name: f"no {name}" if name == "xcb" else "")
    assert lacks_to_draw({"DISPLAY": ":1"}) == "no xcb"
    assert lacks_to_draw({"DISPLAY": ":1", "WAYLAND_DISPLAY": "wayland-0"}) == ""
    assert lacks_to_draw({"QT_QPA_PLATFORM": "xcb", "WAYLAND_DISPLAY": "wayland-0"}) == "no xcb"
    assert lacks_to_draw({}) == ""


@pytest.mark.parametrize(
    "opened",
    [
        lambda: open_console(None),
        lambda: open_replay("s3-2017"),
        lambda: open_replay(None),
        lambda: open_joined("/no/such", None, as_station=True),
    ],
)
def test_that_every_window_says_which_library_is_missing_before_qt_ends_the_program(
    opened: Callable[[], int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("console.app.app.trouble", lambda: "")
    monkeypatch.setattr("console.app.app.lacks_to_draw", lambda _: "Qt lacks the library x.so")
    assert opened() == 2
    assert capsys.readouterr().err == "Qt lacks the library x.so.\n"
