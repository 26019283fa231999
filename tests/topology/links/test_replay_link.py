"""The link `replay:`: the record at the moment of its clock, and acts that leave the record and reach nothing else."""

import asyncio
from pathlib import Path

import numpy as np
import pytest

from console.operating.incidents import read_incident_named
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.fleet.batches import EventBatch
from topology.incident.model import Incident
from topology.links.protocol import Answer, RewoundError, Wave
from topology.links.replay.replay import ReplayLink
from topology.links.simulated.simulated import SimLink
from topology.planning.preview import preview
from topology.region.server_states import ServerState


@pytest.fixture(scope="module")
def s3() -> Incident:
    return read_incident_named("s3-2017")


def wave_of(link: ReplayLink, text: str, execution: str = "e1") -> Wave:
    state = asyncio.run(link.load())
    command = parse(text, vocabulary_of(state)).command
    plan = preview(state, command)  # type: ignore[arg-type]
    return Wave(execution, 1, "ana", plan.servers, plan.supports)


def test_that_the_state_is_that_of_the_record_at_the_clock_in_both_directions(s3: Incident) -> None:
    link = ReplayLink(s3)

    async def walk() -> None:
        state = await link.load()
        events = link.events(state.revision)
        for share in (0.4, 0.9, 0.1, 0.55, 0.0, 1.0):
            link.go_to(s3.starts + share * s3.length_s)
            while state.revision < link._revision:
                batch: EventBatch = await anext(events)
                state.fleet.apply(batch)
                state.revision = batch.revision
            assert link.now() == s3.starts + share * s3.length_s
            np.testing.assert_array_equal(state.fleet.state, link.timeline.states_at(link.now()))

    asyncio.run(walk())


def test_that_an_act_leaves_the_record_and_our_floors_refuse_what_breaks_them(s3: Incident) -> None:
    link = ReplayLink(s3)
    refused = asyncio.run(link.remove(wave_of(link, "remove 40 servers from billing")))
    assert refused.servers(Answer.DONE) == () or link.branch is not None
    small = asyncio.run(link.remove(wave_of(link, "remove 4 servers from billing", "e2")))
    assert len(small.servers(Answer.DONE)) == 4
    assert link.branch is not None
    gone = [link._position[name] for name in small.servers(Answer.DONE)]
    assert (link.branch.fleet.state[gone] == ServerState.DRAINING).all()
    large = asyncio.run(link.remove(wave_of(link, "remove 400 servers from billing", "e3")))
    assert large.servers(Answer.DONE) == ()
    assert {refusal.code for refusal in large.refusals} >= {"floor"}


def test_that_the_tool_of_the_day_lets_it_all_go(s3: Incident) -> None:
    link = ReplayLink(s3)
    link.take_over(s3.era("as-it-was"))
    outcome = asyncio.run(link.remove(wave_of(link, "remove 400 servers from billing")))
    assert len(outcome.servers(Answer.DONE)) == 400
    assert asyncio.run(link.stop("e1", "ana")) != ()


def test_that_the_clock_of_a_run_only_goes_on_and_another_run_is_loaded_anew(s3: Incident) -> None:
    link = ReplayLink(s3)
    link.go_to(s3.starts + 600)
    link.take_over()
    with pytest.raises(ValueError, match="cannot be unmade"):
        link.go_to(s3.starts)

    async def rewound() -> None:
        state = await link.load()
        events = link.events(state.revision)
        link.put_run(None)
        with pytest.raises(RewoundError):
            await anext(events)

    asyncio.run(rewound())


def test_that_a_replay_cannot_be_made_of_a_live_link(s3: Incident, tmp_path: Path) -> None:
    live = SimLink(s3.region, "sim:s3", tmp_path)
    with pytest.raises(TypeError, match="not of SimLink"):
        ReplayLink(live)  # type: ignore[arg-type]


def test_that_acting_in_a_replay_writes_no_file(s3: Incident, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("STATE", "DATA", "CONFIG", "CACHE"):
        monkeypatch.setenv(f"XDG_{name}_HOME", str(tmp_path))
    link = ReplayLink(s3)
    asyncio.run(link.remove(wave_of(link, "remove 4 servers from billing")))
    asyncio.run(link.aclose())
    assert list(tmp_path.rglob("*")) == []
