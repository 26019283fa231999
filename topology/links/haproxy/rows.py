"""What HAProxy says of its servers, row by row, and the servers that these rows are: a tracked one serves several backends."""

import csv
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from topology.fleet.loads import Load
from topology.region.errors import LinkError
from topology.region.region import NAME
from topology.region.server_states import ServerState

# Bits of srv_admin_state (HAProxy's management guide, `show servers state`).
_MAINTENANCE = 0x01 | 0x02 | 0x04 | 0x20 | 0x40
_DRAIN = 0x08 | 0x10
_BY_OTHERS = 0x02 | 0x10
_STOPPED, _STARTING = 0, 1
_AGENT_ENABLED = 0x04
_MOST_NAMED = 3
_SESSION = re.compile(r"\bfe=(\S+) be=(\S+)")

Row = tuple[str, str]
"""Backend and server, as HAProxy names them."""


@dataclass(frozen=True, slots=True)
class ServerRow:
    """One server of one backend, as HAProxy has it now."""

    backend: str
    server: str
    address: str
    port: str
    operational: int
    administrative: int
    agent: int
    tracks: Row | None = None
    sessions: int = 0


@dataclass(frozen=True, slots=True)
class ProxiedServer:
    """A server: *owner* is the row that is acted on, *backends* are those it serves in, its own first."""

    name: str
    owner: Row
    backends: tuple[str, ...]
    address: str
    state: ServerState
    has_agent: bool = False
    untied: tuple[str, ...] = ()
    """Other backends with the same address and port that do not track it: acting on it would not take it out of those."""

    @property
    def target(self) -> str:
        """It, as commands of the runtime API name it."""
        return "/".join(self.owner)


@dataclass(frozen=True, slots=True)
class Proxied:
    """Every server of a HAProxy, in the order of its configuration."""

    servers: tuple[ProxiedServer, ...]
    by_name: dict[str, ProxiedServer] = field(default_factory=dict)


def read_rows(states: str, stats: str) -> tuple[ServerRow, ...]:
    """Put `show servers state` and `show stat -1 4 -1` together.

    Raises:
        LinkError: this is not what HAProxy writes.
    """
    tracks, sessions = _stats(stats)
    lines = [line for line in states.splitlines() if line.strip()]
    head = next((line for line in lines if line.startswith("# be_id")), None)
    if head is None:
        raise LinkError(f"HAProxy answered `show servers state` with {_short(states)}; is this its runtime API?")
    columns = head[2:].split()
    found = []
    for line in lines:
        if line.startswith("#") or line.strip() == "1":
            continue
        cells = dict(zip(columns, line.split(), strict=False))
        try:
            key = (cells["be_name"], cells["srv_name"])
            found.append(
                ServerRow(
                    *key,
                    cells["srv_addr"],
                    cells["srv_port"],
                    int(cells["srv_op_state"]),
                    int(cells["srv_admin_state"]),
                    int(cells["srv_agent_state"]),
                    tracks.get(key),
                    sessions.get(key, 0),
                )
            )
        except (KeyError, ValueError) as error:
            raise LinkError(f"HAProxy wrote a row of servers that cannot be read: {_short(line)}") from error
    return tuple(found)


def _stats(text: str) -> tuple[dict[Row, Row], dict[Row, int]]:
    """Give what tracks what, and the sessions of now, from the CSV of statistics."""
    lines = text.lstrip().lstrip("# ").splitlines()
    tracks: dict[Row, Row] = {}
    sessions: dict[Row, int] = {}
    for cells in csv.DictReader(lines):
        key = (cells.get("pxname") or "", cells.get("svname") or "")
        current = (cells.get("scur") or "0") + ""
        sessions[key] = int(current) if current.isdigit() else 0
        backend, slash, server = (cells.get("tracked") or "").partition("/")
        if slash:
            tracks[key] = (backend, server)
        elif backend:
            tracks[key] = (key[0], backend)
    return tracks, sessions


def read_loads(stats: str) -> dict[str, Load]:
    """Give what each backend carries, from the CSV of statistics."""
    lines = stats.lstrip().lstrip("# ").splitlines()
    mine = [line for line in lines if ",BACKEND," in line]
    rows = csv.DictReader([*lines[:1], *mine])
    return {row["pxname"]: Load(_count(row.get("scur")), _count(row.get("rate"))) for row in rows}


def _count(text: str | None) -> int:
    return int(text) if text is not None and text.isdigit() else 0


def read_calls(sessions: str) -> set[tuple[str, str]]:
    """Give which frontend sends to which backend, as far as the sessions of this moment show; `listen` sections are both."""
    found = set(_SESSION.findall(sessions))
    return {(frontend, backend) for frontend, backend in found if "<NONE>" not in backend and frontend != backend}


def proxied_of(rows: tuple[ServerRow, ...]) -> Proxied:
    """Gather rows into servers: what tracks a row, however many steps away, is the same server in another backend.

    Raises:
        LinkError: two servers cannot be told apart by any name.
    """
    by_key = {(row.backend, row.server): row for row in rows}
    members: dict[Row, list[ServerRow]] = {}
    for row in rows:
        members.setdefault(_owner(row, by_key), []).append(row)
    names = _names(members)
    at = _at(rows)
    found = tuple(_server(names[owner], owner, by_key[owner], together, at) for owner, together in members.items())
    return Proxied(found, {server.name: server for server in found})


def _owner(row: ServerRow, by_key: dict[Row, ServerRow]) -> Row:
    seen: set[Row] = set()
    while row.tracks is not None and row.tracks in by_key and row.tracks not in seen:
        seen.add(row.tracks)
        row = by_key[row.tracks]
    return row.backend, row.server


def _at(rows: Iterable[ServerRow]) -> dict[tuple[str, str], set[str]]:
    """Give the backends at each address and port."""
    found: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        if row.address not in ("-", "") and row.port not in ("0", ""):
            found.setdefault((row.address, row.port), set()).add(row.backend)
    return found


def _names(members: dict[Row, list[ServerRow]]) -> dict[Row, str]:
    """Name each server as HAProxy does, with its backend in front where several would be called the same."""
    alone = Counter(_plain(server) for _, server in members)
    names = {
        (backend, server): _plain(server) if alone[_plain(server)] == 1 else f"{_plain(backend)}.{_plain(server)}"
        for backend, server in members
    }
    twice = [name for name, count in Counter(names.values()).items() if count > 1 or not NAME.fullmatch(name)]
    if twice:
        raise LinkError(
            f"HAProxy has servers that cannot be told apart by name: {', '.join(twice[:_MOST_NAMED])}; name them with "
            "letters, digits, -, _ and ."
        )
    return names


def _plain(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]", "-", text)


def _server(
    name: str,
    owner: Row,
    row: ServerRow,
    together: list[ServerRow],
    rows_at: dict[tuple[str, str], set[str]],
) -> ProxiedServer:
    backends = tuple(dict.fromkeys((row.backend, *(one.backend for one in together))))
    others = rows_at.get((row.address, row.port), set()) - set(backends)
    sessions = sum(one.sessions for one in together)
    has_agent = any(one.agent & _AGENT_ENABLED for one in together)
    return ProxiedServer(name, owner, backends, row.address, _state(row, sessions), has_agent, tuple(sorted(others)))


def _state(row: ServerRow, sessions: int) -> ServerState:
    """Say how a server is; one that drains without a session is out, whether it was put into maintenance yet or not."""
    if row.administrative & _MAINTENANCE:
        return ServerState.REMOVED
    if row.administrative & _DRAIN:
        return ServerState.DRAINING if sessions else ServerState.REMOVED
    if row.operational == _STOPPED:
        return ServerState.FAILED
    return ServerState.JOINING if row.operational == _STARTING else ServerState.IN_SERVICE


def _short(text: str) -> str:
    line = " ".join(text.split())
    return repr(line if len(line) <= 80 else f"{line[:80]}…")
