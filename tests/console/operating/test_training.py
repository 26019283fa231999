"""A training without a window: the same acts give the same run as in the terminal, and nothing live can be put into it."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from console.operating.incidents.incidents import read_incident_named
from console.operating.refusal import RefusedError
from console.operating.training.desk import TrainingDesk
from console.operating.training.replay import Replay
from console.operating.training.training import Training
from console.window.replay.replay_workspace import TrainingWorkspace
from console.words.findings.table import sentence
from topology.command.grammar.syntax import Planned
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.execution.progress import Phase
from topology.incident.model import Incident
from topology.incident.session.acts import read_acts
from topology.incident.session.outcome import outcome_of
from topology.incident.session.session import run_acts
from topology.incident.session.tools import planned_in, shown_in
from topology.incident.timeline import Timeline
from topology.links.simulated.simulated import SimLink
from topology.planning.plan import Confirmation, Effort, Plan, Verdict
from topology.region.server_states import ServerState

HUGE = "remove 400 servers from billing"


@pytest.fixture(scope="module")
def s3() -> Incident:
    return read_incident_named("s3-2017")


@pytest.fixture(scope="module")
def timeline(s3: Incident) -> Timeline:
    return Timeline(s3)


@pytest.fixture
def training(s3: Incident, timeline: Timeline) -> Training:
    made = Training(Replay(s3, timeline))
    made.go_to(s3.decisions[0].time)
    return made


def confirm(training: Training, text: str) -> TrainingDesk:
    operator = TrainingDesk(training, "trainee")

    async def do() -> None:
        state = await training.replay.load()
        command = parse(text, vocabulary_of(state)).command
        assert isinstance(command, Planned)
        era = training.era_of_run
        plan = shown_in(era, planned_in(era, state, command))
        await operator.confirm(plan, command, Confirmation(plan.digest, Effort.COUNT))

    asyncio.run(do())
    return operator


def test_that_a_run_watched_in_steps_is_the_run_of_the_terminal_byte_for_byte(training: Training) -> None:
    training.era = training.incident.era("as-it-was")
    confirm(training, HUGE)
    while training.now() < training.incident.starts + 1200:
        training.go_to(training.now() + 7.3)
    training.act("restart index")
    training.act('announce "reads fail" by banner')
    acts = read_acts(training.acts_text(), "acts.toml", training.incident)
    headless = outcome_of(training.replay.timeline, run_acts(training.replay.timeline, acts, sentence))
    assert msgspec.json.encode(training.outcome()) == msgspec.json.encode(headless)
    assert [act["outcome"] for act in headless["acts"]] == ["done"] * 3  # type: ignore[attr-defined]


def test_that_our_tool_refuses_in_the_window_what_the_tool_of_the_day_carries_out(training: Training) -> None:
    with pytest.raises(RefusedError, match="floor"):
        confirm(training, HUGE)
    assert not training.is_run
    training.era = training.incident.era("as-it-was")
    operator = confirm(training, HUGE)
    assert operator.progress is not None
    assert operator.progress.servers_out == 400


def test_that_the_tool_of_the_day_shows_how_many_go_and_nothing_else(training: Training) -> None:
    state = asyncio.run(training.replay.load())
    command = parse(HUGE, vocabulary_of(state)).command
    assert isinstance(command, Planned)
    plan = shown_in(training.incident.era("as-it-was"), planned_in(training.era, state, command))
    assert (plan.verdict, len(plan.servers), plan.effects, plan.findings) == (Verdict.CLEAR, 400, (), ())


def test_that_going_back_forgets_what_came_later_and_does_the_rest_anew(training: Training) -> None:
    confirm(training, "remove 4 servers from billing")
    first = training.now()
    training.go_to(first + 300)
    states = training.replay.branch.fleet.state.copy()  # type: ignore[union-attr]
    confirm(training, "remove 2 servers from billing")
    training.go_to(first + 900)
    training.go_to(first + 300)
    training.back_to(first + 299)
    assert [act.text for act in training.acts] == ["remove 4 servers from billing"]
    training.go_to(first + 300)
    assert (training.replay.branch.fleet.state == states).all()  # type: ignore[union-attr]
    training.back_to(training.incident.starts)
    assert not training.is_run


def test_that_a_saved_moment_is_come_back_to(training: Training) -> None:
    confirm(training, "remove 4 servers from billing")
    training.go_to(training.now() + 60)
    kept, states = training.save(), training.replay.branch.fleet.state.copy()  # type: ignore[union-attr]
    training.act("inject lose az1")
    training.go_to(training.now() + 600)
    training.load(kept)
    assert training.now() == kept.time
    assert (training.replay.branch.fleet.state == states).all()  # type: ignore[union-attr]


def test_that_a_place_is_emptied_in_stages_each_planned_anew(training: Training) -> None:
    text = "remove all from placement in az1 by rack"

    def planned() -> Plan:
        state = asyncio.run(training.replay.load())
        command = parse(text, vocabulary_of(state)).command
        assert isinstance(command, Planned)
        return planned_in(training.era, state, command)

    first = planned()
    assert first.staging is not None
    foretold = first.staging.stages
    assert len(foretold) > 1
    operator = confirm(training, text)
    training.go_to(training.now() + 900)
    operator.look()
    assert operator.running is None
    after = planned()
    assert after.staging is not None
    assert [stage.servers for stage in after.staging.stages] == [stage.servers for stage in foretold[1:]]


@pytest.mark.parametrize("text", ["remove all from storage in az1 by rack", "remove all from placement in az1 by rack"])
def test_that_stages_come_as_foretold_to_the_end_and_then_say_what_would_let_them_go_on(
    s3: Incident, timeline: Timeline, text: str
) -> None:
    training = Training(Replay(s3, timeline))
    training.go_to(s3.starts + 60)

    def planned() -> tuple[Plan, bool]:
        state = asyncio.run(training.replay.load())
        command = parse(text, vocabulary_of(state)).command
        assert isinstance(command, Planned)
        floor = state.fleet.scopes.floor
        return planned_in(training.era, state, command), bool(
            (state.fleet.capacity[floor >= 0] < floor[floor >= 0]).any()
        )

    plan, _ = planned()
    assert plan.staging is not None
    foretold, stays = [stage.servers for stage in plan.staging.stages], plan.staging.stays
    assert len(foretold) > 1
    for servers in foretold:
        assert plan.count == servers
        operator = confirm(training, text)
        training.go_to(training.now() + 60 * (servers / 20 + 15))
        operator.look()
        assert operator.progress is not None
        assert operator.progress.phase is Phase.FINISHED
        plan, is_below = planned()
        assert not is_below
    assert plan.staging is not None
    assert (plan.verdict, plan.staging.stages, plan.staging.stays) == (Verdict.BLOCKED, (), stays)
    assert all(need.missing > 0 for need in plan.staging.needs)
    assert {"storage", "placement"} & {need.subsystem for need in plan.staging.needs}


def test_that_stop_gives_back_what_drains_and_undo_the_rest(training: Training) -> None:
    operator = confirm(training, "remove 40 servers from billing")
    training.go_to(training.now() + 20)
    operator.look()
    assert asyncio.run(operator.control("stop")).startswith("Stopped")
    state = asyncio.run(training.replay.load())
    gone = (state.fleet.state == ServerState.REMOVED).sum()
    plan = operator.undo_plan(state)
    assert len(plan.servers) == gone > 0
    training.act("undo")
    training.go_to(training.now() + 60)
    assert (training.replay.branch.fleet.state == ServerState.IN_SERVICE).all()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "make", [Training, lambda live: TrainingDesk(live, "x"), lambda live: TrainingWorkspace(live, live, live)]
)
def test_that_nothing_live_can_be_put_into_a_training(
    make: Callable[[object], object], s3: Incident, tmp_path: Path, qapp: object
) -> None:
    live = SimLink(s3.region, "sim:s3", tmp_path)
    with pytest.raises(TypeError, match="SimLink"):
        make(live)
    assert list(tmp_path.iterdir()) == []
