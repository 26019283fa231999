"""A kind of source that another distribution gives: the manual's example is installed, trusted and read."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

import resources
from topology.links.registry import GROUP

DESCRIPTION = """
format = 1
[region]
name = "racks"
zones = ["az1", "az2"]
[source]
fleet = "hosts:LIST"
[[subsystem]]
name = "web"
floor = 2
"""
LINES = "w1 web az1 up\nw2 web az1 up\nw3 web az2 up\nw4 web az2 down\n"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """The example as pip would leave it in a folder of packages."""
    text, site = resources.text("manual/kinds-of-sources.md"), tmp_path / "site"
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    project = tomllib.loads(re.findall(r"```toml\n(.*?)```", text, re.DOTALL)[0])
    assert project["tool"]["setuptools"]["py-modules"] == ["hosts_source"]
    folder = site / "hosts_source-1.0.dist-info"
    folder.mkdir(parents=True)
    (site / "hosts_source.py").write_text(code)
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: hosts-source\nVersion: 1.0\n")
    points = project["project"]["entry-points"][GROUP].items()
    (folder / "entry_points.txt").write_text(f"[{GROUP}]\n" + "\n".join(f"{name} = {where}" for name, where in points))
    return site


def underkeel(tmp_path: Path, site: Path, *words: str) -> subprocess.CompletedProcess[str]:
    path = os.pathsep.join((str(site), str(Path(resources.__file__).parents[1])))
    folders = {f"XDG_{name}_HOME": str(tmp_path / name) for name in ("STATE", "CONFIG", "DATA", "CACHE")}
    run = "import sys; from console.app.cli import main; sys.exit(main())"
    return subprocess.run(
        [sys.executable, "-c", run, *words],
        env={**os.environ, **folders, "PYTHONPATH": path},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )


def in_service(tmp_path: Path, site: Path) -> int:
    done = underkeel(tmp_path, site, "headroom", "--region", "racks.toml", "--live", "--json")
    assert done.returncode == 0, done.stderr
    return int(json.loads(done.stdout)["scopes"][0]["in_service"])


def test_that_the_manuals_example_is_trusted_and_read(tmp_path: Path, site: Path) -> None:
    listed = tmp_path / "list"
    listed.write_text(LINES)
    (tmp_path / "racks.toml").write_text(DESCRIPTION.replace("LIST", str(listed)))
    trusted = underkeel(tmp_path, site, "trust", "racks.toml", "--yes")
    assert trusted.returncode == 0, trusted.stderr
    assert f"reads {listed}" in trusted.stdout
    assert in_service(tmp_path, site) == 3
    listed.write_text(LINES + "w5 web az1 up\n")
    assert in_service(tmp_path, site) == 4
    listed.write_text("w1 web az1\n")
    broken = underkeel(tmp_path, site, "headroom", "--region", "racks.toml", "--live")
    assert broken.returncode == 2
    assert f"{listed}, line 1: is no NAME SUBSYSTEM ZONE up|down" in broken.stderr


def test_that_without_the_distribution_its_kind_is_none(tmp_path: Path) -> None:
    (tmp_path / "racks.toml").write_text(DESCRIPTION.replace("LIST", "/list"))
    underkeel(tmp_path, tmp_path, "trust", "racks.toml", "--yes")
    done = underkeel(tmp_path, tmp_path, "headroom", "--region", "racks.toml", "--live")
    assert done.returncode == 2
    assert "hosts: is no kind of source; there are " in done.stderr
