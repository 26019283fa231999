"""Whatever waves come in between: where all comparisons of a wave hold, they took no more than it left room for."""

from hypothesis import given
from hypothesis import strategies as st

from topology.records.ledger.etcd.pace_room import SIZES, allowed, size_of

WRITTEN = st.lists(st.integers(0, 50), min_size=SIZES, max_size=SIZES)


@given(st.integers(0, 9_000), WRITTEN, st.lists(st.integers(1, 10_000), max_size=60))
def test_that_waves_that_a_comparison_lets_pass_take_no_more_than_there_is_room_for(room, written, others):
    may, came, left = allowed(room, written), [0] * SIZES, 0
    for servers in others:
        came[size_of(servers)] += 1
        if all(came[size] <= may[size] for size in range(SIZES)):
            left += servers
        else:
            came[size_of(servers)] -= 1
    assert left <= room


@given(st.integers(0, 9_000), WRITTEN)
def test_that_sizes_that_are_in_use_get_room_before_others(room, written):
    may = allowed(room, written)
    smallest = next((size for size in range(SIZES - 1) if written[size]), None)
    if smallest is not None and 1 << smallest <= room:
        assert may[smallest]
    assert may[-1] == 0


@given(st.integers(1, 4_096))
def test_that_a_wave_takes_at_most_what_its_size_says(servers):
    size = size_of(servers)
    assert servers <= 1 << size
    assert size == 0 or servers > 1 << (size - 1)
