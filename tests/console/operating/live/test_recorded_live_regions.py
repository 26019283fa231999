"""A live region is recorded while servers really leave, and what was recorded is replayed, without any source."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import tomllib
from pathlib import Path

import numpy as np
import pytest

from console.operating.incidents.recording import save_session
from console.operating.regions import address_of, folder_of, open_link, read_file
from console.operating.trusting.trust import Trust
from tests.folders import ROOT
from tests.servers.haproxy import rig as haproxy
from tests.servers.haproxy.test_haproxy_region import SERVERS
from tests.servers.haproxy.test_haproxy_region import TEXT as SHOP
from tests.topology.links.adapter.adapters import inventory, racks, states
from topology.fleet.batches import EventBatch
from topology.incident.model import Incident
from topology.incident.recorded_region import recorded_description, recorded_fleet
from topology.incident.recording import Recorder
from topology.incident.timeline import Timeline
from topology.links.protocol import Answer, RegionLink, Wave
from topology.records.incident_folder import read_incident_folder
from topology.region.description import read_region
from topology.region.region import Region
from topology.region.server_states import ServerState

RACKS = """\
format = 1
[region]
name = "racks"
time_zone = "Europe/Berlin"
zones = ["a", "b"]
[source]
fleet = "{fleet}"
read_only = false
[policy]
pace = ["100/min", "50% in 1 h"]
largest_command = 20
[[freeze]]
from = 2020-01-01T00:00:00Z
until = 2020-01-02T00:00:00Z
reason = "the \\"quarter's\\" end"
[[subsystem]]
name = "index"
floor = "62.5%"
zone_floor = {{ a = "50%", b = 3 }}
last_full_restart = 2009-03-01
restart = {{ checks_minutes = 60, servers_per_minute = 12 }}
[[subsystem]]
name = "board"
external = true
[[dependency]]
from = "board"
to = "index"
"""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("STATE", "CONFIG", "DATA", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path / name.lower()))


def described(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "region.toml"
    path.write_text(text)
    source = read_file(path, str(path)).source
    assert source is not None
    Trust().add(path, source)
    return path


class Recording:
    """`underkeel record`, running beside the test."""

    def __init__(self, region: Path, folder: Path) -> None:
        command = [sys.executable, "-P", "-m", "console.app.cli", "record", str(folder), "--region", str(region)]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        self.child = subprocess.Popen(
            command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self.child.stdout is not None
        said = self.child.stdout.readline()
        assert said.startswith("Recording "), self.child.communicate(timeout=20)
        self.folder = folder

    def saved_once(self, told: str) -> Incident:
        """End it as soon as it tells of something, and give what it saved."""
        assert self.child.stdout is not None
        watch = threading.Timer(60, self.child.kill)
        watch.start()
        lines: list[str] = []
        while not lines or (lines[-1] and told not in lines[-1]):
            lines.append(self.child.stdout.readline())
        assert told in lines[-1], lines
        watch.cancel()
        self.child.send_signal(signal.SIGINT)
        said, errors = self.child.communicate(timeout=60)
        assert (self.child.returncode, errors) == (0, ""), said
        return read_incident_folder(self.folder)


async def removed(link: RegionLink, servers: tuple[str, ...]) -> None:
    """Take servers out."""
    state = await link.load()
    region = state.region
    supports = tuple(
        tuple(region.subsystems[number].name for number, _ in region.roster.profiles[at])
        for at in (region.roster.profile[state.fleet.position[name]] for name in servers)
    )
    outcome = await link.remove(Wave("e", 1, "ana", servers, supports))
    assert outcome.servers(Answer.DONE) == servers, outcome.refusals


def acted(path: Path, *servers: str) -> None:
    async def work() -> None:
        link = open_link(address_of(str(path)), folder_of(address_of(str(path))))
        try:
            await removed(link, servers)
        finally:
            await link.aclose()

    asyncio.run(asyncio.wait_for(work(), 60))


def out_at_end(incident: Incident) -> set[str]:
    at_end = Timeline(incident).states_at(incident.ends)
    names = incident.region.roster.names
    return {names[at] for at in np.flatnonzero(at_end == ServerState.REMOVED).tolist()}


def opens_nothing(folder: Path) -> bool:
    return not {"source", "place"} & set(tomllib.loads((folder / "region.toml").read_text()))


def test_that_a_region_behind_an_adapter_is_recorded_while_servers_leave_and_replayed(tmp_path: Path) -> None:
    store = inventory(tmp_path / "inventory.db")
    path = described(tmp_path, RACKS.format(fleet=racks(store)))
    recording = Recording(path, tmp_path / "saved")
    acted(path, "n001", "n003")
    incident = recording.saved_once("2 servers: removed")
    assert [states(store)[name] for name in ("n001", "n002", "n003")] == ["r", "s", "r"]
    assert out_at_end(incident) == {"n001", "n003"}
    assert Timeline(incident).states_at(incident.starts).tolist() == [ServerState.IN_SERVICE] * 40
    assert "2 servers by e.1" in "".join(event.text for event in incident.events)
    assert opens_nothing(tmp_path / "saved")
    store.unlink()
    done = replayed(tmp_path / "saved")
    assert done.returncode == 0, done.stderr
    assert "2 servers by e.1" in done.stdout


@haproxy.needs_servers()
def test_that_a_real_haproxy_is_recorded_while_servers_drain_and_replayed(tmp_path: Path) -> None:
    (tmp_path / "rig").mkdir()
    with haproxy.running(tmp_path / "rig", {"web": SERVERS}, lua=True) as rig:
        path = described(tmp_path, SHOP.format(address=rig.address, read_only="false"))
        recording = Recording(path, tmp_path / "saved")
        acted(path, "s03", "s07")
        incident = recording.saved_once("socket: 2 servers: removed")
        assert rig.serving() == 10
    assert out_at_end(incident) == {"s03", "s07"}
    assert opens_nothing(tmp_path / "saved")
    assert replayed(tmp_path / "saved").returncode == 0


def test_that_a_session_in_which_servers_came_and_went_is_saved_from_there_on(tmp_path: Path) -> None:
    store = inventory(tmp_path / "inventory.db")
    path = described(tmp_path, RACKS.format(fleet=racks(store)))

    async def session() -> tuple[Recorder, float]:
        link = open_link(address_of(str(path)), folder_of(address_of(str(path))))
        state = await link.load()
        nobody = np.zeros(0, np.int32), np.zeros(0, np.uint8)
        state.fold(EventBatch(state.revision + 1, state.time, *nobody, gone=(state.fleet.position["n005"],)))
        recorder = Recorder(state)
        await link.aclose()
        return recorder, link.now()

    recorder, until = asyncio.run(session())
    save_session(recorder, path, tmp_path / "saved", until)
    saved = read_incident_folder(tmp_path / "saved")
    assert len(saved.region.roster) == 39
    assert "n005" not in saved.region.roster.names


def test_that_a_silent_source_is_not_recorded_and_says_why(tmp_path: Path) -> None:
    path = described(tmp_path, RACKS.format(fleet="exec:/no/such/adapter"))
    command = [
        sys.executable,
        "-P",
        "-m",
        "console.app.cli",
        "record",
        str(tmp_path / "saved"),
        "--region",
        str(path),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=ROOT)
    assert done.returncode == 2
    assert "/no/such/adapter" in done.stderr
    assert done.stderr.rstrip().endswith("nothing is recorded")
    assert not (tmp_path / "saved").exists()


def test_that_what_guarded_while_it_was_recorded_guards_in_the_replay(tmp_path: Path) -> None:
    store = inventory(tmp_path / "inventory.db")
    path = described(tmp_path, RACKS.format(fleet=racks(store)))

    async def look() -> Region:
        link = open_link(address_of(str(path)), folder_of(address_of(str(path))))
        try:
            return (await link.load()).region
        finally:
            await link.aclose()

    live = asyncio.run(look())
    text, fleet = recorded_description(path.read_text(), live), recorded_fleet(live)
    again = read_region(text, "region.toml", fleet.encode())
    assert again.source is None
    assert again.policy == live.policy
    assert again.freezes == live.freezes
    assert again.dependencies == live.dependencies
    assert again.subsystems == live.subsystems
    assert again.roster.names == live.roster.names
    assert again.roster.racks == live.roster.racks
    assert again.zones == live.roster.zones


def replayed(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-P", "-m", "console.app.cli", "replay", str(folder), "--text"]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=ROOT)
