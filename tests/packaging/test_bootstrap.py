"""The entry of the set-up: what it asks of Python, and what it says when it cannot go on."""

import ast
import graphlib
import os
import tomllib
from pathlib import Path

import bootstrap
import pytest
import pythons

ROOT = Path(__file__).resolve().parents[2]


def _program(folder: Path, name: str, script: str) -> Path:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


@pytest.mark.parametrize("version", [(3, 11, 0), (3, 12, 1), (3, 13, 9)])
def test_that_supported_pythons_are_taken(version: tuple[int, ...]) -> None:
    assert pythons.is_supported(version)


@pytest.mark.parametrize("version", [(2, 7, 18), (3, 10, 99), (3, 14, 0), (4, 0, 0)])
def test_that_older_and_newer_pythons_are_refused(version: tuple[int, ...]) -> None:
    assert not pythons.is_supported(version)


def test_that_the_versions_are_those_of_the_project_file() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    oldest, newest = pythons.OLDEST, pythons.NEWEST
    assert project["requires-python"] == f">={oldest[0]}.{oldest[1]},<{newest[0]}.{newest[1] + 1}"


@pytest.mark.parametrize("name", ["bootstrap.py", "pythons.py"])
def test_that_an_old_python_can_read_the_entry_and_say_what_is_wanted(name: str) -> None:
    source = (ROOT / "packaging" / name).read_text(encoding="utf-8")
    tree = ast.parse(source, feature_version=(3, 6))
    imported = {one.name for node in tree.body if isinstance(node, ast.Import) for one in node.names}
    imported |= {str(node.module) for node in tree.body if isinstance(node, ast.ImportFrom)}
    assert imported <= {"os", "shutil", "signal", "subprocess", "sys", "pythons"}


def test_that_the_files_of_the_set_up_import_each_other_one_way() -> None:
    files = {file.stem: ast.parse(file.read_text(encoding="utf-8")) for file in (ROOT / "packaging").glob("*.py")}
    arrows = {
        name: {found for node in ast.walk(tree) for found in _imported(node)} & files.keys()
        for name, tree in files.items()
    }
    order = graphlib.TopologicalSorter(arrows).static_order()
    assert set(order) == set(files)


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [one.name for one in node.names]
    return [str(node.module)] if isinstance(node, ast.ImportFrom) else []


def test_that_a_python_that_does_not_start_or_is_too_old_is_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _program(tmp_path, "python3.13", "exit 127")
    _program(tmp_path, "python3", "echo 3 10 4")
    good = _program(tmp_path, "python3.12", "echo 3 12 1")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert pythons.find_python() == str(good)


def test_that_the_lack_of_any_supported_python_is_explained(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert bootstrap.go_on_with_another_python(["run"]) == 1
    assert "needs Python 3.11 to 3.13" in capfd.readouterr().err


def test_that_another_python_goes_on_with_the_same_arguments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = 'if [ "$1" = -S ]; then echo 3 12 1; else echo "$@" > "$0.called"; exit 7; fi'
    other = _program(tmp_path, "python3.12", script)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert bootstrap.go_on_with_another_python(["test", "-k", "floor"]) == 7
    called = other.with_name("python3.12.called").read_text(encoding="utf-8").split()
    assert [os.path.basename(called[0]), *called[1:]] == ["bootstrap.py", "test", "-k", "floor"]  # noqa: PTH119


def test_that_help_names_both_commands(capsys: pytest.CaptureFixture[str]) -> None:
    assert bootstrap.main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert "bootstrap.py run" in shown
    assert "bootstrap.py test" in shown


def test_that_nothing_and_unknown_words_are_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert bootstrap.main([]) == 2
    assert bootstrap.main(["build"]) == 2
    assert "There is no 'build' here: it is run or test." in capsys.readouterr().err
