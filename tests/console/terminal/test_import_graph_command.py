"""A file of another tool in, a region file out that `check` calls good and `preview` judges: whole or not at all."""

import gc
import io
import json
import os
import re
from pathlib import Path

import pytest

from console.app.cli import main
from console.terminal import progress_line
from console.terminal.checks.check_command import check_command
from console.terminal.imports.driver import import_files
from console.terminal.preview_command import preview_command
from tests.folders import DATA
from topology.region.description import read_region
from topology.region.region import Amount

TRAFFIC = DATA / "vizceral" / "sample_data.json"
FLOOR = Amount(90, percent=True)


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Run:
    """One run of the command, with what it said."""

    def __init__(self, kind: str, path: Path, out: Path | None = None, floor: Amount | None = None) -> None:
        stdout, stderr = io.StringIO(), io.StringIO()
        self.code = import_files(kind, [path], out, stdout, stderr, floor=floor)
        self.stdout, self.stderr = stdout.getvalue(), stderr.getvalue()


def is_good(path: Path) -> bool:
    """Whether `check` finds nothing in a region, and `preview` answers for one of its subsystems."""
    said, failed = io.StringIO(), io.StringIO()
    checked = check_command([path], said, failed)
    region = read_region(path.read_text(), path.name)
    name = next(one.name for one in region.subsystems if not one.external)
    previewed = preview_command(f"remove 1 from {name}", str(path), False, said, failed)
    return (checked, failed.getvalue()) == (0, "") and ": good\n" in said.getvalue() and previewed in (0, 1, 3)


def test_that_traffic_becomes_a_region_that_can_be_planned_on(tmp_path: Path) -> None:
    out = tmp_path / "traffic.toml"
    run = Run("vizceral", TRAFFIC, out, FLOOR)
    assert (run.code, run.stdout) == (
        0,
        f'Wrote {out}: 81 subsystems with 271 servers, 168 dependencies; 79 with the floor "90%" that was accepted.\n',
    )
    assert "Externals:\n  proxy-log is linked in us-east-1" in run.stderr
    assert is_good(out)
    assert str(DATA) not in out.read_text()


def test_that_without_a_file_the_description_goes_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["import", "vizceral", str(TRAFFIC)]) == 0
    said = capsys.readouterr()
    assert len(read_region(said.out, "stdout").subsystems) == 81
    assert "Without a floor:" in said.err


def test_that_the_same_file_gives_the_same_bytes() -> None:
    assert Run("vizceral", TRAFFIC).stdout == Run("vizceral", TRAFFIC).stdout


def test_that_traces_become_a_region_that_can_be_planned_on(tmp_path: Path) -> None:
    path, out = tmp_path / "calls.json", tmp_path / "calls.toml"
    path.write_text(json.dumps({"data": [{"parent": "web", "child": "db", "callCount": 1_000}]}))
    assert Run("jaeger", path, out, FLOOR).code == 0
    assert is_good(out)
    assert [(one.dependent, one.needs) for one in read_region(out.read_text(), "x").dependencies] == [("web", "db")]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.dot", "digraph { a -> b -> a [kind=soft]; c -> c; A -> b; " + "d" * 120 + " [floor=1, declared=3] }"),
        ("a.json", '{"nodes": [{"id": "a", "floor": 1}, {"id": "A"}], "edges": [{"source": "a", "target": "gone"}]}'),
        ("a.graphml", '<graphml><graph><node id="a"/><node id="b"/><edge source="a" target="b"/></graph></graphml>'),
        ("loops.dot", "digraph { a -> a; b -> b }"),
        ("alone.dot", "graph { a; b }"),
        ("star.dot", "digraph {" + "".join(f"n{number} -> hub;" for number in range(1000)) + "}"),
    ],
)
def test_that_graphs_become_regions_that_can_be_planned_on(name: str, text: str, tmp_path: Path) -> None:
    path, out = tmp_path / name, tmp_path / "out.toml"
    path.write_text(text)
    assert Run("graph", path, out, FLOOR).code == 0
    assert is_good(out)


def test_that_a_document_type_is_refused_and_the_file_that_it_names_is_not_opened(tmp_path: Path) -> None:
    path, secret = tmp_path / "a.graphml", tmp_path / "secret"
    secret.write_text("hush")
    path.write_text(f'<!DOCTYPE g [<!ENTITY x SYSTEM "{secret}">]>\n<graphml><graph><node id="&x;"/></graph></graphml>')
    run = Run("graph", path)
    assert (run.code, "hush" in run.stdout + run.stderr) == (2, False)
    assert run.stderr.startswith(f"{path}, line 1: states a document type (<!DOCTYPE)")


def test_that_garbage_is_collected_again_after_an_import(tmp_path: Path) -> None:
    gc.enable()
    Run("vizceral", TRAFFIC)
    Run("jaeger", tmp_path / "gone.json")
    assert gc.isenabled()


def test_that_an_import_from_a_terminal_says_how_far_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(progress_line, "FIRST_S", 0.0)
    monkeypatch.setattr(progress_line, "EVERY_S", 0.0)
    path, stderr = tmp_path / "calls.json", Terminal()
    path.write_text(json.dumps([{"parent": "web", "child": "db"}] * 20_000))
    assert import_files("jaeger", [path], None, io.StringIO(), stderr) == 0
    assert f"\r\x1b[K{path}: Read 20,000 entries …" in stderr.getvalue()


class TestProblems:
    def test_that_a_file_cut_in_the_middle_is_named_with_its_place_and_nothing_is_written(self, tmp_path: Path) -> None:
        cut, out = tmp_path / "cut.json", tmp_path / "out.toml"
        cut.write_bytes(TRAFFIC.read_bytes()[:5000])
        run = Run("vizceral", cut, out)
        assert (run.code, run.stdout, out.exists()) == (2, "", False)
        assert re.fullmatch(
            rf"{re.escape(str(cut))}, line [0-9]+: ends in the middle, after 5,000 bytes: it was cut.\nNothing was written.\n",
            run.stderr,
        )

    def test_that_a_file_with_nothing_to_import_is_refused_and_its_notes_listed(self, tmp_path: Path) -> None:
        path = tmp_path / "empty.json"
        path.write_text(json.dumps({"nodes": [3]}))
        run = Run("vizceral", path)
        assert run.code == 2
        assert run.stderr == (
            f"Not understood:\n  nodes 1: is 3, not a mapping\n"
            f"{path}: There is no region with services in it to import.\nNothing was written.\n"
        )

    def test_that_a_missing_file_a_folder_and_a_pipe_are_named(self, tmp_path: Path) -> None:
        os.mkfifo(tmp_path / "pipe")
        for path, what in ((tmp_path / "gone", "No such file"), (tmp_path, ""), (tmp_path / "pipe", "not a regular")):
            run = Run("vizceral", path)
            assert (run.code, run.stderr.startswith(f"{path}: ")) == (2, True)
            assert what in run.stderr

    def test_that_the_file_itself_is_never_written_over(self, tmp_path: Path) -> None:
        path = tmp_path / "a.json"
        path.write_bytes(TRAFFIC.read_bytes())
        run = Run("vizceral", path, path)
        assert (run.code, path.read_bytes()) == (2, TRAFFIC.read_bytes())
        assert "is to be imported" in run.stderr

    def test_that_a_changed_region_is_not_written_over(self, tmp_path: Path) -> None:
        out = tmp_path / "out.toml"
        assert Run("vizceral", TRAFFIC, out).code == 0
        assert Run("vizceral", TRAFFIC, out).code == 0
        changed = out.read_text().replace("count = 1", "count = 2", 1)
        out.write_text(changed)
        assert (Run("vizceral", TRAFFIC, out).code, out.read_text()) == (2, changed)

    def test_that_names_of_files_cannot_steer_the_terminal(self, tmp_path: Path) -> None:
        assert "\x1b" not in Run("vizceral", tmp_path / "\x1b[31m.json").stderr
