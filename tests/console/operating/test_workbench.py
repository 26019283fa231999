"""The workbench: text to reading to plan, without a window, and a plan always of the state it stands beside."""

from dataclasses import replace

import pytest

from console.operating.colleagues.colleagues import Nobody as NobodyElse
from console.operating.procedures.playbook_runs import PlaybookRuns
from console.operating.refusal import NothingToUndoError
from console.operating.workbench import NOT_KNOWN_YET, OurTool, Work, Workbench
from topology.command.complete import Completion
from topology.command.grammar.reading import Reading
from topology.command.grammar.syntax import Command
from topology.fleet.batches import batch_of
from topology.fleet.fleet import Fleet
from topology.fleet.state import State
from topology.planning.plan import Plan, Verdict
from topology.region.description import read_region
from topology.region.server_states import ServerState

TEXT = """format = 1
[region]
name = "r"
zones = ["az1"]
[policy]
pace = "20/min"
largest_command = 8
[[subsystem]]
name = "index"
floor = 6
[[pool]]
name = "index"
count = 10
supports = ["index"]
"""


class Nobody:
    """Carries nothing out, and has nothing to undo."""

    running = None
    colleagues = NobodyElse()

    def undo_plan(self, state: State, entry: int | None = None) -> Plan:
        raise NothingToUndoError("Nothing was removed yet.")


@pytest.fixture
def state() -> State:
    region = read_region(TEXT, "r.toml")
    return State(region, Fleet(region), revision=1, time=1_700_000_000.0)


@pytest.fixture
def bench(state: State) -> Workbench:
    bench = Workbench(Nobody(), PlaybookRuns(lambda: ((), ())))
    bench.follow(state)
    return bench


def typed(bench: Workbench, text: str) -> Work:
    bench.type(text)
    return bench.plan()


def test_that_what_is_typed_before_a_region_is_known_has_no_plan() -> None:
    bench = Workbench(Nobody(), PlaybookRuns(lambda: ((), ())))
    assert typed(bench, "remove 1 server from index").plan is None


def test_that_no_name_is_called_wrong_before_the_names_are_known(state: State) -> None:
    bench = Workbench(Nobody(), PlaybookRuns(lambda: ((), ())))
    reading = typed(bench, "remove 1 server from indxe").reading
    assert reading.error is None
    assert reading.notes == (NOT_KNOWN_YET,)
    bench.follow(state)
    reading = bench.plan().reading
    assert reading.error is not None
    assert "indxe" in reading.error.message
    assert reading.notes == ()


def test_that_a_command_becomes_a_plan(bench: Workbench) -> None:
    work = typed(bench, "remove 3 servers from index")
    assert work.plan is not None
    assert work.plan.verdict is not Verdict.BLOCKED
    assert len(work.plan.servers) == 3


def test_that_the_plan_on_show_is_judged_again_at_a_new_state(bench: Workbench, state: State) -> None:
    before = typed(bench, "remove 3 servers from index").plan
    state.fold(batch_of(2, state.time + 1, [(9, ServerState.FAILED), (8, ServerState.FAILED)]))
    bench.see(replace(state, time=state.time + 1))
    after = bench.plan().plan
    assert before is not None
    assert after is not None
    assert after.verdict is Verdict.BLOCKED
    assert after.revision == 2
    assert after.command == before.command


def test_that_an_unfinished_text_takes_the_plan_away(bench: Workbench) -> None:
    typed(bench, "remove 3 servers from index")
    assert typed(bench, "remove 3 servers from").plan is None


def test_that_an_undo_without_a_plan_says_why(bench: Workbench) -> None:
    work = typed(bench, "undo")
    assert work.plan is None
    assert work.remark == "Nothing was removed yet."


class Anew(OurTool):
    keeps_servers = False


@pytest.mark.parametrize(("tool", "keeps"), [(OurTool(), True), (Anew(), False)])
def test_that_servers_on_show_stay_unless_the_tool_acts_by_the_text(state: State, tool: OurTool, keeps: bool) -> None:
    bench = Workbench(Nobody(), PlaybookRuns(lambda: ((), ())), tool)
    bench.follow(state)
    first = typed(bench, "remove 3 servers from index").plan
    assert first is not None
    position = state.region.roster.names.index(first.servers[0])
    state.fold(batch_of(2, state.time + 1, [(position, ServerState.FAILED)]))
    bench.see(replace(state, time=state.time + 1))
    without = bench.plan().plan
    assert without is not None
    assert without.servers != first.servers
    state.fold(batch_of(3, state.time + 2, [(position, ServerState.IN_SERVICE)]))
    bench.see(replace(state, time=state.time + 2))
    again = bench.plan().plan
    assert again is not None
    assert again.servers == (without.servers if keeps else first.servers)


def test_that_a_tool_may_read_complete_and_show_otherwise(state: State) -> None:
    class Day:
        sees_slips = False
        keeps_servers = True

        def reads(self, text: str) -> Reading | None:
            return Reading(text, None, None, notes=("an order",)) if text.startswith("order") else None

        def completes(self, text: str, cursor: int) -> tuple[Completion, ...]:
            return (Completion("order pizza", 0, cursor, "verb", ""),)

        def shows(self, state: State, plan: Plan | None, command: Command | None) -> Plan | None:
            return None

    bench = Workbench(Nobody(), PlaybookRuns(lambda: ((), ())), Day())
    bench.follow(state)
    assert bench.type("order pizza").notes == ("an order",)
    assert typed(bench, "remove 1 server from index").plan is None
    assert bench.completions(0)[-1].insert == "order pizza"


def test_that_no_module_writes_into_a_state_that_planning_reads() -> None:
    import ast
    from pathlib import Path

    from tests.folders import ROOT

    fields = {"time", "freshness", "pending", "usual", "unacknowledged"}
    written = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for folder in ("console", "topology")
        for path in Path(ROOT / folder).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and node.attr in fields
        if isinstance(node.value, ast.Name) and node.value.id == "state"
    ]
    assert written == []
