"""What consoles at an etcd hear of each other beside what an act is judged by: what ended, and what was told."""

from dataclasses import dataclass

from topology.etcd.values import Get, Put
from topology.records.ledger.etcd.core import EtcdLedgerCore, new_mark
from topology.records.ledger.etcd.layout import StoredExecution, packed, unpacked
from topology.records.ledger.news import LedgerNews, LedgerWord


@dataclass(frozen=True, slots=True)
class StoredWord:
    """A word, and when it was said by the ledger's time."""

    word: LedgerWord
    time: float


class EtcdNews(EtcdLedgerCore):
    """What is new."""

    async def tell(self, word: LedgerWord) -> None:
        """Tell the others something; who may only look tells nothing."""
        if not self.only_looks:
            stored = StoredWord(word, self._time.now())
            await self._write((), (Put(self._keys.word(new_mark()), packed(stored)), self._now()))

    async def news(self, after: int) -> LedgerNews:
        """Give what ended and what was told after a revision."""
        gets = (Get(prefix, prefix=True, after=after) for prefix in (self._keys.ended(""), self._keys.word()))
        answer = await self._reached("read", self._client.read(*gets))
        ended, words = (sorted(found, key=lambda entry: entry.modified) for found in answer.found)
        return LedgerNews(
            answer.revision,
            tuple(unpacked(one.value, StoredExecution, one.key).execution for one in ended),
            tuple(unpacked(one.value, StoredWord, one.key).word for one in words),
        )
