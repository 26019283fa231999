"""The servers of a plan by their positions; names, what they support and the digest are made once somebody asks."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import is_dataclass
from functools import cached_property
from typing import Any, TypeVar, cast

import msgspec
import numpy as np
from numpy.typing import NDArray

from topology.region.naming.packed_names import names_at
from topology.region.region import Region

_T = TypeVar("_T")


def digest_of(region: str, command: str, servers: Sequence[str]) -> str:
    """Give the SHA-256 of `[region, command, [sorted servers]]` as compact JSON in UTF-8: what a confirmation names."""
    return hashlib.sha256(msgspec.json.encode((region, command, sorted(servers)))).hexdigest()


class Listed:
    """Servers of one region, in order. They are frozen: facts that come later change neither names nor what they support."""

    def __init__(self, region: Region, positions: NDArray[np.int32]) -> None:
        self.region, self.roster = region.name, region.roster
        self._described = region.subsystems
        self.positions = positions
        """Their places in the roster."""

    def __len__(self) -> int:
        return len(self.positions)

    def is_of(self, region: Region) -> bool:
        """Whether a position still means the same server in *region*."""
        return self.roster.names is region.roster.names

    def is_same(self, other: "Listed") -> bool:
        """Whether *other* lists the same servers, in whichever order."""
        if self.roster.names is not other.roster.names or self.region != other.region:
            return sorted(self.names) == sorted(other.names)
        if np.array_equal(self.positions, other.positions):
            return True
        return len(self) == len(other) and np.array_equal(np.sort(self.positions), np.sort(other.positions))

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Their names."""
        return names_at(self.roster.names, self.positions)

    def first(self, most: int) -> tuple[str, ...]:
        """Give the names of the first *most*."""
        return names_at(self.roster.names, self.positions[:most])

    @cached_property
    def supports(self) -> tuple[tuple[str, ...], ...]:
        """The subsystems that each supports."""
        of = self.roster.profile[self.positions]
        names: dict[int, tuple[str, ...]] = {
            profile: tuple(self._described[number].name for number, _ in self.roster.profiles[profile])
            for profile in np.flatnonzero(np.bincount(of)).tolist()
        }
        return tuple(map(names.__getitem__, of.tolist()))

    def digest(self, command: str) -> str:
        """Give the digest of a *command* that comes to these servers."""
        return digest_of(self.region, command, self.names)


class Later:
    """A value that is made when it is first read; *listed* are the servers it is made of."""

    def __init__(self, listed: Listed, make: Callable[[Listed], object]) -> None:
        self.listed = listed
        self._make = make

    @cached_property
    def value(self) -> object:
        """The value, made once."""
        return self._make(self.listed)


def later(listed: Listed, make: Callable[[Listed], _T]) -> _T:
    """Give what a field that may come late takes for the value that *make* gives."""
    return cast("_T", Later(listed, make))


class _Field:
    """A field of a frozen dataclass which takes a `Later`, and gives its value."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, owner: object | None, kind: type | None = None) -> object:
        if owner is None:
            return self
        held = owner.__dict__[self._name]
        return held.value if isinstance(held, Later) else held

    def __set__(self, owner: object, value: object) -> None:
        owner.__dict__[self._name] = value


def coming_late(*names: str) -> Callable[[type[_T]], type[_T]]:
    """Let the fields *names* of a frozen dataclass take `later` values: readers see nothing of it."""

    def changed(kind: type[_T]) -> type[_T]:
        if not is_dataclass(kind):
            raise TypeError(f"{kind.__name__} is no dataclass, so it has no fields that could come late")
        for name in names:
            setattr(kind, name, _Field(name))
        return kind

    return changed


def held_by(owner: object, name: str) -> Listed | None:
    """Give the servers of a field that came late, without making its value; None where it was given as it is."""
    held: Any = vars(owner)[name]
    return held.listed if isinstance(held, Later) else None
