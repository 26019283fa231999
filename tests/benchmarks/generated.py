"""Generated regions for benchmarks, made once a run and size, and how what they cost grows."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from math import log
from pathlib import Path
from statistics import median
from tempfile import mkdtemp
from time import process_time

import numpy as np

from topology.fleet.fleet import Fleet
from topology.fleet.state import State
from topology.generation.region import generate
from topology.region.description import read_region
from topology.region.region import Region

SIZES = (10_000, 100_000, 1_000_000)


@cache
def described(servers: int, subsystems: int = 1000) -> Path:
    """Write a region into a folder that lasts as long as the run, and give its description."""
    folder = Path(mkdtemp(prefix="underkeel-benchmark-"))
    made = generate(servers, subsystems, 0)
    (folder / "region.toml").write_text(made.text)
    (folder / "fleet.csv").write_text("".join(piece for _, piece in made.fleet()))
    return folder / "region.toml"


@cache
def region_of(servers: int, subsystems: int = 1000) -> Region:
    """Read such a region."""
    path = described(servers, subsystems)
    return read_region(path.read_text(), path.name, (path.parent / "fleet.csv").read_bytes())


def largest_of(region: Region) -> int:
    """Give the subsystem with most servers."""
    return max(range(len(region.subsystems)), key=region.listed.__getitem__)


def with_largest(region: Region, servers: int) -> Region:
    """Let so many servers in all support the largest subsystem alone, or as they did: others of the region change over to it."""
    largest, roster = largest_of(region), region.roster
    supports = np.array([any(number == largest for number, _ in profile) for profile in roster.profiles])
    others = np.flatnonzero(~supports[roster.profile])
    chosen = np.random.default_rng(1).choice(others, max(0, servers - region.listed[largest]), replace=False)
    profile = roster.profile.copy()
    profile[chosen] = roster.profiles.index(((largest, 1),))
    return replace(region, roster=replace(roster, profile=profile), index={})


def with_sets(region: Region, sets: int) -> Region:
    """Let every server support one or two subsystems more, so that there are so many distinct sets of subsystems."""
    roster, dice = region.roster, np.random.default_rng(2)
    served = np.flatnonzero(np.array(region.listed))
    profiles, index = list(roster.profiles), {profile: number for number, profile in enumerate(roster.profiles)}
    more: list[list[int]] = [[number] for number in range(len(profiles))]
    while len(profiles) < sets:
        base = int(dice.integers(len(roster.profiles)))
        extra = {int(one): 1 for one in dice.choice(served, int(dice.integers(1, 4)), replace=False)}
        made = tuple(sorted({**extra, **dict(roster.profiles[base])}.items()))
        if made not in index:
            index[made] = len(profiles)
            more[base].append(len(profiles))
            profiles.append(made)
    profile = roster.profile.copy()
    for base, choices in enumerate(more):
        mine = np.flatnonzero(roster.profile == base)
        profile[mine] = dice.choice(choices, len(mine))
    return replace(region, roster=replace(roster, profile=profile, profiles=tuple(profiles)), index={})


def state_of(servers: int, subsystems: int = 1000) -> State:
    """Give a fresh state of such a region."""
    region = region_of(servers, subsystems)
    return State(region, Fleet(region), revision=1)


def cost_of(act: Callable[[], object], rounds: int) -> float:
    """Give the median processor time of a call, in seconds."""
    costs = []
    for _ in range(rounds):
        start = process_time()
        act()
        costs.append(process_time() - start)
    return median(costs)


def exponent(costs: Sequence[float], sizes: Sequence[int] = SIZES) -> float:
    """Say how a cost grows with the size: 1 is in proportion, 0 not at all."""
    return log(costs[-1] / costs[0]) / log(sizes[-1] / sizes[0])


def rounded(costs: Sequence[float], unit: float = 1000.0) -> list[float]:
    """Give costs in milliseconds, or another unit, to be noted beside a benchmark."""
    return [round(cost * unit, 3) for cost in costs]
