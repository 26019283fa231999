"""How much may leave in a sliding minute, and in each longer window, counted over every act of everybody, by the link's time."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from topology.links.check.scene import Scene
from topology.links.ledger import PACE_WINDOW_S
from topology.links.protocol import Wave
from topology.refusals.at_act import LimitMissing, TooFast
from topology.refusals.refusal import Refusal
from topology.region.region import Region, Window


@dataclass(frozen=True, slots=True)
class Limit:
    """What may leave within a time: servers in all, of one subsystem, or of one execution."""

    whose: str
    """A region or a subsystem; empty for the execution itself."""
    pace: int
    count: int
    """Servers of the wave that count."""
    left: tuple[tuple[float, int], ...]
    """(time, servers that count), oldest first."""
    seconds: float = PACE_WINDOW_S
    whole: bool = False
    """Whether it is one of the whole region."""


def never_fits(scene: Scene, wave: Wave) -> Iterator[Refusal]:
    """Refuse a wave that is larger than what may leave in any minute, or in any longer window."""
    if scene.region.policy.pace_per_minute is None:
        yield Refusal("unknown", LimitMissing("pace"))
    for limit in () if "pace" in scene.lifts else _limits(scene, wave):
        if limit.count > limit.pace:
            yield Refusal("pace", TooFast(limit.whose, limit.count, limit.pace, limit.seconds))


def first_moment(scene: Scene, wave: Wave) -> float:
    """Give the first moment, now or later, from which a wave fits every limit."""
    return max((_first_moment(scene.time, limit) for limit in _limits(scene, wave)), default=scene.time)


def room_for_others(scene: Scene, wave: Wave) -> int:
    """Give how many servers may leave besides a wave that fits, whichever they are: windows of one subsystem do not count."""
    limits = [limit for limit in _limits(scene, wave) if limit.whole]
    inside = (sum(count for time, count in limit.left if time + limit.seconds > scene.time) for limit in limits)
    rooms = (limit.pace - used - limit.count for limit, used in zip(limits, inside, strict=True))
    return max(0, min(rooms, default=0))


def _first_moment(now: float, limit: Limit) -> float:
    moment = now
    inside = [(time, count) for time, count in limit.left if time + limit.seconds > now]
    used = sum(count for _, count in inside)
    for time, count in inside:
        if used + limit.count <= limit.pace:
            break
        used -= count
        moment = max(moment, time + limit.seconds)
    return moment


def _limits(scene: Scene, wave: Wave) -> list[Limit]:
    region, limits = scene.region, []
    if region.policy.pace_per_minute is not None:
        left = tuple((gone.time, len(gone.servers)) for gone in scene.departed)
        limits.append(Limit(region.name, region.policy.pace_per_minute, len(wave.servers), left, whole=True))
    for window in region.policy.windows:
        left = tuple((gone.time, len(gone.servers)) for gone in scene.departed)
        most = _allowed(window, region.roster.count)
        limits.append(Limit(region.name, most, len(wave.servers), left, window.seconds, whole=True))
    if wave.pace_per_minute is not None:
        own = tuple((gone.time, len(gone.servers)) for gone in scene.departed if gone.execution == wave.execution)
        limits.append(Limit("", wave.pace_per_minute, len(wave.servers), own))
    for number, subsystem in enumerate(region.subsystems):
        if subsystem.pace_per_minute is not None:
            count = _supporting(scene, number, wave.servers)
            limits.append(Limit(subsystem.name, subsystem.pace_per_minute, count, _left_of(scene, number)))
        for window in subsystem.windows:
            count, most = _supporting(scene, number, wave.servers), _allowed(window, _listed(region, number))
            limits.append(Limit(subsystem.name, most, count, _left_of(scene, number), window.seconds))
    return [limit for limit in limits if limit.count]


def _allowed(window: Window, listed: int) -> int:
    """Count what may leave within a window: a percentage rounds down, and is one server at least."""
    most = window.most
    return max(1, most.value * listed // 100) if most.percent else max(1, most.value)


def _listed(region: Region, number: int) -> int:
    """Count the servers listed for a subsystem, whatever their state."""
    roster = region.roster
    supports = np.array([any(own == number for own, _ in profile) for profile in roster.profiles], np.bool_)
    return int(supports[roster.profile].sum())


def _left_of(scene: Scene, number: int) -> tuple[tuple[float, int], ...]:
    return tuple((gone.time, _supporting(scene, number, gone.servers)) for gone in scene.departed)


def _supporting(scene: Scene, number: int, names: Sequence[str]) -> int:
    """Count the servers among *names* that support a subsystem; one that is gone from the description counts."""
    roster, count = scene.region.roster, 0
    for name in names:
        server = scene.position.get(name)
        if server is None or any(number == own for own, _ in roster.profiles[roster.profile[server]]):
            count += 1
    return count
