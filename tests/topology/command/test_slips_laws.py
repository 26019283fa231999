"""Laws of slips: each is another valid command, one slip away by a measure of its own, always in the same order."""

import re

from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA

from tests.topology.command.test_command_laws import VOCABULARY, commands, texts
from topology.command.grammar.syntax import Command, Planned
from topology.command.parse import parse
from topology.command.slips import LAYOUTS, KeyboardLayout, Slip, SlipKind, slips_of
from topology.command.slips.names import one_edit_away

layouts = st.sampled_from(list(LAYOUTS.values()))


def slips(text: str, layout: KeyboardLayout) -> tuple[Slip, ...]:
    return slips_of(parse(text, VOCABULARY), VOCABULARY, layout)


def is_one_slip(typed: str, slip: Slip) -> bool:
    """Judge a slip by its text alone: one edit, one stretch left out, or one edit of a number's value."""
    if slip.kind is SlipKind.FORGOTTEN:
        return _is_left_out(typed, slip.text)
    return OSA.distance(typed, slip.text) == 1 or _is_edit_of_one_number(typed, slip.text)


def _is_left_out(typed: str, other: str) -> bool:
    return any(typed[:cut] + typed[cut + len(typed) - len(other) :] == other for cut in range(len(other) + 1))


def _is_edit_of_one_number(typed: str, other: str) -> bool:
    """A number that is grouped, or filled up with zeros, is written anew around its one edit."""
    ours, theirs = (re.split(r"([0-9][0-9_]*)", text) for text in (typed, other))
    if len(ours) != len(theirs):
        return False
    changed = [(one, another) for one, another in zip(ours, theirs, strict=True) if one != another]
    if len(changed) != 1:
        return False
    one, another = (text.replace("_", "").lstrip("0") for text in changed[0])
    return OSA.distance(one, another) == 1


@given(commands, layouts)
def test_that_every_slip_is_a_valid_command_of_another_meaning(command: Command, layout: KeyboardLayout) -> None:
    for slip in slips(str(command), layout):
        assert parse(slip.text, VOCABULARY).command == slip.command
        assert isinstance(slip.command, Planned)
        assert str(slip.command) != str(command)


@given(commands, layouts)
def test_that_every_slip_is_one_slip_away(command: Command, layout: KeyboardLayout) -> None:
    for slip in slips(str(command), layout):
        assert is_one_slip(str(command), slip), (str(command), slip)


@given(commands, layouts)
def test_that_no_two_slips_mean_the_same(command: Command, layout: KeyboardLayout) -> None:
    found = [str(slip.command) for slip in slips(str(command), layout)]
    assert len(found) == len(set(found))


@given(commands, layouts)
def test_that_slips_come_in_the_same_order_every_time(command: Command, layout: KeyboardLayout) -> None:
    assert slips(str(command), layout) == slips(str(command), layout)


@given(commands, layouts)
def test_that_what_is_not_marked_is_as_it_was_typed(command: Command, layout: KeyboardLayout) -> None:
    typed = str(command)
    for slip in slips(typed, layout):
        ((start, end),) = slip.at
        assert 0 <= start <= end <= len(slip.text)
        assert typed.startswith(slip.text[:start])
        assert typed.endswith(slip.text[end:])
        assert start + len(slip.text) - end <= len(typed)


@given(texts, layouts)
def test_that_any_text_has_slips_only_if_it_makes_a_plan(text: str, layout: KeyboardLayout) -> None:
    makes_a_plan = isinstance(parse(text, VOCABULARY).command, Planned)
    assert makes_a_plan or slips(text, layout) == ()


@given(st.text("ab1-", max_size=6), st.lists(st.text("ab1-", min_size=1, max_size=6), max_size=60))
def test_that_names_one_edit_away_are_all_found_and_no_others(word: str, names: list[str]) -> None:
    known = sorted(set(names))
    assert one_edit_away(word, known) == tuple(name for name in known if OSA.distance(word, name) == 1)
