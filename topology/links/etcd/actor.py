"""The fleet source `etcd:`, acting: a wave is judged and done in one transaction, or not at all.

Whatever it rests on is compared in that transaction: the racks of its servers, their agents, every counter of the scopes whose
floors it touches, that it was never done, and that nobody stopped it. What failed because others were quicker is judged again.
"""

import asyncio
import random
import secrets
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from topology.etcd.address import EtcdAddress
from topology.etcd.client import EtcdClient
from topology.etcd.encoding import most_packed
from topology.etcd.errors import DeniedError, EtcdError
from topology.etcd.values import Absent, Comparison, Delete, Get, Operation, Put, Unchanged
from topology.fleet.unheard import UnheardRack
from topology.links.etcd.judging import (
    Change,
    WaveReads,
    WaveScene,
    compared,
    marked,
    positions_in,
    ranges_of,
    scene_of,
    scope_key,
    short_of,
    unwritten,
    wider,
)
from topology.links.etcd.layout import DoneWave, Place, RegionKeys, Supports, decoded, encoded
from topology.links.etcd.reader import EtcdReader
from topology.links.fleet_source import Answer, Floors, ScopeFloor, SourceWave, Taken
from topology.refusals.at_act import DoneBefore, ExecutionStopped, GivenUp, Misfit, OverCeiling, ServersMisfit
from topology.refusals.refusal import Refusal, told
from topology.refusals.sources import RackAgentGone, RacksUnheard, TooManyRacks
from topology.region.errors import LinkError
from topology.region.server_states import ServerState

MOST_TRIES = 25
"""So often a wave is judged again because others were quicker; then it is too soon."""
SOON_S = 0.2
KEEP_MARKS_S = 30 * 86_400
"""So long it is known of a wave that it was done, and of an execution that it was stopped."""
RENEW_MARKS_S = 3_600.0
MOST_COMPARED = 112
"""Comparisons in one step; what it writes is packed beside them, up to 1,792 keys."""
_OUT = (ServerState.DRAINING, ServerState.REMOVED)
_Result = TypeVar("_Result")
Judged = tuple[Change, list[Refusal], dict[str, Answer]]


class EtcdActor(EtcdReader):
    """A region in etcd that is acted on."""

    def __init__(self, address: EtcdAddress, client: EtcdClient, operator: str = "") -> None:
        super().__init__(address, client, operator)
        self._marks: tuple[float, int] | None = None
        self._marking = asyncio.Lock()

    async def take(self, wave: SourceWave, floors: Floors) -> Taken:
        """Let all servers of a wave drain, if every floor still holds at that moment; else none."""
        return await self._done("take", wave, floors, self._judge_take)

    async def give_back(self, wave: SourceWave, floors: Floors) -> Taken:
        """Put servers back: those that drain serve at once, those that left join again; an undo leaves out what cannot."""
        return await self._done("give_back", wave, floors, self._judge_give_back)

    async def stop(self, execution: str) -> Taken:
        """Let nothing more of an execution happen, and put back what still drains."""
        key, lease = self._keys.stop(execution), await self._marks_lease()
        await self._asked(self._client.txn((Absent(key),), (Put(key, b"", lease),)))
        answers: list[tuple[str, Answer]] = []
        found = await self._asked(self._client.read(Get(self._keys.act(f"{execution}."), prefix=True)))
        for entry in found.found[0]:
            act: DoneWave = decoded(entry.value, DoneWave, entry.key)
            if act.execution == execution and act.kind == "take" and not act.abandoned:
                answers += await self._return(act.wave)
        return Taken(execution, tuple(answers))

    async def resume(self, execution: str) -> None:
        """Take a stop back."""
        await self._asked(self._client.txn((), (Delete(self._keys.stop(execution)),)))

    async def found(self, wave: str, *, abandon: bool = False) -> Taken | None:
        """Say what became of a wave; with *abandon* one that never happened never will."""
        key = self._keys.act(wave)
        if abandon:
            never = DoneWave(wave, wave.rpartition(".")[0], "", self.identity.name, (), time.time(), abandoned=True)
            lease = await self._marks_lease()
            await self._asked(self._client.txn((Absent(key),), (Put(key, encoded(never), lease),)))
        entry = await self._asked(self._client.get(key))
        act = decoded(entry.value, DoneWave, key) if entry is not None else None
        return None if act is None or act.abandoned else _taken(act)

    async def accept_unheard(self, operator: str, racks: Sequence[UnheardRack]) -> None:
        """Write down that an operator knows of racks whose agent is gone; one that is back meanwhile needs nothing."""
        for rack in racks:
            absent, known = Absent(self._keys.agent(rack.place)), Put(self._keys.accepts(rack.place), operator.encode())
            await self._asked(self._client.txn((absent,), (known,)))

    async def _done(
        self, kind: str, wave: SourceWave, floors: Floors, judge: Callable[[SourceWave, WaveScene, Floors], Judged]
    ) -> Taken:
        for tries in range(MOST_TRIES):
            if tries > 2:
                await asyncio.sleep(random.uniform(0.0, 0.01 * min(tries, 10)))
            try:
                taken = await self._try(kind, wave, floors, judge)
            except DeniedError as error:
                return refused(wave, [told("read-only", str(error))])
            if taken is not None:
                return taken
        soon = tuple((name, Answer.TOO_SOON) for name in wave.servers)
        return Taken(wave.id, soon, (), SOON_S)

    async def _try(
        self, kind: str, wave: SourceWave, floors: Floors, judge: Callable[[SourceWave, WaveScene, Floors], Judged]
    ) -> Taken | None:
        """Judge and do a wave once; None: others were quicker."""
        wanted = self._wanted(wave, floors if kind == "take" else Floors((), floors.ceilings))
        read, lease = await asyncio.gather(self._asked(self._client.read(*wanted.gets())), self._marks_lease())
        scene = scene_of(wanted, read)
        if scene.act is not None:
            return _again(wave, kind, scene.act)
        if scene.is_stopped:
            return refused(wave, [Refusal("stopped", ExecutionStopped(wave.execution))])
        change, refusals, answers = judge(wave, scene, floors)
        if not change.states:
            return Taken(wave.id, tuple(answers.items()), tuple(refusals)) if answers else refused(wave, refusals)
        compare, operations = _step(self._keys, wave, scene, change, wanted.ranges if kind == "take" else None)
        if len(operations) + 1 > most_packed(len(compare)):
            return refused(wave, [Refusal("too-large", TooManyRacks(len(wanted.places)))])
        going = tuple(name for name, answer in answers.items() if answer is Answer.DONE)
        mark = secrets.token_hex(8)
        act = DoneWave(wave.id, wave.execution, kind, wave.operator, going, time.time(), mark)
        answer = await self._asked(
            self._client.txn(
                compare,
                (marked(self._keys, act, lease), *operations),
                (Get(self._keys.act(wave.id)),),
            )
        )
        there = answer.found[0] if not answer.held else ()
        if answer.held or (there and decoded(there[0].value, DoneWave, there[0].key).mark == mark):
            return Taken(wave.id, tuple(answers.items()), tuple(refusals))
        return None

    def _wanted(self, wave: SourceWave, floors: Floors) -> WaveReads:
        places = dict.fromkeys(place for name in wave.servers if (place := self._view.place_of(name)) is not None)
        cells = {
            (subsystem, place[0], place[1])
            for name, supports in zip(wave.servers, wave.supports, strict=True)
            if (place := self._view.place_of(name)) is not None
            for subsystem, _ in supports
        }
        ranges = ranges_of(self._keys, (*floors.floors, *floors.ceilings), cells)
        return WaveReads(self._keys, wave.id, wave.execution, tuple(places), ranges)

    def _judge_take(self, wave: SourceWave, scene: WaveScene, floors: Floors) -> Judged:
        change, refusals = Change(), list[Refusal]()
        where = positions_in(scene, wave.servers, self._view.place_of)
        for name, supports in zip(wave.servers, wave.supports, strict=True):
            stands = where.get(name)
            has_agent = stands is not None and stands[0] in scene.agents
            why = _not_to_take(name, supports, stands, scene, has_agent)
            if why is not None:
                refusals.append(why)
            else:
                change.put(scene, *where[name], ServerState.DRAINING)
        subsystems = {floor.subsystem for floor in floors.floors} | {name for one in wave.supports for name, _ in one}
        if not refusals:
            refusals = list(_not_known(self._view.unheard, subsystems))
        if not refusals:
            refusals = short_of(self._keys, scene, floors, change, self._view.units_without_agent(subsystems))
        if refusals:
            return Change(), refusals, {}
        return change, [], dict.fromkeys(wave.servers, Answer.DONE)

    def _judge_give_back(self, wave: SourceWave, scene: WaveScene, floors: Floors) -> Judged:
        change, refusals, answers = Change(), list[Refusal](), dict[str, Answer]()
        where = positions_in(scene, wave.servers, self._view.place_of)
        for name in wave.servers:
            place_and_at = where.get(name)
            state = None if place_and_at is None else scene.racks[place_and_at[0]][0].states[place_and_at[1]]
            if place_and_at is None or state not in _OUT or place_and_at[0] not in scene.agents:
                what = Misfit.ABSENT if state is None else Misfit.NOT_OUT
                refusals.append(Refusal("membership", ServersMisfit((name,), what)))
                answers[name] = Answer.REFUSED
                continue
            back = ServerState.IN_SERVICE if state == ServerState.DRAINING else ServerState.JOINING
            change.put(scene, *place_and_at, back)
            answers[name] = Answer.DONE
        if not wave.undo:
            refusals += _above(self._keys, scene, floors.ceilings, wave)
        if refusals and not wave.undo:
            return Change(), refusals, {}
        return change, refusals, answers

    async def _return(self, wave: str) -> list[tuple[str, Answer]]:
        """Put back what still drains of one wave; gives their names."""
        for tries in range(MOST_TRIES):
            if tries > 2:
                await asyncio.sleep(random.uniform(0.0, 0.05))
            found = await self._try_return(wave)
            if found is not None:
                return found
        return []

    async def _try_return(self, wave: str) -> list[tuple[str, Answer]] | None:
        entry = await self._asked(self._client.get(self._keys.act(wave)))
        if entry is None:
            return []
        act: DoneWave = decoded(entry.value, DoneWave, entry.key)
        places = tuple(dict.fromkeys(place for name in act.servers if (place := self._view.place_of(name))))
        # First only to learn which counters there are to change; then all of it as of one moment.
        _, change = await self._draining(WaveReads(self._keys, wave, act.execution, places, ()), act)
        ranges = tuple(self._keys.capacity(*cell) for cell in sorted(change.cells))
        scene, change = await self._draining(WaveReads(self._keys, wave, act.execution, places, ranges), act)
        names = [scene.racks[place][0].names[at] for place, states in change.states.items() for at in states]
        if not names:
            return []
        compare, operations = change.transaction(self._keys, scene)
        if len(compare) > MOST_COMPARED:
            most = MOST_COMPARED - len(change.states)
            compare, operations = _compared_widely(self._keys, scene, change, (), most)
        told = Put(entry.key, encoded(replace(act, returned=(*act.returned, *names))), entry.lease)
        unchanged = Unchanged(entry.key, entry.modified)
        answer = await self._asked(self._client.txn((unchanged, *compare), (told, *operations)))
        return [(name, Answer.RETURNED) for name in names] if answer.held else None

    async def _draining(self, wanted: WaveReads, act: DoneWave) -> tuple[WaveScene, Change]:
        scene = scene_of(wanted, await self._asked(self._client.read(*wanted.gets())))
        change = Change()
        for place, at in positions_in(scene, act.servers, self._view.place_of).values():
            if scene.racks[place][0].states[at] == ServerState.DRAINING:
                change.put(scene, place, at, ServerState.IN_SERVICE)
        return scene, change

    async def _marks_lease(self) -> int:
        """Give the lease of markers: long after nobody can send a wave any more, its marker goes by itself."""
        now = asyncio.get_running_loop().time()
        async with self._marking:
            if self._marks is None or now - self._marks[0] > RENEW_MARKS_S:
                self._marks = now, await self._asked(self._client.grant(KEEP_MARKS_S))
            return self._marks[1]

    async def _asked(self, call: Awaitable[_Result]) -> _Result:
        try:
            return await call
        except DeniedError:
            raise
        except EtcdError as error:
            raise LinkError(f"the region at {self._address}: {error}") from error


def _step(
    keys: RegionKeys, wave: SourceWave, scene: WaveScene, change: Change, ranges: tuple[str, ...] | None
) -> tuple[list[Comparison], list[Operation]]:
    """Give all that is compared and written; with *ranges*, those of the floors it rests on, something leaves.

    Where counters are too many to be compared one by one, they are compared together.
    """
    act, takes = (wave.id, wave.execution), ranges is not None
    compare, operations = change.transaction(keys, scene, ranges or ())
    checks = compared(keys, act, scene, ranges or (), takes=takes)
    if len(compare) + len(checks) > MOST_COMPARED:
        checks = compared(keys, act, scene, (), takes=takes)
        most = MOST_COMPARED - len(checks) - len(change.states)
        compare, operations = _compared_widely(keys, scene, change, ranges or (), most)
    return [*checks, *compare], operations


def _compared_widely(
    keys: RegionKeys, scene: WaveScene, change: Change, ranges: tuple[str, ...], most: int
) -> tuple[list[Comparison], list[Operation]]:
    whole = wider(keys, ranges, change.cells, most)
    compare, operations = change.transaction(keys, scene, whole)
    return [*unwritten(scene, whole), *compare], operations


def _again(wave: SourceWave, kind: str, act: DoneWave) -> Taken:
    """Answer a wave that was done, or given up: the same id is done once."""
    if act.abandoned:
        return refused(wave, [Refusal("abandoned", GivenUp(wave.id))])
    if act.kind != kind or not set(act.servers) <= set(wave.servers):
        return refused(wave, [Refusal("stale", DoneBefore(wave.id))])
    said = dict(_taken(act).answers)
    return Taken(wave.id, tuple((name, said.get(name, Answer.REFUSED)) for name in wave.servers))


def _taken(act: DoneWave) -> Taken:
    back = set(act.returned)
    return Taken(act.wave, tuple((name, Answer.RETURNED if name in back else Answer.DONE) for name in act.servers))


def refused(wave: SourceWave, refusals: list[Refusal]) -> Taken:
    """Answer that nothing was done."""
    return Taken(wave.id, tuple((name, Answer.REFUSED) for name in wave.servers), tuple(refusals))


def _not_to_take(
    name: str, supports: Supports, where: tuple[Place, int] | None, scene: WaveScene, has_agent: bool
) -> Refusal | None:
    """Say why a server cannot be taken; None where it can."""
    if where is None:
        return Refusal("membership", ServersMisfit((name,), Misfit.ABSENT))
    place, at = where
    rack = scene.racks[place][0]
    if not has_agent:
        return Refusal("stale", RackAgentGone((name,), "/".join(place)))
    if rack.states[at] != ServerState.IN_SERVICE:
        return Refusal("stale", ServersMisfit((name,), Misfit.NOT_SERVING))
    if tuple(sorted(scene.profiles[rack.profiles[at]])) != tuple(sorted(supports)):
        return Refusal("stale", ServersMisfit((name,), Misfit.OTHER_SET))
    return None


def _not_known(unheard: Sequence[UnheardRack], subsystems: set[str]) -> Iterator[Refusal]:
    """Say which subsystems nobody knows: agents of their racks are gone, and no operator acknowledged it."""
    for name in sorted(subsystems):
        racks = tuple(rack.name for rack in unheard if name in rack.subsystems)
        if racks:
            yield Refusal("unknown", RacksUnheard(name, racks))


def _above(keys: RegionKeys, scene: WaveScene, ceilings: Iterable[ScopeFloor], wave: SourceWave) -> list[Refusal]:
    found = []
    for ceiling in ceilings:
        key = scope_key(keys, ceiling)
        serving = sum(counts[0] for one, counts in scene.capacity.items() if one.startswith(key))
        added = sum(units for supports in wave.supports for name, units in supports if name == ceiling.subsystem)
        if serving + added > ceiling.units:
            facts = OverCeiling(ceiling.subsystem, ceiling.scope, None, serving + added, ceiling.units)
            found.append(Refusal("ceiling", facts))
    return found
