"""An organisation's own guards hold in a training as they do at a region, and not under the tool of a day that knew none."""

import asyncio
from collections.abc import Iterator

import pytest

from console.operating.incidents.incidents import read_incident_named
from console.operating.refusal import RefusedError
from console.operating.training.desk import TrainingDesk
from console.operating.training.replay import Replay
from console.operating.training.training import Training
from topology.command.grammar.syntax import Planned
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.execution.progress import Phase
from topology.incident.session.tools import planned_in, shown_in
from topology.planning.confirmation import Effort
from topology.planning.facts import ToldFacts
from topology.planning.guards.case import Case
from topology.planning.guards.guard import Guard
from topology.planning.guards.outside import held
from topology.planning.plan import Confirmation, Finding, Plan, Severity


class Calm:
    """A guard that blocks every removal once there is news."""

    news = False

    def guard(self) -> Guard:
        return held(Guard("calm", Severity.BLOCK, 300, held_at_act=False, ask=self._ask))

    def _ask(self, case: Case) -> Iterator[Finding]:
        if self.news and case.removes:
            yield Finding("calm", Severity.BLOCK, ToldFacts("there is news"))


class Trainee:
    """A trainee at the first decision of an incident, in an organisation with a guard of its own."""

    def __init__(self, era: str = "underkeel") -> None:
        self.calm = Calm()
        incident = read_incident_named("s3-2017")
        self.training = Training(Replay(incident), (self.calm.guard(),))
        self.training.era = incident.era(era)
        self.training.go_to(incident.decisions[0].time)
        self.desk = TrainingDesk(self.training, "trainee")

    def plan(self, text: str) -> tuple[Plan, Planned]:
        state = asyncio.run(self.training.replay.load())
        command = parse(text, vocabulary_of(state)).command
        assert isinstance(command, Planned)
        era = self.training.era
        return shown_in(era, planned_in(era, state, command, self.desk.guards)), command

    def confirm(self, text: str) -> None:
        plan, command = self.plan(text)
        asyncio.run(self.desk.confirm(plan, command, Confirmation(plan.digest, Effort.COUNT)))


def test_that_a_plan_which_it_blocks_is_blocked_in_a_training() -> None:
    trainee = Trainee()
    trainee.calm.news = True
    plan, _ = trainee.plan("remove 4 servers from billing")
    assert plan.blocked
    assert "calm" in plan.codes()


def test_that_what_was_clear_is_refused_once_it_blocks() -> None:
    trainee = Trainee()
    plan, command = trainee.plan("remove 4 servers from billing")
    trainee.calm.news = True
    with pytest.raises(RefusedError, match="there is news"):
        asyncio.run(trainee.desk.confirm(plan, command, Confirmation(plan.digest, Effort.COUNT)))
    assert trainee.training.outcome()["acts"][0]["outcome"] == "refused"  # type: ignore[index]


def test_that_it_halts_what_goes_on_before_the_next_wave() -> None:
    trainee = Trainee()
    trainee.confirm("remove 30 servers from billing at 1/min")
    trainee.calm.news = True
    trainee.training.go_to(trainee.training.now() + 1800)
    progress = trainee.desk.progress
    assert progress is not None
    assert progress.phase is Phase.HALTED
    assert "there is news" in progress.sentence


def test_that_the_tool_of_a_day_does_not_ask_it() -> None:
    trainee = Trainee("as-it-was")
    trainee.calm.news = True
    trainee.confirm("remove 400 servers from billing")
    assert trainee.desk.progress is not None
    assert trainee.desk.progress.servers_out == 400
