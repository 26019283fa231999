"""The shipped adapter over a real Slurm: slurmctld and its slurmd, not a double."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import resources
from tests.servers.slurm.rig import PATH, cluster, missing
from tests.topology.links.adapter.adapters import floor, opened, run
from topology.links.adapter.check.kit import StepResult, StepVerdict, check_adapter
from topology.links.adapter.check.rig import Rig
from topology.links.adapter.wire.program import ProgramLine
from topology.links.fleet_source import Answer, SourceWave
from topology.region.server_states import ServerState

pytestmark = pytest.mark.skipif(bool(missing()), reason=missing() or "all is there")
WAVE = SourceWave("E.1", "E", "op1", ("n1", "n3"), ((("long", 1), ("short", 1)), (("short", 1),)))


@pytest.fixture(scope="module")
def conf() -> Iterator[Path]:
    with cluster() as started:
        yield started


def line(conf: Path, folder: Path) -> ProgramLine:
    words = (str(resources.path("adapters/slurm.py")), str(folder / "memory.json"), "--conf", str(conf))
    return ProgramLine(str(Path(sys.executable).resolve()), words)


def reason_of(conf: Path, node: str) -> str:
    asked = ["sinfo", "-N", "-h", "-n", node, "-p", "short", "-o", "%E"]
    environment = {"PATH": PATH, "SLURM_CONF": str(conf)}
    return subprocess.run(asked, env=environment, capture_output=True, text=True, check=True).stdout.strip()


def test_that_nodes_drain_with_the_wave_as_their_reason_and_come_back(conf: Path, tmp_path: Path) -> None:
    async def work() -> None:
        async with opened(f"exec:{line(conf, tmp_path)}", tmp_path) as source:
            assert source.region == "underkeel-test"
            facts = await source.read()
            assert facts.names == ("n1", "n2", "n3", "n4")
            assert facts.profiles[facts.profile[0]] == (("long", 1), ("short", 1))
            taken = await source.take(WAVE, floor(0, "short"))
            assert taken.servers(Answer.DONE) == ("n1", "n3")
            assert reason_of(conf, "n3") == "underkeel E.1 op1"
            after = await source.read()
            assert [ServerState(state) for state in after.states] == [
                ServerState.REMOVED, ServerState.IN_SERVICE, ServerState.REMOVED, ServerState.IN_SERVICE,
            ]  # fmt: skip
            back = SourceWave("E.2", "E", "op1", WAVE.servers, WAVE.supports, undo=True)
            assert (await source.give_back(back, floor(0, "short"))).servers(Answer.DONE) == ("n1", "n3")

    run(work())


def test_that_an_unknown_node_refuses_the_whole_wave_although_slurm_would_drain_the_rest(
    conf: Path, tmp_path: Path
) -> None:
    async def work() -> None:
        async with opened(f"exec:{line(conf, tmp_path)}", tmp_path) as source:
            wave = SourceWave("F.1", "F", "op1", ("n2", "n99"), ((("short", 1),),) * 2)
            taken = await source.take(wave, floor(0, "short"))
            assert taken.servers(Answer.REFUSED) == ("n2", "n99")
            assert "underkeel" not in reason_of(conf, "n2")

    run(work())


def test_that_the_adapter_keeps_the_protocol(conf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("topology.links.adapter.check.hardships.SLOW_S", 1.0)
    results: list[StepResult] = []
    rig = Rig(line(conf, tmp_path), {}, lambda line: None)
    run(check_adapter(rig, results.append, kills=5))
    assert [f"{each.step}: {each.text}" for each in results if each.verdict is StepVerdict.FAILED] == []
