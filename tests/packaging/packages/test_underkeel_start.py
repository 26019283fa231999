"""A package of somebody else that has the name of one of ours is told in one sentence, and nothing of it is run."""

import os
import re
import shlex
import signal
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest
import underkeel_start

from tests.folders import ROOT

ASKED = ("preview", "remove 4 servers from billing")
LOUD = "print('code of somebody else ran')\n"
OURS = tuple(underkeel_start.OURS)


def loud(folder: Path, name: str) -> Path:
    """Make a package that says when it is run."""
    (folder / name).mkdir(parents=True)
    (folder / name / "__init__.py").write_text(LOUD)
    return folder / name / "__init__.py"


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the Python of an environment in which the wheel is installed as pip does, beside what it needs."""
    folder = tmp_path_factory.mktemp("installed")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(build, cwd=folder, capture_output=True, text=True, check=True)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder / "env")], check=True)
    python = folder / "env" / "bin" / "python"
    (wheel,) = folder.glob("*.whl")
    site = site_of(python)
    (site / "needed.pth").write_text(f"{sysconfig.get_path('purelib')}\n")
    install(wheel, python)
    return python


def site_of(python: Path) -> Path:
    """Give the folder into which distributions are installed for a Python of a virtual environment."""
    (site,) = python.parent.parent.glob("lib/python3*/site-packages")
    return site


def install(wheel: Path, python: Path) -> None:
    """Unpack a wheel over what is there, as pip does: files of another distribution are overwritten without a word."""
    with zipfile.ZipFile(wheel) as packed:
        packed.extractall(site_of(python))


def foreign_wheel(folder: Path, name: str) -> Path:
    """Make the wheel of a distribution called as one of our packages."""
    wheel = folder / f"{name}-1.0-py3-none-any.whl"
    about = f"{name}-1.0.dist-info"
    with zipfile.ZipFile(wheel, "w") as packed:
        packed.writestr(f"{name}/__init__.py", LOUD)
        packed.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        packed.writestr(f"{about}/top_level.txt", f"{name}\n")
        packed.writestr(f"{about}/RECORD", f"{name}/__init__.py,,\n{about}/METADATA,,\n{about}/RECORD,,\n")
    return wheel


def run(*words: str, cwd: Path = ROOT, searched: str = "") -> subprocess.CompletedProcess[str]:
    variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    if searched:
        variables["PYTHONPATH"] = searched
    return subprocess.run(words, cwd=cwd, env=variables, capture_output=True, text=True, check=False)


def sentence(done: subprocess.CompletedProcess[str]) -> str:
    assert done.returncode == 2, done.stdout + done.stderr
    assert "somebody else" not in done.stdout
    (said,) = done.stderr.splitlines()
    return said


def typed(said: str, cwd: Path, searched: str = "") -> subprocess.CompletedProcess[str]:
    """Type the line that a sentence ends with."""
    return run(*shlex.split(said.partition("or type: ")[2]), cwd=cwd, searched=searched)


@pytest.mark.parametrize("name", OURS)
def test_that_our_packages_are_ours(name: str) -> None:
    assert underkeel_start.in_the_way(name) == ""


@pytest.mark.parametrize("name", OURS)
def test_that_one_that_comes_first_by_a_variable_is_named_with_a_line_that_works(
    installed: Path, tmp_path: Path, name: str
) -> None:
    place = loud(tmp_path / "first", name)
    searched = str(tmp_path / "first")
    said = sentence(run(str(installed), "-P", "-m", "underkeel_start", *ASKED, cwd=tmp_path, searched=searched))
    assert said.startswith(f"The package {name} that Python finds, {place}, is not Underkeel's own, and comes first.")
    answer = typed(said, tmp_path, searched)
    assert answer.returncode == 0, answer.stderr
    assert "billing" in answer.stdout
    assert "somebody else" not in answer.stdout


@pytest.mark.parametrize("program", ["underkeel", "underkeel-console"])
def test_that_both_programs_of_a_working_tree_say_it(tmp_path: Path, program: str) -> None:
    loud(tmp_path, "console")
    done = run(str(Path(sys.executable).with_name(program)), cwd=tmp_path, searched=str(tmp_path))
    assert sentence(done).startswith("The package console that Python finds, ")


def test_that_a_file_in_the_working_folder_is_named_with_a_line_that_works(installed: Path, tmp_path: Path) -> None:
    (tmp_path / "console.py").write_text(LOUD)
    said = sentence(run(str(installed), "-m", "underkeel_start", *ASKED, cwd=tmp_path))
    assert f"The package console that Python finds, {tmp_path / 'console.py'}, is not Underkeel's own" in said
    answer = typed(said, tmp_path)
    assert answer.returncode == 0, answer.stderr
    assert "somebody else" not in answer.stdout


def test_that_a_folder_without_a_package_in_it_is_nobodys_and_changes_nothing(installed: Path, tmp_path: Path) -> None:
    for name in OURS:
        (tmp_path / name).mkdir()
    done = run(str(installed), "-m", "underkeel_start", "--version", cwd=tmp_path)
    assert done.returncode == 0, done.stderr


def test_that_where_we_are_found_by_the_variable_ourselves_the_line_keeps_us(installed: Path, tmp_path: Path) -> None:
    loud(tmp_path, "topology")
    places = [str(tmp_path), str(site_of(installed)), sysconfig.get_path("purelib")]
    said = sentence(run(str(installed), "-P", "-m", "underkeel_start", *ASKED, searched=os.pathsep.join(places)))
    assert f"PYTHONPATH={site_of(installed)}" in said
    answer = typed(said, tmp_path)
    assert answer.returncode == 0, answer.stderr


@pytest.mark.parametrize("name", OURS)
def test_that_a_distribution_installed_over_ours_is_named_and_so_are_files_it_took_away(
    installed: Path, tmp_path: Path, name: str
) -> None:
    place = site_of(installed) / name / "__init__.py"
    own = place.read_bytes()
    try:
        install(foreign_wheel(tmp_path, name), installed)
        said = sentence(run(str(installed), "-P", "-m", "underkeel_start", *ASKED, cwd=tmp_path))
        assert said.startswith(f"The package {name} that Python finds, {place}, is no longer Underkeel's own")
        assert f"(it is of the distribution {name}: pip uninstall {name})" in said
        assert "pipx install underkeel-" in said
        place.unlink()  # as its pip uninstall leaves it
        left = sentence(run(str(installed), "-P", "-m", "underkeel_start", *ASKED, cwd=tmp_path))
        assert left.startswith(f"The package {name} that Python finds, {place.parent}, is no longer Underkeel's own")
    finally:
        place.write_bytes(own)
        for about in site_of(installed).glob(f"{name}-1.0.dist-info/*"):
            about.unlink()


def test_that_one_that_is_installed_elsewhere_and_comes_first_is_no_matter_of_a_variable(
    installed: Path, tmp_path: Path
) -> None:
    user = tmp_path / "user"
    minor = re.search(r"python3\.\d+", str(site_of(installed)))
    assert minor
    place = loud(user / "lib" / minor[0] / "site-packages", "topology")
    # Such as Python itself arranges it for an account's own folder, with the same function.
    code = (
        f"import site, sys; site.USER_SITE = {str(place.parent.parent)!r}; sys.path.insert(0, site.USER_SITE);"
        "import underkeel_start; sys.exit(underkeel_start.start(['--version']))"
    )
    said = sentence(run(str(installed), "-P", "-c", code, cwd=tmp_path))
    assert said.startswith(f"The package topology that Python finds, {place}, is not Underkeel's own. Install")


def test_that_a_path_with_signs_that_a_terminal_obeys_is_shown_without_them(installed: Path, tmp_path: Path) -> None:
    folder = tmp_path / "a\x1b[31mb"
    loud(folder, "console")
    said = sentence(run(str(installed), "-P", "-m", "underkeel_start", cwd=tmp_path, searched=str(folder)))
    assert "\x1b" not in said


WAITING = """
import signal, sys
class Waits:
    def find_spec(self, name, path=None, target=None):
        if name == "console.app.cli":
            print("loading", flush=True)
            signal.pause()
sys.meta_path.insert(0, Waits())
import underkeel_start
underkeel_start.main()
"""


def test_that_an_interrupt_while_the_program_is_loaded_shows_no_traceback() -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "packaging")))}
    with subprocess.Popen(
        [sys.executable, "-c", WAITING, "--version"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    ) as program:
        assert program.stdout is not None
        assert program.stdout.readline() == "loading\n"
        program.send_signal(signal.SIGINT)
        _, err = program.communicate(timeout=20)
    assert (program.returncode, err) == (-signal.SIGINT, "")


@pytest.mark.parametrize("passed_over", [False, True])
def test_that_an_interrupt_is_heard_by_the_program_unless_it_is_to_be_passed_over(passed_over: bool) -> None:
    body = "import signal, console.app.cli as cli, underkeel_start\n"
    if passed_over:  # as behind nohup, or in the background of a shell
        body += "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
    body += "cli.main = lambda words: print(signal.getsignal(signal.SIGINT) is signal.default_int_handler) or 0\n"
    body += "underkeel_start.start(['x']); print(signal.getsignal(signal.SIGINT).name)"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(ROOT), str(ROOT / "packaging")))}
    done = subprocess.run([sys.executable, "-c", body], capture_output=True, text=True, env=environment, check=True)
    expected = ["False", "SIG_IGN"] if passed_over else ["True", "SIG_DFL"]
    assert done.stdout.split() == expected
