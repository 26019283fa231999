"""A description that asks for fewer people, or lets more be lifted, guards less: it waits for an acknowledgement."""

import pytest

from console.words.findings.lowered import lowered_sentences
from topology.links.check.lowered import guards_of, lowered
from topology.region.description import read_region

BASE = """\
format = 1
[region]
name = "shop"
zones = ["az1"]
[policy]
pace = "10/min"
largest_command = 5
[[subsystem]]
name = "index"
floor = 1
[[pool]]
name = "index"
count = 10
supports = ["index"]
"""
POLICY = """\
[approval]
more_than = "10%"
cautions = ["impact"]
count = 2
[[approval.group]]
name = "leads"
members = ["kim", "eve"]
"""


def guards(policy: str):
    return guards_of(read_region(BASE + policy, "shop.toml"))


@pytest.mark.parametrize(
    ("now", "said"),
    [
        (POLICY.replace("10%", "20%"), "share of a scope that one operator may take, in tenths of a percent 100 → 200"),
        (POLICY.replace("count = 2", "count = 1"), "operators who approve 2 → 1"),
        (POLICY.replace('"impact"', ""), "second person for impact 1 → none"),
        (POLICY.partition("[[")[0], "members of leads who approve 1 → none"),
        (POLICY.replace("count = 2", 'count = 2\nlifts = ["frozen"]'), "frozen lifted by an approval 0 → 1"),
        ("", "operators who approve 2 → none"),
    ],
)
def test_that_a_weaker_policy_waits_for_an_acknowledgement(now: str, said: str) -> None:
    assert said in lowered_sentences(lowered(guards(POLICY), guards(now), 0.0))


def test_that_a_stricter_policy_holds_at_once() -> None:
    assert lowered(guards(""), guards(POLICY), 0.0) == ()
