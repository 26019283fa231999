"""The folders of this program among the user's own, where the system says they are (the XDG base directories on Linux)."""

import os
from pathlib import Path

NAME = "underkeel"


def config_folder() -> Path:
    """Give the folder for what the user states: XDG_CONFIG_HOME, else ~/.config."""
    return _folder("XDG_CONFIG_HOME", ".config")


def data_folder() -> Path:
    """Give the folder of the user's own data: XDG_DATA_HOME, else ~/.local/share."""
    return _folder("XDG_DATA_HOME", ".local/share")


def state_folder() -> Path:
    """Give the folder for what must outlive the program: XDG_STATE_HOME, else ~/.local/state."""
    return _folder("XDG_STATE_HOME", ".local/state")


def cache_folder() -> Path:
    """Give the folder for what can be made anew at any time: XDG_CACHE_HOME, else ~/.cache."""
    return _folder("XDG_CACHE_HOME", ".cache")


def _folder(variable: str, usual: str) -> Path:
    base = Path(os.environ.get(variable, ""))
    return (base if base.is_absolute() else Path.home() / usual) / NAME
