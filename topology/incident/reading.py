"""Reads an incident's text: every problem is named with its place, all at once. Files are for `topology.links`."""

import hashlib
from collections.abc import Mapping
from typing import cast

from topology.command.verbs import VERBS
from topology.incident.choosing import Chooser
from topology.incident.judged.commands import check_commands
from topology.incident.judged.judged_reading import read_objective, read_published, read_service
from topology.incident.lesson_codes import CODES, RECORDED
from topology.incident.model import OUR_SOURCE, Event, Incident, Recorded
from topology.incident.orders.orders import WORDS
from topology.incident.record import read_record
from topology.incident.tables.causes import check_causes, read_cause
from topology.incident.tables.conditions import (
    read_aftermath,
    read_cascade,
    read_channel,
    read_pair,
    read_reach,
    read_return_limit,
    read_shared_rate,
)
from topology.incident.tables.eras import read_eras
from topology.incident.tables.events import read_event, read_sources
from topology.incident.tables.reader import TableReader, needed
from topology.incident.tables.waiting import read_copy, read_decision, read_proposal, read_rebuild
from topology.region.decoding.toml_text import decoded_toml
from topology.region.region import Region, shown
from topology.region.tables import Problems, Table

FORMAT = 1
LARGEST_TEXT = 4 * 1024 * 1024
"""Bytes of TOML at most: longer timelines belong in the record beside it."""
DIFFICULTIES = ("introductory", "intermediate", "hard")
ACT_WORDS = (*VERBS, *WORDS)
"""What an act can begin with."""


class IncidentError(Exception):
    """An incident that cannot be replayed; *problems* are sentences, each with its place."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def decoded(text: str, source: str) -> Mapping[str, object]:
    """Decode an incident's TOML.

    Raises:
        IncidentError: it is empty, too long or not TOML.
    """
    if len(text) > LARGEST_TEXT:
        raise IncidentError(
            (f"{source}: has {len(text):,} characters, more than {LARGEST_TEXT:,}; put them into a record",)
        )
    if not text.strip():
        raise IncidentError((f"{source}: is empty; an incident starts with format = {FORMAT}",))
    try:
        return decoded_toml(text)
    except (ValueError, RecursionError) as error:
        raise IncidentError((f"{source}: is not TOML, or was cut short: {error}",)) from error


def files_of(top: Mapping[str, object]) -> tuple[str, str, str]:
    """Give the files that an incident names beside it: region, playbook (empty for none), record (empty for none)."""
    names = (top.get("region", "region.toml"), top.get("playbook", ""), top.get("record", ""))
    return cast("tuple[str, str, str]", tuple(name if isinstance(name, str) else "" for name in names))


def read_incident(text: str, source: str, region: Region, record: bytes | None = None) -> Incident:
    """Read an incident that happened in *region*; *record* is what its table of single changes holds.

    Raises:
        IncidentError: with every problem found.
    """
    problems = Problems(source, text)
    top = Table(decoded(text, source), "", problems)
    top.only({
        "format", "region", "playbook", "record", "incident", "source", "event", "decision", "era", "proposal",
        "copy", "rebuild", "figure", "published", "objective", "reach", "cascade", "return_limit", "shared_rate",
        "channel", "pair", "cause", "aftermath",
    })  # fmt: skip
    if top.get("format") != FORMAT:
        problems.add(
            "format", path=("format",), what=f"is {shown(top.get('format'))}; this version reads format = {FORMAT}"
        )
    head = top.table("incident")
    reader, starts, ends = _begun(head, region, problems)
    sources = read_sources(reader, top)
    events = tuple(read_event(reader, table, starts, ends) for table in top.tables("event"))
    if not events and top.get("record") is None:
        problems.add("event", "is missing; an incident has at least one [[event]], or a record")
    read_causes = [read_cause(reader, table, starts, ends) for table in top.tables("cause")]
    decisions = tuple(read_decision(reader, table, starts, ends) for table in top.tables("decision"))
    eras, proposals = read_eras(reader, top), tuple(read_proposal(reader, table) for table in top.tables("proposal"))
    services = tuple(read_service(table, region) for table in top.tables("figure"))
    known = {decision.name: decision.objectives for decision in decisions}
    incident = Incident(
        name=head.name("name"),
        title=needed(head, "title"),
        date=reader.day.isoformat(),
        time_zone=str(reader.zone),
        starts=starts,
        ends=ends,
        difficulty=_difficulty(head),
        summary=head.text("summary"),
        lessons=_lessons(head),
        sources=(*sources, OUR_SOURCE),
        events=_with_causes(events, [told for _, told in read_causes if told is not None]),
        decisions=decisions,
        eras=eras,
        seed=head.count("seed", 1),
        region=region,
        playbook=files_of(decoded(text, source))[1],
        digest=hashlib.sha256(text.encode() + b"\0" + region.digest.encode() + b"\0" + (record or b"")).hexdigest(),
        recorded=_recorded(top, record, region, (starts, ends), problems),
        proposals=proposals,
        copies=tuple(read_copy(reader, table) for table in top.tables("copy")),
        rebuilds=tuple(read_rebuild(reader, table) for table in top.tables("rebuild")),
        services=services,
        published=tuple(
            read_published(table, region, services, reader.provenance) for table in top.tables("published")
        ),
        objectives=tuple(
            read_objective(table, known, region, services, reader.moment, ACT_WORDS)
            for table in top.tables("objective")
        ),
        reaches=tuple(read_reach(reader, table) for table in top.tables("reach")),
        cascades=tuple(read_cascade(reader, table) for table in top.tables("cascade")),
        return_limits=tuple(read_return_limit(reader, table) for table in top.tables("return_limit")),
        shared_rates=tuple(
            read_shared_rate(reader, table, {one.name for one in proposals}) for table in top.tables("shared_rate")
        ),
        channels=tuple(read_channel(reader, table) for table in top.tables("channel")),
        pairs=tuple(read_pair(reader, table) for table in top.tables("pair")),
        causes=tuple(cause for cause, _ in read_causes),
        aftermath=tuple(read_aftermath(reader, table) for table in top.tables("aftermath")),
    )
    _check_whole(incident, top, reader)
    problems.raise_if_any(IncidentError)
    Chooser(region, problems).walk(incident)
    problems.raise_if_any(IncidentError)
    return incident


def _begun(head: Table, region: Region, problems: Problems) -> tuple[TableReader, float, float]:
    """Read when it began and ended; gives what reads the other tables, too."""
    head.only({
        "name", "title", "date", "time_zone", "starts", "ends", "difficulty", "summary", "lessons", "seed",
    })  # fmt: skip
    reader = TableReader(head, region, problems)
    starts, ends = reader.moment(head, "starts"), reader.moment(head, "ends")
    if ends <= starts:
        head.problem("ends", f"is {shown(head.get('ends'))}, not after starts = {shown(head.get('starts'))}")
    return reader, starts, ends


def _recorded(
    top: Table, record: bytes | None, region: Region, span: tuple[float, float], problems: Problems
) -> Recorded:
    """Read the table of single changes, where there is one."""
    if top.get("record") is None:
        return Recorded()
    if record is None:
        problems.add("record", f"names {shown(top.get('record'))}, which could not be read")
        return Recorded()
    return read_record(record, str(top.get("record")), region, *span, problems)


def _difficulty(head: Table) -> str:
    difficulty = head.text("difficulty", DIFFICULTIES[0])
    if difficulty not in DIFFICULTIES:
        head.problem("difficulty", f"is {shown(difficulty)}; write one of {', '.join(DIFFICULTIES)}")
    return difficulty


def _lessons(head: Table) -> tuple[str, ...]:
    codes = head.texts("lessons", required=True)
    for code in codes:
        if code not in (*CODES, RECORDED):
            head.problem("lessons", f"names {shown(code)}, which is no lesson; there are {', '.join(CODES)}")
    return codes


def _with_causes(events: tuple[Event, ...], told: list[Event]) -> tuple[Event, ...]:
    """Put the causes where they became known, after what happened at the same moment."""
    return tuple(sorted((*events, *told), key=lambda event: event.time))


def _check_whole(incident: Incident, top: Table, reader: TableReader) -> None:
    """Check what only several tables together can show."""
    proposals, problems = incident.proposals, reader.problems
    reader.unique("decision", [one.name for one in incident.decisions])
    reader.unique("proposal", [one.name for one in proposals])
    reader.unique("copy", [one.name for one in incident.copies])
    reader.unique("figure", [one.name for one in incident.services])
    reader.unique("reach", [one.name for one in incident.reaches])
    reader.unique("cascade", [one.name for one in incident.cascades])
    reader.unique("channel", [one.name for one in incident.channels])
    reader.unique("cause", [one.name for one in incident.causes])
    for one in proposals:
        if one.cured_by and one.cured_by not in {other.name for other in proposals}:
            problems.add(
                f'proposal "{one.name}".cured_by', f"names {shown(one.cured_by)}, which is no [[proposal]] here"
            )
    if top.get("record") is None:
        check_commands(incident.events, proposals, incident.reaches, incident.region, problems)
    check_causes(
        incident.causes,
        (incident.title, incident.summary),
        incident.events,
        incident.decisions,
        proposals,
        incident.eras,
        problems,
    )
