"""What part of the fleet is called in a command: a place, or servers by name. Text comes out; nothing here acts."""

from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from topology.command.grammar.names import MOST_NAMES, read_names, split_number
from topology.command.grammar.syntax import All, NameRange, Place, Remove, RemoveServers
from topology.command.grammar.tokens import LONGEST
from topology.command.verbs import VERBS
from topology.fleet.state import State
from topology.region.server_states import ServerState

LONGEST_NUMBER = 18
"""Digits that the number of a run may have."""


@dataclass(frozen=True, slots=True)
class Said:
    """The command for a part of the fleet; or, with no *text*, a sentence that says *why_not*.

    *servers* is how many the command would select.
    """

    text: str = ""
    servers: int = 0
    why_not: str = ""


def say_place(state: State, place: Place, members: NDArray[np.int32], lit: str = "") -> Said:
    """Say the removal of everything that is in service in *place*, which has these *members*; with *lit*, of that subsystem."""
    meant = _meant(state, members, lit)
    if not len(meant):
        return Said(why_not=_nothing(str(place), lit))
    text = str(Remove(All(), _subsystems(state, meant, lit), (place,)))
    if len(text) > LONGEST:
        how_many = f"{len(_subsystems(state, meant, lit)):,} subsystems"
        return Said(
            why_not=f"{place} serves {how_many}, too many for one command: select a subsystem, or a smaller part"
        )
    return Said(text, len(meant))


def say_area(state: State, members: NDArray[np.int32], lit: str = "") -> Said:
    """Say the removal of those of *members* that are in service: by name, or by the racks that they fill."""
    meant = _meant(state, members, lit)
    if not len(meant):
        return Said(why_not=_nothing("this area", lit))
    names = state.region.roster.names
    chosen = [names[server] for server in meant.tolist()] if len(meant) <= MOST_NAMES else []
    if chosen and (unspeakable := next((name for name in chosen if not _can_be_said(name)), None)):
        return Said(
            why_not=f"{unspeakable} is also a word of the language or reads as a run, so it cannot be named in a command"
        )
    text = str(RemoveServers(runs_of(chosen))) if chosen else ""
    if text and len(text) <= LONGEST:
        return Said(text, len(meant))
    places = _filled(state, meant, lit)
    by_place = str(Remove(All(), _subsystems(state, meant, lit), places)) if places else ""
    if by_place and len(by_place) <= LONGEST:
        return Said(by_place, len(meant))
    size = f"its {len(meant):,} servers take {len(text):,} characters" if text else f"it holds {len(meant):,} servers"
    limit = f"a command has at most {LONGEST:,} characters" if text else f"a command names at most {MOST_NAMES:,}"
    return Said(why_not=f"This area cannot be said: {size}, {limit}; choose whole racks or cells, or a smaller area")


def runs_of(names: list[str]) -> tuple[NameRange, ...]:
    """Put names together into runs, in their natural order: neighbours that differ only by a number that goes up by one."""
    found: list[NameRange] = []
    cut = [(*split_number(name), name) for name in names]
    cut.sort(key=lambda part: (part[0], len(part[1]), part[1]))
    for (prefix, width), group in groupby(cut, key=lambda part: (part[0], len(part[1]))):
        parts = list(group)
        if not 0 < width <= LONGEST_NUMBER:
            found.extend(NameRange("", name) for _, _, name in parts)
            continue
        first = last = parts[0][1]
        for _, digits, _ in parts[1:]:
            if int(digits) == int(last) + 1:
                last = digits
                continue
            found.append(_run(prefix, first, last))
            first = last = digits
        found.append(_run(prefix, first, last))
    return tuple(found)


def _run(prefix: str, first: str, last: str) -> NameRange:
    return NameRange("", prefix + first) if first == last else NameRange(prefix, first, last)


def _can_be_said(name: str) -> bool:
    """Whether a name is read as itself: one with two dots in it is read as a run, and `from` as the word of the language."""
    return read_names(name) == NameRange("", name) and name != VERBS["remove"].preposition


def _meant(state: State, members: NDArray[np.int32], lit: str) -> NDArray[np.int32]:
    """Give those that a removal can take: in service, about to be taken by nothing else, and of the subsystem *lit*."""
    keep = state.fleet.state[members] == ServerState.IN_SERVICE
    if len(state.pending):
        keep &= ~np.isin(members, state.pending)
    number = state.region.index.get(lit)
    if number is not None:
        roster = state.region.roster
        has = np.array([any(one == number for one, _ in profile) for profile in roster.profiles], np.bool_)
        keep &= has[roster.profile[members]]
    found: NDArray[np.int32] = members[keep]
    return found


def _subsystems(state: State, servers: NDArray[np.int32], lit: str) -> tuple[str, ...]:
    """Give the subsystems that together hold all of *servers*, in the region's order."""
    if lit:
        return (lit,)
    roster = state.region.roster
    numbers = {
        number for profile in np.unique(roster.profile[servers]).tolist() for number, _ in roster.profiles[profile]
    }
    return tuple(state.region.subsystems[number].name for number in sorted(numbers))


def _filled(state: State, servers: NDArray[np.int32], lit: str) -> tuple[Place, ...]:
    """Give the places that hold exactly *servers* among those that could be meant; nothing where they hold others too.

    Racks that fill a cell are said as the cell, cells that fill a zone as the zone.
    """
    roster = state.region.roster
    everyone = _meant(state, np.arange(len(roster), dtype=np.int32), lit)
    subsystems = set(_subsystems(state, servers, lit))
    numbers = {state.region.index[name] for name in subsystems}
    named = np.array([any(number in numbers for number, _ in profile) for profile in roster.profiles], np.bool_)
    everyone = everyone[named[roster.profile[everyone]]]
    inside = np.bincount(roster.rack[servers], minlength=len(roster.racks))
    there = np.bincount(roster.rack[everyone], minlength=len(roster.racks))
    if ((inside > 0) & (inside != there)).any():
        return ()
    places: list[Place] = []
    taken = inside > 0
    for zone, name in enumerate(roster.zones):
        of_zone = np.flatnonzero(roster.cell_zone[roster.rack_cell] == zone)
        if not taken[of_zone].any():
            continue
        if (taken[of_zone] | (there[of_zone] == 0)).all():
            places.append(Place(name))
            continue
        for cell in np.unique(roster.rack_cell[of_zone]).tolist():
            of_cell = of_zone[roster.rack_cell[of_zone] == cell]
            if not taken[of_cell].any():
                continue
            if (taken[of_cell] | (there[of_cell] == 0)).all():
                places.append(Place(*roster.cells[cell]))
            else:
                places.extend(Place(*roster.racks[rack]) for rack in of_cell[taken[of_cell]].tolist())
    return tuple(places)


def _nothing(where: str, lit: str) -> str:
    what = f"no server of {lit}" if lit else "no server"
    return f"There is {what} in service in {where} that could be removed"
