"""Publishes a page to one place: claims it, writes what changed, reads it back, and only then says that it stands there.

The page itself is written last, so that what fails half-way leaves the page before it. Who finds the claim of another waits; a
claim that stays the same for longer than anybody may take is of somebody who is gone.
"""

import hashlib
import secrets
import threading
from collections.abc import Callable, Mapping
from typing import NamedTuple

from topology.publishing import edition as editions
from topology.publishing.edition import Edition
from topology.publishing.errors import ConflictError, OlderError, OtherSourceError, PassingError, PublishError
from topology.publishing.storage import ANY, Deadline, Expected, Storage, Stored, with_tries

WRITING_S = 45.0
"""How long a claim may be used by whoever made it."""
GONE_S = 60.0
"""After so long the same claim is of somebody who is gone: well above `WRITING_S`."""
LOOK_EACH_S = 1.0
WHOLE_S = 150.0
"""How long all of it may take: the wait for one who is gone included."""
_TRIES = 4


class PageDraft(NamedTuple):
    """A page to be published: its files, the page itself last, and what it knows.

    *source* tells of which description it was made. What another console makes of another description is left alone while that
    goes on: until it was not written for *patience_s*.
    """

    region: str
    files: Mapping[str, bytes]
    holds: Mapping[str, int]
    source: str = ""
    patience_s: float = 0.0


class Published(NamedTuple):
    """A page stands: its number, how many files were written for it, and how long that took."""

    number: int
    written: int
    seconds: float


class Publisher:
    """Publishes to one place, one page after another; calls block."""

    def __init__(
        self, storage: Storage, kind_of: Callable[[str], str], clock: Callable[[], float] | None = None
    ) -> None:
        self._storage = storage
        self._kind_of = kind_of
        self._clock = clock
        self._claim = secrets.token_hex(8)
        self._verified: dict[str, str] = {}
        """Digests of files that were read back as they were written, by path."""
        self._other: tuple[str, int] | None = None
        """The claim and the number of what another console made of another description, as it stood at the last look."""
        self._other_since = self._deadline(0.0)

    def publish(self, draft: PageDraft) -> Published:
        """Publish a page.

        Raises:
            OlderError: what stands there says more than the page knows.
            PublishError: it does not stand there (yet).
        """
        whole = self._deadline(WHOLE_S)
        for _ in range(_TRIES):
            standing = self._standing(draft, whole)
            writing = self._deadline(WRITING_S)
            try:
                mine = self._take_claim(draft, standing, writing)
                written = self._write(draft, mine, writing)
                self._complete(mine, writing)
            except ConflictError:
                continue  # another console was quicker: look at what it wrote
            return Published(mine.number, written, whole.seconds - whole.left_s)
        raise PassingError("was being written by other consoles each time; it is tried again")

    def _standing(self, draft: PageDraft, whole: Deadline) -> Stored | None:
        """Give what stands there once nobody else is writing it; refuse what may not be replaced."""
        claim, waited = ("", 0), self._deadline(GONE_S)
        while True:
            stored = self._read(editions.NAME, whole)
            if stored is None:
                self._check_empty(draft, whole)
                return None
            found = editions.read(stored.data)
            self._check(found, draft)
            if found.is_complete or found.claim == self._claim:
                return stored
            if (found.claim, found.number) != claim:
                claim, waited = (found.claim, found.number), self._deadline(GONE_S)
            if not waited.left_s:
                return stored
            whole.for_request()
            threading.Event().wait(min(LOOK_EACH_S, waited.left_s))

    def _check(self, found: Edition, draft: PageDraft) -> None:
        if found.region != draft.region:
            raise PublishError(f"holds the page of {found.region!r}, another region; name another place")
        if missing := editions.unknown_to(draft.holds, found.holds):
            raise OlderError(
                f"says more than this console knows, of announcement {missing[0]}: another console wrote it, "
                "and what is older never replaces it; share a journal or a ledger with that one"
            )
        self._check_source(found, draft)

    def _check_source(self, found: Edition, draft: PageDraft) -> None:
        """Leave alone what another console makes of another description: the public would see now one, now the other."""
        if found.claim == self._claim or not (found.source and draft.source) or found.source == draft.source:
            self._other = None
            return
        if self._other != (found.claim, found.number):
            self._other, self._other_since = (found.claim, found.number), self._deadline(0.0)
        if self._other_since.passed_s < draft.patience_s:
            raise OtherSourceError(
                "is published by another console from another description of this region (title, address or services): "
                f"it is left alone until that one was silent for {draft.patience_s:,.0f} s; close it, or type publish to "
                "take the page over"
            )

    def _check_empty(self, draft: PageDraft, whole: Deadline) -> None:
        """Refuse a place where somebody else's page is."""
        index = list(draft.files)[-1]
        if self._read(index, whole) is not None:
            raise PublishError(f"holds an {index} that underkeel did not write; name an empty place, or remove it")

    def _take_claim(self, draft: PageDraft, standing: Stored | None, deadline: Deadline) -> Edition:
        before = None if standing is None else editions.read(standing.data)
        number = 1 if before is None else before.number + 1
        if before is None or before.claim != self._claim:
            self._verified.clear()  # another console wrote since, whatever was read back before
        holds = dict(draft.holds)
        mine = Edition(draft.region, number, self._claim, is_complete=False, holds=holds, source=draft.source)
        self._put(editions.NAME, editions.written(mine), None if standing is None else standing.tag, deadline)
        self._check_mine(mine, deadline)
        return mine

    def _check_mine(self, mine: Edition, deadline: Deadline) -> str:
        """Read the claim again: not every place knows conditions. Gives its tag."""
        stored = self._read(editions.NAME, deadline)
        if stored is None:
            raise PublishError(f"lost {editions.NAME} right after it was written: it does not keep what it takes")
        found = editions.read(stored.data)
        if (found.claim, found.number) != (mine.claim, mine.number):
            raise ConflictError("another console writes it")
        return stored.tag

    def _write(self, draft: PageDraft, mine: Edition, deadline: Deadline) -> int:
        written, last = 0, list(draft.files)[-1]
        for path, data in draft.files.items():
            digest = hashlib.sha256(data).hexdigest()
            if self._verified.get(path) == digest:
                continue
            self._verified.pop(path, None)
            if path == last:
                self._check_mine(mine, deadline)  # at a place without conditions another may have claimed it, too
            self._put(path, data, ANY, deadline)
            back = self._read(path, deadline)
            if back is None or back.data != data:
                what = "is not there" if back is None else "is another one"
                raise PassingError(f"took {path}, and what is read back {what}: it does not keep what it takes")
            self._verified[path] = digest
            written += 1
        return written

    def _complete(self, mine: Edition, deadline: Deadline) -> None:
        tag = self._check_mine(mine, deadline)
        done = Edition(mine.region, mine.number, mine.claim, is_complete=True, holds=mine.holds, source=mine.source)
        self._put(editions.NAME, editions.written(done), tag, deadline)

    def _read(self, path: str, deadline: Deadline) -> Stored | None:
        return with_tries(lambda: self._storage.read(path, deadline), deadline)

    def _put(self, path: str, data: bytes, expected: Expected, deadline: Deadline) -> None:
        with_tries(lambda: self._storage.write(path, data, self._kind_of(path), expected, deadline), deadline)

    def _deadline(self, seconds: float) -> Deadline:
        return Deadline(seconds) if self._clock is None else Deadline(seconds, self._clock)
