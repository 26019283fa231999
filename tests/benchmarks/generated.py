"""Generated regions for benchmarks, made once a run and size, and how what they cost grows."""

from collections.abc import Callable, Sequence
from functools import cache
from math import log
from pathlib import Path
from statistics import median
from tempfile import mkdtemp
from time import process_time

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
