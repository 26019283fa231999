"""The virtual environment .venv at the root of the project, with everything that pyproject.toml asks for.

The versions are those of the constraints beside this file; renew_constraints.py writes them. A stamp in
the folder says for what it was made, and is written last: a set-up that was cut short is done again.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import system_packages
from children import SetupError, call, environment_for_children
from pythons import is_supported, version_of

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".venv"
STAMP = "underkeel-setup"
EXTRAS = {"run": ".", "test": ".[etcd,kubernetes,mcp,test]", "package": ".[etcd,kubernetes,mcp,package]"}


def python_in(folder: Path, os_name: str = os.name) -> Path:
    """Give the Python of the virtual environment *folder*."""
    return folder / "Scripts" / "python.exe" if os_name == "nt" else folder / "bin" / "python"


def program_in(folder: Path, name: str, os_name: str = os.name) -> Path:
    """Give the program *name* that an installation put into the virtual environment *folder*."""
    return folder / "Scripts" / f"{name}.exe" if os_name == "nt" else folder / "bin" / name


def constraints_for(version: Sequence[int]) -> Path:
    """Give the file with the versions to take on a Python, such as (3, 13) or (3, 13, 5)."""
    return ROOT / "packaging" / f"constraints-{'.'.join(map(str, version[:2]))}.txt"


def constrained(constraints: Path) -> list[str]:
    """Give the words by which pip keeps to those versions, where there are any."""
    return ["--constraint", str(constraints)] if constraints.is_file() else []


def fingerprint(project: bytes, version: Sequence[int], root: Path) -> str:
    """Give a mark of all that a finished set-up depends on: what is wanted, the Python, and where the sources are."""
    parts = (project, ".".join(map(str, version)).encode(), os.fsencode(root))
    return hashlib.sha256(b"\0".join(hashlib.sha256(part).digest() for part in parts)).hexdigest()


def is_done(stamp: str, kind: str, wanted: str) -> bool:
    """Say whether the set-up that wrote *stamp* is enough for *kind*; any is enough to run."""
    made, _, found = stamp.partition(" ")
    return found == wanted and (made == kind or (kind == "run" and made in EXTRAS))


def prepare(kind: str) -> Path:
    """Make the virtual environment ready for *kind* (a key of EXTRAS) and give its Python."""
    python = python_in(FOLDER)
    version = version_of(python)
    if version is None or not is_supported(version):
        make(FOLDER)
        version = version_of(python) or ()
    stamp = FOLDER / STAMP
    constraints = constraints_for(version)
    tested = constraints.read_bytes() if constraints.is_file() else b""
    wanted = fingerprint((ROOT / "pyproject.toml").read_bytes() + tested, version, ROOT)
    if not (stamp.is_file() and is_done(stamp.read_text(encoding="utf-8"), kind, wanted)):
        stamp.unlink(missing_ok=True)
        if not has_pip(python):
            make(FOLDER)
        install(python, EXTRAS[kind], constraints)
        stamp.write_text(f"{kind} {wanted}", encoding="utf-8")
    return python


def has_pip(python: Path) -> bool:
    return call([python, "-m", "pip", "--version"], show="nothing") == 0


def make(folder: Path) -> None:
    """Make an empty virtual environment, in place of a broken or half-made one."""
    if folder.exists() and not folder.is_dir():
        raise SetupError(f"{folder} is not a folder, and the virtual environment belongs there: move it away.")
    print(f"{'Making again' if folder.exists() else 'Making'} the virtual environment {folder.name} ...", flush=True)
    if make_quietly(folder):
        return
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if not lacks_venv():
        raise SetupError(f"Making {folder} failed, as said above. Once that is put right, start again.")
    if sys.base_prefix != "/usr":
        raise SetupError(
            f"{sys.executable} has no venv module (or no ensurepip), which makes virtual environments. "
            "Install a whole Python 3.11 to 3.13 and start again with it."
        )
    system_packages.install([package], why="Python's own venv module")
    if not make_quietly(folder):
        raise SetupError(f"Making {folder} failed although {package} is installed. Is the folder writable?")


def make_quietly(folder: Path) -> bool:
    made = subprocess.run(
        [sys.executable, "-m", "venv", "--clear", str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment_for_children(),
        check=False,
    )
    if made.returncode and not lacks_venv():
        print(made.stdout, file=sys.stderr)
    return made.returncode == 0 and has_pip(python_in(folder))


def lacks_venv() -> bool:
    """Say whether this Python came without venv or ensurepip, as Debian's does until python3-venv is installed."""
    return any(call([sys.executable, "-c", f"import {name}"], show="nothing") for name in ("venv", "ensurepip"))


def install(python: Path, what: str, constraints: Path) -> None:
    """Install the project, editable, with its dependencies; *what* is one of EXTRAS."""
    print("Installing the Python packages into .venv (the first time some 150 MB are downloaded) ...", flush=True)
    talk = [] if sys.stdout.isatty() else ["--quiet"]
    command = [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", *talk]
    if call([*command, *constrained(constraints), "--editable", what], cwd=ROOT):
        raise SetupError(
            "Installing the Python packages failed, for the reason pip gives above. "
            "Most often the network is missing or its proxy is not set: put that right and start again."
        )
    compile_sources(python)


def compile_sources(python: Path) -> None:
    """Compile our own modules, which would cost a second at every start where Python may not keep what it compiles."""
    call([python, "-m", "compileall", "-q", "console", "topology", "resources"], cwd=ROOT, show="nothing")
