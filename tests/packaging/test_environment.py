"""The virtual environment: made once, made again when it is broken, and never taken for ready when it is not."""

import subprocess
import sys
from pathlib import Path

import environment
import pytest
from children import SetupError

# A build backend without dependencies, so that pip can install the project without a network.
BACKEND = """
import pathlib, zipfile
def build_editable(folder, config_settings=None, metadata_directory=None):
    name = "sample-1-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(folder) / name, "w") as wheel:
        fields = ("Metadata-Version: 2.1", "Name: sample", "Version: 1", "Provides-Extra: test", "")
        wheel.writestr("sample-1.dist-info/METADATA", "\\n".join(fields))
        wheel.writestr("sample-1.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr("sample-1.dist-info/RECORD", "")
    return name
"""
PROJECT = '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "backend.py").write_text(BACKEND, encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    monkeypatch.setattr(environment, "ROOT", tmp_path)
    monkeypatch.setattr(environment, "FOLDER", tmp_path / ".venv")
    return tmp_path


def _installed(python: Path) -> bool:
    return subprocess.run([python, "-m", "pip", "show", "-q", "sample"], check=False).returncode == 0


def test_that_a_set_up_is_finished_once_and_broken_ones_are_done_again(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    (project / "pyproject.toml").write_text(PROJECT + "this is not TOML", encoding="utf-8")
    with pytest.raises(SetupError, match="Installing the Python packages failed"):
        environment.prepare("run")
    stamp = project / ".venv" / environment.STAMP
    assert not stamp.exists(), "a failed installation must not look finished"

    (project / "pyproject.toml").write_text(PROJECT, encoding="utf-8")
    python = environment.prepare("test")
    assert _installed(python)
    capfd.readouterr()
    environment.prepare("test")
    environment.prepare("run")
    assert capfd.readouterr() == ("", ""), "the second time there is nothing to do"

    (project / "pyproject.toml").write_text(PROJECT + "# changed\n", encoding="utf-8")
    environment.prepare("run")
    assert "Installing" in capfd.readouterr().out

    python.unlink()
    environment.prepare("run")
    assert "Making again the virtual environment" in capfd.readouterr().out
    assert _installed(python)


def test_that_the_tested_versions_are_kept_to_and_new_ones_ask_for_a_new_set_up(
    project: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    constraints = environment.constraints_for(sys.version_info[:2])
    constraints.parent.mkdir()
    constraints.write_text("sample==1\n", encoding="utf-8")
    environment.prepare("run")
    constraints.write_text("sample==2\n", encoding="utf-8")
    with pytest.raises(SetupError, match="Installing the Python packages failed"):
        environment.prepare("run")
    assert "Cannot install sample" in capfd.readouterr().err


def test_that_a_file_in_the_place_of_the_environment_is_left_alone_and_named(project: Path) -> None:
    (project / ".venv").write_text("mine", encoding="utf-8")
    with pytest.raises(SetupError, match=r"\.venv is not a folder"):
        environment.prepare("run")
    assert (project / ".venv").read_text(encoding="utf-8") == "mine"


def test_that_a_new_project_file_another_python_or_another_place_ask_for_a_new_set_up() -> None:
    marks = {
        environment.fingerprint(b"a", (3, 11, 7), Path("/here")),
        environment.fingerprint(b"b", (3, 11, 7), Path("/here")),
        environment.fingerprint(b"a", (3, 12, 1), Path("/here")),
        environment.fingerprint(b"a", (3, 11, 7), Path("/there")),
    }
    assert len(marks) == 4
    assert environment.fingerprint(b"a", (3, 11, 7), Path("/here")) in marks


def test_that_a_set_up_for_the_tests_is_enough_to_run_but_not_the_other_way_round() -> None:
    assert environment.is_done("test abc", "run", "abc")
    assert environment.is_done("test abc", "test", "abc")
    assert environment.is_done("run abc", "run", "abc")
    assert not environment.is_done("run abc", "test", "abc")
    assert not environment.is_done("test abc", "package", "abc")


@pytest.mark.parametrize("stamp", ["", "run ab", "test", "run abd"])
def test_that_a_half_written_or_foreign_stamp_is_not_a_finished_set_up(stamp: str) -> None:
    assert not environment.is_done(stamp, "run", "abc")


def test_that_programs_are_found_where_each_system_puts_them() -> None:
    folder = Path("env")
    assert environment.python_in(folder, "posix") == Path("env/bin/python")
    assert environment.python_in(folder, "nt") == Path("env/Scripts/python.exe")
    assert environment.program_in(folder, "underkeel", "posix") == Path("env/bin/underkeel")
    assert environment.program_in(folder, "underkeel", "nt") == Path("env/Scripts/underkeel.exe")
