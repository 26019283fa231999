"""Any session can be saved as an incident, and is replayed exactly: a simulated region, and a training."""

import asyncio
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from console.operating.incidents.incidents import described_by, read_incident_named
from console.operating.incidents.recording import NotSavedError, save_session
from console.operating.jobs import Jobs
from console.operating.training.replay import Replay
from console.operating.training.training import Training
from tests.console.operating.conftest import SMALL, START
from topology.fleet.batches import EventBatch, batch_of
from topology.fleet.fleet import Fleet
from topology.fleet.state import State
from topology.incident.recording import Recorder
from topology.incident.timeline import Timeline
from topology.links.protocol import RegionLink, Wave
from topology.links.simulated.simulated import SimLink
from topology.records.clock import ManualClock
from topology.records.incident_folder import read_incident_folder
from topology.region.description import read_region
from topology.region.server_states import ServerState


async def follow(link: RegionLink, state: State, recorder: Recorder, seen: list[tuple[float, np.ndarray]]) -> None:
    async for batch in link.events(state.revision):
        take(state, recorder, batch, seen)


def take(state: State, recorder: Recorder, batch: EventBatch, seen: list[tuple[float, np.ndarray]]) -> None:
    recorder.hear(batch)
    state.fleet.apply(batch)
    seen.append((batch.time, state.fleet.state.copy()))


def check_exact(folder: Path, seen: list[tuple[float, np.ndarray]]) -> None:
    """See that at the end of every instant the replay has what was seen."""
    timeline = Timeline(read_incident_folder(folder))
    last = dict(seen)
    assert len(last) > 2
    for time, states in last.items():
        np.testing.assert_array_equal(timeline.states_at(time + 1e-5), states)


@pytest.fixture
def description(tmp_path: Path) -> Path:
    path = tmp_path / "region.toml"
    path.write_text(SMALL)
    return path


def test_that_a_long_session_takes_a_few_bytes_a_change() -> None:
    region = read_region(SMALL, "region.toml")
    state = State(region, Fleet(region), time=START)
    states = (ServerState.DRAINING, ServerState.IN_SERVICE)
    batches = [batch_of(at, START + at, [(at % 50, states[at // 50 % 2])]) for at in range(1, 4001)]
    recorder = Recorder(state)
    tracemalloc.start()
    try:
        before, _ = tracemalloc.get_traced_memory()
        for batch in batches:
            recorder.hear(batch)
        grown = tracemalloc.get_traced_memory()[0] - before
    finally:
        tracemalloc.stop()
    assert grown / len(batches) < 60  # an array for each column of a batch would take 400
    assert recorder.record_text().count("\n") == len(batches) + 1


def test_that_a_session_on_a_simulated_region_is_replayed_exactly(tmp_path: Path, description: Path) -> None:
    seen: list[tuple[float, np.ndarray]] = []

    async def session() -> tuple[Recorder, float]:
        region = read_region(SMALL, "region.toml")
        link = SimLink(region, "sim:small", tmp_path / "acts", clock=ManualClock(START))
        state = await link.load()
        recorder = Recorder(state)
        following = Jobs(print).start("following", follow(link, state, recorder, seen))
        wave = Wave("e1", 1, "ana", ("billing-0001", "billing-0002"), (("index", "billing"),) * 2)
        recorder.tell(
            link.now(), 'ana confirms: remove 2 from billing because "x"', 'remove 2 from billing because "x"'
        )
        await link.remove(wave)
        for _ in range(60):
            link.advance(2.0)
            await asyncio.sleep(0.002)  # the feed reads beside the loop
        await link.aclose()
        await following
        return recorder, link.now()

    recorder, until = asyncio.run(session())
    save_session(recorder, description, tmp_path / "saved", until)
    check_exact(tmp_path / "saved", seen)
    incident = read_incident_folder(tmp_path / "saved")
    assert incident.events[0].command == 'remove 2 from billing because "x"'


def test_that_a_training_is_saved_and_replayed_exactly(tmp_path: Path) -> None:
    seen: list[tuple[float, np.ndarray]] = []
    incident = read_incident_named("s3-2017")

    async def session() -> tuple[Recorder, float]:
        training = Training(Replay(incident))
        training.go_to(incident.decisions[0].time)
        training.take_over()
        link = training.replay
        state = await link.load()
        recorder = Recorder(state, link.name)
        recorder.tell(training.now(), "remove 4 servers from billing: 4 servers left", "remove 4 servers from billing")
        following = Jobs(print).start("following", follow(link, state, recorder, seen))
        training.act("inject fail 40 from index")
        for _ in range(40):
            training.go_to(training.now() + 97.3)
            await asyncio.sleep(0)
        await link.aclose()
        await following
        return recorder, training.now()

    recorder, until = asyncio.run(session())
    region = described_by("s3-2017")
    save_session(recorder, region, tmp_path / "saved", until)
    check_exact(tmp_path / "saved", seen)
    saved = read_incident_folder(tmp_path / "saved")
    assert {(one.source, one.confidence, one.illustrative) for one in saved.events} == {("model", "NP", True)}
    assert saved.title == "Training run on us-east-1"
    assert "nothing in it happened" in saved.summary


def test_that_nothing_half_written_is_left_and_nothing_is_written_over(tmp_path: Path, description: Path) -> None:
    async def state() -> State:
        link = SimLink(read_region(SMALL, "region.toml"), "sim:small", tmp_path / "acts", clock=ManualClock(START))
        found = await link.load()
        await link.aclose()
        return found

    recorder = Recorder(asyncio.run(state()))
    before = sorted(path.name for path in tmp_path.iterdir())
    (tmp_path / "acts" / "x").write_text("kept")
    with pytest.raises(NotSavedError, match="is there already"):
        save_session(recorder, description, tmp_path / "acts", START)
    description.write_text(SMALL + "\n# changed\n")
    with pytest.raises(NotSavedError, match="was changed since"):
        save_session(recorder, description, tmp_path / "saved", START)
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    assert (tmp_path / "acts" / "x").read_text() == "kept"
