"""What the map says of servers, marks and choices, in words. Values in, plain text out."""

from datetime import tzinfo

from console.words import writing as words
from topology.command.grammar.syntax import Place
from topology.fleet_map.facts import ChoiceReach, ServerFacts
from topology.fleet_map.marks import CellMark, ColourBy, Marks
from topology.region.sentences.clock import moment_at
from topology.region.server_states import STATE_NAMES

SAID_OF_MARKS = {
    CellMark.QUIET: "others",
    CellMark.IN_SERVICE: "in service",
    CellMark.SEVERAL: "of several",
    CellMark.LIT: "of",
    CellMark.JOINING: "joining",
    CellMark.REMOVED: "removed",
    CellMark.DRAINING: "draining",
    CellMark.FAILED: "failed",
    CellMark.PENDING: "about to leave",
    CellMark.PLANNED: "would leave",
    CellMark.SHARED: "would leave, shared",
}
COLOURED_BY = {ColourBy.STATE: "State", ColourBy.SUBSYSTEM: "Subsystem", ColourBy.PLAN: "Plan"}
GOING = (CellMark.PENDING, CellMark.PLANNED, CellMark.SHARED)
OLD = "old: the source is silent"
REACHES = {ChoiceReach.SERVER: "server", ChoiceReach.RACK: "rack", ChoiceReach.CELL: "cell", ChoiceReach.ZONE: "zone"}


def legend(marks: Marks, gives_back: bool) -> tuple[tuple[CellMark, str], ...]:
    """Say what each mark on the map stands for and how many servers have it, the normal first.

    *gives_back* is true while the plan on show is of servers that would come back.
    """
    groups = {mark: name for name, mark in marks.groups}
    some_go = any(mark in GOING and count for mark, count in marks.counted())
    said = []
    for mark, count in marks.counted():
        text = groups.get(mark) or SAID_OF_MARKS[mark]
        if mark is CellMark.LIT:
            text = f"of {marks.lit}"
        elif mark is CellMark.IN_SERVICE and marks.by is ColourBy.SUBSYSTEM and not marks.lit:
            text = "other subsystems"
        elif mark is CellMark.IN_SERVICE and some_go and not gives_back:
            text = "stay in service"  # those that go are in service, too, for now
        elif gives_back:
            text = text.replace("would leave", "would come back")
        if mark is CellMark.SHARED:
            also = (f"{name} {words.number(number)}" for name, number in marks.planned.also)
            text = f"{text} with {words.listed(also, 4)}"
        said.append((mark, f"{words.number(count)} {words.literal(text)}"))
    return tuple(said)


def facts_of_server(facts: ServerFacts, now: float, zone: tzinfo, gives_back: bool) -> tuple[str, ...]:
    """Say everything about one server, in parts: name, place, subsystems, state, since when, and what the plan does with it."""
    said = [facts.name, str(facts.place), words.listed(facts.subsystems, 6)]
    state = STATE_NAMES[facts.state].replace("_", " ")
    said.append(f"{state} {since(facts.since, now, zone)}")
    if facts.protected:
        said.append("protected")
    if facts.mark in (CellMark.PENDING, CellMark.PLANNED, CellMark.SHARED):
        verdict = SAID_OF_MARKS[facts.mark]
        said.append(verdict.replace("would leave", "would come back") if gives_back else verdict)
    return tuple(words.literal(part) for part in said if part)


def since(moment: float | None, now: float, zone: tzinfo) -> str:
    """Say since when something is so: the clock of its day, the date too where it was another day, and how long that is."""
    if moment is None:
        return "since before this session"
    began, today = (moment_at(time, zone) for time in (moment, now))
    clock = began.strftime("%H:%M:%S" if began.date() == today.date() else "%Y-%m-%d %H:%M:%S")
    return f"since {clock} ({words.duration(now - moment)})"


def servers_in(place: Place, count: int) -> str:
    """Say what is chosen: `rack az4/c1/r12, 40 servers`."""
    level = REACHES[
        ChoiceReach.ZONE if place.cell is None else ChoiceReach.CELL if place.rack is None else ChoiceReach.RACK
    ]
    return f"{level} {place}, {words.plural(count, 'server')}"


def zone_title(name: str, count: int) -> tuple[str, str]:
    """Give the two parts of a zone's title: its name, and how many servers it lists."""
    return name, words.plural(count, "server")


def name_lines(name: str, most: int) -> list[str]:
    """Break a server's name at its hyphens and dots into lines of at most so many letters; what is longer is cut anywhere."""
    lines: list[str] = []
    rest = name
    while rest:
        if len(rest) <= most:
            lines.append(rest)
            break
        cut = max(rest.rfind(mark, 0, most) for mark in "-.") + 1
        cut = cut or most
        lines.append(rest[:cut])
        rest = rest[cut:]
    return lines
