"""Graphs to lay out, of any size, the same each time: sparse ones in tiers, and those of generated regions with their services."""

import random

import numpy as np

from topology.generation.dice import Dice
from topology.generation.structure import make_structure
from topology.layout import Request

TIERS = 12


def tiered(count: int, seed: int = 7, per_node: float = 1.4) -> Request:
    """Make tiers of teams: most needs go a tier or two down in the team, some to popular infrastructure, 1 % back up."""
    chance = random.Random(seed)
    tier = sorted(min(TIERS - 1, int(chance.triangular(0, TIERS, TIERS * 0.35))) for _ in range(count))
    team = [chance.randrange(max(1, count // 25)) for _ in range(count)]
    popular = [number for number in range(count) if tier[number] >= TIERS - 4][-max(3, count // 40) :]
    of_team: dict[tuple[int, int], list[int]] = {}
    for number in range(count):
        of_team.setdefault((team[number], tier[number]), []).append(number)
    edges = {}
    while len(edges) < int(count * per_node):
        dependent = chance.randrange(count)
        if chance.random() < 0.15 and popular:
            needed = chance.choice(popular)
        else:
            other = team[dependent] if chance.random() < 0.8 else chance.randrange(max(1, count // 25))
            there = of_team.get((other, tier[dependent] + chance.choice((1, 1, 1, 2))))
            needed = chance.choice(there) if there else dependent
        if tier[needed] > tier[dependent]:
            pair = (needed, dependent) if chance.random() < 0.01 else (dependent, needed)
            edges[pair] = None
    return Request(tuple(f"n{number}" for number in range(count)), np.array(list(edges), np.int32).reshape(-1, 2))


def generated(count: int, seed: int = 7) -> Request:
    """Make the graph of a generated region of *count* subsystems, with its services."""
    made = make_structure(count, Dice(seed))
    total = len(made.parts) + len(made.externals)
    names = tuple(made.name(position) for position in range(total))
    pairs = np.array(sorted(made.needs, key=lambda pair: made.needs[pair][0] == "soft"), np.int32)
    groups = (*(part.service for part in made.parts), *(None for _ in made.externals))
    return Request(names, pairs.reshape(-1, 2), groups, frozenset(range(len(made.parts), total)))


def edited(request: Request, seed: int = 11) -> Request:
    """Add one node with three edges to others, in the service of none."""
    chance = random.Random(seed)
    count = len(request.names)
    added = [(count, chance.randrange(count)) if number else (chance.randrange(count), count) for number in range(3)]
    groups = (*request.groups, None) if request.groups else ()
    edges = np.vstack([request.edges, np.array(added, np.int32)])
    return Request((*request.names, "added"), edges, groups, request.top, request.spacing, request.aspect)
