"""Makes a description of a table of servers whose columns are called anything: one row a server."""

import re
from collections import Counter
from collections.abc import Mapping

from topology.imports.imported import Imported
from topology.imports.notes import ImportRefusedError, Note, Topic, plain
from topology.imports.tables.listed import NO_ZONE, ListedFleet, ListedRow, region_of_servers
from topology.imports.tables.rows import KnownColumns, TextTable, read_table
from topology.region.region import shown
from topology.region.sentences.counting import counted, first_of
from topology.region.server_states import ServerState
from topology.region.tables import Tell, silent

KNOWN = {
    "name": ("name", "host", "hostname", "host name", "server", "machine", "node", "instance", "instance id", "fqdn"),
    "zone": ("zone", "az", "availability zone", "availability_zone", "site", "datacenter", "data center", "dc", "location"),
    "cell": ("cell", "room", "row", "hall", "cluster"),
    "rack": ("rack", "cab", "cabinet"),
    "state": ("state", "status"),
    "supports": ("supports", "subsystems", "subsystem", "services", "service", "pools", "pool", "roles", "role", "groups", "group"),
}  # fmt: skip
"""What a column can be for, and what it is usually called."""
_STATES = {
    ServerState.IN_SERVICE: (
        "in_service,in service,inservice,active,running,up,ok,ready,healthy,online,production,prod,deployed,enabled,live"
    ),
    ServerState.DRAINING: "draining,drain,cordoned,leaving,terminating",
    ServerState.REMOVED: "removed,drained,maintenance,standby,disabled,inactive,out,stopped,spare,reserved",
    ServerState.FAILED: "failed,fail,down,dead,error,unhealthy,offline,broken,faulty",
    ServerState.JOINING: "joining,pending,provisioning,starting,installing,planned,staged,new,building,build",
}
_GONE = frozenset({"retired", "decommissioned", "decommissioning", "terminated", "disposed", "scrapped", "deleted"})
_OF = {word: state for state, words in _STATES.items() for word in words.split(",")}
_SUPPORT = re.compile(r"(.+?)(?::([0-9]{1,6}))?", re.DOTALL)
_TOLD_EVERY = 50_000


def import_fleet(data: bytes, source: str, tell: Tell = silent, given: Mapping[str, str] | None = None) -> Imported:
    """Make a description and a fleet table of a table of servers.

    Args:
        data: the file.
        source: what the description calls it.
        tell: hears how far it is.
        given: which column holds what, by what it is for, where it is not called as usual.

    Raises:
        UnreadableError: it is no table.
        ImportRefusedError: no column names the servers, or says what they support; or there are none.
    """
    text = read_table(data)
    columns = text.columns(KNOWN, given or {})
    _refuse_without(columns, text)
    said = ", ".join(f"{what} from {plain(text.titles[at].strip(), 40)!r}" for what, at in sorted(columns.of.items()))
    fleet = ListedFleet(
        [f"Made from {plain(source, 200)}, a table of servers: {said}."], "fleet", plain(source, 200), "a floor"
    )
    reader = _RowReader(fleet, columns)
    for count, (line, cells) in enumerate(text.rows, 1):
        if count % _TOLD_EVERY == 0:
            tell(f"Read {count:,} rows")
        reader.take(line, cells, len(text.titles))
    fleet.notes += reader.notes()
    if columns.unread:
        named = first_of([plain(title.strip(), 40) or "(empty)" for title in columns.unread], 50)
        fleet.notes.append(Note(Topic.NOT_IMPORTED, f"columns without a meaning here: {named}"))
    return region_of_servers(fleet)


def _refuse_without(columns: KnownColumns, text: TextTable) -> None:
    for what, need in (("name", "names the servers"), ("supports", "says what a server supports")):
        if what not in columns:
            raise ImportRefusedError(
                f"No column is known to be the one that {need}; write --{what} COLUMN. The columns are {text.named()}."
            )


class _RowReader:
    """Puts rows into a fleet, and counts what it had to guess or leave out."""

    def __init__(self, fleet: ListedFleet, columns: KnownColumns) -> None:
        self._fleet = fleet
        self._of = columns.of
        self._gone = Counter[str]()
        self._strange = Counter[str]()
        self._zoneless = 0
        self._idle = 0

    def take(self, line: int, cells: list[str], width: int) -> None:
        where = f"line {line:,}"
        if len(cells) != width:
            self._fleet.defects.add(f"has {len(cells)} columns instead of {width}", where)
            return
        name = self._cell(cells, "name")
        if not name:
            self._fleet.defects.add("names no server", where)
            return
        word = self._cell(cells, "state").casefold()
        if word in _GONE:
            self._gone[word] += 1
            return
        state = _OF.get(word) if word else ServerState.IN_SERVICE
        if state is None:
            self._strange[word] += 1
            state = ServerState.FAILED
        supports = self._supports(self._cell(cells, "supports"), where)
        if not supports:
            self._idle += 1
            return
        zone = self._cell(cells, "zone")
        self._zoneless += not zone
        place = (zone or NO_ZONE, self._cell(cells, "cell"), self._cell(cells, "rack"))
        self._fleet.add(ListedRow(name, *place, state, supports))

    def notes(self) -> list[Note]:
        """Say what was guessed and left out."""
        found = []
        if self._gone:
            words = first_of([f"{word} ({count:,})" for word, count in sorted(self._gone.items())])
            found.append(Note(Topic.LEFT_OUT, f"{counted(self._gone.total(), 'server')} gone for good: {words}"))
        if self._idle:
            found.append(Note(Topic.LEFT_OUT, f"{counted(self._idle, 'server')} that support nothing"))
        if self._strange:
            words = first_of([f"{shown(word)} ({count:,})" for word, count in sorted(self._strange.items())], 20)
            text = f"{counted(self._strange.total(), 'server')} in a state that is not known here, so taken as failed"
            found.append(Note(Topic.SERVERS, f"{text}: {words}"))
        if self._zoneless:
            text = f"{counted(self._zoneless, 'server')} without a zone, so in one called {NO_ZONE}"
            found.append(Note(Topic.SERVERS, text))
        if "state" not in self._of:
            found.append(Note(Topic.SERVERS, "no column says in which state servers are, so all are in service"))
        return found

    def _cell(self, cells: list[str], what: str) -> str:
        at = self._of.get(what)
        return "" if at is None else cells[at].strip()

    def _supports(self, text: str, where: str) -> tuple[tuple[str, int], ...]:
        found: dict[str, int] = {}
        for word in re.split(r"[\s,;|]+", text):
            match = _SUPPORT.fullmatch(word)
            if match is None:
                continue
            units = int(match[2] or 1)
            if not units:
                self._fleet.defects.add(f"supports {plain(match[1], 60)} with 0 units, which is not at all", where)
                continue
            found[match[1]] = found.get(match[1], 0) + units
        return tuple(found.items())
