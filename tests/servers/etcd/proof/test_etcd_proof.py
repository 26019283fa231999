"""Twelve operators at consoles in four processes on one region, members killed every few seconds: nothing is broken or lost.

`UNDERKEEL_PROOF_S` lets each seed run for longer, `UNDERKEEL_PROOF_SEEDS` says which seeds.
"""

import asyncio
import json
import os
import random
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from tests.servers.etcd.cluster import Cluster, needs_etcd
from tests.servers.etcd.proof.auditor import Auditor, lost
from tests.servers.etcd.regions import seeded

pytestmark = needs_etcd()
ROOT = Path(__file__).parents[4]
PROGRAM = Path(__file__).with_name("operators.py")
SECONDS = float(os.environ.get("UNDERKEEL_PROOF_S", "10"))
SEEDS = [int(seed) for seed in os.environ.get("UNDERKEEL_PROOF_SEEDS", "1 2").split()]
KILL_EACH_S, DOWN_S = 4.0, 1.0
USERS = ("op1", "op2", "op3")
SOURCE = """[source]
fleet = "etcd://h1:2379/shop/fleet/"
read_only = false
"""
DESCRIPTION = """format = 1
[region]
name = "shop"
zones = ["az1", "az2"]
[policy]
pace = "{pace}/min"
largest_command = 5
wave = 5
stale_after = "10 s"
[[subsystem]]
name = "index"
floor = {index}
zone_floor = {zone}
[[subsystem]]
name = "billing"
floor = {billing}
[[subsystem]]
name = "search"
floor = {search}
"""
TIGHT = {"index": 154, "zone": 76, "billing": 37, "search": 56}
"""Floors that are reached at once: then they are what operators race for."""
LAX = {"index": 40, "zone": 20, "billing": 4, "search": 10}
"""Floors that are never reached: then the pace is."""
POOLS = """
[[pool]]
name = "index"
count = 120
supports = ["index"]
cells_per_zone = 2
servers_per_rack = 5
[[pool]]
name = "both"
count = 40
supports = ["billing", "index"]
cells_per_zone = 2
servers_per_rack = 5
[[pool]]
name = "search"
count = 60
supports = ["search"]
cells_per_zone = 2
servers_per_rack = 5
"""


PACE = 10
FAST = 6_000


def stated(floors: dict[str, int]) -> list[tuple[str, str, int]]:
    zones = [("index", zone, floors["zone"]) for zone in ("az1", "az2")]
    return [(name, "", floors[name]) for name in ("index", "billing", "search")] + zones


class Run:
    """One run of the proof: what consoles said, and what the auditor saw."""

    def __init__(self, cluster: Cluster, prefix: str, pace: int, seed: int, checked: bool) -> None:
        self.cluster, self.prefix, self.seed, self.checked = cluster, prefix, seed, checked
        self.floors = TIGHT if pace > PACE else LAX
        self.text = DESCRIPTION.format(pace=pace, **self.floors) + SOURCE
        self.said: list[dict[str, Any]] = []
        self.kills = 0

    async def run(self, seconds: float, kill: bool) -> Auditor:
        client = self.cluster.client("op4")
        async with seeded(self.cluster, self.prefix + "fleet/", self.text.replace(SOURCE, "") + POOLS, takes_s=0.3):
            auditor = Auditor(client, self.prefix + "fleet/", stated(self.floors))
            await auditor.begin()
            following = asyncio.ensure_future(auditor.follow())
            programs = [await self._start(number, seconds) for number in range(4)]
            reading = [asyncio.ensure_future(self._read(one)) for one in programs]
            try:
                await self._all(programs, reading, kill)
                await auditor.caught_up()
            finally:
                for program in programs:
                    if program.returncode is None:
                        program.kill()
                    await program.wait()
                following.cancel()
                await asyncio.gather(following, *reading, return_exceptions=True)
        await client.aclose()
        return auditor

    async def _all(self, programs: list[Any], reading: list[Any], kill: bool) -> None:
        async with asyncio.timeout(60):
            while sum("ready" in line for line in self.said) < 4:  # noqa: ASYNC110 - lines of four programs
                await asyncio.sleep(0.05)
        for program in programs:
            program.stdin.write(b"go\n")
        killing = asyncio.ensure_future(self._kill()) if kill else None
        async with asyncio.timeout(60 + SECONDS):
            while sum("ended" in line for line in self.said) < 4:  # noqa: ASYNC110 - lines of four programs
                await asyncio.sleep(0.05)
        if killing is not None:
            killing.cancel()
            await asyncio.gather(killing, return_exceptions=True)
            self._all_up()
        async with asyncio.timeout(60):
            await asyncio.gather(*reading)

    async def _kill(self) -> None:
        dice = random.Random(self.seed)
        while True:
            await asyncio.sleep(KILL_EACH_S - DOWN_S if self.kills else 2.0)
            at = dice.randrange(self.cluster.count)
            self.cluster.kill(at)
            self.kills += 1
            await asyncio.sleep(DOWN_S)
            self.cluster.start_member(at)

    def _all_up(self) -> None:
        for at in range(self.cluster.count):
            if at not in self.cluster.processes:
                self.cluster.start_member(at)

    async def _start(self, number: int, seconds: float) -> Any:
        given = {
            "members": self.cluster.members,
            "prefix": self.prefix,
            "names": USERS,
            "first": 3 * number,
            "tls": {user: asdict(self.cluster.tls(user)) for user in USERS},
            "text": self.text,
            "seconds": seconds,
            "seed": self.seed,
            "checked": self.checked,
        }
        return await asyncio.create_subprocess_exec(
            sys.executable,
            str(PROGRAM),
            json.dumps(given),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            limit=1 << 20,
        )

    async def _read(self, program: Any) -> None:
        async for line in program.stdout:
            self.said.append(json.loads(line))

    def figures(self, auditor: Auditor) -> str:
        """Say what the run was made of."""
        acts = [one for one in auditor.acts.values() if not one["abandoned"]]
        took = sorted(line["took_ms"] for line in self.said if line.get("done") and "took_ms" in line)
        settled = sum("settled" in line for line in self.said)
        trouble = sum("trouble" in line or bool(line.get("unknown")) for line in self.said)
        middle = took[len(took) // 2] if took else 0.0
        return (
            f"{auditor.verdict.revisions} revisions, {len(acts)} acts, {self.kills} kills, {trouble} without an answer, "
            f"{settled} settled, median {middle} ms, most in a minute {auditor.verdict.most_in_window}"
        )


def ran(
    cluster: Cluster,
    prefix: str,
    *,
    pace: int,
    seed: int,
    checked: bool = True,
    kill: bool = True,
    seconds: float = SECONDS,
) -> tuple[Auditor, Run]:
    run = Run(cluster, prefix, pace, seed, checked)
    auditor = asyncio.run(run.run(seconds, kill))
    sys.stdout.write(f"seed {seed}: {run.figures(auditor)}\n")
    return auditor, run


@pytest.mark.parametrize("seed", SEEDS)
def test_that_no_floor_is_broken_and_no_act_is_lost_or_doubled_while_members_are_killed(
    cluster: Cluster, prefix: str, seed: int
):
    pace = PACE if seed % 2 == 0 else FAST
    auditor, run = ran(cluster, prefix, pace=pace, seed=seed)
    verdict = auditor.verdict
    assert (verdict.broken, verdict.drifted, verdict.doubled) == ([], [], [])
    assert lost(run.said, auditor.acts) == []
    assert verdict.most_in_window <= pace
    assert pace > PACE or any(line.get("soon") for line in run.said)
    assert run.kills >= 2
    assert len(auditor.acts) > 5


def test_that_the_same_operators_break_floors_where_nothing_is_compared(cluster: Cluster, prefix: str):
    auditor, _ = ran(cluster, prefix, pace=FAST, seed=1, checked=False, kill=False, seconds=6.0)
    assert auditor.verdict.broken
