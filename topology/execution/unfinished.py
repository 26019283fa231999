"""What a crash left of an execution: exactly what was done and what was not, and what goes on with it or undoes it."""

from collections.abc import Iterator
from dataclasses import dataclass

from topology.command.grammar.names import split_number
from topology.command.grammar.parts import parts_of
from topology.command.grammar.syntax import NameRange, Pace, Planned, Remove, RemoveServers, RestoreServers
from topology.command.grammar.tokens import LONGEST
from topology.execution.journal_entries import Kind
from topology.execution.past_executions import PastExecution, PastExecutions


@dataclass(frozen=True, slots=True)
class Unfinished:
    """An execution that was cut off. Its servers are *done*, *returned*, *not_done* or (for now) *unknown*, in order.

    *offers* are (label, command text): each is only previewed, like anything typed.
    """

    entry: int
    execution: str
    command: str
    operator: str
    done: tuple[str, ...]
    returned: tuple[str, ...]
    not_done: tuple[str, ...]
    unknown: tuple[str, ...]
    sentence: str
    offers: tuple[tuple[str, str], ...]


def unfinished_of(
    past: PastExecution,
    done: tuple[str, ...],
    returned: tuple[str, ...],
    not_done: tuple[str, ...],
    unknown: tuple[str, ...] = (),
) -> Unfinished:
    """Say what became of each server of an execution that was cut off; while some are unknown there is nothing to offer."""
    return Unfinished(
        past.entry,
        past.execution,
        past.command,
        past.operator,
        done,
        returned,
        not_done,
        unknown,
        _sentence(past, done, returned, not_done, unknown),
        () if unknown else tuple(_offers(past, done, not_done + returned)),
    )


def told_before(past: PastExecutions) -> Unfinished | None:
    """Give the last execution again, when it was cut off, was said before, and nothing was begun since."""
    last = next(reversed(past.by_entry.values()), None)
    if last is None or last.ended is not Kind.RECOVERED:
        return None
    done, returned = last.done, tuple(name for name in last.servers if name in last.returned)
    rest = tuple(name for name in last.servers if name not in done and name not in last.returned)
    return unfinished_of(last, done, returned, rest)


def _sentence(
    past: PastExecution,
    done: tuple[str, ...],
    returned: tuple[str, ...],
    not_done: tuple[str, ...],
    unknown: tuple[str, ...],
) -> str:
    total = len(past.servers)
    what = "left service" if past.action == "remove" else "came back"
    parts = [f"{len(done):,} of {total:,} server{'' if total == 1 else 's'} {what}"]
    if returned:
        parts.append(f"{len(returned):,} went back")
    if not_done:
        parts.append(f"{len(not_done):,} {'was' if len(not_done) == 1 else 'were'} not touched")
    if unknown:
        parts.append(f"of {len(unknown):,} the region cannot say yet")
    whose = f"entry {past.entry:,} of {past.operator}"
    return f"{past.command} ({whose}) was cut off: {', '.join(parts)}."


def _offers(past: PastExecution, done: tuple[str, ...], rest: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    if past.undoes is not None:
        if rest:
            yield "Undo the rest", f"undo {past.undoes}"
        return
    if rest and (text := resume_text(past, rest)):
        yield "Resume", text
    if done:
        yield "Undo", f"undo {past.entry}"


def resume_text(past: PastExecution, servers: tuple[str, ...]) -> str:
    """Give the command for what is left: the servers by name, or as many of the same kind where that is too long."""
    kind = RemoveServers if past.action == "remove" else RestoreServers
    text = str(kind(tuple(runs(servers)), None if past.pace is None else Pace(past.pace)))
    if len(text) <= LONGEST:
        return text
    return parts_of(past.command).of_servers(len(servers))


def by_names(command: Planned, servers: tuple[str, ...]) -> str:
    """Give the command that does to exactly these servers what *command* does, with its pace and its reason."""
    kind = RemoveServers if isinstance(command, Remove | RemoveServers) else RestoreServers
    return str(kind(tuple(runs(servers)), command.pace, command.because))


def runs(servers: tuple[str, ...]) -> Iterator[NameRange]:
    """Write names as few runs: `billing-0001..0003` for three that follow each other."""
    waiting: list[tuple[str, str]] = []
    for prefix, digits in sorted(split_number(name) for name in servers):
        if waiting and not _follows(waiting[-1], (prefix, digits)):
            yield _run(waiting)
            waiting = []
        waiting.append((prefix, digits))
    if waiting:
        yield _run(waiting)


def _follows(before: tuple[str, str], after: tuple[str, str]) -> bool:
    (prefix, low), (other, high) = before, after
    if prefix != other or not prefix or not low or len(low) != len(high):
        return False
    return int(high) == int(low) + 1


def _run(names: list[tuple[str, str]]) -> NameRange:
    (prefix, first), (_, last) = names[0], names[-1]
    return NameRange("", prefix + first) if len(names) == 1 else NameRange(prefix, first, last)
