"""The checks that every name, place, set and position of an adapter passes before anything is made of it."""

import re
from collections.abc import Sequence
from itertools import chain
from math import isfinite

import numpy as np
from numpy.typing import NDArray

from topology.links.adapter.wire.messages import AdapterProtocolError, SaidServer
from topology.links.adapter.wire.text import as_text
from topology.links.fleet_source import RackPlace, Server, Supports
from topology.region.region import LARGEST_NUMBER, NAME
from topology.region.server_states import ServerState

# The same as NAME, for many names with an end of line behind each: one call for ten thousand.
_NAMES = re.compile(r"(?>[A-Za-z0-9][A-Za-z0-9._-]{0,252}\n)*+")
LETTERS = {
    "j": ServerState.JOINING,
    "s": ServerState.IN_SERVICE,
    "d": ServerState.DRAINING,
    "r": ServerState.REMOVED,
    "f": ServerState.FAILED,
}
_UNKNOWN = 255
_STATES = np.full(256, _UNKNOWN, np.uint8)
for _letter, _state in LETTERS.items():
    _STATES[ord(_letter)] = _state


def checked_names(names: list[str]) -> None:
    """See that each can be the name of a server.

    Raises:
        AdapterProtocolError: with the first that cannot.
    """
    _check(names, "a server")


def read_states(letters: str, servers: int) -> NDArray[np.uint8]:
    """Give states from one letter each.

    Raises:
        AdapterProtocolError: there are not as many as servers, or one is no state.
    """
    if len(letters) != servers:
        raise AdapterProtocolError(f"it gave {len(letters):,} states for {servers:,} servers")
    states = _STATES[np.frombuffer(letters.encode("latin-1", "replace"), np.uint8)]
    if servers and states.max() == _UNKNOWN:
        wrong = letters[int((states == _UNKNOWN).argmax())]
        raise AdapterProtocolError(f"{as_text(wrong)!r} is no state; there are {', '.join(LETTERS)}")
    return states


def read_positions(column: Sequence[int], servers: int, limit: int, what: str) -> NDArray[np.int32]:
    """Give a column of positions in a list of *limit* entries, called *what*.

    Raises:
        AdapterProtocolError: there are not as many as servers, or one is outside.
    """
    if len(column) != servers:
        raise AdapterProtocolError(f"it gave {len(column):,} positions of a {what} for {servers:,} servers")
    try:
        positions = np.array(column, np.int64)
    except OverflowError as error:
        raise AdapterProtocolError(f"a position of a {what} is beyond any number of them") from error
    if servers and (positions.min() < 0 or positions.max() >= limit):
        wrong = int(positions[((positions < 0) | (positions >= limit)).argmax()])
        raise AdapterProtocolError(f"it named {what} {wrong:,}; its load/head has {limit:,}, counted from 0")
    return positions.astype(np.int32)


def checked_places(places: Sequence[RackPlace]) -> tuple[RackPlace, ...]:
    """Give zones, cells and racks; each may be empty.

    Raises:
        AdapterProtocolError: one is no name.
    """
    _check([name for name in chain.from_iterable(places) if name], "a zone, cell or rack")
    return tuple(places)


def read_supports(said: Sequence[str]) -> Supports:
    """Give what a server supports from `index:3` or `billing` (one unit), in order of the names.

    Raises:
        AdapterProtocolError: a name is none, is there twice, or its units are no count.
    """
    found: dict[str, int] = {}
    for text in said:
        name, colon, digits = text.partition(":")
        units = int(digits) if digits.isascii() and digits.isdecimal() and len(digits) < 11 else 0 if colon else 1
        if NAME.fullmatch(name) is None or not 0 < units <= LARGEST_NUMBER or name in found:
            raise AdapterProtocolError(
                f"{as_text(text, 80)!r} is no support; write SUBSYSTEM or SUBSYSTEM:UNITS, each once"
            )
        found[name] = units
    return tuple(sorted(found.items()))


def write_supports(supports: Supports) -> list[str]:
    """Give the text of a set, as `read_supports` reads it."""
    return [name if units == 1 else f"{name}:{units}" for name, units in supports]


def read_server(said: SaidServer) -> Server:
    """Give a server that joined or moved.

    Raises:
        AdapterProtocolError: something of it cannot be.
    """
    checked_names([said.name])
    state = int(read_states(said.state, 1)[0])
    return Server(
        said.name, checked_places([said.rack])[0], read_supports(said.supports), state, as_text(said.address, 80)
    )


def read_time(seconds: float) -> float:
    """Give a moment of the adapter's clock.

    Raises:
        AdapterProtocolError: it is no moment.
    """
    if not isfinite(seconds) or not 0 <= seconds < 1e12:
        raise AdapterProtocolError(f"{seconds!r} is no time; give seconds since 1970 UTC")
    return seconds


def _check(names: list[str], what: str) -> None:
    joined = "\n".join(names) + "\n" if names else ""
    if _NAMES.fullmatch(joined) is None or joined.count("\n") != len(names):
        wrong = next(name for name in names if NAME.fullmatch(name) is None)
        raise AdapterProtocolError(f"{as_text(wrong, 80)!r} is no name of {what}; use letters, digits, '.', '_', '-'")
