"""After a crash: settles by what the region says what an execution did and what it did not, and writes that down."""

import asyncio
from contextlib import suppress

from console.operating.live.history import JournalFollower
from console.operating.live.holding import Holding
from console.operating.live.record import Record
from topology.execution.journal_entries import JournalError, Kind
from topology.execution.past_executions import PastExecution, PastExecutions
from topology.execution.unfinished import Unfinished, told_before, unfinished_of
from topology.links.protocol import Answer, RegionLink, WaveOutcome
from topology.region.errors import LinkError

RECOVERED = "recovered"
TAKEN_OVER = "taken over"
"""How the ledger says that an execution ended whose console was gone."""


async def recover(
    history: JournalFollower, link: RegionLink, record: Record, holding: Holding
) -> tuple[str, tuple[Unfinished, ...]]:
    """At the start: what is wrong with the journal (or nothing), and the executions that were cut off, settled.

    Raises:
        JournalError: the journal cannot be read, or written.
    """
    await history.load()
    doubt = await compare_heads(record, link)
    past = await history.load()
    found = await unfinished(past, link, holding)
    for one in found:
        await write_recovered(one, record)
        holding.tidy(one.execution)
        if not one.unknown:
            with suppress(LinkError):  # whoever opens the region next tries again
                if await holding.take_over(one.execution, record.operator):
                    await link.finish(one.execution, RECOVERED)
    await settle_ended(past, link, record)
    before = None if found else told_before(await history.load())
    return doubt, found if before is None else (before,)


async def unfinished(past: PastExecutions, link: RegionLink, holding: Holding) -> tuple[Unfinished, ...]:
    """Give the executions that nobody carries out and that have no end, settled by what the region says."""
    cut_off = [one for one in past.open() if holding.is_free(one.execution)]
    return tuple([await _settled(one, link) for one in cut_off])


async def settled_by_id(past: PastExecution, link: RegionLink) -> Unfinished:
    """Settle one execution by what the region says."""
    return await _settled(past, link)


async def settle_ended(past: PastExecutions, link: RegionLink, record: Record) -> None:
    """Ask again what became of servers that were unknown when their execution ended, and write down what the region says.

    Raises:
        JournalError: it is not written, and will be asked again.
    """
    for one in past.unsettled():
        for number, servers in one.waves.items():
            if not one.unknown.intersection(servers):
                continue
            try:
                outcome = await link.outcome(f"{one.execution}.{number}")
            except LinkError:
                return
            if outcome is not None and outcome.servers(Answer.UNKNOWN):
                continue
            done = () if outcome is None else outcome.servers(Answer.DONE)
            returned = () if outcome is None else outcome.servers(Answer.RETURNED)
            details = {"wave": number, "after_end": True, "returned": returned}
            await record.write(Kind.OUTCOME, execution=one.execution, servers=done, details=details)


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
    return unfinished_of(past, done, returned, not_done, unknown)


def _answers(outcome: WaveOutcome | None) -> dict[str, Answer | None]:
    return {} if outcome is None else dict(outcome.answers)
