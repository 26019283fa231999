"""What every step of the kit needs: the adapter opened, servers to try on, and putting back whatever was taken."""

import asyncio
import itertools
import os
import signal
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

import numpy as np

from topology.links.adapter.source import AdapterSource
from topology.links.adapter.wire.peers import Child, child_opener
from topology.links.adapter.wire.program import ProgramLine
from topology.links.fleet_source import Changes, Facts, Floors, ScopeFloor, SourceWave, Supports, Taken
from topology.refusals.base import RefusalFacts, ToldRefusal
from topology.region.server_states import ServerState

OPERATOR = "conformance"
LEAVING = (ServerState.DRAINING, ServerState.REMOVED)
STRANGER = "no-such-server.underkeel"
NEEDED = 4
_SEEN_S = 15.0


class CheckFailedError(Exception):
    """The adapter does not keep what it should: a sentence."""


class NotJudgedError(Exception):
    """A step that this adapter need not, or cannot, be tried on: a sentence."""


def expect(is_so: bool, sentence: str) -> None:
    """Fail the step with a sentence unless something is so."""
    if not is_so:
        raise CheckFailedError(sentence)


@dataclass(frozen=True, slots=True)
class Subject:
    """A server to try on, as it was loaded."""

    name: str
    supports: Supports


class Rig:
    """An adapter under test. *log* takes lines of its stderr."""

    def __init__(self, line: ProgramLine, environment: dict[str, str], log: Callable[[str], None]) -> None:
        self._line = line
        self._environment = environment
        self._log = log
        self._run = f"check{os.getpid()}"
        self._numbers = itertools.count(1)

    def execution(self) -> str:
        """Give a new execution's id."""
        return f"{self._run}-{next(self._numbers)}"

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[AdapterSource]:
        """Start the adapter, and end it."""
        opener = child_opener(self._line, self._environment)
        source = AdapterSource(str(self._line), opener, OPERATOR, self._log, stays_down=True)
        await source.open()
        try:
            yield source
        finally:
            await source.aclose()


def wave_of(subjects: tuple[Subject, ...], execution: str, number: int = 1, *, undo: bool = False) -> SourceWave:
    """Make a wave."""
    names, supports = tuple(one.name for one in subjects), tuple(one.supports for one in subjects)
    return SourceWave(f"{execution}.{number}", execution, OPERATOR, names, supports, 10.0, undo)


def subjects_of(facts: Facts, count: int) -> tuple[Subject, ...]:
    """Choose servers in service, from the end of the list, that support something.

    Raises:
        NotJudgedError: there are not so many.
    """
    serving = np.flatnonzero(facts.states == ServerState.IN_SERVICE)[::-1]
    chosen = [
        Subject(facts.names[at], facts.profiles[facts.profile[at]])
        for at in serving
        if facts.profiles[facts.profile[at]]
    ]
    if len(chosen) < count:
        raise NotJudgedError(f"needs {count} servers in service that support something, and there are {len(chosen)}")
    return tuple(chosen[:count])


def state_of(facts: Facts, name: str) -> ServerState | None:
    """Give the state of a server; None where it is not."""
    return ServerState(int(facts.states[facts.names.index(name)])) if name in facts.names else None


def units_of(facts: Facts, subsystem: str) -> int:
    """Count the units of a subsystem in service."""
    units = np.array([dict(profile).get(subsystem, 0) for profile in facts.profiles] or [0])
    return int(units[facts.profile[facts.states == ServerState.IN_SERVICE]].sum())


def floor_of(subject: Subject, units: int) -> Floors:
    """Make a floor over the region for the first subsystem that a server supports."""
    return Floors((ScopeFloor(subject.supports[0][0], "region", units),))


def no_floor(subjects: tuple[Subject, ...]) -> Floors:
    """Make floors of nothing for all that some servers support."""
    names = sorted({name for one in subjects for name, _ in one.supports})
    return Floors(tuple(ScopeFloor(name, "region", 0) for name in names))


async def take(source: AdapterSource, subjects: tuple[Subject, ...], execution: str, number: int = 1) -> Taken:
    """Take some servers out without a floor."""
    return await source.take(wave_of(subjects, execution, number), no_floor(subjects))


async def put_back(source: AdapterSource, subjects: tuple[Subject, ...], execution: str) -> None:
    """Put servers back that are out, and wait until they are seen in service or joining."""
    facts = await source.read()
    out = tuple(one for one in subjects if state_of(facts, one.name) in LEAVING)
    if out:
        taken = await source.give_back(wave_of(out, f"{execution}-back", undo=True), no_floor(out))
        expect(all(answer == "done" for _, answer in taken.answers), f"restore answered {said(taken)}")
    await settled(source, subjects, (ServerState.IN_SERVICE, ServerState.JOINING), "after its restore")


async def settled(
    source: AdapterSource, subjects: tuple[Subject, ...], states: tuple[ServerState, ...], when: str
) -> None:
    """Wait until a load shows each server in one of some states."""
    wanted = ", ".join(state.name.lower() for state in states)
    until = asyncio.get_running_loop().time() + _SEEN_S
    while True:
        facts = await source.read()
        wrong = [one.name for one in subjects if state_of(facts, one.name) not in states]
        if not wrong:
            return
        expect(asyncio.get_running_loop().time() < until, f"{wrong[0]} is not {wanted} {_SEEN_S:g} s {when}")
        await asyncio.sleep(0.1)


async def seen(source: AdapterSource, after: str, is_it: Callable[[Changes], bool], what: str) -> Changes:
    """Wait for events."""
    try:
        async with asyncio.timeout(_SEEN_S):
            async for found in source.changes(after):
                if is_it(found):
                    return found
    except TimeoutError:
        pass
    raise CheckFailedError(f"no events told {what} within {_SEEN_S:g} s")


def said(taken: Taken | None) -> str:
    """Give an answer as a few words."""
    if taken is None:
        return "null"
    refusals = "".join(f" ({refusal.code}: {_said(refusal.facts)})" for refusal in taken.refusals)
    return ", ".join(f"{name} {answer.value}" for name, answer in taken.answers[:4]) + refusals


def _said(facts: RefusalFacts) -> str:
    """Give what an adapter said; what this program found of it by its values."""
    return facts.text if isinstance(facts, ToldRefusal) else str(facts)


def kill(source: AdapterSource) -> None:
    """End the adapter without a warning."""
    session = source.session
    if session is not None and isinstance(session.peer, Child):
        os.kill(session.peer.process.pid, signal.SIGKILL)
