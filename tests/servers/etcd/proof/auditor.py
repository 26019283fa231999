"""Replays every revision of a region in etcd, and counts for itself: no code of the console judges here."""

import asyncio
import json
import struct
import time
from collections import Counter, defaultdict
from contextlib import aclosing, suppress
from dataclasses import dataclass, field
from itertools import groupby

from topology.etcd.client import EtcdClient
from topology.etcd.errors import UnreachableError
from topology.etcd.values import Get, KeyEvent

JOINING, SERVING, DRAINING, REMOVED = range(4)
_LEAVES = {SERVING: {DRAINING}, DRAINING: {REMOVED, SERVING}, REMOVED: {JOINING}, JOINING: {SERVING}}
WINDOW_S = 60.0


@dataclass
class Verdict:
    """What was wrong, one sentence for each time."""

    revisions: int = 0
    broken: list[str] = field(default_factory=list)
    drifted: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    most_in_window: int = 0


class Auditor:
    """Follows the region at *prefix*; *floors* are (subsystem, zone or "", units)."""

    def __init__(self, client: EtcdClient, prefix: str, floors: list[tuple[str, str, int]]) -> None:
        self._client, self._prefix, self._floors = client, prefix, floors
        self.verdict = Verdict()
        self.acts: dict[str, dict] = {}
        self.servers: dict[str, tuple[str, str, int, int]] = {}
        """Zone, cell, set of subsystems and state of each server."""
        self._counters: dict[str, int] = {}
        self._profiles: list[dict[str, int]] = []
        self._left: list[tuple[float, int]] = []
        self.revision = 0

    async def begin(self) -> None:
        answer = await self._client.read(Get(self._prefix, prefix=True))
        self.revision = answer.revision
        for entry in answer.found[0]:
            name = entry.key.removeprefix(self._prefix)
            if name == "meta/profiles":
                self._profiles = [dict(map(tuple, one)) for one in json.loads(entry.value)]
            self._take_in(name, entry.value)

    async def follow(self) -> None:
        """Replay until cancelled."""
        while True:
            with suppress(UnreachableError):
                async with aclosing(self._client.watch(self._prefix, self.revision)) as batches:  # type: ignore[type-var]
                    async for batch in batches:
                        for revision, events in groupby(batch.events, lambda event: event.entry.modified):
                            self._replay(revision, list(events))
                            self.revision = revision

    async def caught_up(self) -> None:
        """Wait until everything that is there now was replayed."""
        newest = max(entry.modified for entry in (await self._client.read(Get(self._prefix, prefix=True))).found[0])
        async with asyncio.timeout(20):
            while self.revision < newest:  # noqa: ASYNC110 - the thing has no event of its own
                await asyncio.sleep(0.05)

    def _replay(self, revision: int, events: list[KeyEvent]) -> None:
        self.verdict.revisions += 1
        before = dict(self.servers)
        for event in events:
            name = event.entry.key.removeprefix(self._prefix)
            if name.startswith("act/"):
                self._act(name, json.loads(event.entry.value), before)
            self._take_in(name, event.entry.value)
        for name, (*_, state) in self.servers.items():
            was = before[name][3]
            if state != was and state not in _LEAVES[was]:
                self.verdict.doubled.append(f"{revision}: {name} went from {was} to {state}")
        self._judge(revision)

    def _act(self, name: str, act: dict, before: dict[str, tuple[str, str, int, int]]) -> None:
        known = self.acts.get(name)
        if known is not None and known["mark"] != act["mark"]:
            self.verdict.doubled.append(f"{name} was done twice")
        self.acts[name.removeprefix("act/")] = act
        if act["kind"] != "take" or known is not None or act["abandoned"]:
            return
        for server in act["servers"]:
            if before[server][3] != SERVING:
                self.verdict.doubled.append(f"{name} took {server}, which did not serve")
        now = time.monotonic()
        self._left.append((now, len(act["servers"])))
        inside = sum(count for moment, count in self._left if now - moment < WINDOW_S)
        self.verdict.most_in_window = max(self.verdict.most_in_window, inside)

    def _take_in(self, name: str, value: bytes) -> None:
        kind, _, rest = name.partition("/")
        if kind == "rack":
            zone, cell, _ = rest.split("/")
            count = struct.unpack_from("<H", value, 1)[0]
            states = value[3 : 3 + count]
            profiles = struct.unpack_from(f"<{count}H", value, 3 + count)
            for at, server in enumerate(value[3 + 3 * count :].decode().split("\n")):
                self.servers[server] = (zone, cell, profiles[at], states[at])
        elif kind == "capacity":
            self._counters[rest.rstrip("/")] = struct.unpack("<II", value)[0]

    def _judge(self, revision: int) -> None:
        serving: Counter[tuple[str, str]] = Counter()
        by_cell: Counter[str] = Counter()
        for zone, cell, profile, state in self.servers.values():
            if state == SERVING:
                for name, units in self._profiles[profile].items():
                    serving[name, ""] += units
                    serving[name, zone] += units
                    by_cell[f"{name}/{zone}/{cell}"] += units
        for name, zone, units in self._floors:
            if serving[name, zone] < units:
                self.verdict.broken.append(
                    f"{revision}: {name} in {zone or 'all'} has {serving[name, zone]} of {units}"
                )
        wrong = {key: (by_cell[key], units) for key, units in self._counters.items() if by_cell[key] != units}
        if wrong:
            self.verdict.drifted.append(f"{revision}: {wrong}")


def lost(said: list[dict], acts: dict[str, dict]) -> list[str]:
    """Say which answers of consoles do not fit what was done: done and not there, or there and never done."""
    last: dict[str, dict] = defaultdict(dict)
    for line in said:
        if "wave" in line:
            last[line["wave"]] = line
    found = []
    for wave, line in last.items():
        act = acts.get(wave)
        happened = act is not None and not act["abandoned"]
        if "done" in line and not line.get("unknown"):
            done = set(line["done"])
            there = set(act["servers"]) - set(act["returned"]) if happened and act else set()
            if done != there:
                found.append(f"{wave}: answered {sorted(done)}, there is {sorted(there)}")
        else:
            found.append(f"{wave}: nobody knows what became of it ({line})")
    found += [f"{wave}: done, and no console asked for it" for wave in acts if wave not in last]
    return found
