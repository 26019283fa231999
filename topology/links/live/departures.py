"""What left a live region by acts lately, as its ledger has it, put into a fleet."""

from topology.fleet.fleet import Departure, Fleet
from topology.links.live.calls import TimedCalls
from topology.records.ledger.protocol import Ledger


async def note_departures(fleet: Fleet, ledger: Ledger, in_time: TimedCalls, now: float) -> None:
    """Let a fleet know what left by acts lately, and which servers this ledger took, in which order.

    Raises:
        LinkError: the ledger cannot be read.
    """
    seen = await in_time(ledger.read())
    index = fleet.region.index
    longest = {entry.wave: entry for entry in sorted(seen.departures, key=lambda one: one.window_s)}
    fleet.departures.clear()
    for entry in sorted(longest.values(), key=lambda one: one.remaining_s - one.window_s):
        counts = {index[name]: count for name, count in entry.by_subsystem if name in index}
        fleet.departures.append(Departure(now - (entry.window_s - entry.remaining_s), entry.servers, counts))
    taken = await ledger.taken()
    fleet.note_order([fleet.position[name] for name in taken if name in fleet.position])
