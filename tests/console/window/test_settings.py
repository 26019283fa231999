"""What is remembered of an operator's choices, and that nothing found in the file can keep the console from starting."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QObject, QSettings
from PySide6.QtWidgets import QApplication

from console.app import app
from console.kit.host.desktop_motion import DesktopMotion
from console.kit.host.system_look import scale_for
from console.window.desktop import less_motion
from console.window.settings import KEYBOARDS, MOST_HISTORY, SCALES, Settings, SettingsStore, from_hex, to_hex
from topology.command.slips.keyboards import LAYOUTS


@pytest.fixture
def file(tmp_path: Path) -> str:
    return str(tmp_path / "settings.ini")


def store(file: str) -> SettingsStore:
    return SettingsStore(QSettings(file, QSettings.Format.IniFormat))


def test_that_without_a_file_there_are_defaults(file: str) -> None:
    assert store(file).value == Settings()


def test_that_every_choice_outlives_the_program(file: str) -> None:
    changes = {
        "theme": "day",
        "scale": 150,
        "keyboard": "azerty",
        "reduced_motion": True,
        "geometry": "0aff",
        "splitters": {"rows": "00", "columns": "ff"},
        "history": ("remove 4 servers from billing", 'remove 1 from index because "50% = \u00e4, \\ ;"'),
        "positions": {"us-east-1": {"index": (1.5, -2.0)}},
    }
    store(file).change(**changes)
    kept = store(file).value
    for name, value in changes.items():
        found = getattr(kept, name)
        assert found == value or found == {"us-east-1": {"index": [1.5, -2.0]}}, name


def test_that_changing_one_keeps_the_others(file: str) -> None:
    first = store(file)
    first.change(theme="day")
    first.change(scale=125)
    assert (store(file).value.theme, store(file).value.scale) == ("day", 125)


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("theme", '"purple"'),
        ("theme", "7"),
        ("theme", "not json"),
        ("scale", "33"),
        ("scale", '"150"'),
        ("scale", "1e400"),
        ("reduced_motion", "[]"),
        ("splitters", "[1]"),
        ("history", '{"a": 1}'),
        ("positions", "null"),
        ("geometry", "12"),
    ],
)
def test_that_a_value_that_makes_no_sense_is_the_default(file: str, name: str, raw: str) -> None:
    settings = QSettings(file, QSettings.Format.IniFormat)
    settings.setValue(name, raw)
    settings.sync()
    assert getattr(store(file).value, name) == getattr(Settings(), name)


def test_that_a_damaged_file_is_the_defaults(file: str) -> None:
    Path(file).write_bytes(b"\x00\xff[[[%%% theme=\x01\n" * 100)
    assert store(file).value == Settings()


def test_that_history_is_text_and_does_not_grow_for_ever(file: str) -> None:
    store(file).change(history=(*(f"show {number}" for number in range(2 * MOST_HISTORY)), 7))
    kept = store(file).value.history
    assert kept == tuple(f"show {number}" for number in range(MOST_HISTORY, 2 * MOST_HISTORY))


def test_that_a_folder_that_cannot_be_written_does_not_stop_anything(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    kept = store(str(tmp_path / "file" / "settings.ini"))
    assert kept.change(theme="day").value.theme == "day"


def test_that_bytes_of_qt_survive_as_text() -> None:
    data = QByteArray(b"\x00\x01\xfe\xff")
    assert from_hex(to_hex(data)) == data
    assert from_hex("no hexadecimal") == QByteArray()


def test_that_every_keyboard_of_the_slips_can_be_chosen() -> None:
    assert tuple(LAYOUTS) == KEYBOARDS


@pytest.mark.parametrize(
    ("name", "raw", "left"),
    [
        ("positions", "[" * 100_000, {}),
        (
            "positions",
            '{"r": 1, "q": {"a": "b", "c": [1], "d": [1, "x"], "e": [NaN, 0], "f": [1e300, 0], "g": [1, 2.5]}}',
            None,
        ),
        ("positions", '{"r": {"a": [true, false]}}', {"r": {}}),
        ("splitters", '{"rows": 7, "columns": "ff"}', {"columns": "ff"}),
    ],
)
def test_that_odd_places_and_nesting_without_end_are_left_out(file: str, name: str, raw: str, left: object) -> None:
    settings = QSettings(file, QSettings.Format.IniFormat)
    settings.setValue(name, raw)
    settings.sync()
    found = getattr(store(file).value, name)
    assert found == ({"r": {}, "q": {"g": (1.0, 2.5)}} if left is None else left)


@pytest.mark.parametrize(
    ("points", "scale"),
    [(-1.0, 100), (9.0, 100), (11.0, 100), (12.0, 110), (13.0, 125), (16.0, 150), (20.0, 200), (40.0, 200)],
)
def test_that_texts_are_about_as_large_as_those_of_the_desktop_and_never_smaller_than_usual(
    points: float, scale: int
) -> None:
    assert scale_for(points, SCALES) == scale


def test_that_the_desktops_text_size_counts_until_a_scale_is_chosen_and_is_not_kept(
    file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("QT_SCALE_FACTOR", raising=False)
    drawn: list[int] = []
    monkeypatch.setattr(app, "scale_of_desktop", lambda _scales: 150)
    monkeypatch.setattr(app, "set_live_scale", lambda percent, _windows: drawn.append(percent) or True)
    first = store(file)
    app.follow_text_size(first)
    assert (drawn, first.value.scale) == ([150], 150)
    first.change(theme="day")
    assert store(file).value.scale == 100
    first.change(scale=100)
    app.follow_text_size(store(file))
    assert drawn == [150]


def test_that_less_motion_is_for_now_and_gives_way_to_what_is_chosen(
    qapp: QApplication, file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(DesktopMotion, "ask", lambda motion: motion._take())
    parent, said = QObject(), list[bool]()
    first = store(file)
    less_motion.follow_motion(parent, first, said.append)
    assert (said, first.value.reduced_motion, store(file).value.reduced_motion) == ([True], True, False)
    first.change(reduced_motion=False)
    less_motion.follow_motion(parent, first, said.append)
    assert (said, first.value.reduced_motion) == ([True], False)


def test_that_no_other_account_reads_what_was_typed(tmp_path: Path) -> None:
    program = "from console.window.settings import SettingsStore; SettingsStore().change(history=('remove 4 servers',))"
    variables = {**os.environ, "XDG_CONFIG_HOME": str(tmp_path)}
    subprocess.run([sys.executable, "-c", program], env=variables, check=True)
    assert "remove 4 servers" in (tmp_path / "underkeel" / "underkeel.ini").read_text("utf-8")
    assert (tmp_path / "underkeel").stat().st_mode & 0o777 == 0o700
