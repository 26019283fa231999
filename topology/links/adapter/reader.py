"""A fleet behind an adapter, to look at: loads and facts come over the wire, and are checked piece by piece."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Iterator

from topology.fleet.reasons.anew import NotLoaded, OtherServers, ReadAgainAsked, SourceTold
from topology.links.adapter.greeting import Greeting
from topology.links.adapter.keeper import Hearing, Keeper
from topology.links.adapter.loading import Loading
from topology.links.adapter.positions import Positions
from topology.links.adapter.roster import Follower
from topology.links.adapter.wire.messages import (
    AdapterProtocolError,
    Chunk,
    Events,
    Head,
    Loaded,
    Reload,
    read_record,
)
from topology.links.adapter.wire.peers import Opener
from topology.links.adapter.wire.session import MISSED, AdapterFailedError, AdapterSession, SessionEndedError
from topology.links.adapter.wire.text import as_text
from topology.links.fleet_source import (
    Abilities,
    Changes,
    Cursor,
    Facts,
    Identity,
    ResyncNeeded,
)
from topology.region.errors import LinkError

LOAD_S = 60.0


class AdapterReader:
    """A `FleetReader`. Until it was opened it has neither identity nor region."""

    read_only = True
    identity: Identity
    region: str
    abilities: Abilities
    heartbeat_s: float

    def __init__(
        self, address: str, opener: Opener, operator: str, log: Callable[[str], None], *, stays_down: bool
    ) -> None:
        hearing = Hearing(self._greeted, self._heard, self._has_room, self._lost, self._renewed, log)
        self._keeper = Keeper(
            address, opener, hearing, operator=operator, read_only=self.read_only, stays_down=stays_down
        )
        self._address = as_text(address, 120)
        self._log = log
        self._loading: Loading | None = None
        self._load_number = 0
        self._follower: Follower | None = None
        self._fault = ""
        self._news = asyncio.Event()
        self._one_load = asyncio.Lock()

    async def open(self) -> None:
        """Start or reach the adapter and greet it.

        Raises:
            LinkError: it cannot be opened.
        """
        await self._keeper.open()

    @property
    def session(self) -> AdapterSession | None:
        """Give the connection there is now; None while there is none."""
        return self._keeper.session

    async def read(self) -> Facts:
        """Load the whole fleet.

        Raises:
            LinkError: the adapter is down, failed, or broke the protocol.
        """
        async with self._one_load:
            session = await self._keeper.soon()
            try:
                return await self._load(session)
            except SessionEndedError as error:
                raise LinkError(f"{self._address}: {error}") from error
            except AdapterFailedError as error:
                raise LinkError(f"{self._address}: could not load: {error}") from error
            finally:
                self._loading = None

    async def changes(self, after: Cursor) -> AsyncIterator[Changes]:
        """Give what changed after a cursor, then wait for more.

        Raises:
            ResyncNeeded: read again.
            LinkError: the adapter is down, or silent for three heartbeats.
        """
        follower = self._follower
        if follower is None:
            if self._keeper.session is None:
                raise LinkError(self._keeper.why)
            raise ResyncNeeded(SourceTold(self._fault) if self._fault else NotLoaded())
        while True:
            if self._keeper.session is None:
                raise LinkError(self._keeper.why)
            found = follower.next(after)
            if found is not None:
                after = found.cursor
                if self._keeper.session is not None and follower.has_room:
                    self._keeper.session.has_room()
                yield found
                continue
            await self._more(follower)

    async def aclose(self) -> None:
        """Let go of the adapter."""
        await self._keeper.aclose()
        self._news.set()

    async def _load(self, session: AdapterSession) -> Facts:
        self._loading, self._load_number = None, session.next_number
        return await session.ask("load", None, LOAD_S, self._finish_load)

    def _finish_load(self, said: bytes) -> Facts:
        loading, self._loading = self._loading, None
        if loading is None:
            raise AdapterProtocolError("it answered load without a load/head")
        facts = loading.finish(read_record(said, Loaded, "its answer to load"))
        self._follow(facts, loading)
        return facts

    def _follow(self, facts: Facts, loading: Loading) -> None:
        """Go on with a load; who follows an earlier one need not read again when every position is the same."""
        if self._follower is not None and loading.is_same and self._follower.has_still(facts):
            _free(loading.positions)
            return
        if self._follower is not None:
            self._follower.lose(OtherServers())
            _free(self._follower.positions)
        self._follower = Follower(facts, loading.positions)
        self._news.set()

    async def _more(self, follower: Follower) -> None:
        """Wait until there is more to give, or nothing more can come.

        Raises:
            LinkError: the adapter is silent.
        """
        while follower.is_empty and not follower.resync and self._keeper.session is not None:
            if self._keeper.session.is_silent:
                raise LinkError(f"{self._address}: said nothing for {MISSED * self.heartbeat_s:g} s")
            self._news.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self.heartbeat_s):
                    await self._news.wait()

    def _has_room(self) -> bool:
        return self._follower is None or bool(self._follower.resync) or self._follower.has_room

    def _lost(self, why: str) -> None:
        self._fault, self._loading = why, None
        if self._follower is not None:
            self._follower.lose(SourceTold(why))
            self._follower = None
        self._news.set()

    async def _renewed(self, session: AdapterSession) -> None:
        """Nothing was sent that could lack an answer."""

    def _heard(self, method: str, params: bytes) -> Iterator[None] | None:
        """Take a notification, in the steps that are given where it is a long one; an unknown one is skipped.

        Raises:
            AdapterProtocolError: it breaks the protocol.
        """
        match method:
            case "events":
                self._take_events(read_record(params, Events, "its events"))
            case "load/chunk":
                self._take_chunk(read_record(params, Chunk, "its load/chunk"))
            case "load/head":
                return self._begin_load(read_record(params, Head, "its load/head"))
            case "reload":
                self._reload(as_text(read_record(params, Reload, "its reload").why))
            case _:
                pass
        return None

    def _greeted(self, greeting: Greeting) -> None:
        self.identity, self.region = greeting.identity, greeting.region
        self.abilities, self.heartbeat_s = greeting.abilities, greeting.heartbeat_s

    def _begin_load(self, head: Head) -> Iterator[None] | None:
        if head.id != self._load_number:
            return None  # Of a load that nobody waits for any more.
        if self._loading is not None:
            raise AdapterProtocolError("it began a load within a load")
        self._loading = Loading(head, self._follower.names if self._follower is not None else ())
        return self._loading.begin()

    def _take_chunk(self, chunk: Chunk) -> None:
        if self._loading is not None and chunk.id == self._load_number:
            self._loading.take(chunk)

    def _take_events(self, events: Events) -> None:
        if self._loading is not None:
            raise AdapterProtocolError("it sent events within a load; they belong before load/head or after the result")
        if self._follower is not None:
            self._follower.take(events)
            self._news.set()

    def _reload(self, why: str) -> None:
        if self._follower is not None:
            self._follower.lose(SourceTold(why) if why else ReadAgainAsked())
            self._follower = None
        self._fault = why
        self._news.set()


def _free(positions: Positions) -> None:
    """Free positions that nobody asks for any more, a part in each turn of the loop."""
    if positions.drop_part():
        asyncio.get_running_loop().call_soon(_free, positions)
