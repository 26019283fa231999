"""A load/head near the longest line is read in steps, so that nothing else stands still meanwhile."""

import sys
from typing import Any

import msgspec
import pytest

from topology.links.adapter.loading import Loading
from topology.links.adapter.positions import Positions
from topology.links.adapter.wire.messages import LARGEST_LINE, AdapterProtocolError, Head, read_record

LONG = 530_000


def head(**said: Any) -> Loading:
    params = {"id": 2, "racks": [], "profiles": [], "servers": 0, **said}
    return Loading(read_record(msgspec.json.encode(params), Head, "its load/head"))


def read(loading: Loading) -> int:
    """Read a head to its end; gives in how many steps."""
    return sum(1 for _ in loading.begin())


def test_that_a_head_near_the_longest_line_is_read_in_hundreds_of_steps() -> None:
    racks = [[f"az{at % 3}", f"c{at % 500}", f"rack{at:09}"] for at in range(LONG)]
    assert LARGEST_LINE * 0.85 < len(msgspec.json.encode(racks)) < LARGEST_LINE
    loading = head(racks=racks)
    assert read(loading) > 400
    assert loading._racks == [tuple(rack) for rack in racks]


def test_that_profiles_are_read_in_steps_too() -> None:
    loading = head(profiles=[[f"sub{at}:2", "billing"] for at in range(20_000)])
    assert read(loading) > 10
    assert loading._profiles[1] == (("billing", 1), ("sub1", 2))
    assert len(loading._profiles) == 20_000


@pytest.mark.parametrize("count", [0, 1, 2])
def test_that_a_short_head_is_read_alike(count: int) -> None:
    loading = head(racks=[["a", "b", f"r{at}"] for at in range(count)], profiles=[["index"]] * count)
    read(loading)
    assert (len(loading._racks), len(loading._profiles)) == (count, count)


def test_that_spaces_between_elements_change_nothing() -> None:
    said = b'{"id":2,"servers":0,"racks": [ ["a","b","c"] , ["d","e","f"]\n ] ,"profiles":[ ]}'
    loading = Loading(read_record(said, Head, "its load/head"))
    read(loading)
    assert loading._racks == [("a", "b", "c"), ("d", "e", "f")]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"racks": {"a": 1}}, "the racks of its load/head are no array"),
        ({"racks": [["a", "b"]]}, "the racks of its load/head cannot be read"),
        ({"racks": [["a", "b", "],"]]}, "is no name of a zone, cell or rack"),
        ({"profiles": [[3]]}, "the profiles of its load/head cannot be read"),
        ({"profiles": [["index:0"]]}, "is no support"),
    ],
)
def test_that_what_cannot_be_is_one_sentence(said: dict[str, Any], why: str) -> None:
    with pytest.raises(AdapterProtocolError, match=why):
        read(head(**said))


def test_that_the_parts_of_positions_do_not_all_grow_at_once() -> None:
    positions = Positions()
    grown = []
    before = [0] * 16
    for at in range(0, 200_000, 10_000):
        positions.add([f"server-{number:07}" for number in range(at, at + 10_000)], at)
        sizes = [sys.getsizeof(part) for part in positions._shards]
        grown.append(sum(one > other for one, other in zip(sizes, before, strict=True)))
        before = sizes
    assert max(grown[3:]) < 12
    assert positions.of(["server-0199999", "server-0000000"]) == [199_999, 0]
