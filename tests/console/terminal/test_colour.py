"""Colour is for terminals alone, and nobody who asked for none gets any."""

import io

import pytest

from console.terminal.colour import Rendition, paint_for


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        return True


def test_that_a_terminal_that_can_is_given_colour() -> None:
    assert paint_for(Terminal(), {"TERM": "xterm"})("BLOCKED", Rendition.ALARM) == "\x1b[1;31mBLOCKED\x1b[0m"


@pytest.mark.parametrize(
    ("stream", "variables"),
    [
        (io.StringIO(), {"TERM": "xterm"}),
        (Terminal(), {"TERM": "xterm", "NO_COLOR": "1"}),
        (Terminal(), {"TERM": "dumb"}),
        (Terminal(), {}),
    ],
)
def test_that_others_get_the_bare_words(stream: io.StringIO, variables: dict[str, str]) -> None:
    assert paint_for(stream, variables)("BLOCKED", Rendition.ALARM) == "BLOCKED"


def test_that_an_empty_no_color_asks_for_nothing() -> None:
    assert paint_for(Terminal(), {"TERM": "xterm", "NO_COLOR": ""})("x", Rendition.CARE) != "x"
