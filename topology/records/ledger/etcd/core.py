"""What all parts of a ledger in etcd stand on: its client, its keys, its time, and reading everything at once."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import TypeVar

from topology.etcd.address import EtcdAddress
from topology.etcd.client import EtcdClient
from topology.etcd.errors import CompactedError, DeniedError, EtcdError, UnreachableError
from topology.etcd.values import Comparison, Get, Operation, Put, StoredKey, TxnAnswer
from topology.fleet.reasons.looking import LedgerRightMissing, WhyLooks
from topology.records.ledger.etcd.console_lease import ConsoleLease
from topology.records.ledger.etcd.layout import LedgerKeys, StoredExecution, StoredWave, packed, unpacked
from topology.records.ledger.etcd.reading import Decoder, everything, state_of
from topology.records.ledger.etcd.time import NOTE_EACH_S, Expiries, LedgerTime
from topology.records.ledger.etcd.window_leases import WindowLeases
from topology.records.ledger.grounds import ActGrounds
from topology.records.ledger.values import KeptWave, LedgerError, LedgerState

MOST_TRIES = 20
"""So often a change is made again because others changed the same meanwhile."""
TELL_EACH_S = 0.1
"""Changes are told no more often than this, and less often where whoever hears of them is busy with them."""
MOST_TELL_S = 0.5
_Result = TypeVar("_Result")


class EtcdLedgerCore:
    """A ledger at an address, as one user."""

    only_here = False

    def __init__(
        self, address: EtcdAddress, client: EtcdClient, operator: str = "", time: LedgerTime | None = None
    ) -> None:
        self.name = str(address)
        self.operator = operator
        """Who etcd takes us for; empty where we show it no certificate."""
        self.only_looks: WhyLooks | None = None
        """Why this user can write nothing; empty where they can."""
        self._client = client
        self._keys = LedgerKeys(address.prefix)
        self._time = time or LedgerTime()
        self._decode, self._decode_waves = Decoder(), Decoder()
        self._expiries = Expiries(client, self._time.elapsed)
        self._windows = WindowLeases(client, self._expiries, self._time.elapsed)
        self._making = set[asyncio.Future[dict[float, int]]]()
        self._session = ConsoleLease(client, self._time.elapsed, self._beat)
        self._newest = 0
        self._read = 0, float("-inf")
        """The revision that was read last, and when."""
        self._noted = float("-inf")

    async def read(self) -> LedgerState:
        """Read everything as of one moment."""
        known = self._newest
        answer = await self._reached("read", self._client.read(*everything(self._keys)))
        self._see(answer.revision, known)
        return await self._state(answer)

    async def _state(self, answer: TxnAnswer) -> LedgerState:
        after, at = self._read
        now = self._time.elapsed()
        self._read = max(after, answer.revision), now
        state = state_of(answer, self._decode, self._expiries, self._time, after, now - at)
        return await self._reached("read", state)

    async def read_act(self, execution: str) -> ActGrounds:
        """Read all that an act is judged by as of one moment, with what is known of its execution."""
        keys, gets = self._keys, everything(self._keys)
        more = (Get(keys.ended(execution)), Get(keys.wave(f"{execution}."), prefix=True))
        newest = self._newest
        answer = await self._reached("read", self._client.read(*gets, *more))
        self._see(answer.revision, newest)
        *found, ended, waves = answer.found
        rest = replace(answer, found=tuple(found))
        state = await self._state(rest)
        known = next((one for one in state.executions if one.id == execution), None)
        if known is None and ended:
            known = unpacked(ended[0].value, StoredExecution, ended[0].key).execution
        return ActGrounds(state, known, self._of_execution(execution, waves))

    def _of_execution(self, execution: str, waves: Sequence[StoredKey]) -> tuple[KeptWave, ...]:
        """Give the waves of an execution, in the order they were first committed."""
        self._decode_waves.forget_others(waves)
        in_order = sorted(waves, key=lambda entry: entry.created)
        found = (self._decode_waves.value(entry, StoredWave).wave for entry in in_order)
        return tuple(wave for wave in found if wave.execution == execution)

    async def changes(self, after: int) -> AsyncIterator[int]:
        """Give each new revision, one's own and others', as soon as a member tells of it; of several at once the last."""
        if after <= 0:
            after = self._newest
            yield after
        news = _News(after)
        task = asyncio.get_running_loop().create_task(self._listen(news), name=f"changes of {self.name}")
        task.add_done_callback(lambda _: news.came.set())
        try:
            while True:
                await news.came.wait()
                news.came.clear()
                if news.revision > after:
                    after, told = news.revision, self._time.elapsed()
                    yield after
                    # Whoever hears of it reads everything: at a busy hour once for several changes is enough.
                    took_s = self._time.elapsed() - told
                    await asyncio.sleep(min(max(TELL_EACH_S, 3 * took_s), MOST_TELL_S))
                elif task.done():
                    task.result()
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def _listen(self, news: "_News") -> None:
        while True:
            batches = self._client.watch(self._keys.prefix, news.revision)
            try:
                async with aclosing(batches):  # type: ignore[type-var] # it is a generator
                    async for batch in batches:
                        if any(event.entry.key != self._keys.time for event in batch.events):
                            news.hear(batch.revision)
            except CompactedError:
                news.hear((await self._reached("read", self._client.read())).revision)
            except EtcdError as error:
                raise self._told("watched", error) from error

    async def _write(
        self, compare: Sequence[Comparison], then: Sequence[Operation], otherwise: Sequence[Operation] = ()
    ) -> TxnAnswer:
        """Write in one transaction, with how late it is.

        Raises:
            LedgerError: it was refused, or whether it happened is not known.
        """
        if self.only_looks:
            who = self.operator or "nobody"
            raise LedgerError(f"the ledger {self.name} could not be written: {who} may only look at it")
        known = self._newest
        try:
            answer = await self._client.txn(compare, then, otherwise)
        except DeniedError as error:
            self.only_looks = LedgerRightMissing(self.operator, was_taken=True)
            raise self._told("written", error) from error
        except EtcdError as error:
            raise self._told("written", error) from error
        self._see(answer.revision, known)
        return answer

    async def _until_done(self, tried: Callable[[], Awaitable[_Result | None]]) -> _Result:
        """Try again while others are quicker."""
        for _ in range(MOST_TRIES):
            done = await tried()
            if done is not None:
                return done
        raise LedgerError(f"the ledger {self.name} changes faster than it can be written from here; try again")

    async def _reached(self, tried: str, call: Awaitable[_Result]) -> _Result:
        try:
            return await call
        except EtcdError as error:
            raise self._told(tried, error) from error

    def _told(self, tried: str, error: EtcdError) -> LedgerError:
        unknown = tried == "written" and isinstance(error, UnreachableError)
        outcome = "whether it was is not known until they answer" if unknown else "nothing was done"
        return LedgerError(f"the ledger {self.name} could not be {tried}: {error}; {outcome}")

    def _see(self, revision: int, known: int) -> None:
        """See that etcd still knows what it knew: members set up from a snapshot know nothing of what was done since.

        *known* is the newest revision that had been seen when the question was sent: what was asked earlier may be answered later.
        """
        if revision < known:
            what = f"was put back to an older state while it was open: revision {known:,} is gone"
            raise LedgerError(f"the ledger {self.name} {what}; nothing was done; see what is there, then start again")
        self._newest = max(self._newest, revision)

    def _now(self) -> Put:
        """Give the operation that writes down how late it is."""
        self._noted = self._time.elapsed()
        return Put(self._keys.time, packed(self._time.now()))

    async def _beat(self) -> None:
        """Write down how late it is where nobody did for a while, so that whoever comes can compare their clock."""
        if self._session.lease and self._time.elapsed() - self._noted >= NOTE_EACH_S:
            session = Put(self._keys.session(f"{self._session.lease:x}"), b"", self._session.lease)
            await self._client.txn((), (self._now(), session))


class _News:
    """The newest revision that was heard of."""

    def __init__(self, revision: int) -> None:
        self.revision = revision
        self.came = asyncio.Event()

    def hear(self, revision: int) -> None:
        self.revision = revision
        self.came.set()


def new_mark() -> str:
    """Give a mark by which an attempt to write is known again."""
    return secrets.token_hex(8)
