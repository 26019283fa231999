"""`underkeel record` saves what it saw, however it is ended."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.folders import ROOT


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_that_what_was_recorded_is_saved_when_it_is_ended(tmp_path: Path, number: signal.Signals) -> None:
    program = [sys.executable, "-P", "-m", "console.app.cli", "record", str(tmp_path / "saved")]
    environment = {**os.environ, "HOME": str(tmp_path), "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(program, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline().startswith("Recording ")
        child.send_signal(number)
        said, errors = child.communicate(timeout=60)
    assert (child.returncode, errors) == (0, "")
    assert "saved; underkeel replay" in said
    assert (tmp_path / "saved" / "incident.toml").exists()
