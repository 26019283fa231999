"""A console that is killed at any moment while it acts on a real system: what it left is told rightly, gone on with and undone.

UNDERKEEL_KILLS=100 kills so many on each system instead of 20.
"""

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import resources
from tests.folders import ROOT
from tests.servers.haproxy.rig import needs_servers, running
from tests.servers.kills.regions import COUNT, PROGRAM, described, trials

SERVERS = [f"s{number:02}" for number in range(12)]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    return tmp_path


def inventory(path: Path) -> Path:
    """Make the inventory of the shipped adapter."""
    database = sqlite3.connect(path)
    database.executescript(resources.text("adapters/racks.sql"))
    database.execute("INSERT INTO region VALUES ('racks-kills')")
    rows = [(name,) for name in SERVERS]
    database.executemany("INSERT INTO servers (name, zone, cell, rack) VALUES (?, 'az1', 'c1', 'r1')", rows)
    database.executemany("INSERT INTO supports VALUES (?, 'web', 1)", rows)
    database.execute("DELETE FROM facts")
    database.commit()
    database.close()
    return path


def judged(reports: list[dict[str, Any]]) -> None:
    """See that nothing was wrong, and that the kills came where they matter."""
    assert [(report["faults"], report["stderr"]) for report in reports if report["faults"]] == []
    killed = sum(report["killed"] for report in reports)
    amidst = sum(bool(report["unfinished"]) for report in reports)
    sys.stdout.write(f"{killed} of {len(reports)} killed, {amidst} in the midst of an execution\n")
    assert killed >= len(reports) // 4
    assert amidst >= len(reports) // 10


def on_adapter(folder: Path) -> tuple[Path, str]:
    """Give a description of the shipped adapter over an inventory, and where the truth about it is."""
    database, program = inventory(folder / "inventory.db"), resources.path("adapters/racks_sqlite.py")
    adapter = f"exec:{Path(sys.executable).resolve()} {program} {database} --drain-s 0.1"
    return described(folder, adapter, 2), f"inventory:{database}"


def test_that_killed_consoles_lose_and_double_nothing_on_an_adapter(folder: Path) -> None:
    judged(trials(*on_adapter(folder), seed=COUNT))


def test_that_a_disk_that_fills_up_amidst_halts_and_loses_nothing(folder: Path) -> None:
    done = subprocess.run(
        [sys.executable, str(PROGRAM.with_name("full_disk_desk.py")), *map(str, on_adapter(folder))],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=120,
    )
    told = json.loads(done.stdout)
    first, second = told["first"], told["second"]
    assert first["phase"] == "halted"
    assert "could not be written: the disk refused" in first["sentence"]
    assert "4 not touched" in first["sentence"]
    [found] = second["unfinished"]
    assert (found["done"], found["unknown"], second["doubt"]) == (first["out"], [], "")
    assert second["out"] == first["out"]
    assert (second["left"], second["ended"]) == ([], 1)


@needs_servers()
@pytest.mark.parametrize("lua", [True, False], ids=["lua", "plain"])
def test_that_killed_consoles_lose_and_double_nothing_on_haproxy(folder: Path, lua: bool) -> None:
    (folder / "rig").mkdir()
    with running(folder / "rig", {"web": SERVERS}, lua=lua) as rig:
        path = described(folder, f"haproxy:{rig.address}", 2 if lua else 1)
        judged(trials(path, f"haproxy:{rig.socket}", seed=COUNT + lua, count=COUNT // 2))
