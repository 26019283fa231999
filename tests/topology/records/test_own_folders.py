"""Folders of the user's own are where the XDG variables say, and where they always were without them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from topology.records.own_folders import cache_folder, config_folder, data_folder, state_folder

FOLDERS = pytest.mark.parametrize(
    ("folder", "variable", "usual"),
    [
        (config_folder, "XDG_CONFIG_HOME", ".config"),
        (data_folder, "XDG_DATA_HOME", ".local/share"),
        (state_folder, "XDG_STATE_HOME", ".local/state"),
        (cache_folder, "XDG_CACHE_HOME", ".cache"),
    ],
)


@FOLDERS
def test_that_a_variable_says_where_a_folder_is(
    folder: Callable[[], Path], variable: str, usual: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv(variable, str(tmp_path / "said"))

    assert folder() == tmp_path / "said" / "underkeel"
    assert not (tmp_path / "said").exists()


@FOLDERS
@pytest.mark.parametrize("unusable", [None, "", "relative/folder"])
def test_that_without_one_it_is_below_the_home(
    folder: Callable[[], Path],
    variable: str,
    usual: str,
    unusable: str | None,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv(variable, raising=False)
    if unusable is not None:
        monkeypatch.setenv(variable, unusable)

    assert folder() == tmp_path / usual / "underkeel"


@pytest.mark.parametrize("asked", [config_folder, data_folder, state_folder, cache_folder])
def test_that_a_folder_that_is_there_is_for_this_account_alone(
    asked: Callable[[], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for kind in ("CONFIG", "DATA", "STATE", "CACHE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path))
    assert not asked().exists()
    (tmp_path / "underkeel").mkdir()
    (tmp_path / "underkeel").chmod(0o755)
    assert asked().stat().st_mode & 0o777 == 0o700
