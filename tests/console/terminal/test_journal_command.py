"""What `underkeel journal list` shows of entries that somebody prepared for a terminal."""

import io
import json
from contextlib import closing
from pathlib import Path

import pytest

from console.operating.regions import address_of, folder_of
from console.terminal.journal_command import list_entries
from topology.execution.journal_entries import Kind
from topology.records.journal import Journal

COMMAND = "\x1b]0;owned\x07\x1b[2Jremove 1 from x\x9b31m\u202e"


@pytest.mark.parametrize("as_json", [False, True])
def test_that_what_a_terminal_would_obey_is_written_as_text(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, as_json: bool
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    monkeypatch.setenv("HOME", str(tmp_path))
    with closing(Journal.open(folder_of(address_of(None)))) as journal:
        journal.append(Kind.NOTED, "\u202eroot\x1b[31m", command=COMMAND, servers=("Ωmega",))
    out = io.StringIO()
    assert list_entries(None, None, as_json, out, io.StringIO()) == 0
    (line,) = out.getvalue().splitlines()
    assert line.isprintable()
    if as_json:
        assert json.loads(line)["format"] == 1
        assert (json.loads(line)["command"], json.loads(line)["servers"]) == (COMMAND, ["Ωmega"])
    else:
        assert "U+001B]0;ownedU+0007U+001B[2Jremove 1 from xU+009B31mU+202E" in line


def test_that_a_journal_before_the_first_act_is_an_empty_list_and_no_error(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    out, err = io.StringIO(), io.StringIO()
    assert list_entries(None, None, True, out, err) == 0
    assert out.getvalue() == ""
    assert "nothing was carried out on this region" in err.getvalue()
    assert list(tmp_path.rglob("*")) == []
