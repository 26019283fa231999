"""Where the description of a region comes from, and how old the last good reading of it is."""

import logging
from pathlib import Path
from typing import Protocol

from topology.records.description_file import DescriptionFiles, read_description, signature_of, still_say
from topology.records.region_cache import is_same, keep, read_and_keep, recall
from topology.region.description import RegionError
from topology.region.errors import LinkError
from topology.region.region import Region
from topology.region.tables import Tell, silent

log = logging.getLogger(__name__)


class DescriptionFeed(Protocol):
    """Gives the description."""

    @property
    def region(self) -> Region:
        """The last good reading of it."""

    @property
    def read_at(self) -> float:
        """The link's time of that reading."""

    @property
    def trouble(self) -> str:
        """What is wrong with it since; empty while nothing is."""

    def open(self, now: float) -> None:
        """Read it for the first time, or raise `LinkError`."""

    def look(self, now: float) -> bool:
        """See whether it is still the same; say whether it became another, which *region* is then."""

    def doubt(self) -> str:
        """Say why, at this very moment, *region* may not be what is described; empty when it is."""


class FixedDescription:
    """A description that never changes, such as one that ships with the program."""

    trouble = ""

    def __init__(self, region: Region) -> None:
        self.region = region
        self.read_at = 0.0

    def open(self, now: float) -> None:
        """Nothing to open."""
        self.read_at = now

    def look(self, now: float) -> bool:
        """Never another."""
        self.read_at = now
        return False

    def doubt(self) -> str:
        """Never in doubt."""
        return ""


_SECOND_READINGS = 4
"""After a change the file is read so often again: the times of files are too coarse to show two changes at once."""
SHOWN_FIRST_S = 4.0
"""What was only recalled is compared with its file so long after it was opened: reading all of it would keep a window waiting."""


class WatchedDescription:
    """A description file. While it is missing, half-written or wrong, the last good reading stands and ages."""

    region: Region
    _files: DescriptionFiles
    """What is watched; its content only until it was read, since that takes as much memory as the region."""

    def __init__(self, path: Path, tell: Tell = silent) -> None:
        """Watch the file at *path*; *tell* hears how far its first reading is, in the thread that reads."""
        self._path = path
        self._tell = tell
        self.read_at = 0.0
        self.trouble = ""
        self._pending: object = None
        self._again = _SECOND_READINGS
        self._opened_at = 0.0
        self._unread = False
        """Whether *region* is one that was kept: good enough to be shown at once, not to act on."""

    def open(self, now: float) -> None:
        """Read it.

        Raises:
            LinkError: it cannot be read, with every problem found.
        """
        self._opened_at = now
        files = read_description(self._path)
        recalled = recall(files, tell=self._tell)
        self._unread = recalled is not None
        try:
            self.region = recalled or read_and_keep(files, tell=self._tell)
        except RegionError as error:
            raise LinkError(str(error)) from error
        self._adopt(files, now)

    def look(self, now: float) -> bool:
        """See whether the file changed; a new content counts once the file has rested between two looks."""
        try:
            found = signature_of(self._files)
            changed = found != self._files.signature
            if changed and found != self._pending:
                self._pending = found
                self.trouble = f"{self._path}: changed, and is read as soon as it rests"
                return False
            if changed:
                return self._reread(now)
            if self._unread and now >= self._opened_at + SHOWN_FIRST_S:
                return self._read_recalled(now)
            if self._unread or self._is_same_again():
                self._read(now)
                return False
            return self._reread(now)
        except OSError as error:
            self.trouble = f"{error.filename or self._path}: could not be read: {error.strerror or error}"
        except (LinkError, RegionError) as error:
            self.trouble = str(error)
        return False

    def doubt(self) -> str:
        """Look at the file once more, without reading it."""
        try:
            if signature_of(self._files) != self._files.signature:
                return self.trouble or f"{self._path}: changed a moment ago and is not read yet"
        except OSError as error:
            return f"{error.filename or self._path}: could not be read: {error.strerror or error}"
        if self._unread:
            return f"{self._path}: what was kept of it is compared with the file itself just now; try again in a moment"
        return self.trouble

    def _read_recalled(self, now: float) -> bool:
        """Read what was only recalled; say whether the file says something else."""
        found = self._files.region()
        other = not is_same(found, self.region)
        if other:
            keep(self._files, found)
            log.warning("%s: what was kept of it was not what it says; it was read anew", self._path)
            self.region = found
        self._unread, self._files = False, self._files.without_content()
        self._read(now)
        return other

    def _is_same_again(self) -> bool:
        """Say whether its files say what they said; soon after a change they are read to see it, later their times tell."""
        if not self._again:
            return True
        self._again -= 1
        return still_say(self._files, self.region.digest)

    def _reread(self, now: float) -> bool:
        self._again = _SECOND_READINGS
        files = read_description(self._path)
        other = files.digest != self.region.digest
        if other:
            found = read_and_keep(files)
            if found.source != self.region.source:
                raise LinkError(
                    f"{self._path}: names another [source] now, which is not opened from here, so nothing is done; close the "
                    "region, and open it again to see what it would reach"
                )
            self.region, self._unread = found, False
        self._adopt(files, now)
        return other

    def _adopt(self, files: DescriptionFiles, now: float) -> None:
        self._files = files if self._unread else files.without_content()
        self._pending = None
        self._read(now)

    def _read(self, now: float) -> None:
        self.read_at = now
        self.trouble = ""
