"""A replay: the record at the moment of its clock, in both directions, and a run in its place."""

import asyncio
from pathlib import Path

import numpy as np
import pytest

from console.operating.desk import RewoundError
from console.operating.incidents.incidents import read_incident_named
from console.operating.training.replay import Replay
from console.operating.training.training import Training
from topology.fleet.batches import EventBatch
from topology.incident.branch.branch import Branch
from topology.incident.model import UNDERKEEL, Incident
from topology.links.simulated.simulated import SimLink


@pytest.fixture(scope="module")
def s3() -> Incident:
    return read_incident_named("s3-2017")


def test_that_the_state_is_that_of_the_record_at_the_clock_in_both_directions(s3: Incident) -> None:
    replay = Replay(s3)

    async def walk() -> None:
        state = await replay.load()
        events = replay.events(state.revision)
        for share in (0.4, 0.9, 0.1, 0.55, 0.0, 1.0):
            replay.go_to(s3.starts + share * s3.length_s)
            while state.revision < replay._revision:
                batch: EventBatch = await anext(events)
                state.fleet.apply(batch)
                state.revision = batch.revision
            assert replay.now() == s3.starts + share * s3.length_s
            np.testing.assert_array_equal(state.fleet.state, replay.timeline.states_at(replay.now()))

    asyncio.run(walk())


def test_that_the_clock_of_a_run_only_goes_on_and_another_run_is_loaded_anew(s3: Incident) -> None:
    replay = Replay(s3)
    replay.go_to(s3.starts + 600)
    replay.put_run(Branch(s3, replay.timeline.states_at(replay.now()), replay.now(), UNDERKEEL))
    with pytest.raises(ValueError, match="cannot be unmade"):
        replay.go_to(s3.starts)

    async def rewound() -> None:
        state = await replay.load()
        events = replay.events(state.revision)
        replay.put_run(None)
        with pytest.raises(RewoundError):
            await anext(events)

    asyncio.run(rewound())


def test_that_a_replay_cannot_be_made_of_a_live_link(s3: Incident, tmp_path: Path) -> None:
    live = SimLink(s3.region, "sim:s3", tmp_path)
    with pytest.raises(TypeError, match="not of SimLink"):
        Replay(live)  # type: ignore[arg-type]


def test_that_acting_in_a_training_writes_no_file(
    s3: Incident, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("STATE", "DATA", "CONFIG", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path))
    training = Training(Replay(s3))
    assert training.act("remove 4 servers from billing").kind == "done"
    asyncio.run(training.replay.aclose())
    assert list(tmp_path.rglob("*")) == []
