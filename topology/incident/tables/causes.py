"""Reads causes, and finds where a trainee would read one before it was known."""

from collections.abc import Iterator

from topology.incident.conditions.values import KnownCause
from topology.incident.model import Decision, Era, Event, Proposal
from topology.incident.tables.reader import TableReader, needed
from topology.region.problems.positions import Path
from topology.region.region import shown
from topology.region.tables import Problems, Table

AFTERWARDS = "afterwards"
"""What `known_at` of a cause says of one that was found only after the end."""
ALWAYS = float("-inf")


def read_cause(reader: TableReader, table: Table, starts: float, ends: float) -> tuple[KnownCause, Event | None]:
    """Read a cause, and the event by which it is told where that is before the end."""
    table.only({
        "name", "text", "known_at", "given_away_by", "approximate", "subsystems", "source", "confidence", "illustrative",
    })  # fmt: skip
    text, provenance = needed(table, "text"), reader.provenance(table)
    known_at = None if table.get("known_at") == AFTERWARDS else reader.within(table, starts, ends, "known_at")
    words = table.texts("given_away_by", required=True)
    cause = KnownCause(table.name("name"), text, known_at, words, *provenance)
    if not cause.given_away_in(text):
        table.problem("given_away_by", f"holds no word of its own text {shown(text)}: it would find nothing")
    subsystems, approximate = reader.known(table, "subsystems"), table.flag("approximate")
    if known_at is None:
        return cause, None
    told = Event(known_at, text, *provenance, subsystems, approximate=approximate, place=table.place)
    return cause, told


def check_causes(
    causes: tuple[KnownCause, ...],
    head: tuple[str, str],
    events: tuple[Event, ...],
    decisions: tuple[Decision, ...],
    proposals: tuple[Proposal, ...],
    eras: tuple[Era, ...],
    problems: Problems,
) -> None:
    """Note every text that a trainee reads before a cause in it was known."""
    told = list(_told(head, events, decisions, proposals, eras))
    for cause in causes:
        for time, place, path, text in told:
            word = cause.given_away_in(text)
            if word and (cause.known_at is None or time < cause.known_at):
                problems.add(
                    place,
                    f"says {shown(word)}, which gives the cause {cause.name} away before it was known: "
                    "tell there only what was seen, and the rest by the [[cause]]",
                    path=path,
                )


def _told(
    head: tuple[str, str],
    events: tuple[Event, ...],
    decisions: tuple[Decision, ...],
    proposals: tuple[Proposal, ...],
    eras: tuple[Era, ...],
) -> Iterator[tuple[float, str, Path, str]]:
    """Give every text with its place and its keys, and from when on it is read: those of no time are read before everything."""
    for key, text in zip(("title", "summary"), head, strict=True):
        yield ALWAYS, f"incident.{key}", ("incident", key), text
    for number, event in enumerate((one for one in events if not one.place.startswith("cause")), 1):
        yield event.time, f"{event.place}.text", ("event", number, "text"), event.text
    for number, decision in enumerate(decisions, 1):
        for key, texts in (
            ("situation", (decision.situation,)),
            ("known_then", decision.known_then),
            ("objectives", decision.objectives),
        ):
            yield decision.time, f'decision "{decision.name}".{key}', ("decision", number, key), " ".join(texts)
    for number, one in enumerate(proposals, 1):
        yield ALWAYS, f'proposal "{one.name}".text', ("proposal", number, "text"), f"{one.title} {one.text}"
    # Our own tool is the first of the eras, and stands in no file.
    for number, era in enumerate(eras):
        yield ALWAYS, f'era "{era.name}".title', ("era", number, "title"), era.title
