"""What the guards of what was meant say: nothing or too little matches, something is unknown, or far from usual."""

from console.words.findings.lowered import not_acknowledged
from console.words.findings.wording import said, servers
from topology.planning.guards.meaning.nothing_matches import MOST_NAMED, NoneSelected, NothingToUndo
from topology.planning.guards.meaning.too_few_match import CannotBeMoved, LessThanOne, MoreThanMatch
from topology.planning.guards.meaning.unknown import (
    AgentsGone,
    GuardLowered,
    NoFloor,
    NoLimit,
    NoSuchSubsystem,
    SourceLost,
    SourceSilent,
)
from topology.planning.guards.meaning.unusual import FarFromUsual
from topology.planning.guards.outside import GuardFailed
from topology.planning.selection.left_out import LeftOut
from topology.region.sentences.counting import first_of

MEANT = "what was meant"
JUDGEMENT = "the judgement itself"
MATCHING = "servers that match"


def _none_selected(facts: NoneSelected) -> str:
    server = "server in service" if facts.removes else "removed server"
    places = f" in {' '.join(facts.places)}" if facts.places else ""
    where = f" where {facts.where}" if facts.where else ""
    return f"no {server} matches {', '.join(facts.subsystems)}{places}{where}"


def _nothing_to_undo(facts: NothingToUndo) -> str:
    verb = "leave again" if facts.removes else "come back"
    return f"no server of entry {facts.entry:,} can {verb}: {_left_out(facts.left_out, facts.count)}"


def _more_than_match(facts: MoreThanMatch) -> str:
    matches = "matches" if facts.matching == 1 else "match"
    return f"{servers(facts.wanted)} asked for, {facts.matching:,} {matches}"


def _cannot_be_moved(facts: CannotBeMoved) -> str:
    verb = "removed" if facts.removes else "put back"
    names = _left_out(facts.left_out, facts.count)
    if facts.entry is None:
        return f"{servers(facts.count)} cannot be {verb}: {names}"
    return f"{servers(facts.count)} of entry {facts.entry:,} cannot be {verb} and are left out: {names}"


def _left_out(found: tuple[LeftOut, ...], count: int) -> str:
    return first_of(tuple(map(str, found)), MOST_NAMED, count=count)


def _source_silent(facts: SourceSilent) -> str:
    return f"the newest fact is {facts.age_s:,.0f} s old; after {facts.limit_s:,.0f} s the source counts as silent"


def _agents_gone(facts: AgentsGone) -> str:
    racks = first_of(facts.racks, len(facts.racks), count=facts.count)
    whose = f"the agent of rack {racks} is" if facts.count == 1 else f"the agents of racks {racks} are"
    return f"how much of {facts.subsystem} is there is not known: {whose} gone; see what became of it, then acknowledge"


def _guard_failed(facts: GuardFailed) -> str:
    wrong = {
        "raised": f"ended in an error: {facts.about}: {facts.said}",
        "no-finding": f"gave a {facts.about}, which is no finding",
        "another-code": f"gave a finding with the code {facts.about}, which is not its own",
        "no-words": f"gave {facts.about}, which has no words",
        "not-loaded": f"could not be loaded: {facts.about}",
        "asks-nothing": "asks nothing",
    }
    return f"the guard {facts.guard} {wrong[facts.wrong]}"


def _far_from_usual(facts: FarFromUsual) -> str:
    reasons = [
        f"{servers(facts.count)} is {facts.count // one.usual:,} times what is usual for {one.whose}, {one.usual:,}"
        for one in facts.usual
    ]
    if facts.looks_like:
        reasons.append(f"this looks like a slip of {facts.looks_like}, which keeps every floor")
    return "; ".join(reasons)


WORDINGS = (
    said(NoneSelected, _none_selected, MEANT, MATCHING),
    said(NothingToUndo, _nothing_to_undo, MEANT, MATCHING),
    said(
        LessThanOne,
        lambda facts: f"{facts.share} of {servers(facts.matching)} is less than one server",
        MEANT,
        MATCHING,
    ),
    said(MoreThanMatch, _more_than_match, MEANT, MATCHING),
    # An undo goes on without them.
    said(CannotBeMoved, _cannot_be_moved, MEANT, lambda facts: MATCHING if facts.entry is None else ""),
    said(
        NoSuchSubsystem,
        lambda facts: f"{facts.subsystem} is not a subsystem of {facts.region} (any more)",
        JUDGEMENT,
        "a name that the description has",
    ),
    said(
        NoFloor,
        lambda facts: f"{facts.subsystem} states no floor, so no plan that touches it can be judged; 0 must be written",
        JUDGEMENT,
        "a floor in the description",
    ),
    said(
        NoLimit,
        lambda facts: f"the policy states no {facts.key}, so nothing can be removed",
        JUDGEMENT,
        lambda facts: f'{facts.key} = "{facts.example}" in the description',
    ),
    said(
        SourceLost,
        lambda facts: f"{facts.region} does not answer" + (f": {facts.reason}" if facts.reason else ""),
        JUDGEMENT,
        "a source that answers",
    ),
    said(SourceSilent, _source_silent, JUDGEMENT, "a newer fact"),
    said(AgentsGone, _agents_gone, JUDGEMENT, "the agent back, or acknowledge"),
    said(GuardFailed, _guard_failed, JUDGEMENT, "the guard mended, or its distribution taken out"),
    said(
        GuardLowered,
        lambda facts: f"{not_acknowledged([facts.change])}; acknowledge it first",
        JUDGEMENT,
        "acknowledge",
    ),
    said(FarFromUsual, _far_from_usual, MEANT, lambda facts: facts.looks_like or "a count as usual"),
)
