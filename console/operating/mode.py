"""What the top strip says, worked out from a state and its feed."""

from console.operating.alarms.keeper import AlarmReading
from console.operating.desk import Feed
from console.operating.notice import Notice
from console.operating.strip import Mode, StripReading
from console.words import writing as words
from console.words.alarms import counted
from console.words.findings.lowered import lowered_sentences
from topology.fleet.fleet import NO_FLOOR
from topology.fleet.state import State
from topology.planning.standing import standing
from topology.region.sentences.clock import moment_at, zone_of

MOST_RACKS = 3
THIS_MACHINE = "this machine only"


def strip_reading(state: State, feed: Feed, operator: str, alarms: AlarmReading | None = None) -> StripReading:
    """Say mode, region, revision, age, the region's own time, and how many subsystems are below a floor or tight."""
    region = state.region
    silent = state.freshness.is_silent(region.policy.stale_after_s)
    below, tight = standing(state)
    clock = moment_at(state.time, zone_of(region.time_zone))
    mode = mode_of(feed, silent)
    return StripReading(
        mode=mode,
        region=region.name,
        title=region.title,
        revision=f"rev {state.revision:,}",
        age=words.rough_age(state.freshness.age_s),
        stale=silent,
        silent_for=words.duration(int(state.freshness.age_s)) if silent else "",
        clock=clock.strftime("%H:%M:%S %Z"),
        below=below,
        tight=tight,
        unknown=without_floor(state),
        only_here=THIS_MACHINE if mode is Mode.LIVE and state.promises.this_machine_only else "",
        alarms="" if alarms is None else counted(alarms.loud, len(alarms.alarms)),
        loud=0 if alarms is None else alarms.loud,
        model=region.illustrative,
        operator=operator,
    )


def without_floor(state: State) -> int:
    """Count the subsystems that have servers and state no floor, so that every plan on them is refused."""
    scopes = state.fleet.scopes
    rows = scopes.region_row[scopes.region_row >= 0]
    return int((scopes.floor[rows] == NO_FLOOR).sum())


def mode_of(feed: Feed, silent: bool) -> Mode:
    """Give the mode of a feed: a silent source is disconnected, whatever it is."""
    if silent:
        return Mode.DISCONNECTED
    if feed.abilities.rewinds:
        # Incidents and their model, which a window on a region loads nothing of.
        from console.operating.training.replay import Replay

        if isinstance(feed, Replay):
            return Mode.REPLAY if feed.branch is None else Mode.TRAINING
    return Mode.SIMULATION if feed.abilities.simulated else Mode.LIVE


def source_notices(state: State, source: str) -> tuple[Notice, ...]:
    """Say why *source*, by its name, is silent, what its description guards less, and what nobody knows; else nothing."""
    freshness = state.freshness
    silent = freshness.is_silent(state.region.policy.stale_after_s)
    text = ""
    if silent:
        why = freshness.reason or freshness.outdated or "no news arrives"
        text = f"{source} is silent, so nothing can be confirmed: {why}."
    elif freshness.outdated:
        text = f"The description cannot be read any more, so the last good one stays for now: {freshness.outdated}."
    less = "; ".join(lowered_sentences(state.unacknowledged))
    lowered = f"The description was read anew and guards less, so nothing is removed: {less}." if less else ""
    if state.undecided:
        names = words.listed(state.undecided)
        lowered += f" Nobody can say whether {names} left, so they count as leaving: see whether they serve."
    if state.unheard:
        racks = words.listed([rack.name for rack in state.unheard[:MOST_RACKS]])
        more = f" and {len(state.unheard) - MOST_RACKS:,} more" if len(state.unheard) > MOST_RACKS else ""
        lowered += (
            f" Agents are gone from {racks}{more}: how much their subsystems have is unknown, see what became of them."
        )
    return (
        Notice("source", text, "alarm" if silent else "caution", lasting=True),
        Notice("description", lowered.strip(), "caution", (("Acknowledge …", "acknowledge"),), lasting=True),
    )
