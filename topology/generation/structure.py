"""The graph of a generated region: services in tiers, subsystems inside them, who needs whom.

Needs lead from a tier to deeper ones, inside a service from its front to its storage, and to a few foundations that
nearly everything rests on. A few lead back, so that there are cycles, as there are in every real region.
"""

from dataclasses import dataclass, field

from topology.generation.dice import Dice
from topology.generation.words import CUSTOMERS, FOUNDATIONS, OPERATIONS, ROLES, SUPPLIERS, numbered, service_names

_MEMBERS = 7
"""Subsystems of a service, on average."""
_MOST_TIERS = 7
_MOST_EXTERNALS = 200
_MOST_REPORTED = 12


@dataclass(frozen=True, slots=True)
class Part:
    """A subsystem with servers: *size* says how many it takes beside the others."""

    name: str
    service: str
    size: float


@dataclass(slots=True)
class Structure:
    """Subsystems and externals by position, externals last; *needs* maps (dependent, needed) to kind and operations."""

    parts: list[Part] = field(default_factory=list)
    services: list[list[int]] = field(default_factory=list)
    """Positions of the members of each service, front first."""
    externals: list[str] = field(default_factory=list)
    observer: str = ""
    """The external that reports on others, if there is one."""
    reports_on: list[int] = field(default_factory=list)
    needs: dict[tuple[int, int], tuple[str, tuple[str, ...]]] = field(default_factory=dict)

    def name(self, position: int) -> str:
        """Give the name of a subsystem or external."""
        core = len(self.parts)
        return self.parts[position].name if position < core else self.externals[position - core]


def make_structure(subsystems: int, dice: Dice) -> Structure:
    """Make a graph of exactly so many *subsystems*, externals included."""
    outside = min(subsystems // 20, _MOST_EXTERNALS) if subsystems >= 20 else int(subsystems >= 6)
    made = Structure()
    tiers = _make_services(made, subsystems - outside, dice)
    _link_inside(made, dice)
    _link_services(made, tiers, dice)
    _link_back(made, tiers, dice)
    _add_externals(made, outside, tiers, dice)
    return made


def _make_services(made: Structure, parts: int, dice: Dice) -> list[list[int]]:
    """Make services, and give the tiers: positions in `Structure.services`, the foundations last."""
    sizes: list[int] = []
    while sum(sizes) < parts:
        # Many are small, a few are large.
        drawn = 1 + int(dice.share() ** 2 * (3 * _MEMBERS - 2))
        sizes.append(min(drawn, parts - sum(sizes)))
    foundations = max(1, len(sizes) // 12) if len(sizes) > 2 else 0
    upper = min(_MOST_TIERS, 1 + (len(sizes) - foundations).bit_length() // 2) if sizes else 1
    tiers: list[list[int]] = [[] for _ in range(upper + 1)]
    names = service_names()
    for number, size in enumerate(sizes):
        founding = number >= len(sizes) - foundations
        name = numbered(FOUNDATIONS, number - len(sizes) + foundations) if founding else next(names)
        tier = upper if founding else number % upper if number < upper else dice.below(upper)
        tiers[tier].append(number)
        made.services.append(_make_members(made, name, size, dice))
    return tiers


def _make_members(made: Structure, service: str, size: int, dice: Dice) -> list[int]:
    chosen = sorted(range(len(ROLES)), key=lambda _: dice.share())[: min(size, len(ROLES))]
    if size > 1 and not any(ROLES[number][1] == 0 for number in chosen):
        chosen[0] = 0  # somebody has to be called
    roles = sorted(chosen + [dice.below(len(ROLES)) for _ in range(size - len(chosen))])
    members: list[int] = []
    for place, number in enumerate(roles):
        role, _, weight = ROLES[number]
        again = roles[:place].count(number)
        name = service if size == 1 else f"{service}-{role}" + (f"-{again + 1}" if again else "")
        members.append(len(made.parts))
        made.parts.append(Part(name, service, weight * 2.718281828 ** (0.8 * dice.bell())))
    return members


def _need(made: Structure, dependent: int, needed: int, dice: Dice, hard: float) -> None:
    """Note a need, once for each pair; a subsystem never needs itself."""
    if dependent != needed and (dependent, needed) not in made.needs:
        operations = dice.one(OPERATIONS) if dice.chance(0.08) else ()
        made.needs[dependent, needed] = ("hard" if dice.chance(hard) else "soft", operations)


def _link_inside(made: Structure, dice: Dice) -> None:
    for members in made.services:
        for place, dependent in enumerate(members[:-1]):
            deeper = members[place + 1 :]
            _need(made, dependent, dice.popular(deeper), dice, 0.8)
            if dice.chance(0.55):
                _need(made, dependent, dice.one(deeper), dice, 0.6)


def _link_services(made: Structure, tiers: list[list[int]], dice: Dice) -> None:
    foundations = [made.services[number][0] for number in tiers[-1]]
    for tier, numbers in enumerate(tiers[:-1]):
        below = [number for other in tiers[tier + 1 : -1] for number in other]
        for number in numbers:
            members = made.services[number]
            alone = dice.chance(0.04)  # a few have nothing to do with anybody
            for _ in range(0 if alone or not below else 1 + dice.below(7)):
                target = made.services[dice.popular(below) if dice.chance(0.4) else dice.one(below)]
                _need(made, dice.one(members), target[0], dice, 0.65)
            for dependent in members:
                if foundations and not alone and dice.chance(0.7):
                    _need(made, dependent, dice.popular(foundations), dice, 0.6)
    last = [made.services[number] for number in tiers[-1]]
    for place, members in enumerate(last[:-1]):  # foundations rest on each other, too
        _need(made, members[-1], dice.one(last[place + 1 :])[0], dice, 0.7)


def _link_back(made: Structure, tiers: list[list[int]], dice: Dice) -> None:
    """Lead a few paths back to their start; not through foundations, which would make one cycle of nearly everything."""
    foundations = {member for number in tiers[-1] for member in made.services[number]}
    successors: dict[int, list[int]] = {}
    for dependent, needed in made.needs:
        if dependent not in foundations and needed not in foundations:
            successors.setdefault(dependent, []).append(needed)
    starts = list(successors)
    for _ in range(max(1, len(made.parts) // 120) if starts and len(made.parts) >= 5 else 0):
        start = end = dice.one(starts)
        for _ in range(1 + dice.below(3)):
            end = dice.one(successors.get(end, [end]))
        _need(made, end, start, dice, 0.4)


def _add_externals(made: Structure, count: int, tiers: list[list[int]], dice: Dice) -> None:
    core = len(made.parts)
    fronts = [made.services[number][0] for number in tiers[0]]
    suppliers = count // 5
    for place in range(count):
        position = core + place
        if place == 0:
            made.observer = "status-board"
            made.externals.append(made.observer)
            made.reports_on = sorted({dice.one(fronts) for _ in range(_MOST_REPORTED)})
            _need(made, position, dice.one(fronts), dice, 1.0)
        elif place <= suppliers:
            made.externals.append(numbered(SUPPLIERS, place - 1))
            for _ in range(1 + dice.below(4)):
                _need(made, dice.below(core), position, dice, 0.5)
        else:
            made.externals.append(numbered(CUSTOMERS, place - suppliers - 1))
            for _ in range(1 + dice.below(3)):
                _need(made, position, dice.popular(fronts), dice, 0.85)
