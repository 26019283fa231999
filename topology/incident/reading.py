"""Reads an incident's text: every problem is named with its place, all at once. Files are for `topology.links`."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from typing import Literal, cast

from topology.command.verbs import VERBS
from topology.incident.choosing import Chooser
from topology.incident.judged.commands import check_commands
from topology.incident.judged.judged_reading import read_objective, read_published, read_service
from topology.incident.lesson_codes import CODES, RECORDED
from topology.incident.model import (
    CONFIDENCE,
    MODEL,
    UNDERKEEL,
    Change,
    Citation,
    Confidence,
    Decision,
    Era,
    Event,
    Incident,
    Mark,
    Proposal,
    Rebuild,
    Recorded,
    RecoveryCopy,
    ServerChange,
)
from topology.incident.orders.orders import WORDS
from topology.incident.record import read_record
from topology.incident.times import moment_of
from topology.planning.guards.table import GUARDS
from topology.region.decoding.toml_text import decoded_toml
from topology.region.region import Region, shown
from topology.region.sentences.clock import zone_of, zone_problem
from topology.region.server_states import STATE_NAMES, ServerState
from topology.region.tables import Problems, Table

FORMAT = 1
LARGEST_TEXT = 4 * 1024 * 1024
"""Bytes of TOML at most: longer timelines belong in the record beside it."""
REFUSING = tuple(guard.code for guard in GUARDS if guard.may_block and guard.ask is not None)
"""The codes of the guards that a tool of the day can have had: those that refuse."""
DIFFICULTIES = ("introductory", "intermediate", "hard")
WHEN_TRIED = "when tried"
"""What `taken` of a copy says of one that is made only then."""
ACT_WORDS = (*VERBS, *WORDS)
"""What an act can begin with."""
_OUR_SOURCE = Citation(MODEL, "Invented for this training; not published", "", "a model value")


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
        "copy", "rebuild", "figure", "published", "objective",
    })  # fmt: skip
    if top.get("format") != FORMAT:
        problems.add(
            "format", path=("format",), what=f"is {shown(top.get('format'))}; this version reads format = {FORMAT}"
        )
    head = top.table("incident")
    head.only({
        "name", "title", "date", "time_zone", "starts", "ends", "difficulty", "summary", "lessons", "seed",
    })  # fmt: skip
    reader = _Reader(head, region, problems)
    sources = reader.sources(top)
    starts, ends = reader.moment(head, "starts"), reader.moment(head, "ends")
    if ends <= starts:
        head.problem("ends", f"is {shown(head.get('ends'))}, not after starts = {shown(head.get('starts'))}")
    events = tuple(reader.event(table, starts, ends) for table in top.tables("event"))
    if not events and top.get("record") is None:
        problems.add("event", "is missing; an incident has at least one [[event]], or a record")
    recorded = Recorded()
    if top.get("record") is not None:
        if record is None:
            problems.add("record", f"names {shown(top.get('record'))}, which could not be read")
        else:
            recorded = read_record(record, str(top.get("record")), region, starts, ends, problems)
    decisions = tuple(reader.decision(table, starts, ends) for table in top.tables("decision"))
    reader.unique("decision", [decision.name for decision in decisions])
    eras = reader.eras(top)
    proposals = tuple(reader.proposal(table) for table in top.tables("proposal"))
    copies = tuple(reader.copy(table) for table in top.tables("copy"))
    reader.unique("proposal", [one.name for one in proposals])
    for one in proposals:
        if one.cured_by and one.cured_by not in {other.name for other in proposals}:
            problems.add(
                f'proposal "{one.name}".cured_by', f"names {shown(one.cured_by)}, which is no [[proposal]] here"
            )
    reader.unique("copy", [one.name for one in copies])
    services = tuple(read_service(table, region) for table in top.tables("figure"))
    reader.unique("figure", [one.name for one in services])
    published = tuple(read_published(table, region, services, reader.provenance) for table in top.tables("published"))
    known = {decision.name: decision.objectives for decision in decisions}
    objectives = tuple(
        read_objective(table, known, region, services, reader.moment, ACT_WORDS) for table in top.tables("objective")
    )
    if top.get("record") is None:
        check_commands(events, proposals, region, problems)
    for code in head.texts("lessons"):
        if code not in (*CODES, RECORDED):
            head.problem("lessons", f"names {shown(code)}, which is no lesson; there are {', '.join(CODES)}")
    difficulty = head.text("difficulty", DIFFICULTIES[0])
    if difficulty not in DIFFICULTIES:
        head.problem("difficulty", f"is {shown(difficulty)}; write one of {', '.join(DIFFICULTIES)}")
    incident = Incident(
        name=head.name("name"),
        title=_required(head, "title"),
        date=reader.day.isoformat(),
        time_zone=str(reader.zone),
        starts=starts,
        ends=ends,
        difficulty=difficulty,
        summary=head.text("summary"),
        lessons=head.texts("lessons", required=True),
        sources=(*sources, _OUR_SOURCE),
        events=events,
        decisions=decisions,
        eras=eras,
        seed=head.count("seed", 1),
        region=region,
        playbook=files_of(decoded(text, source))[1],
        digest=hashlib.sha256(text.encode() + b"\0" + region.digest.encode() + b"\0" + (record or b"")).hexdigest(),
        recorded=recorded,
        proposals=proposals,
        copies=copies,
        rebuilds=tuple(reader.rebuild(table) for table in top.tables("rebuild")),
        services=services,
        published=published,
        objectives=objectives,
    )
    problems.raise_if_any(IncidentError)
    Chooser(region, problems).walk(incident)
    problems.raise_if_any(IncidentError)
    return incident


def _required(table: Table, key: str) -> str:
    text = table.text(key)
    if not text and not isinstance(table.get(key), str | None.__class__):
        return ""
    if not text:
        table.problem(key, "is missing; write a text")
    return text


class _Reader:
    """Reads the tables of one incident, which share a day, a zone, a region and sources."""

    def __init__(self, head: Table, region: Region, problems: Problems) -> None:
        self.region = region
        self.problems = problems
        self.zone = _zone(head)
        self.day = _day(head)
        self.known_sources = {MODEL}
        self._latest = float("-inf")

    def moment(self, table: Table, key: str) -> float:
        """Give a required clock time; 0 where it is wrong."""
        raw = table.get(key)
        if raw is None:
            table.problem(key, 'is missing; write a local time such as "09:37"')
            return 0.0
        try:
            return moment_of(raw, self.day, self.zone)
        except (ValueError, OverflowError) as error:
            table.problem(key, f"is {shown(raw)}, {error}")
            return 0.0

    def sources(self, top: Table) -> tuple[Citation, ...]:
        """Read where facts come from."""
        found = []
        for table in top.tables("source"):
            table.only({"id", "title", "url", "verified"})
            source = Citation(
                table.name("id"), _required(table, "title"), _required(table, "url"), _required(table, "verified")
            )
            if source.id in self.known_sources:
                table.problem("id", f"is {shown(source.id)}, which is taken; each source has an id of its own")
            self.known_sources.add(source.id)
            found.append(source)
        return tuple(found)

    def event(self, table: Table, starts: float, ends: float) -> Event:
        """Read one event; its time is not before that of the one above."""
        table.only({
            "time", "text", "source", "confidence", "illustrative", "subsystems", "change", "command", "noticed",
            "approximate", "always", "announcement", "until_stopped",
            "data_lost", "wrong",
        })  # fmt: skip
        time = self._within(table, starts, ends)
        if time and time < self._latest:
            table.problem(
                "time", f"is {shown(table.get('time'))}, before that of the event above it; put events in order"
            )
        self._latest = max(self._latest, time)
        source, confidence, illustrative = self.provenance(table)
        changes = tuple(self._change(one, illustrative) for one in table.tables("change"))
        return Event(
            time,
            _required(table, "text"),
            source,
            confidence,
            illustrative,
            self._known(table, "subsystems"),
            changes,
            table.text("command"),
            table.flag("noticed"),
            table.flag("approximate"),
            table.flag("always"),
            table.flag("announcement"),
            table.flag("until_stopped"),
            table.seconds("data_lost", 0.0) if table.get("data_lost") is not None else None,
            table.place,
            table.flag("wrong") if table.get("wrong") is not None else None,
        )

    def decision(self, table: Table, starts: float, ends: float) -> Decision:
        """Read one decision."""
        table.only({
            "name", "time", "situation", "known_then", "objectives", "what_happened", "source", "confidence",
            "illustrative",
        })  # fmt: skip
        time = self._within(table, starts, ends)
        source, confidence, illustrative = self.provenance(table)
        return Decision(
            table.name("name"),
            time,
            _required(table, "situation"),
            table.texts("known_then"),
            table.texts("objectives", required=True),
            _required(table, "what_happened"),
            source,
            confidence,
            illustrative,
        )

    def proposal(self, table: Table) -> Proposal:
        """Read a change that waits for an approval."""
        table.only({
            "name", "title", "text", "change", "refused_by", "refusal", "needs_place_by", "source", "confidence",
            "illustrative", "covers", "gives_back", "cured_by",
        })  # fmt: skip
        provenance = self.provenance(table)
        changes = [self._change(one, provenance[2], may_hide=True) for one in table.tables("change")]
        if any(isinstance(one, Mark) for one in changes):
            table.problem("change", 'changes what a subsystem serves; a proposal changes servers, so each has a "to"')
        for key in ("refused_by", "needs_place_by"):
            if table.text(key) and table.text(key) not in REFUSING:
                table.problem(key, f"is {shown(table.text(key))}, which refuses nothing; write {', '.join(REFUSING)}")
        if table.text("refused_by") and not table.text("refusal"):
            table.problem("refusal", "is missing; write the sentence with which the guard refuses")
        return Proposal(
            table.name("name"),
            _required(table, "title"),
            _required(table, "text"),
            tuple(one for one in changes if isinstance(one, ServerChange)),
            table.text("refused_by"),
            table.text("refusal"),
            table.text("needs_place_by"),
            *provenance,
            self._known(table, "covers"),
            table.flag("gives_back"),
            table.text("cured_by"),
        )

    def copy(self, table: Table) -> RecoveryCopy:
        """Read a copy from which something may be recovered."""
        table.only({
            "name", "title", "subsystem", "good", "found", "try", "recover", "lost", "source", "confidence",
            "illustrative", "server", "whole", "taken",
        })  # fmt: skip
        subsystem = table.name("subsystem")
        self._check_subsystem(table, "subsystem", subsystem)
        if table.get("good") is None:
            table.problem("good", "is missing; write whether it turns out to be good when it is tried")
        return RecoveryCopy(
            table.name("name"),
            _required(table, "title"),
            subsystem,
            table.flag("good"),
            _required(table, "found"),
            table.seconds("try", 60.0),
            table.seconds("recover", 0.0),
            table.seconds("lost", 0.0),
            *self.provenance(table),
            self._server(table),
            table.text("whole"),
            self.moment(table, "taken") if table.get("taken") not in (None, WHEN_TRIED) else None,
            table.get("taken") == WHEN_TRIED,
        )

    def rebuild(self, table: Table) -> Rebuild:
        """Read how long it takes until what was removed of a subsystem is back."""
        table.only({"subsystem", "takes", "source", "confidence", "illustrative"})
        subsystem = table.name("subsystem")
        self._check_subsystem(table, "subsystem", subsystem)
        if table.get("takes") is None:
            table.problem("takes", 'is missing; write how long all of it takes, such as "38 h"')
        return Rebuild(subsystem, table.seconds("takes", 0.0), *self.provenance(table))

    def _server(self, table: Table) -> str:
        name = table.text("server")
        if name and name not in self.region.roster.names:
            table.problem("server", f"names {shown(name)}, which is not a server of {self.region.name}")
        return name

    def unique(self, what: str, names: list[str]) -> None:
        """Note names that are given twice."""
        for name in sorted(name for name, count in Counter(names).items() if name and count > 1):
            self.problems.add(f'{what} "{name}"', "is described twice; names are unique")

    def eras(self, top: Table) -> tuple[Era, ...]:
        """Read the tools of the day; ours is always among them."""
        found = [UNDERKEEL]
        for table in top.tables("era"):
            table.only({
                "name", "title", "guards", "paced", "empty_means_all", "cells", "share_percent", "share_of", "source",
                "confidence", "illustrative",
            })  # fmt: skip
            name = table.name("name")
            if name in {era.name for era in found}:
                table.problem("name", f"is {shown(name)}, which is taken")
            if table.get("guards") is None:
                table.problem("guards", "is missing; list the codes of the guards that the tool had, [] for none")
            for code in table.texts("guards"):
                if code not in REFUSING:
                    table.problem("guards", f"names {shown(code)}, which refuses nothing; write {', '.join(REFUSING)}")
            self._check_subsystem(table, "share_of", table.text("share_of"))
            found.append(
                Era(
                    name,
                    _required(table, "title"),
                    frozenset(table.texts("guards")),
                    table.flag("paced"),
                    table.flag("empty_means_all"),
                    table.count("cells", 1, least=1),
                    table.count("share_percent", 0),
                    table.text("share_of"),
                    *self.provenance(table),
                )
            )
        return tuple(found)

    def _within(self, table: Table, starts: float, ends: float) -> float:
        time = self.moment(table, "time")
        if time and starts < ends and not starts <= time <= ends:
            table.problem(
                "time", f"is {shown(table.get('time'))}, outside of the incident; it must be from starts to ends"
            )
        return time

    def provenance(self, table: Table) -> tuple[str, Confidence, bool]:
        """Read who says so, how sure that is, and whether it is invented: an invention is always marked."""
        source, confidence = table.text("source"), table.text("confidence")
        illustrative = table.flag("illustrative")
        if not source:
            table.problem("source", f'is missing; write the id of a [[source]], or "{MODEL}" for what is invented')
        elif source not in self.known_sources:
            known = ", ".join(sorted(self.known_sources))
            table.problem("source", f"is {shown(source)}, which is no [[source]] here; there are {known}")
        if confidence not in CONFIDENCE:
            what = "missing" if not confidence else shown(confidence)
            table.problem("confidence", f"is {what}; write one of {', '.join(CONFIDENCE)}")
            confidence = "NP"
        if table.get("illustrative") is None:
            table.problem("illustrative", "is missing; write true for what is invented, false for what is published")
        elif not illustrative and (confidence == "NP" or source == MODEL):
            table.problem("illustrative", "is false, but what was not published is invented; write illustrative = true")
        return source, cast("Confidence", confidence), illustrative

    def _known(self, table: Table, key: str) -> tuple[str, ...]:
        names = table.names(key)
        for name in names:
            self._check_subsystem(table, key, name)
        return names

    def _check_subsystem(self, table: Table, key: str, name: str) -> None:
        if name and name not in self.region.index:
            table.problem(key, f"names {shown(name)}, which is not a subsystem of {self.region.name}")

    def _change(self, table: Table, illustrative: bool, *, may_hide: bool = False) -> Change:
        invented = illustrative or table.flag("illustrative")
        if table.get("illustrative") is None and not illustrative:
            table.problem(
                "illustrative", "is missing; write true for numbers that are invented, false for published ones"
            )
        if table.get("to") is None:
            return self._mark(table, invented)
        hidden = {"hidden"} if may_hide else set()
        table.only(
            {"to", "servers", "pool", "subsystem", "in", "from", "count", "over", "after", "illustrative"} | hidden
        )
        to = self._state(table, "to", table.text("to"))
        names, pool, subsystem = table.texts("servers"), table.text("pool"), table.text("subsystem")
        if sum(map(bool, (names, pool, subsystem))) != 1:
            table.problem("to", "needs exactly one of servers, pool and subsystem, to say whose state it is")
        self._check_subsystem(table, "subsystem", subsystem)
        place = table.text("in")
        if place and not any(
            place in (zone, f"{zone}/{cell}", f"{zone}/{cell}/{rack}") for zone, cell, rack in self.region.roster.racks
        ):
            table.problem(
                "in", f"names {shown(place)}, which is no zone, cell or rack of {self.region.name} with servers"
            )
        before = tuple(self._state(table, "from", name) for name in table.texts("from"))
        return ServerChange(
            to,
            names,
            pool,
            subsystem,
            place,
            before,
            table.amount("count"),
            table.seconds("over", 0.0),
            table.seconds("after", 0.0),
            invented,
            may_hide and table.flag("hidden"),
        )

    def _mark(self, table: Table, illustrative: bool) -> Mark:
        table.only({"subsystem", "serves", "restart", "demand", "illustrative"})
        demand = table.count("demand", 0) if table.get("demand") is not None else None
        subsystem = table.name("subsystem")
        self._check_subsystem(table, "subsystem", subsystem)
        raw, serves = table.get("serves"), None
        if isinstance(raw, str):
            if raw not in ("all", "none", "by model"):
                table.problem("serves", f'is {shown(raw)}; write "all", "none", "by model" or a list of operations')
            serves = cast("Literal['all', 'none'] | None", raw if raw in ("all", "none") else None)
        elif raw is not None:
            return Mark(subsystem, table.texts("serves"), self._restart(table), demand, illustrative)
        elif table.get("restart") is None and demand is None:
            table.problem("subsystem", 'is all that is said; add to = "removed", serves = "none" or restart = "begun"')
        return Mark(subsystem, serves, self._restart(table), demand, illustrative)

    def _restart(self, table: Table) -> Literal["", "begun", "done"]:
        text = table.text("restart")
        if text not in ("", "begun", "done"):
            table.problem("restart", f'is {shown(text)}; write "begun" or "done"')
            return ""
        return cast("Literal['', 'begun', 'done']", text)

    def _state(self, table: Table, key: str, name: str) -> int:
        if name in STATE_NAMES:
            return STATE_NAMES.index(name)
        table.problem(key, f"is {shown(name)}; a state is one of {', '.join(STATE_NAMES)}")
        return int(ServerState.IN_SERVICE)


def _zone(head: Table) -> tzinfo:
    name = head.text("time_zone")
    if problem := zone_problem(name):
        head.problem("time_zone", problem)
    return zone_of(name)


def _day(head: Table) -> date:
    raw = head.get("date")
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw
    head.problem("date", f"is {shown(raw)}; write a day such as 2017-02-28, without quotes")
    return date(2000, 1, 1)
