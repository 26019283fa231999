"""Which Pythons can run Underkeel, and where one is on this machine. Also old Pythons read this file."""

import os
import shutil
import subprocess

# The oldest and the newest Python that the dependencies are known to work on; pyproject.toml says the same.
OLDEST, NEWEST = (3, 11), (3, 13)


def is_supported(version: "tuple[int, ...]") -> bool:
    """Say whether a Python of this version, such as (3, 11, 2), can run Underkeel."""
    return OLDEST <= tuple(version[:2]) <= NEWEST


def version_of(python: "str | os.PathLike[str]") -> "tuple[int, ...] | None":
    """Give the version of the Python at *python* as (3, 11, 2), or None where it does not start."""
    ask = "import sys; print(*sys.version_info[:3])"
    try:
        answer = subprocess.check_output([str(python), "-S", "-c", ask], stderr=subprocess.DEVNULL)
        return tuple(int(part) for part in answer.split())
    except (OSError, ValueError, subprocess.CalledProcessError):
        return None


def find_python() -> "str | None":
    """Give the path of a supported Python on this machine, or None."""
    names = [f"python3.{minor}" for minor in range(NEWEST[1], OLDEST[1] - 1, -1)] + ["python3", "python"]
    for path in filter(None, map(shutil.which, names)):
        version = version_of(path)
        if version and is_supported(version):
            return path
    return None
