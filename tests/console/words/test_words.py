"""Numbers, times and names are written the same way on every screen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from console.words import writing as words
from topology.region.scope import WHOLE, Scope


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (7, "7"), (2600, "2,600"), (-190, "\u2212190"), (-1234567, "\u22121,234,567")]
)
def test_that_thousands_are_grouped_and_minus_is_a_minus(value: int, text: str) -> None:
    assert words.number(value) == text


@pytest.mark.parametrize(("value", "text"), [(200, "+200"), (-190, "\u2212190"), (0, "0"), (1840, "+1,840")])
def test_that_headroom_is_written_with_its_sign(value: int, text: str) -> None:
    assert words.signed(value) == text


def test_that_a_change_names_old_and_new() -> None:
    assert words.change(2600, 2210) == "2,600 → 2,210"


def test_that_one_server_is_not_one_servers() -> None:
    assert [words.plural(count, "server") for count in (0, 1, 2, 1204)] == [
        "0 servers",
        "1 server",
        "2 servers",
        "1,204 servers",
    ]
    assert words.plural(2, "entry", "entries") == "2 entries"
    assert (words.verb(1, "leaves", "leave"), words.verb(2, "leaves", "leave")) == ("leaves", "leave")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.2, "0.2 s"),
        (0, "0 s"),
        (9.94, "9.9 s"),
        (9.96, "10 s"),
        (59.4, "59 s"),
        (59.6, "1 min"),
        (125, "2 min 5 s"),
        (3600, "1 h"),
        (4 * 3600 + 17 * 60 + 20, "4 h 17 min"),
        (3 * 86400 + 7200, "3 d 2 h"),
        (-3, "0 s"),
    ],
)
def test_that_durations_have_two_units_at_most(seconds: float, text: str) -> None:
    assert words.duration(seconds) == text
    assert words.age(seconds) == f"{text} old"


@pytest.mark.parametrize(
    ("seconds", "text"), [(12, "00:12"), (11.2, "00:12"), (0, "00:00"), (-1, "00:00"), (3725, "1:02:05")]
)
def test_that_a_wait_is_shown_as_a_clock_that_never_promises_too_early(seconds: float, text: str) -> None:
    assert words.clock(seconds) == text


def test_that_a_digest_is_short_enough_to_compare() -> None:
    assert words.short_digest("7f3a19c2" + "0" * 56) == "7f3a-19c2"


def test_that_long_lists_are_counted() -> None:
    assert words.listed(["a"]) == "a"
    assert words.listed(["a", "b", "c"]) == "a, b and c"
    assert words.listed(list("abcdefgh"), most=3) == "a, b and 6 more"


def test_that_scopes_read_as_words() -> None:
    scopes = (WHOLE, Scope("zone", "az4"), Scope("cell", "az4", "c1"))
    assert [words.scope(text) for text in scopes] == ["region", "zone az4", "cell az4/c1"]


def test_that_marks_that_turn_text_around_are_written_out() -> None:
    assert words.literal("a\u202eb") == "aU+202Eb"
    assert words.literal("one\ntwo\x00") == "oneU+000AtwoU+0000"
    assert words.literal("<b>index</b>") == "<b>index</b>"


def test_that_a_right_to_left_name_does_not_move_what_stands_beside_it() -> None:
    shown = words.literal("שלום")
    assert shown[1:-1] == "שלום"
    assert shown[0] == "\N{FIRST STRONG ISOLATE}"
    assert shown[-1] == "\N{POP DIRECTIONAL ISOLATE}"


@given(st.text())
def test_that_no_text_from_outside_keeps_a_character_that_cannot_be_seen(text: str) -> None:
    shown = words.literal(text)
    inner = shown.removeprefix("\N{FIRST STRONG ISOLATE}").removesuffix("\N{POP DIRECTIONAL ISOLATE}")
    assert all(character.isprintable() or character.isspace() for character in inner)
    assert "\n" not in inner
