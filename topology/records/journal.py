"""What operators did, on disk before it is done: append-only entries, each chained to the one before by SHA-256.

One SQLite file, to which several consoles may append at once. What a chain proves, and what not, is in the manual.
"""

import sqlite3
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from topology.execution.journal_entries import (
    COLUMNS,
    Draft,
    Entry,
    JournalError,
    JournalHead,
    Kind,
    Verification,
    check_chain,
    entry_of,
    first_hash,
    row_of,
)
from topology.records.journal_file import (
    explained,
    identity_of,
    journal_path,
    one_step,
    open_for_reading,
    open_for_writing,
)

NAME = "journal"
"""What a region's journal is called, unless somebody calls it otherwise."""


class Journal:
    """One open journal. Calls may come from any thread; each append is on disk when it returns."""

    def __init__(
        self, path: Path, name: str, connection: sqlite3.Connection, now: Callable[[], datetime] | None
    ) -> None:
        self.path = path
        self.name = name
        self._connection = connection
        self._now = now
        self._lock = threading.Lock()
        self._identity = identity_of(path)
        self._seen = self._last()

    @classmethod
    def open(
        cls,
        folder: Path,
        name: str = NAME,
        *,
        read_only: bool = False,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> Self:
        """Open the journal *name* in *folder*, or begin one; read only, it must be there and nothing is written.

        Raises:
            JournalError: it cannot be opened, or is no journal of this format.
        """
        path = journal_path(folder, name)
        with explained(path, "opened for reading" if read_only else "opened for writing"):
            connection = open_for_reading(path) if read_only else open_for_writing(folder, path)
            try:
                return cls(path, name, connection, None if read_only else now)
            except BaseException:
                connection.close()
                raise

    def append(
        self,
        kind: Kind,
        operator: str,
        *,
        command: str = "",
        plan: str = "",
        execution: str = "",
        servers: Sequence[str] = (),
        details: Mapping[str, object] | None = None,
    ) -> Entry:
        """Write one entry behind the last, and return when it is on disk.

        A clock that went back is noted in the details as `clock_back_s`; the order is that of the numbers.

        Raises:
            JournalError: nothing is written.
        """
        draft = Draft(kind, operator, command, plan, execution, servers, details)
        with self._lock, explained(self.path, "written"):
            if self._now is None:
                raise JournalError("it was opened for reading only, so nothing was written")
            if identity_of(self.path) != self._identity:
                raise JournalError("it was moved, deleted or replaced while it was open; start the console again")
            with one_step(self._connection):
                number, previous, before = self._last()
                self._check_seen(number)
                row = row_of(draft, number + 1, previous, self._now(), before)
                self._connection.execute(f"INSERT INTO entry ({COLUMNS}) VALUES ({', '.join('?' * len(row))})", row)
            self._seen = (row[0], row[10], row[1])
            return entry_of(row)

    @property
    def head(self) -> JournalHead:
        """The last entry's number and hash.

        Raises:
            JournalError: it cannot be read.
        """
        with self._lock, explained(self.path, "read"):
            number, last, _ = self._last()
            return JournalHead(self.name, number, last)

    def entries(
        self,
        *,
        after: int = 0,
        before: int | None = None,
        kinds: Sequence[Kind] = (),
        operator: str | None = None,
        execution: str | None = None,
        containing: str = "",
        limit: int | None = None,
        newest_first: bool = False,
    ) -> tuple[Entry, ...]:
        """Give the entries that fit every condition, in order; *containing* looks in command, servers and details.

        Raises:
            JournalError: it cannot be read, or an entry holds what this version does not know.
        """
        conditions: dict[str, object] = {"number > ?": after}
        conditions |= {} if before is None else {"number < ?": before}
        conditions |= {} if operator is None else {"operator = ?": operator}
        conditions |= {} if execution is None else {"execution = ?": execution}
        conditions |= {"instr(lower(command || servers || details), ?)": containing.lower()} if containing else {}
        where = " AND ".join([*conditions, f"kind IN ({', '.join('?' * len(kinds))})" if kinds else "1"])
        order = "DESC" if newest_first else "ASC"
        query = f"SELECT {COLUMNS} FROM entry WHERE {where} ORDER BY number {order} LIMIT ?"
        values = [*conditions.values(), *(kind.value for kind in kinds), -1 if limit is None else limit]
        with self._lock, explained(self.path, "read"):
            return tuple(map(entry_of, self._connection.execute(query, values).fetchall()))

    def entry(self, number: int) -> Entry | None:
        """Give one entry by its number, or None."""
        return next(iter(self.entries(after=number - 1, before=number + 1)), None)

    def verify(self, expect: JournalHead | str | None = None) -> Verification:
        """Check the whole chain, and that it holds the *expect*ed head (or its hash alone); it raises nothing."""
        return verify(self.path, self.name, expect)

    def close(self) -> None:
        """Let go of the file; a second time is no matter."""
        with self._lock:
            self._connection.close()

    def _last(self) -> tuple[int, str, str | None]:
        """Give number, hash and time of the last entry."""
        row = self._connection.execute("SELECT number, hash, time FROM entry ORDER BY number DESC LIMIT 1").fetchone()
        return (0, first_hash(self.name), None) if row is None else row

    def _check_seen(self, number: int) -> None:
        """Refuse to go on from a file that no longer holds what this process saw in it."""
        seen, known, _ = self._seen
        there = self._connection.execute("SELECT hash FROM entry WHERE number = ?", (seen,)).fetchone()
        if number < seen or (seen and there != (known,)):
            raise JournalError(f"entry {seen:,} is no longer the one that was written; run underkeel journal verify")


def verify(path: Path, name: str = NAME, expect: JournalHead | str | None = None) -> Verification:
    """Check the chain in a journal's file, reading only; a file that cannot be read does not fit either."""
    try:
        # A connection of its own, so that a long journal does not hold up whoever appends.
        with explained(path, "verified"), closing(open_for_reading(path)) as connection:
            found = check_chain(connection.execute(f"SELECT {COLUMNS} FROM entry ORDER BY number"), name, expect)
            # The chain is read from the table; a damaged index would answer other questions wrongly.
            damage = connection.execute("PRAGMA integrity_check(1)").fetchone()[0] if found.ok else "ok"
            if damage == "ok":
                return found
            why = (
                f"the file is damaged ({damage}), though every entry fits; keep a copy, then write it anew with VACUUM"
            )
            return Verification(False, None, why, found.count, found.head)
    except JournalError as error:
        return Verification(ok=False, first_bad=None, sentence=str(error), count=0, head="")
