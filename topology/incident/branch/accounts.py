"""What a replay says of nodes besides their counters: what they serve by an account, and how their restarts stand."""

from collections.abc import Iterable, Mapping
from typing import Literal, cast

from topology.fleet.account import NodeAccount
from topology.incident.branch.standing import RestartStanding
from topology.incident.moment import Marks, Moment
from topology.incident.times import clock_text

_SAID = ("partial", "impacted")


def accounts_of(moment: Moment, notes: Mapping[str, str]) -> dict[str, NodeAccount]:
    """Give what is said of every node that does not stand as its own floor alone would have it, and of those with a note."""
    found: dict[str, NodeAccount] = {}
    for one in moment.standings:
        note = notes.get(one.subsystem, "")
        if one.verdict in _SAID:
            standing = cast("Literal['partial', 'impacted']", one.verdict)
            found[one.subsystem] = NodeAccount(standing, one.serves, one.lost, note)
        elif one.verdict in ("holds", "tight"):
            found[one.subsystem] = NodeAccount("holds", note=note)
        elif note:
            found[one.subsystem] = NodeAccount(note=note)
    return found


def notes_of_marks(marks: Marks) -> dict[str, str]:
    """Say of which restarts an account tells that they are under way; when they will end, nobody knew."""
    return {name: "being restarted" for name, mark in marks.items() if mark.restart == "begun"}


def notes_of_restarts(restarts: Iterable[RestartStanding], zone: str) -> dict[str, str]:
    """Say how restarts stand in a run, with their ends by the model, on the clock of a zone."""
    found: dict[str, str] = {}
    for one in restarts:
        found.setdefault(one.subsystem, _note(one, zone))
    return found


def _note(one: RestartStanding, zone: str) -> str:
    until = "" if one.until is None else f" until {clock_text(one.until, zone)[:5]}"
    back = "" if one.ends is None else f", back {clock_text(one.ends, zone)[:5]}"
    match one.phase:
        case "stopped":
            return "stopped: needs a restart"
        case "waiting":
            return f"restart waits for {', '.join(one.waits_for)}" if one.waits_for else "restart waits"
        case "checking":
            return f"checks{until}{back}"
        case "rejoining":
            return f"{one.left:,} still to rejoin{back}"
        case "leaving":
            return f"{one.left:,} leave to be restarted"
        case _:
            return "being restarted"
