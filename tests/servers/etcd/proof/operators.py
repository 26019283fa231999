"""A program of its own: consoles of several operators on one region in etcd, who remove and restore as fast as they can.

    operators.py '{"members": [...], "prefix": "/t/p/", "names": ["op1"], "tls": {...}, "text": "...", "seconds": 10, "seed": 1}'

prints one line of JSON for each act: what was answered, and at the end what became of those that were not answered. With
`"checked": false` nothing is compared when a wave is written: the fault that the proof must notice.
"""

import asyncio
import json
import random
import sys
import time
from contextlib import suppress
from typing import Any

from topology.etcd.address import EtcdAddress
from topology.etcd.client import EtcdClient
from topology.etcd.values import NoneAfter, TxnAnswer, Unchanged, VersionAtMost
from topology.links.deadline import Deadlines
from topology.links.description import FixedDescription
from topology.links.etcd.actor import EtcdActor
from topology.links.live.link import LiveLink
from topology.links.protocol import Answer, Wave, WaveOutcome
from topology.records.ledger.etcd.etcd_ledger import EtcdLedger
from topology.region.description import read_region
from topology.region.errors import LinkError
from topology.region.server_states import ServerState
from topology.region.source import Tls

BACK = 0.4
"""This share of the acts gives capacity back, so that the region stays at its floors."""


class UncheckedClient(EtcdClient):
    """A client that compares nothing that others may have changed meanwhile."""

    async def txn(self, compare: Any, then: Any, otherwise: Any = (), **options: Any) -> TxnAnswer:
        kept = tuple(one for one in compare if not isinstance(one, Unchanged | NoneAfter | VersionAtMost))
        return await super().txn(kept, then, otherwise, **options)


class Operator:
    """One operator at a console of their own."""

    def __init__(self, name: str, given: dict[str, Any], number: int) -> None:
        self.name = f"{name}-{number}"
        self._dice = random.Random(f"{given['seed']} {self.name}")
        tls, members = Tls(**given["tls"][name]), tuple(given["members"])
        kind = EtcdClient if given["checked"] else UncheckedClient
        source = EtcdActor(EtcdAddress(members, given["prefix"] + "fleet/"), kind(members, tls), name)
        ledger = EtcdLedger(EtcdAddress(members, given["prefix"] + "ledger/"), kind(members, tls), name)
        description = FixedDescription(read_region(given["text"], "shop.toml"))
        self.link = LiveLink(self.name, description, source, ledger, actor=source, deadlines=Deadlines())
        self._number = 0
        self._open: dict[str, Wave] = {}

    async def operate(self, until: float) -> None:
        """Act until the time is over."""
        while time.monotonic() < until:
            wave, takes = self._next()
            if wave is None:
                await asyncio.sleep(0.02)
                continue
            begun = time.monotonic()
            try:
                outcome = await (self.link.remove(wave) if takes else self.link.restore(wave))
                self._say(wave, takes, outcome, begun)
            except LinkError as error:
                self._open[wave.operation] = wave
                say(operator=self.name, wave=wave.operation, trouble=str(error))
            with suppress(LinkError):
                await self.link.finish(wave.execution, "finished")

    async def settle(self) -> None:
        """Find out what became of everything that was not answered."""
        until = time.monotonic() + 30
        while self._open and time.monotonic() < until:
            for operation, wave in list(self._open.items()):
                with suppress(LinkError):
                    outcome = await self.link.outcome(operation)
                    if outcome is None or not outcome.servers(Answer.UNKNOWN):
                        del self._open[operation]
                        done = [] if outcome is None else list(outcome.servers(Answer.DONE))
                        say(operator=self.name, wave=operation, done=done, settled=True, servers=list(wave.servers))
            await asyncio.sleep(0.1)
        for operation in self._open:
            say(operator=self.name, wave=operation, unsettled=True)

    def _next(self) -> tuple[Wave | None, bool]:
        state = self.link.joined.following.state
        roster, states = state.region.roster, state.fleet.state
        takes = self._dice.random() >= BACK
        wanted = {ServerState.IN_SERVICE} if takes else {ServerState.REMOVED, ServerState.DRAINING}
        among = [at for at in range(len(roster.names)) if states[at] in wanted]
        if not among:
            return None, takes
        chosen = self._dice.sample(among, min(len(among), self._dice.randint(1, 5)))
        self._number += 1
        names = tuple(roster.names[at] for at in chosen)
        subsystems = state.region.subsystems
        supports = tuple(
            tuple(sorted(subsystems[number].name for number, _ in roster.profiles[roster.profile[at]])) for at in chosen
        )
        return Wave(f"{self.name}-{self._number}", 1, self.name, names, supports), takes

    def _say(self, wave: Wave, takes: bool, outcome: WaveOutcome, begun: float) -> None:
        if outcome.servers(Answer.UNKNOWN):
            self._open[wave.operation] = wave
        say(
            operator=self.name,
            wave=wave.operation,
            takes=takes,
            done=list(outcome.servers(Answer.DONE)),
            soon=len(outcome.servers(Answer.TOO_SOON)),
            unknown=len(outcome.servers(Answer.UNKNOWN)),
            codes=sorted({one.code for one in outcome.refusals}),
            took_ms=round((time.monotonic() - begun) * 1000, 1),
        )


def say(**what: object) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


async def main(given: dict[str, Any]) -> None:
    operators = [Operator(name, given, number) for number, name in enumerate(given["names"], given["first"])]
    await asyncio.gather(*(one.link.load() for one in operators))
    say(ready=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    until = time.monotonic() + given["seconds"]
    await asyncio.gather(*(one.operate(until) for one in operators))
    say(ended=True)
    await asyncio.gather(*(one.settle() for one in operators))
    await asyncio.gather(*(one.link.aclose() for one in operators))


if __name__ == "__main__":
    asyncio.run(main(json.loads(sys.argv[1])))
