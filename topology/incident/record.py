"""The record beside an incident: single state changes of servers, a line each, as a session leaves them behind."""

import numpy as np
from numpy.typing import NDArray

from topology.incident.model import Recorded
from topology.region.region import Region, shown
from topology.region.server_states import STATE_NAMES
from topology.region.tables import MOST_PROBLEMS, Problems

HEAD = "seconds,server,state"


def read_record(data: bytes, file: str, region: Region, starts: float, ends: float, problems: Problems) -> Recorded:
    """Read lines such as `12.5,billing-0001,draining`; seconds count from the incident's start. Problems name the line."""
    try:
        lines = data.decode("utf-8-sig").splitlines()
    except UnicodeDecodeError as error:
        problems.add("", f"is not UTF-8 text at byte {error.start:,}", file)
        return Recorded()
    if not lines or lines[0].strip() != HEAD:
        problems.add("line 1", f"must be {HEAD}", file)
        return Recorded()
    position = {name: number for number, name in enumerate(region.roster.names)}
    states = {name: number for number, name in enumerate(STATE_NAMES)}
    times, servers, found = [], [], []
    wrong = 0
    for number, line in enumerate(lines[1:], 2):
        seconds, _, rest = line.partition(",")
        server, _, state = rest.partition(",")
        try:
            moment = float(seconds)
            times.append(moment)
            servers.append(position[server])
            found.append(states[state])
        except (ValueError, KeyError):
            wrong += 1
            if wrong <= MOST_PROBLEMS:
                problems.add(
                    f"line {number:,}", f"is {shown(line)}; {_why(seconds, server, state, position, region)}", file
                )
    if wrong:
        return Recorded()
    return _checked(
        np.array(times), np.array(servers, np.int32), np.array(found, np.uint8), file, ends - starts, starts, problems
    )


def write_record(recorded: Recorded, region: Region, starts: float) -> str:
    """Write what `read_record` reads."""
    names = region.roster.names
    columns = zip(recorded.time.tolist(), recorded.server.tolist(), recorded.state.tolist(), strict=True)
    rows = ((time - starts, names[server], STATE_NAMES[state]) for time, server, state in columns)
    # The place of a server that is gone stays in a roster, nameless.
    return "\n".join((HEAD, *(f"{time:.6f},{name},{state}" for time, name, state in rows if name), ""))


def _why(seconds: str, server: str, state: str, position: dict[str, int], region: Region) -> str:
    try:
        float(seconds)
    except ValueError:
        return "it begins with the seconds since the start, such as 12.5"
    if server not in position:
        return f"{shown(server)} is not a server of {region.name}"
    return f"a state is one of {', '.join(STATE_NAMES)}, not {shown(state)}"


def _checked(
    times: NDArray[np.float64],
    servers: NDArray[np.int32],
    states: NDArray[np.uint8],
    file: str,
    length: float,
    starts: float,
    problems: Problems,
) -> Recorded:
    back = np.flatnonzero(np.diff(times) < 0)
    if len(back):
        problems.add(
            f"line {int(back[0]) + 3:,}", "is earlier than the line above it; put lines in order of time", file
        )
    outside = np.flatnonzero(~((times >= 0) & (times <= length)))
    if len(outside):
        problems.add(f"line {int(outside[0]) + 2:,}", f"is outside of the incident, which lasts {length:,.0f} s", file)
    return Recorded(times + starts, servers, states)
