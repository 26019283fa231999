"""Importers that other distributions give: the manual's example is installed and tried, and one that fails says so."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import resources
from console.app.cli import main
from console.terminal.imports.formats import IMPORTERS
from console.terminal.imports.outside import GROUP, importers
from topology.region.description import read_region


def install(site: Path, points: str) -> None:
    folder = site / "own_importers-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: own-importers\nVersion: 1.0\n")
    (folder / "entry_points.txt").write_text(points)


def test_that_without_other_distributions_there_are_ours_alone() -> None:
    assert importers() == IMPORTERS


def test_that_the_manuals_example_is_listed_recognised_and_read(tmp_path: Path) -> None:
    text, site = resources.text("manual/importers.md"), tmp_path / "site"
    site.mkdir()
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    project = tomllib.loads(re.findall(r"```toml\n(.*?)```", text, re.DOTALL)[0])
    assert project["tool"]["setuptools"]["py-modules"] == ["hosts"]
    points = project["project"]["entry-points"][GROUP].items()
    (site / "hosts.py").write_text(code)
    install(site, f"[{GROUP}]\n" + "\n".join(f"{name} = {where}" for name, where in points))
    (tmp_path / "list").write_text("#hosts\na1\na2\na3\na4\n")

    def underkeel(*words: str) -> subprocess.CompletedProcess[str]:
        run = "import sys; from console.app.cli import main; sys.exit(main())"
        path = os.pathsep.join((str(site), str(Path(resources.__file__).parents[1])))
        return subprocess.run(
            [sys.executable, "-c", run, "import", *words],
            env={**os.environ, "PYTHONPATH": path},
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    assert "  hosts       a list of hosts, one a line\n" in underkeel("--help").stdout
    said = underkeel("list")
    assert (said.returncode, "list states no zone" in said.stderr) == (0, True), said.stderr
    assert len(read_region(said.stdout, "hosts.toml").roster) == 4
    (tmp_path / "none").write_text("#hosts\n")
    assert "none, line 1: names no host.\nNothing was written." in underkeel("none").stderr


@pytest.mark.parametrize(
    ("points", "said"),
    [
        ("cards = no_such_module_at_all:X", "No module named 'no_such_module_at_all'"),
        ("cards = json:loads", "json:loads is no importer of this name"),
    ],
)
def test_that_one_that_cannot_be_loaded_is_listed_and_refuses(
    points: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    install(tmp_path, f"[{GROUP}]\n{points}\nkubernetes = json:loads\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    assert importers()["kubernetes"] is IMPORTERS["kubernetes"]
    (tmp_path / "deck").write_text("x")
    assert main(["import", "cards", str(tmp_path / "deck")]) == 2
    err = capsys.readouterr().err
    assert "cards could not be loaded (" in err
    assert said in err
    with pytest.raises(SystemExit):
        main(["import", "--help"])
    assert f"  cards       could not be loaded ({points.partition(' = ')[2]}" in capsys.readouterr().out
