"""What a replay says of nodes besides their counters: what they serve by an account, and how their restarts stand."""

from collections.abc import Iterable, Mapping
from typing import Literal, cast

from topology.fleet.account import NodeAccount, RestartStanding
from topology.incident.moment import Marks, Moment

_SAID = ("partial", "impacted")


def accounts_of(moment: Moment, restarts: Mapping[str, RestartStanding]) -> dict[str, NodeAccount]:
    """Give what is said of every node that does not stand as its own floor alone would have it, and of those that restart."""
    found: dict[str, NodeAccount] = {}
    for one in moment.standings:
        restart = restarts.get(one.subsystem)
        if one.verdict in _SAID:
            standing = cast("Literal['partial', 'impacted']", one.verdict)
            found[one.subsystem] = NodeAccount(standing, one.serves, one.lost, restart)
        elif one.verdict in ("holds", "tight"):
            found[one.subsystem] = NodeAccount("holds", restart=restart)
        elif restart is not None:
            found[one.subsystem] = NodeAccount(restart=restart)
    return found


def restarts_of_marks(marks: Marks) -> dict[str, RestartStanding]:
    """Say of which restarts an account tells that they are under way; when they will end, nobody knew."""
    return {name: RestartStanding(name, "recorded") for name, mark in marks.items() if mark.restart == "begun"}


def restarts_by_name(restarts: Iterable[RestartStanding]) -> dict[str, RestartStanding]:
    """Give the restart of each subsystem of a run; of several parts of one, the first."""
    found: dict[str, RestartStanding] = {}
    for one in restarts:
        found.setdefault(one.subsystem, one)
    return found
