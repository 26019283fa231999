"""A live region behind the protocol: made of a description, a fleet source and a ledger, which know nothing of each other."""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any, TypeVar

from topology.execution.journal_entries import JournalHead
from topology.fleet.batches import EventBatch, Revision, batch_of
from topology.fleet.fleet import Departure, Fleet
from topology.fleet.loads import Load
from topology.fleet.observed import Observed
from topology.fleet.obstacles import Obstacles
from topology.fleet.promises import Promises
from topology.fleet.state import Freshness, State
from topology.fleet.unheard import UnheardRack
from topology.links.check.lowered import Guards, guards_of, lowered
from topology.links.deadline import BoundedActor, BoundedReader, Calls, Deadlines, SilenceError
from topology.links.description import DescriptionFeed
from topology.links.fleet_source import Abilities, Answer, FleetActor, FleetReader, Identity, Refusal
from topology.links.live.acting import Acting, Grounds
from topology.links.live.following import Following
from topology.links.live.last_known import Keeping, LastKnown
from topology.links.live.leases import LiveLeases
from topology.links.live.observing import Observing
from topology.links.live.scopes import all_declared, all_floors, all_listed
from topology.links.protocol import OperationId, Wave, WaveOutcome
from topology.records.clock import SteadyClock
from topology.records.ledger.protocol import Ledger
from topology.records.ledger.values import LedgerState, ScopeUnits, WaveKind
from topology.region.errors import LinkError
from topology.region.region import Region

LOOK_EACH_S = 0.5
"""How often the description is looked at, and reservations are looked over."""
LEDGER_S = 8.0
"""Seconds that the ledger has for one call."""
READ_ONLY = "read-only: nothing can be done from here"
_ACKNOWLEDGED = "What the region guards with was acknowledged."
_GUARDED = "Another console guards the region more strictly than its description here does."
_UNDECIDED = "Nobody can say of some servers whether they left."
_Result = TypeVar("_Result")
_log = logging.getLogger(__name__)


class LiveLink:
    """One live region. Given a *reader* only, it is a shadow: everything is seen, and every act is refused.

    *source* is a `FleetActor` where the region may be acted on. *clock* is ours, and the only one that ages are measured by.
    Without leases in its ledger a lock on this machine says who carries what out.
    """

    def __init__(
        self,
        name: str,
        description: DescriptionFeed,
        source: FleetReader,
        ledger: Ledger,
        *,
        actor: FleetActor | None = None,
        clock: SteadyClock | None = None,
        deadlines: Deadlines | None = None,
        last_known: LastKnown | None = None,
        journal_mark: str = "",
        observing: Observing | None = None,
        has_leases: bool = True,
    ) -> None:
        self.name = name
        self.only_looks = READ_ONLY if actor is None else ""
        self._clock = clock or SteadyClock()
        self._description = description
        self.observing = observing
        """What looks at who calls whom, where the description names a graph source."""
        self._ledger = ledger
        self._journal_mark = journal_mark
        """What tells this console's journal from those of others whose heads lie in the same ledger."""
        self._keeping = Keeping(last_known)
        self._joined_by = "The source answers, so the region was read."
        self._not_joined = ""
        """Why nothing is compared with the ledger yet, which needs the source to be read."""
        self._not_heard = ""
        """Why nothing is heard from the ledger, by which everything is judged; empty while it is."""
        bounded = BoundedReader(source, deadlines) if actor is None else BoundedActor(actor, deadlines)
        self._bounded = bounded
        self._deadlines = deadlines or Deadlines()
        wave_s = self._deadlines.wave_s
        self._calls = Calls()
        self._following = Following(bounded, self._described, self._most_listed, self.now)
        self._following.on_change = self._changed
        self._following.on_reading = self._read
        self._acting = Acting(self._following, bounded, ledger, wave_s) if isinstance(bounded, BoundedActor) else None
        self._turn = asyncio.Lock()
        self._seen: LedgerState | None = None
        self._declared: dict[tuple[str, str], int] = {}
        self._to_declare = False
        self._unacknowledged: tuple[str, ...] = ()
        leases = LiveLeases(lambda: self._seen, self._acting, self._in_time)
        self.leases: LiveLeases | None = leases if has_leases else None
        self._undecided: tuple[str, ...] = ()
        self._leapt = False
        self._compared: tuple[int, Region | None] = (0, None)
        """The revision of the floors that hold, and the region with which they were compared last."""
        self._stops_told: set[str] = set()
        self._tasks: list[asyncio.Task[None]] = []
        self._news = asyncio.Event()
        self._closed = False

    @property
    def abilities(self) -> Abilities:
        """What the source can do."""
        return self._bounded.abilities

    @property
    def operator(self) -> str:
        """Who the ledger, or else the source, takes us for, where one of them asks."""
        identity = self._bounded.identity
        return self._ledger.operator or (identity.name if identity.authenticated else "")

    @property
    def meeting(self) -> Ledger:
        """The ledger: all who act through it meet there."""
        return self._ledger

    @property
    def identity(self) -> Identity:
        """Who the source says we are."""
        return self._bounded.identity

    @property
    def region(self) -> str:
        """The stable id of what is operated."""
        return self._bounded.region

    @property
    def freshness(self) -> Freshness:
        """How old the newest fact is; never waits."""
        found = self._following.freshness
        cut_off = self._not_joined or self._not_heard
        doubt = cut_off or self._description.trouble
        age_s = found.age_s
        if self._description.trouble:  # as old as what it was put together with
            age_s = max(age_s, self.now() - self._description.read_at)
        return Freshness(age_s, found.connected and not cut_off, found.reason or doubt)

    def obstacles(self) -> Obstacles:
        """Give what stands in the way of taking servers out, where the source tells; never waits."""
        return self._following.reader.obstacles()

    def loads(self) -> Mapping[str, Load]:
        """Give what subsystems carry, where the source tells; never waits."""
        return self._following.loads()

    def observed(self) -> Observed | None:
        """Give who was seen to call whom, where the description names a graph source; never waits."""
        return None if self.observing is None else self.observing.latest

    def now(self) -> float:
        """Our own time, seconds since 1970 UTC; never runs backwards."""
        return self._clock.now()

    async def load(self) -> State:
        """Give the region as it is known, for the caller to keep and to fold events into; the first time the source is read.

        A source that cannot be reached then is silent, and the region what was last known of it.

        Raises:
            LinkError: the description or the ledger cannot be read.
        """
        if not self._tasks or self._closed:
            await self._open()
        else:
            await self._catch_up(anew=True)
        state = self._following.state
        fleet = state.fleet.copy()
        await self._note_departures(fleet)
        can = self.abilities
        return State(
            state.region,
            fleet,
            state.revision,
            self.now(),
            self.freshness,
            unacknowledged=self._to_acknowledge(),
            undecided=self._undecided,
            unheard=state.unheard,
            promises=Promises(
                can.atomic_waves,
                can.others_act,
                can.returns_load,
                can.moves_load,
                can.restores_by_name,
                can.stops_mid_wave,
                self._ledger.only_here,
            ),
        )

    async def revision(self) -> Revision:
        """Give the newest revision that `events` gives, of all that a source in this program has to tell by now."""
        await self._following.catch_up()
        return self._following.history.revision

    async def events(self, after: Revision) -> AsyncIterator[EventBatch]:
        """Give every batch after a revision, then wait for more; one with no servers keeps the revision: all is well.

        Raises:
            ResyncNeeded: load again.
        """
        while not self._closed:
            news = self._news
            batches = self._following.history.after(after)
            for batch in batches:
                after = batch.revision
                yield batch
            if batches:
                continue
            heartbeat = self._bounded.heartbeat_s
            try:
                async with asyncio.timeout(heartbeat):
                    await news.wait()
            except TimeoutError:
                freshness = self._following.freshness
                if freshness.connected and freshness.age_s < 2 * heartbeat and not self._closed:
                    yield batch_of(after, self.now(), [])

    async def remove(self, wave: Wave) -> WaveOutcome:
        """Judge a wave and take it out of service, server by server where the source cannot do it in one step."""
        return await self._act(WaveKind.TAKE, wave)

    async def restore(self, wave: Wave) -> WaveOutcome:
        """Judge a wave and put it back into service."""
        return await self._act(WaveKind.GIVE_BACK, wave)

    async def outcome(self, operation: OperationId) -> WaveOutcome | None:
        """Say what became of a wave; None when it did not happen."""
        if self._acting is None:
            return None
        await self._catch_up(anew=False)
        return await self._in_time(self._acting.outcome(operation), self._longest_s)

    async def stop(self, execution: str, operator: str) -> tuple[str, ...]:
        """Let no further server of an execution leave; those still draining go back. Gives their names.

        It waits for no act that is under way, and for a source that is silent hardly at all.

        Raises:
            LinkError: the ledger or the source could not be told; nothing more is sent from here all the same.
        """
        if self._acting is None:
            await self._in_time(self._ledger.stop(execution, operator))
            return ()
        silent = not self._following.freshness.connected
        return await self._in_time(self._acting.stop(execution, operator, silent=silent))

    async def resume(self, execution: str, operator: str) -> None:
        """Take a stop back."""
        if self._acting is not None:
            await self._in_time(self._acting.resume(execution, operator))
            self._stops_told.discard(execution)

    async def finish(self, execution: str, outcome: str) -> None:
        """Let go of the lease of an execution that is over, with a word for how it ended."""
        if self._acting is not None:
            await self._in_time(self._acting.finish(execution, outcome))

    async def acknowledge(
        self, operator: str, undecided: tuple[str, ...] = (), unheard: tuple[UnheardRack, ...] = ()
    ) -> None:
        """Let the description's floors and what is listed now hold from here on, lower ones too; readers load again.

        *undecided* servers are taken for not having left, where still nobody can say; racks that are *unheard* for failed.
        """
        seen = await self._in_time(self._ledger.read())
        before, self._declared = self._declared, {}
        try:
            await self._following.read(_ACKNOWLEDGED)
            state = self._following.state
            listed, guards = all_listed(state), guards_of(state.region).to_json()
            await self._in_time(
                self._ledger.acknowledge(
                    operator, seen.floors.revision, all_floors(state), listed, guards, self._over(seen)
                )
            )
        except LinkError:
            self._declared = before
            await self._following.read("")
            raise
        self._declared = {} if self._following.reading.is_described else _by_scope(listed)
        await self._compare()
        if undecided and self._acting is not None:
            await self._in_time(self._acting.give_up(operator, undecided), self._longest_s)
            self._undecided = ()
        if unheard and self._acting is not None:
            await self._acting.accept_unheard(operator, unheard)
            await self._following.read("")
        self._begin_anew(_ACKNOWLEDGED)

    async def keep_head(self, head: JournalHead) -> None:
        """Keep the journal's head in the ledger, where we may write it."""
        if self._ledger.only_looks:
            return
        await self._in_time(self._ledger.keep_head(replace(head, journal=head.journal + self._journal_mark)))

    async def kept_head(self, journal: str) -> JournalHead | None:
        """Give the head kept for a journal."""
        kept = await self._in_time(self._ledger.kept_head(journal + self._journal_mark))
        return None if kept is None else replace(kept, journal=journal)

    async def aclose(self) -> None:
        """Let go of everything; a source that hangs is left to itself."""
        if self._closed:
            return
        self._closed = True
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=2.0)
        self._tasks = []
        await self._keep(last=True)
        await self._bounded.aclose()
        if self.observing is not None:
            await self.observing.aclose()
        with suppress(LinkError):
            await self._in_time(self._ledger.aclose())
        self._calls.close()
        self._wake()

    async def _open(self) -> None:
        self._closed = False
        await asyncio.to_thread(self._description.open, self.now())
        try:
            await self._following.read("")
        except LinkError as error:
            await self._recall(str(error))
        else:
            try:
                await self._join()
            except LinkError as error:
                # Without its ledger a region can be looked at, as silent; nothing can be done there.
                self._not_joined = str(error)
                self._joined_by = "The ledger can be used, so the region was read."
        loop = asyncio.get_running_loop()
        works = [("facts", self._following.run()), ("ledger", self._watch()), ("look", self._look())]
        if self.observing is not None:
            works.append(("calls", self.observing.run()))
        for name, work in works:
            task = loop.create_task(work, name=f"{name} of {self.name}")
            task.add_done_callback(_log_failure)
            self._tasks.append(task)

    async def _recall(self, why: str) -> None:
        """Begin with what was kept of a source that cannot be read; the rest follows once it answers."""
        self._not_joined = f"the ledger {self._ledger.name} is compared once the source answers"
        kept = await self._keeping.recall()
        try:
            await self._following.recall(kept, why)
        except LinkError as error:
            _log.warning("%s: what was kept of it cannot be shown: %s", self.name, error)
            kept = None
            await self._following.recall(None, why)
        if kept is not None:
            guards = guards_of(self._following.state.region).to_json()
            self._seen = await self._in_time(self._ledger.open(kept.region, (), guards))

    async def _catch_up(self, *, anew: bool) -> None:
        """Bring what is known of a source in this program up to date at once; every other is followed as it tells.

        Raises:
            LinkError: what others did there cannot be read; where all is looked at *anew*, that shows as silence instead.
        """
        if (near := self._bounded.near) is None:
            return
        await near.catch_up(anew=anew)
        try:
            await self._following.catch_up()
            if self._not_joined:
                await self._join_late()
            await self._hear(await self._in_time(self._ledger.read()))
            if self._compared[1] is not self._following.state.region:
                await self._compare()
        except LinkError as error:
            self._not_heard = str(error)
            if not anew:
                raise
        else:
            self._not_heard = ""

    async def _join(self) -> None:
        """Open the ledger: the region's id is known by now, and with it whose ledger this has to be."""
        state = self._following.state
        seen = await self._in_time(self._ledger.open(self.region, all_floors(state), guards_of(state.region).to_json()))
        self._seen = seen
        self._stops_told = {stop.execution for stop in seen.stops}
        self._heed_rights()
        self._declared = _by_scope(seen.declared)
        if any(units > _by_scope(all_declared(state)).get(scope, 0) for scope, units in self._declared.items()):
            await self._following.read("")
        await self._compare()
        await self._declare()

    def _heed_rights(self) -> None:
        """Become a shadow where who we are may only look: from then on nothing here holds what acts."""
        why = self.abilities.only_looks or self._ledger.only_looks
        if why and self._acting is not None:
            self._acting = None
            self.only_looks = f"read-only: {why}"
            _log.warning("%s: %s", self.name, self.only_looks)

    async def _join_late(self) -> None:
        """Open the ledger now that the source answers, and let readers load again: much may be otherwise."""
        try:
            await self._join()
        except LinkError as error:
            self._not_joined = str(error)
            raise
        self._not_joined = ""
        self._begin_anew(self._joined_by)

    async def _act(self, kind: WaveKind, wave: Wave) -> WaveOutcome:
        acting = self._acting
        if acting is None:
            answers = tuple((server, Answer.REFUSED) for server in wave.servers)
            return WaveOutcome(wave.operation, answers, (Refusal("read-only", self.only_looks),))
        if self._not_joined or self._not_heard or self._seen is None:
            await self._catch_up(anew=False)
        if self._seen is None:  # Nothing was ever read, so the ledger is not open either.
            raise LinkError(f"nothing can be done yet: {self._silence()}")
        async with self._turn:
            call = acting.act(kind, wave, lambda seen: Grounds(self._silence(), self._lacking(seen)))
            outcome = await self._in_time(call, self._longest_s)
        self._wake()
        return outcome

    def _silence(self) -> str:
        """Say why the facts may not be relied on; empty when they may."""
        freshness = self.freshness
        if why := self._following.trouble or self._not_joined or self._not_heard:
            return why
        if not freshness.connected and freshness.reason:
            return freshness.reason
        if why := self._description.doubt():
            return why
        if freshness.is_silent(self._description.region.policy.stale_after_s):
            return f"its newest fact is {freshness.age_s:,.0f} s old"
        return ""

    def _described(self) -> Region:
        """Give the description; a source that goes server by server gets waves of one, unless another size is written.

        One that takes only so many in one step gets no larger waves: each is judged by itself.
        """
        region, most = self._description.region, self.abilities.largest_wave
        if most and region.policy.wave > most:
            gap = f"waves of {region.policy.wave:,} become waves of {most:,}: the source takes no more servers in one step"
            policy = replace(region.policy, wave=most)
            return replace(region, policy=policy, gaps=(*region.gaps, gap), index={})
        if self.abilities.atomic_waves or region.policy.wave_stated:
            return region
        return replace(region, policy=replace(region.policy, wave=1), index={})

    def _most_listed(self) -> dict[tuple[str, str], int]:
        return self._declared

    def _changed(self, batch: EventBatch) -> None:
        self._to_declare = self._to_declare or batch.changes_roster
        self._wake()

    def _read(self) -> None:
        self._to_declare = True
        self._wake()

    async def _look(self) -> None:
        """Look at the description, and over what is reserved, again and again."""
        while True:
            await asyncio.sleep(LOOK_EACH_S)
            try:
                self._heed_rights()
                if self._not_joined and self._following.is_read:
                    await self._join_late()
                if await asyncio.to_thread(self._description.look, self.now()):
                    await self._following.read("The description of the region was read anew.")
                    await self._compare()
                if self._to_declare:
                    self._to_declare = False
                    await self._declare()
                await self._look_over()
                await self._keep()
            except LinkError as error:
                _log.info("%s: %s", self.name, error)

    async def _look_over(self) -> None:
        """End reservations that the facts allow to end, and see what nobody will say; a clock that leapt is noticed here too."""
        seen = self._seen
        if self._not_joined or seen is None:
            return
        if seen.leases:
            # Whoever dies lets go of a lease without a word.
            await self._hear(seen := await self._in_time(self._ledger.read()))
        if bool(self._clock.leap_s) != self._leapt:
            self._leapt = bool(self._clock.leap_s)
            await self._hear(await self._in_time(self._ledger.read()))
        if self._acting is None or not (seen.reservations or self._undecided):
            return
        left = await self._acting.look_over()
        undecided = await self._acting.undecided(left) if not self._following.trouble else ()
        if undecided != self._undecided:
            self._undecided = undecided
            self._begin_anew(_UNDECIDED if undecided else "")

    async def _keep(self, *, last: bool = False) -> None:
        """Keep what is known for the day when the source cannot be reached."""
        following = self._following
        if following.is_read:
            await self._keeping.look(self.region, following.state, following.heard, last=last)

    async def _watch(self) -> None:
        """Hear of what others write into the ledger, and let readers know of their stops."""
        heard = 0
        while True:
            try:
                if self._seen is not None:  # else it is not open yet
                    if self._not_heard:
                        await self._hear(await self._in_time(self._ledger.read()))
                        self._not_heard = ""
                    async for revision in self._ledger.changes(heard):
                        heard = revision
                        await self._hear(await self._in_time(self._ledger.read()))
            except LinkError as error:
                self._not_heard = str(error)
                _log.info("%s: %s", self.name, error)
            await asyncio.sleep(LOOK_EACH_S)

    async def _hear(self, seen: LedgerState) -> None:
        """Take in what others wrote: stops, doubts, and what they acknowledged or guard more strictly with."""
        before, self._seen = self._seen, seen
        self._tell_stops(seen)
        if self._not_joined:
            return
        if seen.floors.revision != self._compared[0]:
            fell = any(units < self._declared.get(scope, 0) for scope, units in _by_scope(seen.declared).items())
            self._declared = _by_scope(seen.declared)
            if fell:
                await self._following.read(_ACKNOWLEDGED)
            told = self._unacknowledged
            await self._compare()
            if self._unacknowledged != told:
                self._begin_anew(_ACKNOWLEDGED if len(self._unacknowledged) < len(told) else _GUARDED)
        elif before is not None and bool(before.doubt) != bool(seen.doubt):
            self._begin_anew(f"{seen.doubt[0].upper()}{seen.doubt[1:]}." if seen.doubt else _ACKNOWLEDGED)

    def _begin_anew(self, why: str) -> None:
        self._following.state.revision = self._following.begin_anew(why)
        self._wake()

    def _tell_stops(self, seen: LedgerState) -> None:
        for stop in seen.stops:
            if stop.execution in self._stops_told:
                continue
            self._stops_told.add(stop.execution)
            batch = batch_of(0, self.now(), [], f"{stop.execution}.stop", stop.operator)
            numbered = self._following.history.add(batch)
            self._following.state.revision = numbered.revision
            self._wake()
        self._stops_told &= {stop.execution for stop in seen.stops}

    async def _declare(self) -> None:
        """Keep what is listed now in the ledger, where that is more than was; a description that lists servers says it itself."""
        if self._following.reading.is_described:
            return
        more = [
            one
            for one in all_listed(self._following.state)
            if one.units > self._declared.get((one.subsystem, one.scope), 0)
        ]
        if more:
            await self._in_time(self._ledger.raise_declared(more))
            self._declared.update(_by_scope(more))

    async def _compare(self) -> None:
        """See whether the description, or the fleet, guards less than what was accepted; what guards more is accepted."""
        seen = await self._in_time(self._ledger.read())
        state = self._following.state
        own = guards_of(state.region)
        guards = b"" if self._compared_to(seen)[1] or own.digest in seen.floors.waived.guards else own.to_json()
        held = await self._in_time(self._ledger.keep_floors(all_floors(state), seen.floors.revision, guards))
        self._seen, self._compared = replace(seen, floors=held), (held.revision, state.region)
        # By what holds now, not by what was read: somebody may have changed it in between.
        self._unacknowledged = self._compared_to(self._seen)[0]

    def _lacking(self, seen: LedgerState) -> tuple[str, ...]:
        """Give what nobody acknowledged, by what the ledger says in the moment of an act."""
        revision, region = self._compared
        is_compared = revision == seen.floors.revision and region is self._following.state.region
        return self._unacknowledged if is_compared else self._compared_to(seen)[0]

    def _compared_to(self, seen: LedgerState) -> tuple[tuple[str, ...], bool]:
        """Give what guards less than the ledger holds, and whether the description does (not only the fleet)."""
        state = self._following.state
        less = self._lowered(seen, state)
        return (*less, *_lost(seen, state.region)), bool(less)

    def _lowered(self, seen: LedgerState, state: State) -> tuple[str, ...]:
        if seen.floors.guards:
            accepted = Guards.from_json(seen.floors.guards)
            described = guards_of(state.region)
            if accepted.digest != described.digest:
                found = lowered(accepted, described, self.now())
                if found:
                    return found
        return seen.floors.lowered_by(all_floors(state))

    def _over(self, seen: LedgerState) -> str:
        """Give the digest of the description that guards until it is acknowledged that ours does; empty where that is ours."""
        if not seen.floors.guards:
            return ""
        kept = Guards.from_json(seen.floors.guards).digest
        return "" if kept == guards_of(self._following.state.region).digest else kept

    def _to_acknowledge(self) -> tuple[str, ...]:
        doubt = "" if self._seen is None else self._seen.doubt
        return (*self._unacknowledged, doubt) if doubt else self._unacknowledged

    async def _note_departures(self, fleet: Fleet) -> None:
        """Let a fleet know what left by acts lately, as the ledger has it, and which servers this ledger took."""
        with suppress(LinkError):
            seen = await self._in_time(self._ledger.read())
            now, index = self.now(), fleet.region.index
            longest = {entry.wave: entry for entry in sorted(seen.departures, key=lambda one: one.window_s)}
            fleet.departures.clear()
            for entry in sorted(longest.values(), key=lambda one: one.remaining_s - one.window_s):
                counts = {index[name]: count for name, count in entry.by_subsystem if name in index}
                fleet.departures.append(Departure(now - (entry.window_s - entry.remaining_s), entry.servers, counts))
            taken = await self._ledger.taken()
            fleet.note_order([fleet.position[name] for name in taken if name in fleet.position])

    @property
    def _longest_s(self) -> float:
        """Seconds after which an act is given up whatever holds it: a reading, a wave, and the ledger before and after."""
        own = self._deadlines
        return own.read_s + own.wave_s + own.grace_s + 2 * LEDGER_S

    async def _in_time(self, call: Coroutine[Any, Any, _Result], seconds: float = LEDGER_S) -> _Result:
        try:
            return await self._calls.within("call", call, seconds)
        except SilenceError as error:
            what = f"the ledger {self._ledger.name}" if seconds == LEDGER_S else self.name
            raise LinkError(f"{what} did not answer within {seconds:g} s") from error

    def _wake(self) -> None:
        news, self._news = self._news, asyncio.Event()
        news.set()


def _by_scope(units: Sequence[ScopeUnits]) -> dict[tuple[str, str], int]:
    return {(one.subsystem, one.scope): one.units for one in units}


def _lost(seen: LedgerState, region: Region) -> tuple[str, ...]:
    """Name the subsystems that were listed, and of which the fleet has not one server any more."""
    listed = {
        region.subsystems[number].name
        for at, profile in enumerate(region.roster.profiles)
        if (region.roster.profile == at).any()
        for number, _ in profile
    }
    once = {one.subsystem: one.units for one in seen.declared if one.scope == "region"}
    return tuple(
        f"{name} had {units:,} units and has no server in the fleet any more"
        for name, units in sorted(once.items())
        if units and name not in listed
    )


def _log_failure(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        _log.error("%s ended", task.get_name(), exc_info=task.exception())
