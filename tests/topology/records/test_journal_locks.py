import subprocess
import sys
from pathlib import Path

import pytest

from tests.folders import ROOT
from topology.records.locks import ExecutionLock, LockHeldError, is_free

_HOLDER = """
import sys
from pathlib import Path
from topology.records.locks import ExecutionLock
lock = ExecutionLock.take(Path(sys.argv[1]), "e1")
sys.stdout.write("held\\n")
sys.stdout.flush()
sys.stdin.read()
"""


def test_that_an_execution_nobody_carries_out_is_free(tmp_path: Path) -> None:
    assert is_free(tmp_path, "e1")
    with ExecutionLock.take(tmp_path, "e1"):
        assert not is_free(tmp_path, "e1")
        assert is_free(tmp_path, "e2")
    assert is_free(tmp_path, "e1")


def test_that_a_held_lock_is_not_given_twice(tmp_path: Path) -> None:
    with ExecutionLock.take(tmp_path, "e1"), pytest.raises(LockHeldError, match="execution e1"):
        ExecutionLock.take(tmp_path, "e1")


def test_that_a_released_lock_leaves_no_file(tmp_path: Path) -> None:
    lock = ExecutionLock.take(tmp_path, "e1")
    lock.release()
    lock.release()
    assert list((tmp_path / "locks").iterdir()) == []


def test_that_the_lock_of_a_killed_program_is_free(tmp_path: Path) -> None:
    command = [sys.executable, "-c", _HOLDER, str(tmp_path)]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        assert not is_free(tmp_path, "e1")
        holder.kill()
        holder.wait()
    assert is_free(tmp_path, "e1")
    ExecutionLock.take(tmp_path, "e1").release()
