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
