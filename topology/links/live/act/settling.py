"""When a reservation ends: as soon as it is known of each of its servers what became of it, and not before."""

from collections.abc import Callable, Iterable

from topology.links.fleet_source import Answer
from topology.records.ledger.values import KeptWave, Reservation, ScopeUnits
from topology.region.server_states import ServerState

_NOTHING_HAPPENED = (Answer.REFUSED, Answer.TOO_SOON, Answer.RETURNED)


def left_of(
    reservation: Reservation,
    wave: KeptWave | None,
    state_of: Callable[[str], ServerState | None],
    is_overdue: bool,
) -> tuple[str, ...]:
    """Give the servers of a reservation that still count as leaving.

    One that the facts show out of service no longer needs it, for its capacity is gone already. One that is in service stays
    reserved while it is accepted as leaving (a source may take its time) or while nobody knows; *is_overdue*, when an accepted
    drain should have begun long ago, ends the first of these.
    """
    if wave is None or not wave.answers:
        return reservation.servers
    answers = {name: Answer(word) for name, word in wave.answers}

    def counts(name: str) -> bool:
        answer = answers.get(name, Answer.UNKNOWN)
        if answer in _NOTHING_HAPPENED or state_of(name) is not ServerState.IN_SERVICE:
            return False
        return not (answer is Answer.DONE and is_overdue)

    return tuple(name for name in reservation.servers if counts(name))


def rest_of(
    reservation: Reservation, servers: tuple[str, ...], units: Callable[[Iterable[str]], tuple[ScopeUnits, ...]]
) -> Reservation | None:
    """Give the reservation with the *servers* that are left of it; None when none are."""
    if not servers:
        return None
    return Reservation(reservation.wave, reservation.execution, servers, units(servers))
