"""Opens a live region as its description names its parts. Whether it may be opened at all was asked before."""

import asyncio
import hashlib
import platform
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Generic, TypeVar

from topology.fleet.loads import Load, TellsLoads
from topology.fleet.obstacles import Obstacles, TellsObstacles
from topology.fleet.unheard import AcceptsUnheard, UnheardRack
from topology.links.description import DescriptionFeed, WatchedDescription
from topology.links.fleet_source import (
    Abilities,
    Changes,
    Cursor,
    Facts,
    FleetActor,
    FleetReader,
    Floors,
    GoesOn,
    Identity,
    LetsGo,
    ResyncNeeded,
    SourceWave,
    Taken,
    WaveId,
)
from topology.links.graph_source import GraphReader
from topology.links.live.last_known import FILE, LastKnown
from topology.links.live.link import LiveLink
from topology.links.live.observing import Observing
from topology.links.registry import Opening, SourceAddress, source_address
from topology.records.ledger.file_ledger import FileLedger
from topology.records.ledger.protocol import Ledger
from topology.region.errors import LinkError
from topology.region.source import Source, Tls
from topology.region.tables import Tell, silent

LEDGER = "ledger.db"
"""What the ledger of a source is called, in a folder of its own beside those of the regions."""
OTHERS = "others hold credentials for it and can act beside us"
PATIENCE_S = 1.0
"""So long the region waits for its graph source when it is read for the first time; it goes on without then."""
_Opened = TypeVar("_Opened", bound=FleetReader)


class OpenedLater(Generic[_Opened]):
    """A source that is opened when it is first read, and again after it could not be."""

    def __init__(
        self,
        name: str,
        opens: Callable[[], Awaitable[_Opened]],
        others: str = "",
        who: str = "",
        observing: Observing | None = None,
    ) -> None:
        self.region = ""
        self.identity = Identity(who, "what it is opened with", authenticated=bool(who))
        self.abilities = Abilities(others_act=others)
        self.heartbeat_s = 1.0
        self._name = name
        self._opens = opens
        self._others = others
        self._observing = observing
        """What sees who calls whom, beside the source; the region is put together with it."""
        self._source: _Opened | None = None
        self._turn = asyncio.Lock()

    async def read(self) -> Facts:
        """Open the source where it is not open, and read it."""
        async with self._turn:
            if self._source is None:
                self._source = await self._opens()
        facts = await self._source.read()
        self._learn(self._source)
        if self._observing is None:
            return facts
        await self._observing.ready(PATIENCE_S)
        return replace(facts, calls=(*facts.calls, *self._observing.take()))

    async def changes(self, after: Cursor) -> AsyncIterator[Changes]:
        """Give what changed after a cursor."""
        source = self._open
        stream = source.changes(after)
        async with aclosing(stream):  # type: ignore[type-var]
            async for change in stream:
                self._learn(source)
                yield change
                if self._observing is not None and (news := self._observing.news()) is not None:
                    raise ResyncNeeded(news)

    def loads(self) -> Mapping[str, Load]:
        """Give what subsystems carry, where the source tells."""
        return self._source.loads() if isinstance(self._source, TellsLoads) else {}

    def obstacles(self) -> Obstacles:
        """Give what stands in the way of taking servers out, where the source tells."""
        return self._source.obstacles() if isinstance(self._source, TellsObstacles) else {}

    async def aclose(self) -> None:
        """Let go of the source, where it was opened."""
        source, self._source = self._source, None
        if source is not None:
            await source.aclose()

    @property
    def _open(self) -> _Opened:
        if self._source is None:
            raise LinkError(f"{self._name} is not open")
        return self._source

    def _learn(self, source: FleetReader) -> None:
        self.region, self.identity, self.heartbeat_s = source.region, source.identity, source.heartbeat_s
        self.abilities = replace(source.abilities, others_act=source.abilities.others_act or self._others)


class ActorOpenedLater(OpenedLater[FleetActor]):
    """A source that acts, opened when it is first read."""

    async def take(self, wave: SourceWave, floors: Floors) -> Taken:
        """Take a wave out of service."""
        return await self._open.take(wave, floors)

    async def give_back(self, wave: SourceWave, floors: Floors) -> Taken:
        """Put a wave back into service."""
        return await self._open.give_back(wave, floors)

    async def stop(self, execution: str) -> Taken:
        """Let no further server of an execution leave."""
        return await self._open.stop(execution)

    async def resume(self, execution: str) -> None:
        """Take a stop back."""
        await self._open.resume(execution)

    async def found(self, wave: WaveId, *, abandon: bool = False) -> Taken | None:
        """Say what became of a wave."""
        return await self._open.found(wave, abandon=abandon)

    async def let_go(self, execution: str) -> None:
        """Give up what was prepared for an execution that is over, where the source prepares anything."""
        if isinstance(self._open, LetsGo):
            await self._open.let_go(execution)

    async def go_on(self, execution: str) -> None:
        """Go on with what another program left undone of an execution, where the source works on after its answer."""
        if isinstance(self._open, GoesOn):
            await self._open.go_on(execution)

    async def accept_unheard(self, operator: str, racks: Sequence[UnheardRack]) -> None:
        """Let racks whose agent is gone count as failed, and no longer as unknown, where the source has agents."""
        if isinstance(self._open, AcceptsUnheard):
            await self._open.accept_unheard(operator, racks)


def open_live(
    path: Path, source: Source, folder: Path, operator: str, log: Callable[[str], None], tell: Tell = silent
) -> LiveLink:
    """Make the link to the live region described at *path*, whose parts *source* states; nothing is reached before it loads.

    *tell* hears how far the reading of the description is.

    Raises:
        LinkError: a part is named by an address that cannot be, or that needs what is not installed.
    """
    address = source_address(source.fleet)
    opening = Opening(
        operator, folder, source.read_only, source.tls, source.environment, log, pool_label=source.pool_label
    )
    ledger = _ledger(source, opening)
    mark = journal_mark(folder, source)
    observing = _observing(source, opening) if source.graph else None
    description: DescriptionFeed = WatchedDescription(path, tell)
    last = LastKnown(folder / FILE, source.fleet)
    others = OTHERS if source.others_hold_credentials else ""
    who = address.scheme.who(opening)
    if source.read_only:
        reader = OpenedLater[FleetReader](str(address), lambda: address.reader(opening), others, who, observing)
        return LiveLink(
            str(path),
            description,
            reader,
            ledger,
            clock=opening.clock,
            last_known=last,
            journal_mark=mark,
            observing=observing,
        )
    actor = ActorOpenedLater(str(address), lambda: _actor(address, opening), others, who, observing)
    return LiveLink(
        str(path),
        description,
        actor,
        ledger,
        actor=actor,
        clock=opening.clock,
        last_known=last,
        journal_mark=mark,
        observing=observing,
    )


def ledger_file(folder: Path, source: Source) -> Path:
    """Give the file of a source's ledger on this machine, whether it is there or not; *folder* is what is kept for one description.

    All descriptions that name the source alike share it, so that each knows what is done by the others. One that lies beside a
    region's journal already stays there.
    """
    beside = folder / LEDGER
    if beside.exists():
        return beside
    return folder.parent / "sources" / hashlib.sha256(source.fleet.encode()).hexdigest()[:16] / LEDGER


def journal_mark(folder: Path, source: Source) -> str:
    """Give what tells the journal in *folder* from others whose heads are kept in the same ledger, on this machine or elsewhere."""
    if not source.ledger and (folder / LEDGER).exists():
        return ""
    where = f"{platform.node()}:{folder.absolute()}"
    return f"@{hashlib.sha256(where.encode()).hexdigest()[:16]}"


async def _actor(address: SourceAddress, opening: Opening) -> FleetActor:
    return await address.actor(opening)


def _observing(source: Source, opening: Opening) -> Observing:
    """Give what looks at the graph source; nothing is reached yet.

    Raises:
        LinkError: its address cannot be, or its kind sees no calls.
    """
    opens = source_address(source.graph).graph
    # Who logs in to the servers is no matter of whoever keeps the telemetry.
    tls = source.graph_tls if source.graph_tls != Tls() else replace(source.tls, user="", password_file="")
    wanted = replace(opening, tls=tls, graph_preset=source.graph_preset)
    return Observing(source.graph, lambda: _graph(opens, source, wanted), opening.clock.now)


async def _graph(
    opens: Callable[[str, Opening], Awaitable[GraphReader]], source: Source, opening: Opening
) -> GraphReader:
    return await opens(source_address(source.graph).target, opening)


def _ledger(source: Source, opening: Opening) -> Ledger:
    if not source.ledger:
        return FileLedger(ledger_file(opening.folder, source), opening.clock)
    return source_address(source.ledger).ledger(replace(opening, tls=source.ledger_tls))
