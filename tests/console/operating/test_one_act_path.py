"""Whoever acts acts by one path: one protocol of a desk, kept by two, and one execution that carries out in both."""

import ast
import asyncio
import inspect
from pathlib import Path

import pytest

from console.operating import desk as protocols
from console.operating.incidents.incidents import read_incident_named
from console.operating.training.desk import TrainingDesk
from console.operating.training.replay import Replay
from console.operating.training.training import Training
from tests.console.operating.conftest import START, Begin, Desk, opened
from tests.folders import ROOT
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.execution.execution import Execution
from topology.incident.session.tools import planned_in
from topology.planning.plan import Confirmation, Effort
from topology.records.clock import ManualClock

CARRY_OUT = {"console/operating/live/confirming.py", "topology/incident/session/executor.py"}
"""Who begins an execution: the one of live regions, with its journal and its link, and the one of trainings, with its run."""
ALONE = {"Execution", "Executor", "BranchExecutor", "LiveDesk", "TrainingDesk"}
"""What no class inherits from: what is switched off in a subclass is a second path."""


def trainee() -> TrainingDesk:
    training = Training(Replay(read_incident_named("s3-2017")))
    training.go_to(training.incident.decisions[0].time)
    return TrainingDesk(training, "trainee")


def trees() -> list[tuple[str, ast.Module]]:
    files = sorted(file for folder in ("console", "topology") for file in Path(ROOT / folder).rglob("*.py"))
    assert len(files) > 500
    return [(file.relative_to(ROOT).as_posix(), ast.parse(file.read_text(encoding="utf-8"))) for file in files]


@pytest.mark.parametrize("kind", ["live", "training"])
def test_that_each_desk_has_what_the_protocol_asks_and_waits_where_it_does(kind: str, tmp_path: Path) -> None:
    desk = Desk(tmp_path, ManualClock(START))
    desk.journal.close()
    made: object = trainee() if kind == "training" else desk.operator
    asked = {*vars(protocols.Desk), *protocols.Desk.__annotations__}
    names = sorted(name for name in asked if not name.startswith("_"))
    assert len(names) > 20
    assert [name for name in names if not hasattr(made, name)] == []
    waits = [name for name in names if inspect.iscoroutinefunction(vars(protocols.Desk).get(name))]
    assert [name for name in waits if not inspect.iscoroutinefunction(getattr(made, name))] == []


def test_that_an_execution_begins_in_two_places_and_nothing_inherits_from_what_carries_out() -> None:
    begun, heirs = set(), []
    for path, tree in trees():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("Execution", "Execution.of"):
                begun.add(path)
            elif isinstance(node, ast.ClassDef):
                heirs += [(path, node.name) for base in node.bases if ast.unparse(base) in ALONE]
    assert begun == CARRY_OUT
    assert heirs == []


def test_that_only_the_window_of_an_operator_opens_a_region_to_act() -> None:
    opens = {
        path
        for path, tree in trees()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "open_link"
    }
    assert opens == {"console/app/session.py", "console/operating/regions.py"}


def test_that_a_removal_is_carried_out_by_the_same_execution_live_and_in_a_training(tmp_path: Path) -> None:
    async def live() -> Execution:
        desk = Desk(tmp_path, ManualClock(START))
        async with opened(desk) as begin:
            return await _begun(desk, begin)

    async def _begun(desk: Desk, begin: Begin) -> Execution:
        await desk.carry_out(begin, "remove 4 servers from index")
        running = desk.operator.running
        assert running is not None
        return running

    async def training() -> Execution:
        operator = trainee()
        state = await operator._training.replay.load()
        command = parse("remove 4 servers from billing", vocabulary_of(state)).command
        plan = planned_in(operator._training.era, state, command)  # type: ignore[arg-type]
        await operator.confirm(plan, command, Confirmation(plan.digest, Effort.COUNT))  # type: ignore[arg-type]
        (found,) = operator._executions()
        return found

    assert type(asyncio.run(live())) is type(asyncio.run(training())) is Execution
