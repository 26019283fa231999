"""In which words it is told that a plan lies outside of what was approved, and that what an earlier version kept is read."""

import msgspec
import pytest

from console.words.findings.second_person import exceeded_line, why_void
from topology.approval.envelope import Exceeded
from topology.planning.guards.policy.second_person import NeedsApproval


@pytest.mark.parametrize(
    ("exceeded", "line"),
    [
        (Exceeded("servers", 8_000, 6), "it takes 8,000 servers, approved are 6"),
        (Exceeded("units", 8, 6, "index", "zone:az1"), "it takes 8 units of index in zone:az1, approved are 6"),
        (Exceeded("units", 1, None, "billing", "region"), "it takes 1 units of billing, which is not approved"),
        (
            Exceeded("headroom", 2, 4, "index", "zone:az1"),
            "index in zone:az1 ends with headroom 2, approved was 4 or more",
        ),
        (
            Exceeded("headroom", None, 4, "index", "region"),
            "index ends with no floor, approved was 4 or more",
        ),
    ],
)
def test_that_it_is_named_with_both_numbers(exceeded: Exceeded, line: str) -> None:
    assert exceeded_line(exceeded) == line


@pytest.mark.parametrize("outside", [["it takes 9 servers, approved are 8"], [Exceeded("servers", 9, 8)]])
def test_that_what_an_earlier_version_kept_in_words_is_read_and_said(outside: list[object]) -> None:
    kept = msgspec.json.encode({"needs": [], "permille": 0, "count": 1, "near": 12, "outside": outside})
    assert why_void(msgspec.json.decode(kept, type=NeedsApproval)) == "it takes 9 servers, approved are 8"
