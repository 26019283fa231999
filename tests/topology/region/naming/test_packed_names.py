"""Packed names are the names: each by its place, all in order, each place by its name."""

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from topology.region.naming import packed_names
from topology.region.naming.name_order import in_text_order, text_order
from topology.region.naming.packed_names import PackedNames, is_sound, names_at, pack, split_name
from topology.region.naming.positions import PackedPositions, positions_of

LETTERS = st.text("ab-.019", min_size=1, max_size=6)
"""Few letters, so that beginnings are beginnings of each other and numbers stand inside of names."""
STEMMED = st.builds(
    lambda stem, number, width: f"{stem}{number:0{width}}", LETTERS, st.integers(0, 1200), st.integers(1, 12)
)
NAMES = st.lists(st.one_of(LETTERS, STEMMED), unique=True, max_size=40)
MIXED = ["r1", "r10", "r1-a", "r1-a2", "r-a", "r", "r2", "ra1", "r1a", "r01", "r001", "r123456789012", "r12345678901"]


@given(NAMES)
@example(MIXED)
def test_that_packed_names_are_the_names(names: list[str]) -> None:
    packed = pack(names)
    assert list(packed) == names == [packed[at] for at in range(len(names))]
    assert packed == tuple(names)
    assert packed[1:-1] == tuple(names[1:-1])
    assert names_at(packed, np.arange(len(names))[::-1]) == tuple(names[::-1])
    assert is_sound(packed)
    assert packed.first_twice is None


@given(NAMES, st.integers(1, 7))
@example(MIXED, 2)
def test_that_names_packed_part_by_part_are_packed_as_all_at_once(names: list[str], part: int) -> None:
    whole = pack(names)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(packed_names, "_PART", part)
        parts = pack(names)
    assert whole._is_packed_as(parts)
    assert list(parts) == names


@given(NAMES)
@example(MIXED)
def test_that_their_order_is_that_of_their_texts(names: list[str]) -> None:
    many = [*names, *(f"q{number}" for number in range(40 * 8))]  # so many of one kind that no texts are made
    for some in (names, many):
        packed = pack(some)
        assert [some[at] for at in text_order(packed).tolist()] == sorted(some)
        assert list(in_text_order(packed)) == sorted(some)
        assert in_text_order(packed)[2:7] == tuple(sorted(some)[2:7])


@given(NAMES, st.lists(st.one_of(LETTERS, STEMMED), max_size=20))
@example(MIXED, ["r", "r1", "r11", "r0", "x1"])
def test_that_each_is_found_and_nothing_else(names: list[str], others: list[str]) -> None:
    position, known = positions_of(pack(names)), {name: at for at, name in enumerate(names)}
    assert {name: position[name] for name in names} == known
    assert [position.get(name) for name in others] == [known.get(name) for name in others]
    assert [name in pack(names) for name in others] == [name in known for name in others]
    assert len(position) == len(names)


@given(NAMES, LETTERS, st.integers(1, 11), st.integers(0, 30))
@example(MIXED, "r", 1, 0)
@example(MIXED, "r", 12, 0)
@example(MIXED, "r1", 1, 0)
def test_that_a_run_is_found_as_each_of_its_names_is(names: list[str], prefix: str, digits: int, first: int) -> None:
    position = positions_of(pack(names))
    assert isinstance(position, PackedPositions)
    numbers = range(first, first + 15)
    expected = [position.get(f"{prefix}{number:0{digits}}", -1) for number in numbers if len(str(number)) <= digits]
    found = position.of_run(prefix, digits, numbers)
    if found is not None:
        assert found.tolist()[: len(expected)] == expected
    else:
        assert digits > 9 or prefix[-1].isdigit()


@given(NAMES.filter(bool), st.integers(0, 100))
def test_that_a_name_listed_twice_is_found(names: list[str], which: int) -> None:
    twice = names[which % len(names)]
    assert pack([*names, twice]).first_twice == twice


@pytest.mark.parametrize(("name", "parts"), [("a1", ("a", "1")), ("a", ("a", "")), ("1234567890", ("1", "234567890"))])
def test_that_a_name_is_parted_before_its_last_number(name: str, parts: tuple[str, str]) -> None:
    assert split_name(name) == parts


def test_that_a_name_of_a_million_takes_less_than_ten_bytes() -> None:
    packed = pack(
        [f"{stem}-{number:05}" for stem in ("billing", "index", "front-end-search-workers") for number in range(50_000)]
    )
    assert _bytes(packed) / len(packed) < 10


def test_that_names_that_all_begin_otherwise_take_their_letters_and_little_more() -> None:
    names = [f"{number * 7919 % 100_003:05x}-pod" for number in range(50_000)]
    assert _bytes(pack(names)) / len(names) < len(names[0]) + 14


def _bytes(packed: PackedNames) -> int:
    columns: Sequence[np.ndarray] = (packed.keys, packed.kinds.ends, packed.kinds.digits)
    return sum(column.nbytes for column in columns) + len(packed.kinds.text)
