"""How many waves of others may come in between without breaking the pace, so that consoles need not wait for each other.

Whoever writes a wave of n servers also writes the key of its size: that of the smallest power of two that is not below n. How
often such a key was written is its version. A wave that leaves *room* for so many more servers compares that the versions rose
by so little that waves of those sizes cannot have taken more: no wave of a size takes more servers than its power of two.
"""

from collections.abc import Sequence

SIZES = 13
"""The last is for all waves of more than half of 4,096 servers, however large: for those there is never room."""
_ROUNDS = 8


def size_of(servers: int) -> int:
    """Give the number of the key that a wave of so many servers writes."""
    return min(max(servers - 1, 0).bit_length(), SIZES - 1)


def allowed(room: int, written: Sequence[int]) -> tuple[int, ...]:
    """Give by how much each version may rise; together waves of those sizes take at most *room* servers.

    Sizes that are in use, by how often they were *written*, come first.
    """
    found = [0] * SIZES
    in_order = sorted(range(SIZES - 1), key=lambda size: (not written[size], size))
    for _ in range(_ROUNDS):
        for size in in_order:
            if 1 << size <= room:
                found[size] += 1
                room -= 1 << size
    return tuple(found)
