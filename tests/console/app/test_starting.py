"""What would end the program without a word is said in one sentence, with the line to type."""

import subprocess
import sys
from pathlib import Path

import pytest

from console.app.starting import PACKAGES, import_trouble, lacking, library_trouble
from tests.folders import ROOT


@pytest.mark.parametrize("library", PACKAGES)
def test_that_a_missing_library_names_its_package(library: str) -> None:
    said = lacking(f"{library}: cannot open shared object file: No such file or directory")

    assert said.startswith(f"Qt lacks the library {library}")
    assert f"sudo apt-get install {PACKAGES[library]} " in said


def test_that_a_library_that_nobody_knows_is_named_too() -> None:
    assert "libnew.so.9" in lacking("libnew.so.9: cannot open shared object file: No such file or directory")
    assert lacking("undefined symbol: x") == ""


def test_that_qt_finds_its_libraries_here() -> None:
    assert library_trouble("offscreen") == ""


@pytest.mark.parametrize("name", ["topology", "resources"])
def test_that_a_package_of_the_same_name_in_the_way_is_named(tmp_path: Path, name: str) -> None:
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
