"""System packages: looked for first, asked for by the name they have here, and named when they cannot be had."""

import os
import shutil
import sys
from pathlib import Path

import pytest
import system_packages
from children import SetupError

LDD = """\
/env/QtGui.abi3.so:
\tlinux-vdso.so.1 (0x00007ffd)
\tlibEGL.so.1 => not found
\tlibc.so.6 => /lib/x86_64-linux-gnu/libc.so.6 (0x00007f)
/env/libqxcb.so:
\tlibxcb-icccm.so.4 => not found
\tlibEGL.so.1 => not found
"""
POLICY_OF_UBUNTU = """\
libegl1:
  Installed: (none)
  Candidate: 1.7.0-1build1
  Version table:
     1.7.0-1build1 500
libglib2.0-0:
  Installed: (none)
  Candidate: (none)
  Version table:
libglib2.0-0t64:
  Installed: (none)
  Candidate: 2.80.0-6ubuntu3
  Version table:
     2.80.0-6ubuntu3 500
"""


@pytest.fixture
def only_programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give an empty folder that is the whole PATH, but for what any system has."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for name in ("env", "sh"):
        (folder / name).symlink_to(shutil.which(name) or "")
    monkeypatch.setenv("PATH", str(folder))
    return folder


def _apt(folder: Path, *, exit_code: int) -> Path:
    """Put an apt into *folder* that writes down what it is asked and then does nothing."""
    log = folder / "asked"
    for name, script in {
        "apt-get": f'echo "$DEBIAN_FRONTEND $@" >> {log}\nexit {exit_code}',
        "apt-cache": f"while read -r line; do echo \"$line\"; done <<'EOF'\n{POLICY_OF_UBUNTU}EOF",
    }.items():
        (folder / name).write_text(f"#!/bin/sh\nIFS=\n{script}\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    return log


def test_that_each_missing_library_is_named_once() -> None:
    assert system_packages.not_found(LDD) == ["libEGL.so.1", "libxcb-icccm.so.4"]


def test_that_a_complete_system_is_asked_for_nothing() -> None:
    assert system_packages.missing_libraries(Path(sys.executable), "offscreen") == []


def test_that_a_library_the_loader_cannot_find_is_noticed(tmp_path: Path) -> None:
    import PySide6

    plugin = Path("Qt", "plugins", "platforms", "libqoffscreen.so")
    alone = tmp_path / "lib" / "python3.11" / "site-packages" / "PySide6" / plugin
    alone.parent.mkdir(parents=True)
    shutil.copy(Path(PySide6.__file__).parent / plugin, alone)
    assert "libQt6Gui.so.6" in system_packages.missing_libraries(tmp_path / "bin" / "python", "offscreen")


def test_that_only_packages_with_a_candidate_count_as_known() -> None:
    assert system_packages.installable(POLICY_OF_UBUNTU) == {"libegl1", "libglib2.0-0t64"}


def test_that_a_package_goes_by_its_newer_name_only_where_the_older_is_gone() -> None:
    assert system_packages.choose_names(["libegl1", "libglib2.0-0"], {"libegl1", "libglib2.0-0t64"}) == [
        "libegl1",
        "libglib2.0-0t64",
    ]
    assert system_packages.choose_names(["libglib2.0-0"], {"libglib2.0-0", "libglib2.0-0t64"}) == ["libglib2.0-0"]
    assert system_packages.choose_names(["xvfb"], set()) == ["xvfb"]


def test_that_a_system_without_apt_is_told_what_to_install(only_programs: Path) -> None:
    with pytest.raises(SetupError, match=r"There is no apt-get .* sudo apt-get install xvfb xdotool"):
        system_packages.install(["xvfb", "xdotool"], why="what the tests need")


def test_that_a_person_without_root_or_sudo_is_told_what_to_install(
    only_programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = _apt(only_programs, exit_code=0)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(SetupError, match=r"needs root, and there is no sudo.* apt-get install xvfb"):
        system_packages.install(["xvfb"], why="what the tests need")
    assert not log.exists()


def test_that_apt_refreshes_then_installs_without_asking_by_the_names_it_knows(
    only_programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = _apt(only_programs, exit_code=0)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    system_packages.install(["libegl1", "libglib2.0-0"], why="libraries")
    update, install = log.read_text(encoding="utf-8").splitlines()
    assert update.startswith("noninteractive")
    assert update.endswith("update")
    assert install.endswith("install --yes --no-install-recommends libegl1 libglib2.0-0t64")


def test_that_a_refusal_by_apt_is_a_sentence_with_what_to_do(
    only_programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _apt(only_programs, exit_code=100)
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    with pytest.raises(SetupError, match=r"apt-get could not install them.*sudo apt-get install xvfb"):
        system_packages.install(["xvfb"], why="what the tests need")


def test_that_sudo_is_not_let_ask_where_nobody_can_answer(only_programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (only_programs / "sudo").write_text("#!/bin/sh\n", encoding="utf-8")
    (only_programs / "sudo").chmod(0o755)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(sys, "stdin", Path(os.devnull).open(encoding="utf-8"))  # noqa: SIM115 (closed with the test)
    assert system_packages.right_to_install() == [str(only_programs / "sudo"), "--non-interactive"]
    sys.stdin.close()
