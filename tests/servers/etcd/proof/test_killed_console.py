"""A console that is killed in the midst of its acts: others find out what it did, and go on in its place."""

import asyncio
import signal
from asyncio.subprocess import Process

from tests.servers.etcd.cluster import Cluster, needs_etcd
from tests.servers.etcd.proof.auditor import Auditor
from tests.servers.etcd.proof.test_etcd_proof import FAST, POOLS, SOURCE, Run, stated
from tests.servers.etcd.regions import actor, seeded
from topology.etcd.address import EtcdAddress
from topology.links.description import FixedDescription
from topology.links.live.link import LiveLink
from topology.links.protocol import Answer
from topology.records.ledger.etcd.console_lease import LIFE_S
from topology.records.ledger.etcd.etcd_ledger import EtcdLedger
from topology.records.ledger.values import WaveKind
from topology.region.description import read_region

pytestmark = needs_etcd()


def test_that_what_a_killed_console_left_is_settled_by_another_and_nothing_is_lost(cluster: Cluster, prefix: str):
    run = Run(cluster, prefix, FAST, 3, checked=True)

    async def work() -> None:
        async with seeded(cluster, f"{prefix}fleet/", run.text.replace(SOURCE, "") + POOLS, takes_s=0.3):
            client = cluster.client("op4")
            auditor = Auditor(client, f"{prefix}fleet/", stated(run.floors))
            await auditor.begin()
            following = asyncio.ensure_future(auditor.follow())
            program = await run._start(0, 60.0)
            reading = asyncio.ensure_future(run._read(program))
            await _until(lambda: any("ready" in line for line in run.said), 40)
            program.stdin.write(b"go\n")
            await _until(lambda: sum(bool(line.get("done")) for line in run.said) >= 6, 40)
            program.kill()
            await program.wait()
            await reading
            ledger = await _settled(cluster, prefix, run.text)
            await auditor.caught_up()
            await _compared(ledger, auditor)
            await ledger.aclose()
            following.cancel()
            await asyncio.gather(following, return_exceptions=True)
            await client.aclose()
            verdict = auditor.verdict
            assert (verdict.broken, verdict.drifted, verdict.doubled) == ([], [], [])

    asyncio.run(asyncio.wait_for(work(), 150))


async def _killed_amid(program: Process, cluster: Cluster, prefix: str) -> None:
    """Kill a program while at least one of its executions is under way: it stands still while one looks."""
    ledger = EtcdLedger(EtcdAddress(cluster.members, f"{prefix}ledger/"), cluster.client("op2"), "op2")
    await ledger.open("etcd shop-1", ())
    async with asyncio.timeout(40):
        while True:
            program.send_signal(signal.SIGSTOP)
            await asyncio.sleep(0.1)  # what it had sent is answered
            if (await ledger.read()).executions:
                break
            program.send_signal(signal.SIGCONT)
            await asyncio.sleep(0.02)
    program.kill()
    await program.wait()
    await ledger.aclose()


async def _settled(cluster: Cluster, prefix: str, text: str) -> EtcdLedger:
    """Let another console settle what is unfinished; gives the ledger."""
    address = EtcdAddress(cluster.members, f"{prefix}ledger/")
    ledger = EtcdLedger(address, cluster.client("op2"), "op2")
    source = actor(cluster, f"{prefix}fleet/", "op2")
    link = LiveLink("op2", FixedDescription(read_region(text, "shop.toml")), source, ledger, actor=source)
    await link.load()
    async with asyncio.timeout(LIFE_S + 20):
        while (state := await ledger.read()).leases:  # noqa: ASYNC110 - the lease ends when etcd says so
            await asyncio.sleep(0.2)
    assert state.executions
    for execution in state.executions:
        lease = await ledger.take_over(execution.id, "op2")
        for wave in await ledger.waves(execution.id):
            outcome = await link.outcome(wave.id)
            assert outcome is None or not outcome.servers(Answer.UNKNOWN)
        await ledger.release(lease, "recovered")
    async with asyncio.timeout(20):
        while (state := await ledger.read()).reservations or state.unanswered:  # noqa: ASYNC110 - the console ends them
            await asyncio.sleep(0.2)
    assert state.executions == ()
    await link.source.aclose()
    again = EtcdLedger(address, cluster.client("op2"), "op2")
    await again.open("etcd shop-1", ())
    await link.aclose()
    return again


async def _compared(ledger: EtcdLedger, auditor: Auditor) -> None:
    """See that the ledger and the region say the same of every wave."""
    for name, act in auditor.acts.items():
        wave = await ledger.wave(name)
        assert wave is not None, f"{name} was done, and is not in the ledger"
        if act["abandoned"]:
            assert wave.burnt
            continue
        assert (wave.kind is WaveKind.TAKE) == (act["kind"] == "take")
        assert {server for server, word in wave.answers if word == "done"} == set(act["servers"])


async def _until(holds, seconds: float) -> None:
    async with asyncio.timeout(seconds):
        while not holds():  # noqa: ASYNC110 - lines of another program
            await asyncio.sleep(0.02)
