"""A terminal obeys nothing that others wrote: names of files are shown with the numbers of what it would obey."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from console.terminal.colour import Rendition, _paint
from console.terminal.progress_line import ProgressLine
from console.terminal.streams.plain_stream import PlainStream, plain, shown

OBEYED = "\x1b]0;owned\x07\x1b[2J\x9b2J\u202eroot"


def test_that_what_a_terminal_obeys_is_written_by_its_number() -> None:
    assert shown(f"a{OBEYED}\n\tb") == "aU+001B]0;ownedU+0007U+001B[2JU+009B2JU+202Eroot\n\tb"


def test_that_our_own_colours_and_progress_pass() -> None:
    out = io.StringIO()
    stream = plain(out)
    assert plain(stream) is stream
    stream.write(_paint("blocked", Rendition.ALARM))
    line = ProgressLine(stream)
    line._shown = True
    line.clear()
    stream.writelines(["one\n", "\x1btwo\n"])
    assert out.getvalue() == "\x1b[1;31mblocked\x1b[0m\r\x1b[Kone\nU+001Btwo\n"
    assert isinstance(stream, PlainStream)


@pytest.mark.parametrize(
    "words",
    [
        ("check", "{path}"),
        ("preview", "--region", "{path}", "remove 1 server from index"),
        ("explain", "--region", "{path}", "index"),
        ("restart", "--region", "{path}", "index"),
        ("audit", "--region", "{path}"),
        ("headroom", "--region", "{path}"),
        ("replay", "{path}"),
        ("picture", "--region", "{path}", "{path}.png"),
    ],
    ids=lambda words: words[0],
)
def test_that_no_program_hands_the_name_of_a_file_to_the_terminal_raw(tmp_path: Path, words: tuple[str, ...]) -> None:
    path = tmp_path / "\x1b[2Jregion.toml"
    path.write_text("nonsense")
    told = [word.format(path=path) for word in words]
    environment = os.environ | {"HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    ended = subprocess.run(
        [sys.executable, "-m", "console.app.cli", *told], capture_output=True, env=environment, timeout=90, check=False
    )
    assert ended.returncode == 2, ended.stderr
    assert b"\x1b" not in ended.stdout + ended.stderr
    assert b"region.toml" in ended.stderr
    assert b"Traceback" not in ended.stderr
