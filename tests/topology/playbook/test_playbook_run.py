"""Reading `run NAME a=1 b=az4`: every text is a run, an error with its place, or unfinished."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topology.command.grammar.reading import Reading
from topology.command.grammar.syntax import Run
from topology.command.grammar.vocabulary import Vocabulary
from topology.command.parse import parse


def read_run(text: str) -> Reading:
    return parse(text, Vocabulary())


names = st.from_regex(r"[a-z][a-z0-9_-]{0,8}", fullmatch=True).filter(lambda name: name != "undo")
values = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FF).filter(str.isprintable), max_size=20)


@given(st.from_regex(r"[a-z0-9][a-z0-9.-]{0,9}", fullmatch=True), st.dictionaries(names, values, max_size=4))
def test_that_a_printed_run_reads_as_that_run(name: str, arguments: dict[str, str]) -> None:
    run = Run(name, tuple(arguments.items()))
    reading = read_run(str(run))
    assert reading.command == run, reading


@given(st.one_of(st.text(max_size=40), st.text('run abc="\\ %=,/.', max_size=30).map(lambda text: f"run {text}")))
def test_that_any_text_is_a_run_an_error_or_unfinished(text: str) -> None:
    reading = read_run(text)
    assert (reading.command is not None) + (reading.error is not None) + reading.incomplete == 1
    if reading.error is not None:
        assert 0 <= reading.error.start <= reading.error.end


@given(st.from_regex(r"run [a-z]{1,5}( [a-z]{1,3}=([a-z0-9]{1,3}|\"[a-z ]{0,4}\")){0,3}", fullmatch=True))
def test_that_every_beginning_of_a_run_is_no_error(text: str) -> None:
    keys = [part.partition("=")[0] for part in text.split(" ") if "=" in part]
    if len(set(keys)) == len(keys):
        for end in range(len(text) + 1):
            reading = read_run(text[:end])
            assert reading.error is None or "given twice" in reading.error.message


def test_that_arguments_keep_their_order_and_their_places() -> None:
    reading = read_run('run debug-slow-billing count=5  zone = az4 reason="a \\"b\\" \\\\c"')
    assert reading.command == Run("debug-slow-billing", (("count", "5"), ("zone", "az4"), ("reason", 'a "b" \\c')))
    assert [reading.text[one.start : one.end] for one in reading.tokens if one.meaning == "value"] == ["5", "az4"]


@pytest.mark.parametrize(
    ("text", "column", "message"),
    [
        ("run P+", 5, "P+ is not the name of a playbook"),
        ("run p 4", 7, "4 is not the name of a parameter"),
        ("run p a=1 a=2", 11, "a is given twice"),
        ("run p a b=2", 9, "write a=VALUE: there is no = after a"),
        ("run p a=1,2", 10, "expected a parameter"),
        ("run p a=x;y", 9, "x;y needs quotes"),
        ("run p a==", 8, "write a=VALUE"),
        ('run p a="\\n"', 10, 'only \\" and \\\\ are known after a \\, not \\n'),
        ("run p a=1\nrun q", 10, "one command at a time"),
        ("run p a=\uff14", 9, "U+FF14"),
    ],
)
def test_that_an_error_says_where_it_is(text: str, column: int, message: str) -> None:
    error = read_run(text).error
    assert error is not None
    assert error.message.startswith(message)
    assert error.column == column


def test_that_a_text_too_long_for_a_command_is_refused() -> None:
    assert "at most 2,000 characters" in (read_run("run p a=" + "x" * 3_000).error or "").__str__()
