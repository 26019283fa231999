"""How far another operator's execution is: what of it drains, and when it is about to be done at the rate of its waves."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from console.operating.colleagues.gathering import OtherExecution
from topology.fleet.state import State
from topology.records.ledger.protocol import Meeting
from topology.records.ledger.values import KeptWave
from topology.region.sentences.clock import by_clock
from topology.region.server_states import ServerState

MEETING_S = 8.0


async def with_progress(one: OtherExecution, meeting: Meeting, state: Callable[[], State]) -> OtherExecution:
    """Give an execution with what the ledger's waves and the fleet's states tell of it, while somebody carries it out."""
    if not one.carried_out:
        return one
    async with asyncio.timeout(MEETING_S):
        waves = await meeting.waves(one.execution)
    return _with_waves(one, waves, state())


def _with_waves(one: OtherExecution, waves: Sequence[KeptWave], state: State) -> OtherExecution:
    fleet = state.fleet
    places = (fleet.position.get(name) for wave in waves for name in wave.servers)
    draining = sum(place is not None and fleet.state[place] == ServerState.DRAINING for place in places)
    done = done_at(waves, one.to_go)
    about = "" if done is None or one.stopped_by else by_clock(state.region.time_zone, done, "%H:%M")
    return replace(one, draining=draining, done_about=about)


def done_at(waves: Sequence[KeptWave], to_go: int) -> float | None:
    """Give when all is sent, seconds since 1970 UTC, if it goes on as between its first and last wave; None before two."""
    sent = [wave for wave in waves if not wave.nothing_done]
    if len(sent) < 2 or not to_go:
        return None
    took = sent[-1].time - sent[0].time
    servers = sum(len(wave.servers) for wave in sent[:-1])
    return sent[-1].time + to_go * max(took, 0.0) / servers
