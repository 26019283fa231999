"""What an execution of many waves costs a wave: deciding, taking in the answer and the facts, saying how far it is.

Processor time, every wave at once, no wave held back by a pace. It must not grow with the waves before it.
"""

from time import process_time

from pytest_benchmark.fixture import BenchmarkFixture

from tests.benchmarks.generated import exponent, rounded, state_of
from topology.command.grammar.syntax import Count, Remove
from topology.execution.execution import Execution, Rules
from topology.execution.progress import Ended, Send, WaveResult
from topology.fleet.batches import batch_of
from topology.fleet.state import State
from topology.planning.plan import Finding
from topology.planning.preview import preview
from topology.region.server_states import ServerState

SIZES = (500, 2_000, 8_000)
"""Servers that leave, five a wave."""


class Unhindered(Rules):
    """No pace and no guard holds it up; what is measured is everything else."""

    waits = False

    def holds(self, finding: Finding) -> bool:
        return False


def cost_of_a_wave(state: State, servers: int) -> float:
    """Carry a removal out; gives seconds a wave."""
    plan = preview(state, Remove(Count(servers), ("store-index",)))
    execution = Execution.of(plan, "long", "ana", state, None, Unhindered())
    start = process_time()
    while not isinstance(step := execution.step(state.time, state), Ended):
        if not isinstance(step, Send):
            raise TypeError(f"{step} holds it up")
        execution.answered(step.number, WaveResult(done=step.servers))
        for then in (ServerState.DRAINING, ServerState.REMOVED):
            moved = [(state.fleet.position[name], then) for name in step.servers]
            state.fold(batch_of(state.revision + 1, state.time + 1, moved))
            execution.pending(state)
            execution.progress()
    return (process_time() - start) / len(execution.waves)


def test_what_a_wave_of_a_long_execution_costs(benchmark: BenchmarkFixture) -> None:
    costs = [cost_of_a_wave(state_of(100_000, 20), size) for size in SIZES]
    benchmark.extra_info |= {
        "servers": list(SIZES),
        "ms_a_wave": rounded(costs),
        "exponent": round(exponent(costs, SIZES), 2),
    }
    benchmark.pedantic(lambda: None, rounds=1)
    assert exponent(costs, SIZES) < 0.5
