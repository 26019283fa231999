"""How the restart of a node stands, in a few words for its card, and in fewer where there is little room."""

from topology.fleet.account import RestartStanding
from topology.region.sentences.clock import by_clock


def restart_note(one: RestartStanding, time_zone: str) -> str:
    """Say how it stands, with its ends by the model on the clock of a zone: `checks until 12:27, back 13:50`."""
    ends = one.ends if one.phase in ("checking", "rejoining") else None
    back = "" if ends is None else f", back {_clock(ends, time_zone)}"
    return f"{restart_stage(one, time_zone)}{back}"


def restart_stage(one: RestartStanding, time_zone: str) -> str:
    """Say only what is under way now: `checks until 12:27`."""
    match one.phase:
        case "stopped":
            return "stopped: needs a restart"
        case "waiting":
            return f"restart waits for {', '.join(one.waits_for)}" if one.waits_for else "restart waits"
        case "checking":
            return "checks" if one.until is None else f"checks until {_clock(one.until, time_zone)}"
        case "rejoining":
            return f"{one.left:,} still to rejoin"
        case "leaving":
            return f"{one.left:,} leave to be restarted"
        case _:
            return "being restarted"


def _clock(moment: float, time_zone: str) -> str:
    return by_clock(time_zone, moment, "%H:%M")
