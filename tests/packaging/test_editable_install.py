"""What the packages are installed from in a working tree is the tree itself: nothing is put beside it."""

import tomllib

from tests.folders import ROOT


def test_that_the_build_puts_no_file_of_a_package_elsewhere() -> None:
    build = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["hatch"]["build"]
    # In an editable install such a file is the only one of its package that Python then finds.
    assert "force-include" not in build.get("targets", {}).get("wheel", {})


def test_that_what_is_new_is_in_the_package_and_the_same_as_in_the_tree() -> None:
    assert (ROOT / "resources" / "CHANGELOG.md").read_text() == (ROOT / "CHANGELOG.md").read_text()
