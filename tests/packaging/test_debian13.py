"""The tests on another Python, in a root of their own: what is carried into it, and what is said where it cannot be made."""

import os
from pathlib import Path

import carried
import checks
import debian13
import pytest
import system_packages
from children import SetupError

DUMP = """\
APT::Architecture "amd64";
Acquire "";
Acquire::http::Proxy "http://proxy.example:3142";
Acquire::Check-Valid-Until "false";
Acquire::cdrom::mount "/media/cdrom/";
Acquire::IndexTargets::deb::Packages::MetaKey "$(COMPONENT)/Packages";
Acquire::Changelogs::URI::Origin::Debian "https://changes.example";
DPkg::Post-Invoke:: "rm -f /var/cache/apt/archives/*.deb || true";
"""
TARGETS = """\
NodeSource|Node|https://node.example/debian/
Debian|Debian-Security|http://mirror.example/debian-security/
Debian|Debian|http://mirror.example/debian/
Debian|Debian|http://other.example/debian/
"""


def test_that_settings_of_fetching_are_carried_and_hooks_are_not() -> None:
    assert carried.acquiring(DUMP) == [
        'Acquire::http::Proxy "http://proxy.example:3142";',
        'Acquire::Check-Valid-Until "false";',
    ]


def test_that_the_mirror_is_the_one_that_apt_uses_here() -> None:
    assert carried.mirror_in(TARGETS) == "http://mirror.example/debian/"
    assert carried.mirror_in(TARGETS.splitlines()[0]) is None


def test_that_only_what_reaches_registries_and_chooses_examples_is_carried() -> None:
    kept = {"PIP_CERT": "/a", "https_proxy": "b", "NO_PROXY": "c", "CI": "true", "HYPOTHESIS_PROFILE": "ci"}
    assert carried.variables({**kept, "PIP_USER": "1", "PYTHONPATH": "/x", "DISPLAY": ":0", "HOME": "/h"}) == kept


def test_that_the_last_words_are_carried_and_those_taken_back_are_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home, root, wheels = tmp_path / "home", tmp_path / "root", tmp_path / "wheels"
    for folder in (home / ".config" / "pip", root / "etc" / "apt" / "apt.conf.d", wheels):
        folder.mkdir(parents=True)
    wheels.joinpath("one.whl").write_text("a wheel", encoding="utf-8")
    settings = home / ".config" / "pip" / "pip.conf"
    settings.write_text("[global]", encoding="utf-8")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("PIP_FIND_LINKS", str(wheels))
    carried.carry_into(root)
    there = root / "root" / ".config" / "pip" / "pip.conf"
    assert there.read_text(encoding="utf-8") == "[global]"
    assert (root / str(wheels).lstrip("/") / "one.whl").is_file()
    settings.unlink()
    carried.carry_into(root)
    assert not there.exists()


def test_that_the_copy_is_clean_and_keeps_the_environment_of_the_run_before(tmp_path: Path) -> None:
    project, copy = tmp_path / "project", tmp_path / "copy"
    for name in ("console/__pycache__/x.pyc", ".git/HEAD", ".venv/mine", ".ruff_cache/x", "console/new.py", ".ci/run"):
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(name, encoding="utf-8")
    for name in (".venv/kept", "console/old.py"):
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        (copy / name).write_text(name, encoding="utf-8")
    debian13.copy_project(project, copy)
    found = {str(file.relative_to(copy)) for file in copy.rglob("*") if file.is_file()}
    assert found == {".venv/kept", "console/new.py", ".ci/run"}


def test_that_a_lack_of_debootstrap_that_cannot_be_installed_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(debian13, "SBIN", ())
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(debian13, "check_mounting", lambda: None)
    assert debian13.main([]) == 1
    said = capsys.readouterr().err
    assert "There is no apt-get on this system. Install debootstrap, which makes the Debian 13" in said


def test_that_a_person_without_root_or_sudo_is_told_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    monkeypatch.setattr(system_packages, "right_to_install", lambda: None)
    assert debian13.main([]) == 1
    assert "needs root, and there is no sudo" in capsys.readouterr().err


def test_that_a_place_that_lets_nobody_mount_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refuses = tmp_path / "unshare"
    refuses.write_text("#!/bin/sh\nexit 1\n", encoding="utf-8")
    refuses.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    with pytest.raises(SetupError, match="does not let root mount"):
        debian13.check_mounting()


def test_that_the_tests_in_the_root_are_those_of_the_core_the_set_up_and_the_console() -> None:
    paths = [checks.ROOT / word for word in debian13.TESTS if word.startswith("tests/")]
    assert [path for path in paths if not path.exists()] == []
    assert any(path.is_relative_to(checks.ROOT / "tests" / "servers" / "etcd") for path in paths)
    assert {"tests/topology", "tests/packaging", "tests/console"} <= set(debian13.TESTS)
