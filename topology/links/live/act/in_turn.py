"""The acts of one live region, one after another: what may be done at all, and what became of it."""

import asyncio
import logging

from topology.fleet.reasons.anew import ServersUndecided
from topology.fleet.reasons.looking import DescribedReadOnly, WhyLooks
from topology.links.deadline import BoundedActor, BoundedReader, Deadlines
from topology.links.fleet_source import Answer
from topology.links.live.act.acting import Acting
from topology.links.live.act.judging import Grounds
from topology.links.live.calls import LEDGER_S, TimedCalls
from topology.links.live.joining import Joining
from topology.links.protocol import Wave, WaveOutcome
from topology.records.clock import SteadyClock
from topology.records.ledger.protocol import Ledger
from topology.records.ledger.values import WaveKind
from topology.refusals.at_act import OnlyLookedAt
from topology.refusals.refusal import Refusal
from topology.region.errors import LinkError

_log = logging.getLogger(__name__)


class ActsInTurn:
    """Acts through *source* where that acts; else every act is refused. Everything else of the region is *joined*."""

    def __init__(
        self,
        source: BoundedReader,
        ledger: Ledger,
        joined: Joining,
        in_time: TimedCalls,
        deadlines: Deadlines,
        clock: SteadyClock,
    ) -> None:
        self.acting: Acting | None = None
        if isinstance(source, BoundedActor):
            self.acting = Acting(joined.following, source, ledger, deadlines.wave_s)
        self.only_looks: WhyLooks | None = DescribedReadOnly() if self.acting is None else None
        """Why nothing can be done here by anyone; None where acts are possible."""
        self.undecided: tuple[str, ...] = ()
        """Servers that are reserved though nobody will say any more whether they left."""
        self._source = source
        self._ledger = ledger
        self._joined = joined
        self._in_time = in_time
        self._longest_s = deadlines.read_s + deadlines.wave_s + deadlines.grace_s + 2 * LEDGER_S
        """Seconds after which an act is given up whatever holds it: a reading, a wave, and the ledger before and after."""
        self._clock = clock
        self._leapt = False
        self._turn = asyncio.Lock()
        joined.heed_rights = self._heed_rights
        joined.look_over = self._look_over

    async def act(self, kind: WaveKind, wave: Wave) -> WaveOutcome:
        """Judge a wave, and carry it out or say for each of its servers why not."""
        acting, guarding = self.acting, self._joined.guarding
        if acting is None:
            answers = tuple((server, Answer.REFUSED) for server in wave.servers)
            looks = self.only_looks or DescribedReadOnly()
            return WaveOutcome(wave.operation, answers, (Refusal("read-only", OnlyLookedAt(looks)),))
        if self._joined.cut_off or guarding.seen is None:
            await self._joined.catch_up(anew=False)
        if guarding.seen is None:  # Nothing was ever read, so the ledger is not open either.
            why = self._joined.following.trouble or self._joined.cut_off or "nothing was read of it"
            raise LinkError(f"nothing can be done yet: {why}")
        async with self._turn:
            call = acting.act(kind, wave, lambda seen: Grounds(self._joined.silence(), guarding.lacking(seen)))
            outcome = await self._in_time(call, self._longest_s)
        self._joined.telling.wake()
        return outcome

    async def outcome(self, operation: str) -> WaveOutcome | None:
        """Say what became of a wave; None when it did not happen, or nothing is done from here."""
        if self.acting is None:
            return None
        await self._joined.catch_up(anew=False)
        return await self._in_time(self.acting.outcomes.outcome(operation), self._longest_s)

    async def stop(self, execution: str, operator: str) -> tuple[str, ...]:
        """Let no further server of an execution leave; gives the names of those that go back."""
        if self.acting is None:
            await self._in_time(self._ledger.stop(execution, operator))
            return ()
        silent = not self._joined.following.freshness.connected
        return await self._in_time(self.acting.stop(execution, operator, silent=silent))

    async def resume(self, execution: str, operator: str) -> None:
        """Take a stop back."""
        if self.acting is not None:
            await self._in_time(self.acting.resume(execution, operator))
            self._joined.telling.tell_again(execution)

    async def finish(self, execution: str, outcome: str) -> None:
        """Let go of the lease of an execution that is over."""
        if self.acting is not None:
            await self._in_time(self.acting.finish(execution, outcome))

    async def give_up(self, operator: str, undecided: tuple[str, ...]) -> None:
        """Take it that *undecided* servers did not leave, where still nobody can say."""
        if undecided and self.acting is not None:
            await self._in_time(self.acting.outcomes.give_up(operator, undecided), self._longest_s)
            self.undecided = ()

    def _heed_rights(self) -> None:
        """Become a shadow where who we are may only look: from then on nothing here holds what acts."""
        why = self._source.abilities.only_looks or self._ledger.only_looks
        if why is not None and self.acting is not None:
            self.acting = None
            self.only_looks = why
            _log.warning("%s is only looked at from now on: %r", self._source.region, why)

    async def _look_over(self) -> None:
        """End reservations that the facts allow to end, and see what nobody will say; a clock that leapt is noticed here too."""
        joined = self._joined
        seen = joined.guarding.seen
        if seen is None:
            return
        if seen.leases:
            # Whoever dies lets go of a lease without a word.
            seen = await joined.hear_anew()
        if bool(self._clock.leap_s) != self._leapt:
            self._leapt = bool(self._clock.leap_s)
            await joined.hear_anew()
        if self.acting is None or not (seen.reservations or self.undecided):
            return
        left = await self.acting.reservations.look_over()
        undecided = await self.acting.reservations.undecided(left) if not joined.following.trouble else ()
        if undecided != self.undecided:
            self.undecided = undecided
            joined.telling.begin_anew(ServersUndecided() if undecided else None)
