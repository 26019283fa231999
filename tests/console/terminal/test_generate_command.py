"""`underkeel generate`: a folder made whole or not at all, and nothing replaced that it did not make."""

import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import console.terminal.generate_command
import console.terminal.progress_line
from console.app.cli import main
from console.terminal.generate_command import generate_command
from topology.generation.region import Generated


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def run(out: Path, servers: int = 60, seed: int = 1) -> tuple[int, str, str]:
    stdout, stderr = io.StringIO(), io.StringIO()
    return generate_command(out, servers, 12, seed, stdout, stderr), stdout.getvalue(), stderr.getvalue()


def held(folder: Path) -> dict[str, bytes]:
    """Give every file below *folder*, hidden ones and those half-made included."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_that_the_folder_is_a_region_that_is_checked_and_planned_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "made"
    assert main(["generate", str(out), "--servers", "1_200", "--subsystems", "30", "--seed", "5"]) == 0
    assert sorted(held(tmp_path)) == ["made/fleet.csv", "made/region.toml"]
    said = capsys.readouterr().out
    assert said.startswith(f"Wrote {out / 'region.toml'} and fleet.csv: 1,200 servers, ")
    assert main(["check", str(out)]) == 0
    assert "1,200 servers, 30 subsystems" in capsys.readouterr().out
    row = (out / "fleet.csv").read_text().splitlines()[1]
    subsystem = row.rpartition(",")[2].split()[0].partition(":")[0]
    assert main(["preview", f"remove 1 from {subsystem}", "--region", str(out)]) in (0, 1, 3)
    assert subsystem in capsys.readouterr().out


def test_that_the_same_command_gives_the_same_bytes(tmp_path: Path) -> None:
    assert run(tmp_path / "a")[0] == run(tmp_path / "b")[0] == 0
    assert held(tmp_path / "a") == held(tmp_path / "b")


def test_that_what_generate_made_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    assert run(tmp_path / "made")[0] == 0
    before = held(tmp_path)
    assert run(tmp_path / "made", servers=90)[0] == 0
    assert sorted(held(tmp_path)) == sorted(before)
    assert held(tmp_path)["made/fleet.csv"].count(b"\n") == 91


@pytest.mark.parametrize("file", ["region.toml", "fleet.csv"])
def test_that_a_region_that_was_changed_by_hand_is_kept(tmp_path: Path, file: str) -> None:
    run(tmp_path)
    with (tmp_path / file).open("a") as stream:
        stream.write("\n")
    before = held(tmp_path)
    code, _, stderr = run(tmp_path, seed=2)
    assert (code, held(tmp_path)) == (2, before)
    assert "was changed since; name another folder. Nothing was written." in stderr


@pytest.mark.parametrize("other", ["notes.txt", ".hidden", "region.toml", "fleet.csv"])
def test_that_a_folder_with_anything_else_is_kept(tmp_path: Path, other: str) -> None:
    (tmp_path / other).write_text("mine")
    code, _, stderr = run(tmp_path)
    assert (code, held(tmp_path)) == (2, {other: b"mine"})
    assert "name another folder" in stderr


def test_that_a_file_added_to_a_made_folder_keeps_all_of_it(tmp_path: Path) -> None:
    run(tmp_path)
    (tmp_path / "notes.txt").write_text("mine")
    before = held(tmp_path)
    assert run(tmp_path, seed=2)[0] == 2
    assert held(tmp_path) == before


@pytest.mark.parametrize("where", ["no/folder", "a-file", "a-file/inside"])
def test_that_a_place_that_cannot_be_written_is_named(tmp_path: Path, where: str) -> None:
    (tmp_path / "a-file").write_text("")
    code, _, stderr = run(tmp_path / where)
    assert code == 2
    assert str(tmp_path / where) in stderr
    assert sorted(held(tmp_path)) == ["a-file"]


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("made_before", [False, True])
def test_that_an_end_in_the_middle_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException, made_before: bool
) -> None:
    out = tmp_path / "made"
    if made_before:
        run(out)
    before = held(tmp_path)

    def fleet(made: Generated) -> Iterator[tuple[int, str]]:
        yield 0, "name,zone,cell\n"
        raise error

    monkeypatch.setattr(Generated, "fleet", fleet)
    code, stdout, stderr = run(out, seed=2)
    assert code == (2 if isinstance(error, OSError) else 130)
    assert stdout == ""
    assert "othing was written" in stderr
    assert held(tmp_path) == before
    assert out.exists() == made_before


@pytest.mark.parametrize("step", range(4))
def test_that_an_end_while_files_are_exchanged_leaves_what_was_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    run(tmp_path)
    before = held(tmp_path)
    renamed: list[Path] = []
    rename = Path.rename

    def interrupted(path: Path, target: Path) -> Path:
        renamed.append(path)
        if len(renamed) == step + 1:
            raise KeyboardInterrupt
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", interrupted)
    assert run(tmp_path, seed=2)[0] == 130
    assert held(tmp_path) == before


@pytest.mark.skipif(os.name == "nt", reason="signals are another matter there")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_that_a_signal_ends_the_program_without_a_trace(tmp_path: Path, number: int) -> None:
    command = [sys.executable, "-m", "console.app.cli", "generate", str(tmp_path / "made")]

    def as_from_a_terminal() -> None:
        # What runs in the background of a shell is deaf to Ctrl+C, and what it starts would be too.
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    with subprocess.Popen(
        [*command, "--servers", "1000000", "--subsystems", "5000"],
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=as_from_a_terminal,
    ) as child:
        while not any(tmp_path.rglob("fleet.csv")):
            assert child.poll() is None
        child.send_signal(number)
        assert "Interrupted: nothing was written." in child.communicate()[1]
    assert child.returncode == 130
    assert list(tmp_path.iterdir()) == []


def test_that_a_terminal_hears_how_far_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console.terminal.progress_line, "FIRST_S", 0.0)
    monkeypatch.setattr(console.terminal.progress_line, "EVERY_S", 0.0)
    stderr = Terminal()
    assert generate_command(tmp_path / "made", 45_000, 12, 0, io.StringIO(), stderr) == 0
    assert "Wrote 40,000 of 45,000 servers" in stderr.getvalue()
    assert stderr.getvalue().endswith("\r\x1b[K")


@pytest.mark.parametrize(
    "words", [["--servers", "0"], ["--servers", "1000001"], ["--servers", "-5"], ["--servers", "many"]]
)
def test_that_a_number_that_cannot_be_is_refused(
    tmp_path: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as end:
        main(["generate", str(tmp_path / "made"), "--subsystems", "5", *words])
    assert end.value.code == 2
    assert "1 to 1,000,000" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []
