"""Which position a name has, for millions of names, with no moment in which the loop stands still.

One dictionary of a million names takes 30 to 60 ms each time that it grows; sixteen take as long in parts. They are of different
sizes, from one to nearly two, so that they do not all grow at the same moment either.
"""

from collections.abc import Iterable

_SHARDS = 16
_SLOTS = 256


def _shard_of_slot() -> bytes:
    """Give the part that each slot of hashes belongs to: each part is a sixteenth of an octave larger than the one before."""
    sizes = [2 ** (part / _SHARDS) for part in range(_SHARDS)]
    ends = [round(_SLOTS * sum(sizes[: part + 1]) / sum(sizes)) for part in range(_SHARDS)]
    return bytes(next(part for part, end in enumerate(ends) if slot < end) for slot in range(_SLOTS))


_PART = _shard_of_slot()


class Positions:
    """Positions by name, in parts that each grow by themselves."""

    def __init__(self) -> None:
        self._shards: list[dict[str, int]] = [{} for _ in range(_SHARDS)]

    def __len__(self) -> int:
        return sum(map(len, self._shards))

    def __contains__(self, name: str) -> bool:
        return name in self._shards[_PART[hash(name) % _SLOTS]]

    def add(self, names: Iterable[str], at: int) -> None:
        """Give each name a position, from *at* on; a name that is there gets another."""
        shards = self._shards
        for position, name in enumerate(names, at):
            shards[_PART[hash(name) % _SLOTS]][name] = position

    def of(self, names: Iterable[str]) -> list[int]:
        """Give the position of each.

        Raises:
            KeyError: with a name that has none.
        """
        shards = self._shards
        return [shards[_PART[hash(name) % _SLOTS]][name] for name in names]

    def drop_part(self) -> bool:
        """Free a part, for all at once takes long too; says whether another is left."""
        if self._shards:
            self._shards.pop()
        return bool(self._shards)

    def remove(self, name: str) -> None:
        """Forget a name."""
        self._shards[_PART[hash(name) % _SLOTS]].pop(name, None)
