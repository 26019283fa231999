"""A plan that takes long to count comes in pieces: how far it is, the plan, its largest safe command; the same as at once."""

from collections.abc import Iterator

import pytest

from console.operating.counting import counter
from console.operating.procedures.playbook_runs import PlaybookRuns
from console.operating.workbench import Work, Workbench
from tests.console.operating.test_workbench import Nobody
from tests.topology.planning.selection.test_taking_turns import crowded
from topology.command.grammar.vocabulary import vocabulary_of
from topology.command.parse import parse
from topology.fleet.batches import batch_of
from topology.fleet.state import State
from topology.planning.guards.not_evaluated import LargestNotCounted
from topology.planning.plan import Plan
from topology.planning.preview import preview
from topology.playbook.reading import read_playbook
from topology.region.server_states import ServerState

TEXT = "remove 5 servers from index"
PLAYBOOK = """format = 1
[playbook]
name = "p"
title = "T"
purpose = "P"
[[parameter]]
name = "count"
type = "count"
[[step]]
command = "remove {count} servers from index"
expects = { servers_at_most = 90 }
"""


@pytest.fixture
def state(monkeypatch: pytest.MonkeyPatch) -> State:
    """Give a region of many profiles, and let one server be counted in a slice."""
    monkeypatch.setattr(counter, "SLICE_S", 0.0)
    monkeypatch.setattr(counter, "STEPS", 1)
    monkeypatch.setattr(counter, "SHOWN_EACH_S", 0.0)
    return crowded(5)


@pytest.fixture
def bench(state: State) -> Workbench:
    bench = Workbench(Nobody(), PlaybookRuns(lambda: ((), ())))
    bench.follow(state)
    bench.type(TEXT)
    return bench


def works(bench: Workbench) -> Iterator[Work]:
    for _ in range(2000):
        work = bench.plan()
        yield work
        if work.counting is None:
            return
    pytest.fail("it never comes to an end")


def at_once(state: State) -> Plan:
    command = parse(TEXT, vocabulary_of(state)).command
    return preview(state, command)  # type: ignore[arg-type]


def test_that_it_says_how_far_it_is_until_there_is_a_plan(bench: Workbench) -> None:
    before = [work for work in works(bench) if work.plan is None]
    told = [work.reading.notes[-1] for work in before]
    assert all(len(work.reading.notes) == 1 for work in before)
    assert told[:2] == [f"counting which servers leave: {number} of 5 so far" for number in (1, 2)]
    assert [work.counting.known for work in before if work.counting] == [1, 2, 3, 4][: len(before)]


def test_that_a_plan_comes_before_its_largest_safe_command_which_it_says_is_missing(
    bench: Workbench, state: State
) -> None:
    planned = [work for work in works(bench) if work.plan is not None]
    plans = [work.plan for work in planned]
    assert not any(work.reading.notes for work in planned)
    whole = at_once(state)
    assert len(plans) > 2
    for plan in plans[:-1]:
        assert (plan.servers, plan.effects, plan.verdict) == (whole.servers, whole.effects, whole.verdict)
        assert plan.largest_safe is None
        assert LargestNotCounted() in plan.not_evaluated
    assert plans[-1] == whole
    assert whole.largest_safe is not None
    assert LargestNotCounted() not in whole.not_evaluated


def test_that_facts_which_come_again_and_again_do_not_keep_it_from_an_end(bench: Workbench, state: State) -> None:
    for number in range(40):
        for _ in range(2):
            work = bench.plan()
        if work.plan is not None:
            break
        state.fold(batch_of(state.revision + 1, state.time + 1, [(number, ServerState.FAILED)]))
        bench.see(state)
    assert work.plan is not None
    assert len(work.plan.servers) == 5


def test_that_the_step_of_a_run_is_counted_in_pieces_too_and_is_the_same_as_at_once(
    state: State, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = Workbench(Nobody(), PlaybookRuns(lambda: ((read_playbook(PLAYBOOK, "p"),), ())))
    bench.follow(state)
    bench.prepare()
    bench.type("run p count=5")
    found = list(works(bench))
    before = [work for work in found if work.plan is None]
    assert [work.counting.known for work in before if work.counting] == [1, 2, 3, 4][: len(before)]
    assert len(before) > 1
    assert all(work.run is not None and work.step is None for work in before)
    planned = [work.plan for work in found if work.plan is not None]
    assert len(planned) > 1
    assert planned[0].largest_safe is None
    monkeypatch.undo()
    bench.type("run p count=4")
    bench.plan()
    bench.type("run p count=5")
    whole = bench.plan()
    assert whole.counting is None
    assert whole.plan == planned[-1]
    assert whole.plan.servers == at_once(state).servers
    assert str(whole.plan.largest_safe.command).startswith("run p count=")


def test_that_a_run_is_counted_on_until_another_text_is_typed(state: State) -> None:
    bench = Workbench(Nobody(), PlaybookRuns(lambda: ((read_playbook(PLAYBOOK, "p"),), ())))
    bench.follow(state)
    bench.prepare()
    bench.type("run p count=5")
    assert bench.plan().counting is not None
    assert bench.work.is_of_its_text
    bench.counts_on()
    work = bench.plan()
    assert work.counting is not None
    assert work.counting.known > 2
    bench.type("run p count=4")
    assert not bench.work.is_of_its_text
    assert not bench.counts_on()


def test_that_a_plan_that_costs_little_is_there_at_once(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    bench.type("remove 4 servers from index")
    assert bench.plan().counting is None
