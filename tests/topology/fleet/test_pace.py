"""A sliding window says from when so many more servers fit: never earlier than counting at each moment says, nor later."""

from hypothesis import given
from hypothesis import strategies as st

from topology.fleet.pace import SlidingWindow, departed_since

NOW = 1_000.0
SECONDS = 60.0
SENT = st.lists(st.tuples(st.integers(900, 1_000).map(float), st.integers(1, 9)), max_size=8).map(sorted)


def used_at(departed: tuple[tuple[float, int], ...], moment: float) -> int:
    return sum(count for time, count in departed if time + SECONDS > moment)


@given(SENT, st.integers(1, 30), st.integers(1, 30))
def test_that_servers_fit_from_the_first_moment_at_which_counting_lets_them(
    sent: list[tuple[float, int]], most: int, count: int
) -> None:
    window = SlidingWindow(None, SECONDS, most, departed_since(sent, NOW, SECONDS))
    moments = [NOW, *(time + SECONDS for time, _ in window.departed)]
    fitting = [moment for moment in moments if used_at(window.departed, moment) + count <= most]

    found = window.fits_from(count)

    assert window.used == used_at(tuple(sent), NOW)
    assert (NOW if found is None else found) == min(fitting, default=max(moments))
