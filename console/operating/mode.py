"""What the top strip says, worked out from a state and its feed."""

from datetime import UTC, datetime

from console.operating.desk import Feed
from console.operating.strip import Mode, StripReading
from console.operating.training.replay import Replay
from console.words import writing as words
from topology.fleet.fleet import NO_FLOOR
from topology.fleet.state import State
from topology.planning.standing import standing

THIS_MACHINE = "this machine only"


def strip_reading(state: State, feed: Feed, operator: str) -> StripReading:
    """Say mode, region, revision, age, the region's own time, and how many scopes are below their floor or tight."""
    region = state.region
    silent = state.freshness.is_silent(region.policy.stale_after_s)
    below, tight = standing(state)
    clock = datetime.fromtimestamp(state.time, UTC).astimezone(words.zone(region.time_zone))
    mode = mode_of(feed, silent)
    return StripReading(
        mode=mode,
        region=region.name,
        title=region.title,
        revision=f"rev {state.revision:,}",
        age=words.age(state.freshness.age_s),
        stale=silent,
        clock=clock.strftime("%H:%M:%S %Z"),
        below=below,
        tight=tight,
        unknown=without_floor(state),
        only_here=THIS_MACHINE if mode is Mode.LIVE and state.promises.this_machine_only else "",
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
    if isinstance(feed, Replay):
        return Mode.REPLAY if feed.branch is None else Mode.TRAINING
    return Mode.SIMULATION if feed.abilities.simulated else Mode.LIVE
