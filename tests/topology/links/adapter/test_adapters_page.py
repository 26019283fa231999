"""What stands on the manual's page about adapters is run, word for word; only its folder and its Python are those of here."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import resources
from tests.folders import ROOT

PAGE = resources.text("manual/adapters.md")
FILES = {"python": "shelf.py", "json": "fleet.json"}


def blocks(kind: str) -> list[str]:
    return re.findall(rf"^```{kind}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def here(text: str, folder: Path) -> str:
    return text.replace("/opt/racks", str(folder)).replace("/usr/bin/python3", str(Path(sys.executable).resolve()))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Save what the page says to save."""
    for kind, name in FILES.items():
        [block] = blocks(kind)
        (tmp_path / name).write_text(here(block, tmp_path))
    [description] = [block for block in blocks("toml") if block.startswith("format")]
    (tmp_path / "shelf.toml").write_text(here(description, tmp_path))
    return tmp_path


def typed(folder: Path, line: str) -> subprocess.CompletedProcess[str]:
    homes = {f"XDG_{name}_HOME": str(folder / name.lower()) for name in ("STATE", "CONFIG", "DATA", "CACHE")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    environment = {**os.environ, **homes, "HOME": str(folder), "PATH": path, "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        ["bash", "-c", here(line, folder)], env=environment, capture_output=True, text=True, timeout=150, check=False
    )


def test_that_every_line_of_the_page_can_be_typed_and_the_whole_adapter_keeps_everything(folder: Path) -> None:
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    assert len(lines) == 4
    checked, trusted, described, previewed = (typed(folder, line) for line in lines)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert "FAILED" not in checked.stdout
    assert (trusted.returncode, described.returncode, previewed.returncode) == (0, 0, 0), (
        trusted.stderr + described.stderr + previewed.stderr
    )
    assert "index" in previewed.stdout


def test_that_the_adapter_of_the_page_is_small_and_of_the_standard_library() -> None:
    [program] = blocks("python")
    assert len(program.splitlines()) < 170
    imported = re.findall(r"^(?:import|from) ([\w, ]+?)(?: import.*)?$", program, re.MULTILINE)
    names = {name.strip() for one in imported for name in one.split(",")}
    assert names <= set(sys.stdlib_module_names)


@pytest.mark.parametrize("name", ["racks_sqlite.py", "slurm.py", "json_lines.py"])
def test_that_the_adapters_that_ship_are_short(name: str) -> None:
    assert len(resources.text(f"adapters/{name}").splitlines()) < 150
