"""The hard steps of the kit: killed at any moment, read slowly, spoken to in garbage, raced by another of its kind."""

import asyncio
import contextlib
import random
from collections.abc import Awaitable, Callable

from topology.links.adapter.check.rig import (
    LEAVING,
    CheckFailedError,
    NotJudgedError,
    Rig,
    Subject,
    expect,
    floor_of,
    kill,
    put_back,
    said,
    state_of,
    subjects_of,
    take,
    units_of,
    wave_of,
)
from topology.links.adapter.source import AdapterSource
from topology.links.adapter.wire.peers import Child
from topology.links.fleet_source import Answer
from topology.region.errors import LinkError

SLOW_S = 5.0
ROUNDS = 10
_ENDS_S = 5.0


def kills(count: int, seed: int) -> Callable[[Rig], Awaitable[str]]:
    """Give the step that kills the adapter so many times while it does a wave."""

    async def killed(rig: Rig) -> str:
        moments = random.Random(seed)
        done = 0
        longest = await _longest(rig)
        for _ in range(count):
            done += await _killed_once(rig, moments.uniform(0, 1.5 * longest))
        return f"killed {count} times, {done} of them after the act; outcome and load agreed each time"

    return killed


async def _longest(rig: Rig) -> float:
    """Give how long a wave takes, in seconds."""
    async with rig.opened() as source:
        subjects, execution = subjects_of(await source.read(), 2), rig.execution()
        loop = asyncio.get_running_loop()
        began = loop.time()
        await take(source, subjects, execution)
        took = loop.time() - began
        await put_back(source, subjects, execution)
    return took


async def _killed_once(rig: Rig, after_s: float) -> bool:
    execution = rig.execution()
    async with rig.opened() as source:
        subjects = subjects_of(await source.read(), 2)
        taking = asyncio.ensure_future(take(source, subjects, execution))
        await asyncio.sleep(after_s)
        kill(source)
        taking.cancel()
        await asyncio.gather(taking, return_exceptions=True)
    async with rig.opened() as source:
        found = await source.found(f"{execution}.1", abandon=True)
        facts = await source.read()
        out = [one.name for one in subjects if state_of(facts, one.name) in LEAVING]
        done = [] if found is None else sorted(found.servers(Answer.DONE))
        expect(sorted(out) == done, f"after a kill outcome says {said(found)}, and out of service are {out or 'none'}")
        if out:
            await put_back(source, subjects, execution)
    return bool(out)


async def slow_reader(rig: Rig) -> str:
    async with rig.opened() as source:
        before = await source.read()
        session = source.session
        if session is None:
            raise CheckFailedError("the adapter ended")
        session.lines.hold()
        reading = asyncio.ensure_future(source.read())
        await asyncio.sleep(SLOW_S)
        session.lines.go_on()
        facts = await reading
        expect(set(facts.names) == set(before.names), f"a load that was read after {SLOW_S:g} s has other servers")
        expect(source.session is session, "the connection did not outlive a console that read slowly")
        return f"waits for {SLOW_S:g} s and loses nothing"


async def garbage_line(rig: Rig) -> str:
    async with rig.opened() as source:
        session = source.session
        if session is None or session.peer is None:
            raise CheckFailedError("the adapter ended")
        session.peer.sending.write(b"this is no request\n")
        try:
            async with asyncio.timeout(_ENDS_S):
                why = await session.ended
        except TimeoutError:
            await source.read()
            return "skipped, and goes on"
    async with rig.opened() as source:
        await source.read()
    return "answered with an error" if "could not read a request" in why else "ends, and starts again"


async def ends(rig: Rig) -> str:
    async with rig.opened() as source:
        await source.read()
        session = source.session
        if session is None or not isinstance(session.peer, Child):
            raise CheckFailedError("the adapter ended")
        child = session.peer
        child.sending.close()
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_ENDS_S):
                await asyncio.shield(session.ended)
        by_itself = session.ended.done() and "it ended" in session.ended.result()
        expect(by_itself, f"it still runs {_ENDS_S:g} s after its stdin ended, or says nothing any more")
    return "with its stdin"


async def floor_race(rig: Rig) -> str:
    """Two adapters on one store: whoever is second must see what the first did."""
    async with rig.opened() as one, rig.opened() as other:
        if not one.abilities.atomic_waves:
            raise NotJudgedError("it does not say atomic_waves; consoles take turns by the ledger's lock")
        lowest: int | None = None
        for _ in range(ROUNDS):
            left = await _race(rig, one, other)
            lowest = left if lowest is None else min(lowest, left)
    return f"{ROUNDS} rounds of two at once; the floor held each time, {lowest:,} units above it at least"


async def _race(rig: Rig, one: AdapterSource, other: AdapterSource) -> int:
    facts = await one.read()
    subjects = subjects_of(facts, 4)
    subsystem, units = subjects[0].supports[0]
    floor = units_of(facts, subsystem) - 3 * units
    floors = floor_of(subjects[0], floor)
    mine, theirs = subjects[:2], subjects[2:]
    executions = rig.execution(), rig.execution()
    waves = [
        source.take(wave_of(some, execution), floors)
        for source, some, execution in ((one, mine, executions[0]), (other, theirs, executions[1]))
    ]
    taken = await asyncio.gather(*waves)
    left = units_of(await one.read(), subsystem)
    await _put_all_back(one, subjects, executions[0])
    expect(left >= floor, f"two waves at once left {left:,} units of {subsystem}, below the floor of {floor:,}")
    expect(any(each.servers(Answer.DONE) for each in taken), f"neither of two waves at once was done: {said(taken[0])}")
    return left - floor


async def _put_all_back(source: AdapterSource, subjects: tuple[Subject, ...], execution: str) -> None:
    with contextlib.suppress(LinkError):
        await put_back(source, subjects, execution)
