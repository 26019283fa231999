"""After a crash: says exactly what an execution did and what it did not, and offers to go on or to undo it."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from console.operating.live.past_executions import PastExecution, PastExecutions
from console.operating.live.record import Record
from topology.command.grammar.names import split_number
from topology.command.grammar.parts import parts_of
from topology.command.grammar.syntax import NameRange, Pace, RemoveServers, RestoreServers
from topology.command.grammar.tokens import LONGEST
from topology.execution.journal_entries import JournalError, Kind
from topology.links.protocol import Answer, RegionLink, WaveOutcome
from topology.records.locks import is_free
from topology.region.errors import LinkError


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


async def unfinished(past: PastExecutions, link: RegionLink, folder: Path) -> tuple[Unfinished, ...]:
    """Give the executions that nobody carries out and that have no end, settled by what the region says."""
    cut_off = [one for one in past.open() if is_free(folder, one.execution)]
    return tuple([await _settled(one, link) for one in cut_off])


def told_before(past: PastExecutions) -> Unfinished | None:
    """Give the last execution again, when it was cut off, was said before, and nothing was begun since."""
    last = next(reversed(past.by_entry.values()), None)
    if last is None or last.ended is not Kind.RECOVERED:
        return None
    done, returned = last.done, tuple(name for name in last.servers if name in last.returned)
    rest = tuple(name for name in last.servers if name not in done and name not in last.returned)
    return Unfinished(
        last.entry,
        last.execution,
        last.command,
        last.operator,
        done,
        returned,
        rest,
        (),
        _sentence(last, done, returned, rest, ()),
        tuple(_offers(last, done, rest + returned)),
    )


async def write_recovered(found: Unfinished, record: Record) -> None:
    """Write down how an execution ended, so that it is said once and can be undone; not while the region cannot say.

    Raises:
        JournalError: it is not written, and will be said again.
    """
    if found.unknown:
        return
    details = {"sentence": found.sentence, "returned": found.returned, "left": found.not_done}
    await record.write(
        Kind.RECOVERED, command=found.command, execution=found.execution, servers=found.done, details=details
    )
    await record.keep_head()


async def compare_heads(record: Record, link: RegionLink) -> str:
    """Say what is wrong with the journal, by its chain and by the head that the region keeps; empty for nothing.

    What is found is written down at once: the next head that is kept takes the place of the one that showed it.
    """
    journal = record.journal
    if journal is None:
        return ""
    try:
        kept = await link.kept_head(journal.name)
    except LinkError:
        kept = None
    found = await asyncio.to_thread(journal.verify, kept)
    if found.ok:
        return ""
    sentence = (
        f"The journal was changed by something else than this program: {found.sentence}. "
        "Keep a copy of it, and ask who could write to it."
    )
    try:
        await record.write(Kind.NOTED, details={"journal": found.sentence, "first_bad": found.first_bad})
        await record.keep_head()
    except JournalError as error:
        sentence += f" {error}."
    return sentence


async def _settled(past: PastExecution, link: RegionLink) -> Unfinished:
    fates: dict[str, Answer | None] = dict.fromkeys(past.servers)
    for number, servers in past.waves.items():
        try:
            outcome = await link.outcome(f"{past.execution}.{number}")
        except LinkError:
            fates.update(dict.fromkeys(servers, Answer.UNKNOWN))
        else:
            fates.update(_answers(outcome))

    def those(*answers: Answer | None) -> tuple[str, ...]:
        return tuple(name for name, answer in fates.items() if answer in answers)

    done, returned, unknown = those(Answer.DONE), those(Answer.RETURNED), those(Answer.UNKNOWN)
    not_done = those(None, Answer.REFUSED, Answer.TOO_SOON)
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
        tuple(_offers(past, done, not_done + returned)) if not unknown else (),
    )


def _answers(outcome: WaveOutcome | None) -> dict[str, Answer | None]:
    return {} if outcome is None else dict(outcome.answers)


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
    return f"Entry {past.entry:,} of {past.operator} ({past.command}) was cut off: {', '.join(parts)}."


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
