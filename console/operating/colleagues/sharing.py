"""What consoles at other machines say beside their acts: to alarms, and on the status page. They hear it through the ledger.

What they say comes as entries, as if the journal here had them, with the number 0: it has not.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from uuid import uuid4

import msgspec

from topology.execution.journal_entries import Entry, Kind
from topology.records.ledger.news import LedgerNews, LedgerWord
from topology.records.ledger.protocol import Meeting

MEETING_S = 8.0
MOST_WAITING = 200
"""Words that wait for a ledger that does not answer; then the oldest are lost, and the log says so."""
SHARED = (Kind.ALARM, Kind.PAGE)
log = logging.getLogger(__name__)


class Sharing:
    """Tells others what is said here, and hears what they say, as *operator*."""

    def __init__(self, meeting: Callable[[], Meeting], operator: str) -> None:
        self.session = uuid4().hex
        """By this other consoles know this one."""
        self._meeting = meeting
        self._operator = operator
        self._waiting: deque[LedgerWord] = deque()
        self._heard: list[Entry] = []
        self._after = 0
        """The revision up to which all news are known."""

    @property
    def is_first(self) -> bool:
        """Whether nothing was heard yet: then all that the ledger keeps is news."""
        return not self._after

    def tell(self, kind: Kind, details: Mapping[str, object]) -> None:
        """Let others hear of something soon."""
        if len(self._waiting) >= MOST_WAITING:
            log.warning("Others do not hear what was said here first: the ledger has not answered for long")
            self._waiting.popleft()
        self._waiting.append(LedgerWord(kind.value, self._operator, self.session, msgspec.json.encode(details)))

    async def exchange(self, revision: int) -> LedgerNews:
        """Tell what waits, and give what is new; *revision* is the one that the ledger was just read at.

        Raises:
            LinkError: the ledger could not be read or written; what waits is told later.
        """
        while self._waiting:
            async with asyncio.timeout(MEETING_S):
                await self._meeting().tell(self._waiting[0])
            self._waiting.popleft()
        if revision <= self._after:
            return LedgerNews(self._after)
        async with asyncio.timeout(MEETING_S):
            news = await self._meeting().news(self._after)
        self._after = news.revision
        self._heard.extend(entry for word in news.words for entry in self._entry(word))
        return news

    def heard(self) -> tuple[Entry, ...]:
        """Give what others said since this was asked last, in order."""
        heard, self._heard = self._heard, []
        return tuple(heard)

    def _entry(self, word: LedgerWord) -> Iterator[Entry]:
        """Give a word as an entry; one that this version does not know is left out."""
        if word.session == self.session or word.topic not in SHARED:
            return
        try:
            details = msgspec.json.decode(word.body, type=dict[str, object])
        except msgspec.MsgspecError:
            return
        yield Entry(0, datetime.now(UTC), word.operator, Kind(word.topic), "", "", "", (), details, "", "")
