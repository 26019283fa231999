"""Reservations: servers that count as leaving until the facts show what became of them."""

from collections.abc import Callable

from topology.fleet.state import State
from topology.links.deadline import BoundedActor
from topology.links.fleet_source import Answer, Taken
from topology.links.live.act.settling import left_of, rest_of
from topology.links.live.follow.following import Following
from topology.links.live.scopes import units_of
from topology.records.ledger.protocol import Ledger
from topology.records.ledger.values import Commit, KeptWave, LedgerState, Reservation
from topology.region.server_states import ServerState


class Reservations:
    """What is reserved in *ledger* for waves of the region of *following*."""

    def __init__(self, following: Following, actor: BoundedActor, ledger: Ledger) -> None:
        self._following = following
        self._actor = actor
        self._ledger = ledger

    async def settle(self, *, fresh: bool) -> LedgerState:
        """Read the ledger, then (where it is to be *fresh*) the source, and end what reservations the facts allow to end."""
        return await self.settled_by(await self._ledger.read(), fresh=fresh)

    async def settled_by(self, seen: LedgerState, *, fresh: bool) -> LedgerState:
        """End what reservations the facts allow to end, by what was *seen* of the ledger and (where *fresh*) the source."""
        if fresh:
            await self._following.look(None)
        else:
            await self._following.catch_up()
        # What a source said before an answer, or says later of before, shows nothing of that wave.
        shown = fresh or self._actor.abilities.atomic_waves
        changed = False
        for reservation, wave in zip(seen.reservations, seen.reserving, strict=True):
            left = self._left(reservation, wave, seen, self.state_of if shown else _in_service)
            if left != reservation.servers:
                rest = rest_of(reservation, left, lambda names: units_of(self._state, names))
                await self._ledger.settle(reservation.wave, rest)
                changed = True
        return await self._ledger.read() if changed else seen

    async def look_over(self) -> LedgerState:
        """End reservations while nobody acts: the source is read only where what is known says that this may end some."""
        seen = await self._ledger.read()
        reserved = zip(seen.reservations, seen.reserving, strict=True)
        if any(self._left(one, wave, seen, self.state_of) != one.servers for one, wave in reserved):
            return await self.settled_by(seen, fresh=not self._actor.abilities.atomic_waves)
        return seen

    async def undecided(self, seen: LedgerState) -> tuple[str, ...]:
        """Give the servers that are reserved though nobody will say any more whether they left, by name."""
        found = [name for one in seen.reservations if await self.is_overdue(one, seen) for name in one.servers]
        return tuple(sorted(found))

    async def is_overdue(self, reservation: Reservation, seen: LedgerState) -> bool:
        """Say whether a drain should have begun long ago."""
        wave = await self._ledger.wave(reservation.wave)
        return wave is not None and seen.time > wave.time + self._state.region.policy.drain_timeout_s

    def unknown_of(self, commit: Commit, taken: Taken) -> tuple[Reservation, ...]:
        """Give what stays reserved after an answer: servers of which it does not say what became of them."""
        names = taken.servers(Answer.UNKNOWN)
        units = units_of(self._state, names)
        return (Reservation(commit.wave, commit.lease.execution, names, units),) if names else ()

    def _left(
        self,
        reservation: Reservation,
        wave: KeptWave | None,
        seen: LedgerState,
        state_of: Callable[[str], ServerState | None],
    ) -> tuple[str, ...]:
        overdue = wave is not None and seen.time > wave.time + self._state.region.policy.drain_timeout_s
        return left_of(reservation, wave, state_of, overdue)

    @property
    def _state(self) -> State:
        return self._following.state

    def state_of(self, name: str) -> ServerState | None:
        """Give the state of a server; None for one that is not in the roster."""
        at = self._state.fleet.position.get(name)
        return None if at is None else ServerState(self._state.fleet.state[at])


def _in_service(name: str) -> ServerState:
    """Say of a server of which nothing was seen since that it may still have to leave."""
    return ServerState.IN_SERVICE
