"""Which servers the changes of an incident mean: walks the timeline once and writes every change as single ones, in columns."""

import re

import numpy as np
from numpy.typing import NDArray

from topology.incident.model import Event, Incident, Recorded, ServerChange
from topology.region.region import Region, shown
from topology.region.server_states import STATE_NAMES, ServerState
from topology.region.tables import Problems

STEP_S = 60.0
"""Servers that change over a time do so in steps of this length."""
_RANGE = re.compile(r"(.*?)([0-9]+)\.\.([0-9]+)")


class Chooser:
    """Knows the servers of a region by pool, place and subsystem, and notes what cannot be meant."""

    def __init__(self, region: Region, problems: Problems) -> None:
        self._region = region
        self._problems = problems
        self._position = {name: number for number, name in enumerate(region.roster.names)}
        self._states = region.roster.state.copy()
        self._pools: dict[str, NDArray[np.int32]] = {}
        self.until: list[int] = []
        """For each event: how many single changes of its instant there are, its own and those before it included."""

    def walk(self, incident: Incident) -> Recorded:
        """Give every single change of the incident, in order of time; at one instant the order of the file holds."""
        parts: list[tuple[NDArray[np.float64], NDArray[np.int32], NDArray[np.uint8]]] = []
        waiting: list[tuple[float, NDArray[np.int32], int]] = []
        for event in incident.events:
            parts += self._due(waiting, event.time)
            for number, change in enumerate(event.changes, 1):
                if isinstance(change, ServerChange):
                    parts += self._carry_out(event, f"{event.place}.change {number}", change, waiting)
            self.until.append(_so_many_at(parts, event.time))
        parts += self._due(waiting, float("inf"))
        recorded = incident.recorded
        if len(recorded.time):
            parts.append((recorded.time, recorded.server, recorded.state))
        if not parts:
            return recorded
        time, server, state = (np.concatenate(column) for column in zip(*parts, strict=True))
        order = np.argsort(time, kind="stable")
        return Recorded(time[order], server[order].astype(np.int32), state[order].astype(np.uint8))

    def meant(self, change: ServerChange, states: NDArray[np.uint8]) -> NDArray[np.int32]:
        """Give the servers that a change means when they are in these states."""
        self._states = states
        return self._meant("", change)

    def _carry_out(
        self, event: Event, place: str, change: ServerChange, waiting: list[tuple[float, NDArray[np.int32], int]]
    ) -> list[tuple[NDArray[np.float64], NDArray[np.int32], NDArray[np.uint8]]]:
        servers = self._meant(place, change)
        if not (change.over_s or change.after_s) or len(servers) == 0:
            return [self._set(event.time, servers, change.to)]
        # Never more steps than servers: the last one changes at the end of the time, however few there are.
        steps = min(len(servers), max(1, round(change.over_s / STEP_S)))
        for number, some in enumerate(np.array_split(servers, steps), 1):
            waiting.append((event.time + change.after_s + change.over_s * number / steps, some, change.to))
        waiting.sort(key=lambda one: one[0])
        return []

    def _due(
        self, waiting: list[tuple[float, NDArray[np.int32], int]], until: float
    ) -> list[tuple[NDArray[np.float64], NDArray[np.int32], NDArray[np.uint8]]]:
        found = []
        while waiting and waiting[0][0] <= until:
            found.append(self._set(*waiting.pop(0)))
        return found

    def _set(
        self, time: float, servers: NDArray[np.int32], to: int
    ) -> tuple[NDArray[np.float64], NDArray[np.int32], NDArray[np.uint8]]:
        self._states[servers] = to
        return np.full(len(servers), time), servers, np.full(len(servers), to, np.uint8)

    def _meant(self, place: str, change: ServerChange) -> NDArray[np.int32]:
        if change.names:
            return self._named(place, change)
        if change.pool:
            matching = self._pool(change.pool)
            if len(matching) == 0:
                self._problems.add(
                    f"{place}.pool", f"names {shown(change.pool)}, of which {self._region.name} has no server"
                )
        else:
            number = self._region.index[change.subsystem]
            has = np.array([any(one == number for one, _ in profile) for profile in self._region.roster.profiles])
            matching = np.flatnonzero(has[self._region.roster.profile]).astype(np.int32)
        if change.place:
            matching = matching[self._within(change.place)[matching]]
        before = change.before or tuple(int(state) for state in ServerState if state != change.to)
        matching = matching[np.isin(self._states[matching], before)]
        if change.amount is None:
            return matching
        wanted = change.amount.of_down(len(matching))
        if wanted > len(matching):
            self._problems.add(
                f"{place}.count", f"is {change.amount}, but only {len(matching):,} servers match at that time"
            )
            return matching
        return matching[(np.arange(wanted) * len(matching)) // max(1, wanted)]

    def _named(self, place: str, change: ServerChange) -> NDArray[np.int32]:
        found = []
        for text in change.names:
            for name in _spelled(text):
                server = self._position.get(name)
                if server is None:
                    self._problems.add(
                        f"{place}.servers", f"names {shown(name)}, which is not a server of {self._region.name}"
                    )
                    break
                gone = self._states[server] == ServerState.REMOVED
                if gone and change.to in (ServerState.DRAINING, ServerState.FAILED, ServerState.REMOVED):
                    self._problems.add(
                        f"{place}.servers",
                        f"names {shown(name)}, which was removed before; bring it back before it is {STATE_NAMES[change.to]}",
                    )
                    break
                found.append(server)
        return np.array(found, np.int32)

    def _pool(self, name: str) -> NDArray[np.int32]:
        if name not in self._pools:
            pattern = re.compile(re.escape(name) + r"-[0-9]+")
            self._pools[name] = np.array(
                [number for one, number in self._position.items() if pattern.fullmatch(one)], np.int32
            )
        return self._pools[name]

    def _within(self, place: str) -> NDArray[np.bool_]:
        racks = [
            place in (zone, f"{zone}/{cell}", f"{zone}/{cell}/{rack}") for zone, cell, rack in self._region.roster.racks
        ]
        return np.array(racks, np.bool_)[self._region.roster.rack]


def _spelled(text: str) -> list[str]:
    """Spell a range such as `billing-0001..0040` out."""
    match = _RANGE.fullmatch(text)
    if match is None:
        return [text]
    first, last = int(match[2]), int(match[3])
    return [f"{match[1]}{number:0{len(match[2])}d}" for number in range(first, min(last, first + 1_000_000) + 1)]


def _so_many_at(parts: list[tuple[NDArray[np.float64], NDArray[np.int32], NDArray[np.uint8]]], time: float) -> int:
    """Count the changes at the end of *parts* that are of an instant."""
    count = 0
    for times, _, _ in reversed(parts):
        if len(times) and times[0] != time:
            break
        count += len(times)
    return count
