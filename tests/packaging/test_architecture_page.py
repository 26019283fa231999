"""The page of the architecture is true: it names every room, and no path that is not there."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "architecture.md").read_text("utf-8")
NAMED = frozenset(re.findall(r"`([^`]+)`", PAGE))


def _rooms(folder: str) -> list[str]:
    return sorted(found.parent.name for found in (ROOT / folder).glob("*/__init__.py"))


@pytest.mark.parametrize("folder", ["topology", "console", "console/panels"])
def test_that_the_page_names_every_room_in_its_own_section(folder: str) -> None:
    package = folder.split("/")[0]
    section = PAGE.split(f"## The rooms of `{package}`")[1].split("\n## ")[0]
    named = set(re.findall(r"`([^`]+)`", section))

    assert _rooms(folder)
    assert [room for room in _rooms(folder) if room not in named] == []


def test_that_every_path_the_page_names_exists() -> None:
    paths = [name for name in NAMED if "/" in name or name.endswith((".py", ".toml"))]

    assert len(paths) > 15
    missing = [name for name in paths if not any((ROOT / base / name).exists() for base in ("", "console", "topology"))]
    assert missing == []
