"""The main job on a fleet behind an adapter: an inventory in SQLite, the adapter that ships, and keys typed into the window."""

import os
import signal
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.end_to_end.driver import SIDE, Desk
from tests.end_to_end.screens import until
from tests.topology.links.adapter.adapters import inventory, racks, states

LIVE = "^LIVE · racks-eu · Underkeel"
REGION = "racks.toml"
TEXT = """\
format = 1
[region]
name = "racks-eu"
zones = ["a", "b"]
[source]
fleet = "{fleet}"
read_only = false
[policy]
pace = "60/min"
largest_command = 20
wave = 1
[[subsystem]]
name = "index"
floor = "75%"
[[subsystem]]
name = "billing"
floor = 2
"""


@pytest.fixture
def store(desk: Desk) -> Path:
    """Give the inventory of forty servers, of which a description tells that was trusted."""
    found = inventory(desk.home / "inventory.db")
    (desk.home / REGION).write_text(TEXT.format(fleet=racks(found, drain_s=1.5)))
    done = desk.underkeel("trust", REGION, "--yes")
    assert done.returncode == 0, done.stderr
    return found


def out(store: Path, letters: str = "dr") -> set[str]:
    return {name for name, letter in states(store).items() if letter in letters}


def children(console: int) -> list[int]:
    """Give the process ids of the adapters that a console runs."""
    found = subprocess.run(
        ["pgrep", "-P", str(console), "-f", "racks_sqlite"], capture_output=True, text=True, check=False
    )
    return [int(line) for line in found.stdout.split()]


def ended(desk: Desk, times: int = 1) -> Callable[[], bool]:
    return lambda: desk.kinds().count("finished") == times


def test_that_servers_really_leave_a_stop_really_stops_and_an_undo_really_gives_back(desk: Desk, store: Path) -> None:
    console = desk.start(REGION, title=LIVE)
    console.command("remove 12 servers from index")
    desk.wait_to_see("alarm_ground", SIDE, 1000)
    console.key("ctrl+Return")
    console.command("remove 8 servers from index")
    desk.wait_until_gone("alarm_ground", SIDE)
    assert out(store) == set()
    console.confirm_when_ready()
    until(lambda: out(store, "r") and out(store, "d"), "some have left and others drain")
    console.key("Escape", "Escape")
    until(ended(desk), "the execution has ended")
    until(lambda: not out(store, "d"), "what drained is back")
    [finished] = [entry for entry in desk.journal(REGION) if entry["kind"] == "finished"]
    assert finished["details"]["phase"] == "stopped"
    assert set(finished["servers"]) == out(store)
    assert 0 < len(out(store)) < 8
    assert finished["details"]["returned"]
    console.command("undo")
    console.confirm_when_ready()
    until(lambda: not out(store, "drjf"), "every server serves again")
    until(ended(desk, 2), "the undo is over")
    assert desk.underkeel("journal", "verify", "--region", REGION).returncode == 0
    assert console.close() == 0


def test_that_an_adapter_that_dies_in_mid_execution_is_started_again_and_nothing_is_done_twice(
    desk: Desk, store: Path
) -> None:
    console = desk.start(REGION, title=LIVE)
    console.command("remove 5 servers from index")
    console.confirm_when_ready()
    until(lambda: len(out(store)) == 2, "two are out")
    [adapter] = children(console.process.pid)
    os.kill(adapter, signal.SIGKILL)
    until(ended(desk), "the execution is over", 40)
    [finished] = [entry for entry in desk.journal(REGION) if entry["kind"] == "finished"]
    assert finished["details"]["phase"] == "finished"
    assert len(out(store)) == 5
    told = [name for entry in desk.journal(REGION) if entry["kind"] == "outcome" for name in entry["servers"]]
    assert sorted(told) == sorted(out(store)), "each left once"
    assert len(children(console.process.pid)) == 1
    assert console.close() == 0
    assert children(console.process.pid) == []
