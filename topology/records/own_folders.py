"""The folders of this program among the user's own, where the system says they are (on Linux the XDG base directories).

The library is imported when a folder is first asked for: nothing that only plans or prints waits for it.
"""

from contextlib import suppress
from pathlib import Path

NAME = "underkeel"


def config_folder() -> Path:
    """Give the folder for what the user states: XDG_CONFIG_HOME, else ~/.config."""
    from platformdirs import user_config_path

    return _for_us_alone(user_config_path(NAME))


def data_folder() -> Path:
    """Give the folder of the user's own data: XDG_DATA_HOME, else ~/.local/share."""
    from platformdirs import user_data_path

    return _for_us_alone(user_data_path(NAME))


def state_folder() -> Path:
    """Give the folder for what must outlive the program: XDG_STATE_HOME, else ~/.local/state."""
    from platformdirs import user_state_path

    return _for_us_alone(user_state_path(NAME))


def cache_folder() -> Path:
    """Give the folder for what can be made anew at any time: XDG_CACHE_HOME, else ~/.cache."""
    from platformdirs import user_cache_path

    return _for_us_alone(user_cache_path(NAME))


def _for_us_alone(folder: Path) -> Path:
    """See that no other account reads or changes a folder, where it is there already; whoever makes it makes it so."""
    with suppress(OSError):  # it is not there, or not ours, or on a disk that knows no modes
        if folder.stat().st_mode & 0o077:
            folder.chmod(0o700)
    return folder
