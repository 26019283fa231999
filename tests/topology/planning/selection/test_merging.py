"""Several sequences merged at once, against one that looks at every head before every step."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.profiles import examples
from topology.planning.selection.merging import merged

VALUES = st.integers(0, 12).map(lambda number: number / 4) | st.just(float("inf"))


def falling(least: int = 0) -> st.SearchStrategy[list[float]]:
    return st.lists(VALUES, min_size=least, max_size=9).map(lambda some: sorted(some, reverse=True))


def one_at_a_time(sequences: list[list[float]], limit: list[float]) -> list[int]:
    begins = [sum(map(len, sequences[:number])) for number in range(len(sequences))]
    taken = [0] * len(sequences)
    found = []
    for most in limit:
        heads = [number for number, each in enumerate(sequences) if taken[number] < len(each)]
        best = min(heads, key=lambda number: (-min(most, sequences[number][taken[number]]), number))
        found.append(begins[best] + taken[best])
        taken[best] += 1
    return found


@given(st.lists(falling(), min_size=1, max_size=6), falling())
@settings(max_examples=examples(5000))
def test_that_merging_at_once_takes_what_merging_one_at_a_time_takes(
    sequences: list[list[float]], limit: list[float]
) -> None:
    limit = limit[: sum(map(len, sequences))]
    begins = np.cumsum([0, *map(len, sequences)])
    found = merged(np.array([value for each in sequences for value in each], float), begins, np.array(limit, float))
    assert found.tolist() == one_at_a_time(sequences, limit)
