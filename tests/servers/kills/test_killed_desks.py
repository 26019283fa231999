"""A console that is killed at any moment while it acts on a real system: what it left is told rightly, gone on with and undone.

UNDERKEEL_KILLS=100 kills so many on each system instead of 20.
"""

import sqlite3
import sys
from pathlib import Path
from typing import Any

import pytest

import resources
from tests.servers.haproxy.rig import needs_servers, running
from tests.servers.kills.regions import COUNT, described, trials

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


def test_that_killed_consoles_lose_and_double_nothing_on_an_adapter(folder: Path) -> None:
    database = inventory(folder / "inventory.db")
    adapter = (
        f"exec:{Path(sys.executable).resolve()} {resources.path('adapters/racks_sqlite.py')} {database} --drain-s 0.1"
    )
    judged(trials(described(folder, adapter, 2), f"inventory:{database}", seed=COUNT))


@needs_servers()
@pytest.mark.parametrize("lua", [True, False], ids=["lua", "plain"])
def test_that_killed_consoles_lose_and_double_nothing_on_haproxy(folder: Path, lua: bool) -> None:
    (folder / "rig").mkdir()
    with running(folder / "rig", {"web": SERVERS}, lua=lua) as rig:
        path = described(folder, f"haproxy:{rig.address}", 2 if lua else 1)
        judged(trials(path, f"haproxy:{rig.socket}", seed=COUNT + lua, count=COUNT // 2))
