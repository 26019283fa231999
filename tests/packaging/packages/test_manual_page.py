"""The page for `man` names both programs and shows every example as it is typed, each on a line of its own."""

import subprocess
from pathlib import Path

import packages
import pytest

from console.app.cli import COMMANDS, EXAMPLES

pytest.importorskip("argparse_manpage", reason="it makes the page when packages are made")


@pytest.fixture
def page(tmp_path: Path) -> str:
    """Give the page as a terminal shows it, or as it is written where nothing here formats it."""
    file = tmp_path / "underkeel.1"
    file.write_text(packages.manual_page())
    try:
        shown = subprocess.run(
            ["man", "--encoding=ascii", "-l", str(file)],
            env={"PATH": "/usr/bin:/bin", "MANWIDTH": "150", "LANG": "C"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    except FileNotFoundError:
        pytest.skip("there is no man here: apt-get install man-db")
    return shown


def test_that_the_page_shows_every_example_as_it_is_typed(page: str) -> None:
    shown = [line.strip() for line in page.partition("EXAMPLES")[2].splitlines()]
    wanted = [*EXAMPLES, *(f"{one.name} {example}" for one in COMMANDS.values() for example in one.examples)]
    assert [line for line in (f"underkeel {one}".rstrip() for one in wanted) if line not in shown] == []


def test_that_the_page_is_found_under_both_names(page: str) -> None:
    assert f"underkeel, underkeel-console - {packages.SUMMARY}" in page
