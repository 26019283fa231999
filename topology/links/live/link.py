"""A live region behind the protocol: made of a description, a fleet source and a ledger, which know nothing of each other."""

from collections.abc import AsyncIterator
from contextlib import suppress

from topology.fleet.batches import EventBatch, Revision
from topology.fleet.promises import Promises
from topology.fleet.reasons.anew import GuardsAcknowledged
from topology.fleet.reasons.looking import WhyLooks
from topology.fleet.state import Freshness, State
from topology.fleet.unheard import UnheardRack
from topology.links.deadline import BoundedActor, BoundedReader, Deadlines
from topology.links.description import DescriptionFeed
from topology.links.fleet_source import Abilities, FleetActor, FleetReader, Identity
from topology.links.live.act.in_turn import ActsInTurn
from topology.links.live.calls import TimedCalls
from topology.links.live.departures import note_departures
from topology.links.live.heads import KeepsHeads
from topology.links.live.joining import Joining
from topology.links.live.last_known import Keeping, LastKnown
from topology.links.live.leases import LiveLeases
from topology.links.live.observing import Observing
from topology.links.live.told_beside import ToldBeside
from topology.links.protocol import OperationId, Wave, WaveOutcome
from topology.records.clock import SteadyClock
from topology.records.ledger.protocol import Ledger, Meeting
from topology.records.ledger.values import WaveKind
from topology.region.errors import LinkError


class LiveLink(KeepsHeads, ToldBeside):
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
        super().__init__(ledger, TimedCalls(name, ledger.name), journal_mark)
        self.name = name
        self._clock = clock or SteadyClock()
        self.source = BoundedReader(source, deadlines) if actor is None else BoundedActor(actor, deadlines)
        """What lists the servers, and acts on them where it can; every call of it ends in its time."""
        self.observing = observing
        """What looks at who calls whom, where the description names a graph source."""
        self.joined = Joining(description, self.source, ledger, Keeping(last_known), self._in_time, self.now, observing)
        """The region as it is known here, and what it is compared with."""
        self.acts = ActsInTurn(self.source, ledger, self.joined, self._in_time, deadlines or Deadlines(), self._clock)
        leases = LiveLeases(lambda: self.joined.guarding.seen, lambda: self.acts.acting, self._in_time)
        self.leases: LiveLeases | None = leases if has_leases else None

    @property
    def abilities(self) -> Abilities:
        """What the source can do."""
        return self.source.abilities

    @property
    def only_looks(self) -> WhyLooks | None:
        """Why nothing can be done here by anyone; None where acts are possible."""
        return self.acts.only_looks

    @property
    def operator(self) -> str:
        """Who the ledger, or else the source, takes us for, where one of them asks."""
        identity: Identity = self.source.identity
        return self._ledger.operator or (identity.name if identity.authenticated else "")

    @property
    def meeting(self) -> Meeting:
        """The ledger: all who act through it meet there."""
        return self._ledger

    @property
    def freshness(self) -> Freshness:
        """How old the newest fact is; never waits."""
        return self.joined.freshness

    def now(self) -> float:
        """Our own time, seconds since 1970 UTC; never runs backwards."""
        return self._clock.now()

    async def load(self) -> State:
        """Give the region as it is known, for the caller to keep and to fold events into; the first time the source is read.

        A source that cannot be reached then is silent, and the region what was last known of it.

        Raises:
            LinkError: the description or the ledger cannot be read.
        """
        if self.joined.is_open:
            await self.joined.catch_up(anew=True)
        else:
            await self.joined.open(self.name)
        state = self.joined.following.state
        # Of one moment: what is told while the ledger is asked comes after this revision.
        region, fleet, revision = state.region, state.fleet.copy(), state.revision
        with suppress(LinkError):
            await note_departures(fleet, self._ledger, self._in_time, self.now())
        can = self.abilities
        return State(
            region,
            fleet,
            revision,
            self.now(),
            self.freshness,
            unacknowledged=self.joined.guarding.to_acknowledge(),
            undecided=self.acts.undecided,
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
        await self.joined.following.catch_up()
        return self.joined.following.history.revision

    def events(self, after: Revision) -> AsyncIterator[EventBatch]:
        """Give every batch after a revision, then wait for more; one with no servers keeps the revision: all is well.

        Raises:
            ResyncNeeded: load again.
        """
        return self.joined.telling.events(after)

    async def remove(self, wave: Wave) -> WaveOutcome:
        """Judge a wave and take it out of service, server by server where the source cannot do it in one step."""
        return await self.acts.act(WaveKind.TAKE, wave)

    async def restore(self, wave: Wave) -> WaveOutcome:
        """Judge a wave and put it back into service."""
        return await self.acts.act(WaveKind.GIVE_BACK, wave)

    async def outcome(self, operation: OperationId) -> WaveOutcome | None:
        """Say what became of a wave; None when it did not happen."""
        return await self.acts.outcome(operation)

    async def stop(self, execution: str, operator: str) -> tuple[str, ...]:
        """Let no further server of an execution leave; those still draining go back. Gives their names.

        It waits for no act that is under way, and for a source that is silent hardly at all.

        Raises:
            LinkError: the ledger or the source could not be told; nothing more is sent from here all the same.
        """
        return await self.acts.stop(execution, operator)

    async def resume(self, execution: str, operator: str) -> None:
        """Take a stop back."""
        await self.acts.resume(execution, operator)

    async def finish(self, execution: str, outcome: str) -> None:
        """Let go of the lease of an execution that is over, with a word for how it ended."""
        await self.acts.finish(execution, outcome)

    async def acknowledge(
        self, operator: str, undecided: tuple[str, ...] = (), unheard: tuple[UnheardRack, ...] = ()
    ) -> None:
        """Let the description's floors and what is listed now hold from here on, lower ones too; readers load again.

        *undecided* servers are taken for not having left, where still nobody can say; racks that are *unheard* for failed.
        """
        await self.joined.guarding.acknowledge(operator)
        await self.acts.give_up(operator, undecided)
        if unheard and self.acts.acting is not None:
            await self.acts.acting.accept_unheard(operator, unheard)
            await self.joined.following.read(None)
        self.joined.telling.begin_anew(GuardsAcknowledged())

    async def aclose(self) -> None:
        """Let go of everything; a source that hangs is left to itself."""
        if self.joined.telling.is_over:
            return
        self.joined.telling.is_over = True
        await self.joined.aclose()
        await self.source.aclose()
        if self.observing is not None:
            await self.observing.aclose()
        with suppress(LinkError):
            await self._in_time(self._ledger.aclose())
        self._in_time.close()
        self.joined.telling.wake()
