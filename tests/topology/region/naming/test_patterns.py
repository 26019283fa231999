"""A pattern means the packed names that it means when they are read one by one."""

from fnmatch import fnmatchcase

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.topology.region.naming.test_packed_names import MIXED, NAMES
from topology.region.naming import patterns
from topology.region.naming.packed_names import pack
from topology.region.naming.patterns import places_like

PARTS = st.sampled_from(
    ["*", "?", "a", "b", "-", ".", "0", "1", "9", "[0-4]", "[!a]", "[!0-1]", "[]a]", "[a-", "]", "!"]
)
PATTERNS = st.lists(PARTS, max_size=7).map("".join)


@given(NAMES, st.lists(PATTERNS, min_size=1, max_size=3))
@example(MIXED, ["r1*"])
@example(["r1", "r10", "r1-a"], ["r*[!1]"])
@example(MIXED, ["r?"])
@example(["a-0007", "a-0012", "a-0012-b"], ["*-00*2"])
@example(["a-0007", "b"], [""])
def test_that_a_pattern_means_the_names_that_have_it(names: list[str], wanted: list[str]) -> None:
    meant = [at for at, name in enumerate(names) if any(fnmatchcase(name, pattern) for pattern in wanted)]
    found = places_like(pack(names), wanted)
    if found is None:  # too many ranges, such as of names of nine digits that do not end in 1
        assert any("*" in pattern or "[" in pattern or "?" in pattern for pattern in wanted)
    else:
        assert found.tolist() == meant


def test_that_a_pattern_of_too_many_ranges_is_left_to_whoever_reads_names(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = pack([f"a-{number:06}" for number in range(2_000)])
    assert places_like(packed, ["a-*7"]) is None
    found = places_like(packed, ["a-0*7??"])
    assert found is not None
    assert found.tolist() == [number for number in range(2_000) if number // 100 % 10 == 7]
    monkeypatch.setattr(patterns, "MOST_KINDS", 0)
    assert places_like(packed, ["a-*"]) is None


def test_that_no_name_is_read_for_a_pattern_that_names_begin_with(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = pack([f"{stem}-{number:07}" for stem in ("billing", "index") for number in range(50_000)])
    monkeypatch.setattr(type(packed), "at", lambda *_: pytest.fail("names are read"))
    found = places_like(packed, ["index-00012*"])
    assert found is not None
    assert np.array_equal(found, np.arange(51_200, 51_300))
