"""What an execution says of itself: how many left, how many did not, and which took too long."""

from collections.abc import Mapping

from topology.execution.progress import ServerOutcome
from topology.region.sentences.counting import counted as _counted
from topology.region.sentences.counting import first_of

_MOST_NAMED = 3


def counted(counts: Mapping[ServerOutcome, int], action: str) -> str:
    """Say what became of the servers of a plan, by number: "3 of 8 servers left service, 5 not touched"."""
    total = sum(counts.values())
    leaves = action == "remove"
    out = counts.get(ServerOutcome.DONE, 0)
    parts = [f"{out:,} of {servers_text(total)} {'left service' if leaves else 'came back'}"]
    rest = (
        (ServerOutcome.RETURNED, "went back" if leaves else "back already"),
        (ServerOutcome.REFUSED, "could not"),
        (ServerOutcome.LEFT, "not touched"),
    )
    parts += [f"{counts[outcome]:,} {said}" for outcome, said in rest if counts.get(outcome)]
    if unknown := counts.get(ServerOutcome.UNKNOWN, 0) + counts.get(ServerOutcome.SENT, 0):
        parts.append(f"of {unknown:,} the region has not said yet")
    return ", ".join(parts)


def overdue_sentence(late: tuple[str, ...], action: str, timeout_s: float) -> str:
    """Say which servers have been under way for longer than the drain time-out."""
    verb = "draining" if action == "remove" else "joining"
    many = "has" if len(late) == 1 else "have"
    return f"{named(late)} {many} been {verb} for more than {timeout_s / 60:g} min, the drain timeout"


def servers_text(count: int) -> str:
    """Write a number of servers."""
    return _counted(count, "server")


def named(names: tuple[str, ...]) -> str:
    """Name the first few."""
    return first_of(names, _MOST_NAMED)
