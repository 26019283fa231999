"""What is the platform's is in one module: everything else is imported where the system has nothing of POSIX."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.folders import ROOT
from topology.machine.system import account, account_name, is_own_group, is_trusted_owner, lock

WITHOUT_POSIX = """
import importlib, os, pkgutil, sys
import asyncio, multiprocessing, networkx, numpy, pyqtgraph, qasync, rapidfuzz, yaml, msgspec, tempfile
import subprocess, sqlite3, zoneinfo
import PySide6.QtWidgets, PySide6.QtNetwork, PySide6.QtSvg
for extra in ("aiohttp", "grpc.aio", "mcp.server.mcpserver", "cryptography.x509", "prometheus_client", "shtab"):
    try:
        importlib.import_module(extra)
    except ImportError:
        pass

class Gone:
    def find_spec(self, name, path=None, target=None):
        if name in ("fcntl", "pwd", "grp", "termios", "resource", "pty"):
            raise ModuleNotFoundError(f"there is no {name} here", name=name)

for name in ("fcntl", "pwd", "grp", "termios", "resource", "pty"):
    sys.modules.pop(name, None)
sys.meta_path.insert(0, Gone())
for name in ("getuid", "geteuid", "getgid", "O_CLOEXEC", "O_NOFOLLOW", "O_DIRECTORY", "O_NONBLOCK", "fork", "killpg"):
    delattr(os, name)
failed = []
for package in ("console", "topology", "resources"):
    root = importlib.import_module(package)
    for found in pkgutil.walk_packages(root.__path__, package + "."):
        if found.name.startswith("resources.adapters"):
            continue
        try:
            importlib.import_module(found.name)
        except Exception as error:
            failed.append(f"{found.name}: {type(error).__name__}: {error}")
print("\\n".join(failed))
"""


def test_that_everything_is_imported_without_anything_of_posix() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_POSIX],
        cwd=ROOT,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout.strip()) == (0, ""), done.stderr


def test_that_a_lock_keeps_another_process_out_and_ends_with_its_holder(tmp_path: Path) -> None:
    path = tmp_path / "one.lock"
    program = (
        "import os, sys; from topology.machine.system import lock;"
        "print(lock(os.open(sys.argv[1], os.O_RDWR | os.O_CREAT)))"
    )

    def other() -> str:
        words = [sys.executable, "-c", program, str(path)]
        return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip()

    handle = os.open(path, os.O_RDWR | os.O_CREAT)
    assert lock(handle)
    assert other() == "False"
    os.close(handle)
    assert other() == "True"


def test_that_an_account_is_named_by_the_system_and_not_by_a_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("USER", "mallory")
    monkeypatch.setenv("LOGNAME", "mallory")
    assert account() == account_name(os.getuid()) != "mallory"
    assert account_name(2**31 - 7) == "uid-2147483641"


def test_that_ones_own_account_and_roots_are_trusted_and_no_other() -> None:
    assert is_trusted_owner(os.getuid())
    assert is_trusted_owner(0)
    assert not is_trusted_owner(2**31 - 7)
    assert not is_own_group(2**31 - 7)
