"""What guards less, as facts: kept under the same names as ever, read again from any version, and said for every kind."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.words.findings.lowered import lowered_sentence
from topology.fleet.lowered import (
    ClockAhead,
    ClockSkewed,
    FreezeLifted,
    GuardedBy,
    GuardNumber,
    MoreLowered,
    NumberLowered,
    RestoredCopy,
    ServersUnprotected,
    SubsystemLost,
    ToldChange,
)
from topology.links.check.kept_names import kept_name, number_of
from topology.links.check.lowered import Guards, lowered
from topology.planning.facts import facts_of
from topology.planning.guards.meaning.unknown import GuardLowered

NAMES = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,20}", fullmatch=True)
HOURS = st.integers(60, 168 * 3600).map(lambda seconds: float(f"{seconds / 3600:g}"))
OF_ALL = (
    GuardedBy.PROTECTED_SERVERS, GuardedBy.PACE, GuardedBy.LARGEST_COMMAND, GuardedBy.WAVE, GuardedBy.STALE_AFTER,
    GuardedBy.SHARE, GuardedBy.APPROVERS,
)  # fmt: skip
OF_ONE = (
    GuardedBy.SECOND_PERSON, GuardedBy.LIFTED, GuardedBy.PACE, GuardedBy.CEILING, GuardedBy.DECLARED,
    GuardedBy.PROTECTED, GuardedBy.FLOOR,
)  # fmt: skip
NUMBERS = st.one_of(
    st.builds(GuardNumber, st.sampled_from(OF_ALL)),
    st.builds(GuardNumber, st.sampled_from(OF_ONE), NAMES),
    st.builds(GuardNumber, st.just(GuardedBy.GROUP_APPROVERS), st.from_regex(r"\w[\w ]{0,10}\w", fullmatch=True)),
    st.builds(GuardNumber, st.just(GuardedBy.FLOOR), NAMES, NAMES.map("zone:{}".format)),
    st.builds(GuardNumber, st.just(GuardedBy.PACE_WITHIN), st.just("") | NAMES, st.just(""), HOURS),
)
FLOOR = GuardNumber(GuardedBy.FLOOR, "index", "zone:az1")
SAID = (
    (NumberLowered(FLOOR, 2_400, 2_300), "index floor in zone:az1 2,400 → 2,300"),
    (NumberLowered(GuardNumber(GuardedBy.PACE), 20, None), "pace a minute 20 → none"),
    (NumberLowered(GuardNumber(GuardedBy.PACE_WITHIN, "index", hours=1.5), 5, 6), "index pace within 1.5 h 5 → 6"),
    (NumberLowered(GuardNumber(GuardedBy.OTHER, "moons of index"), 2, None), "moons of index 2 → none"),
    (FreezeLifted(0.0, 60.0), "no freeze any more from 1970-01-01 00:00:00 UTC to 1970-01-01 00:01:00 UTC"),
    (ServersUnprotected(("a",), 1), "a is not protected any more"),
    (ServersUnprotected(("a", "b"), 1_002), "a, b and 1,000 more are not protected any more"),
    (SubsystemLost("index", 1_200), "index had 1,200 units and has no server in the fleet any more"),
    (MoreLowered(1_000), "and 1,000 more"),
    (ToldChange("the clock leapt"), "the clock leapt"),
    (ClockAhead(7200.0), "the clock of this machine leapt 2.0 hours ahead; see that it is right, then acknowledge"),
    (
        ClockSkewed(-30.0),
        "the clock of this machine is 30 s behind the other consoles'; pace and leases do not go by it; see which is right, "
        "then acknowledge",
    ),
    (
        RestoredCopy(1_700_000_000.0),
        "the ledger was put back from a copy of 2023-11-14 22:13:20 UTC; see that nothing done since is under way, then "
        "acknowledge",
    ),
)


@given(NUMBERS)
def test_that_a_number_is_read_from_the_name_under_which_it_is_kept(number: GuardNumber) -> None:
    assert number_of(kept_name(number)) == number


@given(st.lists(NUMBERS, min_size=2, max_size=8, unique=True))
def test_that_no_two_numbers_are_kept_under_one_name(numbers: list[GuardNumber]) -> None:
    assert len({kept_name(one) for one in numbers}) == len(numbers)


def test_that_what_an_earlier_version_kept_is_compared_and_what_only_a_later_one_knows_is_lost() -> None:
    kept = b'{"digest":"a","least":{"index floor in zone:az1":4,"index floor":9,"moons of index":2},"most":{"wave":5}}'
    now = Guards("b", {"index floor": 9}, {"wave": 6})
    assert lowered(Guards.from_json(kept), now, 0.0) == (
        NumberLowered(FLOOR, 4, None),
        NumberLowered(GuardNumber(GuardedBy.OTHER, "moons of index"), 2, None),
        NumberLowered(GuardNumber(GuardedBy.WAVE), 5, 6),
    )


def test_that_beyond_twenty_changes_the_rest_is_counted() -> None:
    old = Guards("a", {kept_name(GuardNumber(GuardedBy.FLOOR, f"s{number}")): 1 for number in range(25)})
    found = lowered(old, Guards("b"), 0.0)
    assert (len(found), found[-1]) == (21, MoreLowered(5))


@pytest.mark.parametrize(("change", "said"), SAID)
def test_that_every_change_is_said_and_is_read_again_from_a_kept_plan(change: object, said: str) -> None:
    facts = GuardLowered(change)  # type: ignore[arg-type]
    assert lowered_sentence(facts.change) == said
    kept = msgspec.json.decode(msgspec.json.encode(facts.to_builtins()))
    assert facts_of({"facts": kept}) == facts


@pytest.mark.parametrize("by", GuardedBy)
def test_that_every_number_is_said_with_what_it_was_and_is(by: GuardedBy) -> None:
    said = lowered_sentence(NumberLowered(GuardNumber(by, "index", hours=1.0), 7, 8))
    assert said.endswith(" 7 → 8")
    assert "{" not in said


def test_that_a_change_in_a_plan_of_an_earlier_version_is_the_text_that_it_was() -> None:
    kept = {"facts": {"kind": "unknown-acknowledgement", "change": "index floor 9 → 6"}}
    assert facts_of(kept) == GuardLowered(ToldChange("index floor 9 → 6"))
