"""The project's own files: what is shipped, what is pinned, and what must not be there."""

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PACKAGES = ("console", "topology", "resources")
START = "packaging/underkeel_start/"

# Split, so that this file does not hold them.
REGISTRIES = ["py" + "pi.org", "python" + "hosted.org", "ana" + "conda.org", "npm" + "js.org", "--index" + "-url"]
LOCKS = {"poetry.lock", "uv.lock", "pdm.lock", "Pipfile.lock", "pylock.toml", "conda-lock.yml", "requirements.txt"}


def _sources() -> Iterator[Path]:
    """Give the files of the project, without what set-up, tools and tests leave behind."""
    left_behind = {".git", ".servers", ".venv", "build", "dist", "__pycache__"}
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in left_behind and not name.endswith("_cache")]
        yield from (Path(folder, name) for name in names)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Iterator[zipfile.ZipFile]:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(build, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("*.whl")
    with zipfile.ZipFile(built) as opened:
        yield opened


def test_that_packaging_is_no_package_and_hides_nobody_elses() -> None:
    assert not (ROOT / "packaging" / "__init__.py").exists()
    ask = "import packaging.version as found; print(found.__file__)"
    found = subprocess.run([sys.executable, "-c", ask], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    assert not Path(found).is_relative_to(ROOT / "packaging")


def test_that_the_wheel_holds_every_file_of_the_three_packages_and_what_starts_them_and_nothing_else(
    wheel: zipfile.ZipFile,
) -> None:
    packed = {name for name in wheel.namelist() if ".dist-info/" not in name}
    files = {file.relative_to(ROOT).as_posix() for file in _sources()}
    ours = {name for name in files if name.partition("/")[0] in PACKAGES}
    ours |= {name.removeprefix("packaging/") for name in files if name.startswith(START)}
    assert "underkeel_start/__main__.py" in ours
    assert packed == {name for name in ours if not name.endswith(".pyc")}
    assert "resources/fonts/B612-Regular.otf" in packed


def test_that_the_wheel_starts_the_program_by_both_names(wheel: zipfile.ZipFile) -> None:
    (name,) = (name for name in wheel.namelist() if name.endswith("entry_points.txt"))
    lines = wheel.read(name).decode().split("\n")
    assert "underkeel = underkeel_start:main" in lines
    assert "underkeel-console = underkeel_start:open_window" in lines


def test_that_the_wheel_carries_the_licences_of_the_program_and_the_fonts(wheel: zipfile.ZipFile) -> None:
    licences = {Path(name).name for name in wheel.namelist() if "/licenses/" in name}
    assert licences == {"LICENSE", "LICENSE-B612.txt"}


def _allowed_qt(python: str) -> list[Requirement]:
    qt = [needed for text in PROJECT["dependencies"] if (needed := Requirement(text)).name == "PySide6-Essentials"]
    return [needed for needed in qt if needed.marker and needed.marker.evaluate({"python_version": python})]


@pytest.mark.parametrize(
    ("python", "good", "bad"),
    [("3.11", "6.11.3", "6.12.0"), ("3.12", "6.12.0", "6.11.3"), ("3.13", "6.12.1", "6.11.3")],
)
def test_that_each_python_gets_the_qt_binding_it_survives(python: str, good: str, bad: str) -> None:
    (needed,) = _allowed_qt(python)
    assert good in needed.specifier
    assert bad not in needed.specifier


def test_that_the_installed_qt_binding_is_one_of_those() -> None:
    (needed,) = _allowed_qt(f"{sys.version_info.major}.{sys.version_info.minor}")
    assert importlib.metadata.version("PySide6-Essentials") in needed.specifier


def test_that_no_file_names_a_package_registry_or_locks_versions_to_one() -> None:
    named = []
    for file in _sources():
        text = file.read_bytes().decode("utf-8", errors="replace")
        named += [f"{file.relative_to(ROOT)}: {host}" for host in REGISTRIES if host in text]
    assert named == []
    assert [file for file in _sources() if file.name in LOCKS] == []


def test_that_the_readme_needs_two_commands_and_the_check_calls_the_second() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    commands = re.findall(r"^python3 packaging/bootstrap\.py (?:run|test)(?=\s*(?:#|$))", readme, flags=re.MULTILINE)
    assert commands == ["python3 packaging/bootstrap.py run", "python3 packaging/bootstrap.py test"]
    check = ROOT / ".ci" / "run"
    assert os.access(check, os.X_OK)
    assert f"\n{commands[1]} </dev/null" in check.read_text(encoding="utf-8")


def test_that_the_check_fails_with_either_run_and_counts_both_in_its_last_line(tmp_path: Path) -> None:
    check = tmp_path / ".ci" / "run"
    check.parent.mkdir()
    shutil.copy(ROOT / ".ci" / "run", check)
    (tmp_path / "packaging").mkdir()
    outcomes = {0: "==== 7 passed, 1 skipped in 2.0s ====", 1: "==== 1 failed, 6 passed in 2.0s ===="}
    for here, there in ((0, 0), (0, 1), (1, 0)):
        for name, code in (("bootstrap.py", here), ("debian13.py", there)):
            said = f"print('much')\nprint({outcomes[code]!r})\nraise SystemExit({code})\n"
            (tmp_path / "packaging" / name).write_text(said, encoding="utf-8")
        done = subprocess.run([check], capture_output=True, text=True, check=False)
        assert done.returncode == max(here, there)
        counts = [outcomes[code].strip("= ") for code in (here, there)]
        last = done.stdout.splitlines()[-1]
        assert re.fullmatch(rf"==== Python 3\.\S+: {counts[0]}; Python 3.13 in Debian 13: {counts[1]} ====", last)


def test_that_every_link_of_the_readme_leads_somewhere() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    targets = [target for target in re.findall(r"\]\(([^)]+)\)", readme) if "://" not in target]
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_that_the_newest_release_of_the_changelog_is_the_version_of_the_project() -> None:
    releases = re.findall(
        r"^## (\d+\.\d+\.\d+) - \d{4}-\d{2}-\d{2}$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE
    )

    assert releases[0] == PROJECT["version"]
    assert f"underkeel_{PROJECT['version']}_" in (ROOT / "README.md").read_text("utf-8")
