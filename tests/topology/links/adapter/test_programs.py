"""Which programs are run as an adapter, and that none outlives the console that runs it."""

import asyncio
import os
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.folders import ROOT
from tests.topology.links.adapter.adapters import inventory, opened, racks, run
from tests.topology.links.adapter.test_misbehaving_adapters import address, became, is_running
from topology.links.adapter.wire.program import ProgramLine, checked_program
from topology.region.errors import LinkError

CONSOLE = """\
import asyncio, sys
from pathlib import Path
from topology.links.registry import Opening, source_address

async def stay():
    source = await source_address(sys.argv[1]).actor(Opening("op1", Path("/nonexistent"), read_only=False))
    print(source.session.peer.process.pid, flush=True)
    await asyncio.Event().wait()

asyncio.run(stay())
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    folder = tmp_path / "bin"
    folder.mkdir(mode=0o755)
    found = folder / "adapter"
    found.write_text("#!/bin/sh\n")
    found.chmod(0o755)
    return found


def refusal(line: str) -> str:
    with pytest.raises(LinkError) as told:
        checked_program(ProgramLine.parse(line))
    return str(told.value)


def test_that_a_program_that_nobody_else_can_change_is_run(program: Path) -> None:
    assert checked_program(ProgramLine.parse(str(program))) == program.resolve()


@pytest.mark.parametrize(("mode", "why"), [(0o757, "may be written by anybody; chmod o-w it")])
def test_that_a_program_that_others_may_write_is_refused(program: Path, mode: int, why: str) -> None:
    program.chmod(mode)
    assert refusal(str(program)).endswith(f"is not run, because {program} {why}")


def test_that_a_program_in_a_folder_that_others_may_write_is_refused(program: Path) -> None:
    program.parent.chmod(0o777)
    assert refusal(str(program)).endswith(f"because {program.parent} may be written by anybody; chmod o-w it")


def test_that_a_program_is_refused_for_a_folder_further_up_and_for_where_a_link_leads(
    program: Path, tmp_path: Path
) -> None:
    link = tmp_path / "link"
    link.symlink_to(program)
    program.chmod(0o757)
    assert f"because {program} may be written by anybody" in refusal(str(link))
    program.chmod(0o755)
    deep = program.parent / "a"
    deep.mkdir()
    program.rename(deep / "adapter")
    program.parent.chmod(0o777)
    assert f"because {program.parent} may be written by anybody" in refusal(str(deep / "adapter"))


def test_that_a_script_that_others_may_write_is_refused_behind_its_interpreter(program: Path) -> None:
    program.chmod(0o757)
    python = Path(sys.executable).resolve()
    assert f"because {program} may be written by anybody" in refusal(f"{python} -I {program}")


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a file away")
def test_that_a_program_of_somebody_else_is_refused(program: Path) -> None:
    os.chown(program, 65534, 65534)
    assert "only you or root may own it" in refusal(str(program))


def test_that_a_program_that_is_not_there_or_may_not_be_run_is_one_sentence(program: Path) -> None:
    program.chmod(0o644)
    assert refusal(str(program)) == f"{program}: may not be executed; chmod u+x it"
    program.unlink()
    assert "cannot be run: No such file or directory; give the absolute path" in refusal(str(program))


@pytest.mark.parametrize("how", ["well", "will not end"])
def test_that_no_adapter_outlives_a_console_that_is_killed(how: str, tmp_path: Path) -> None:
    named = racks(inventory(tmp_path / "inventory.db")) if how == "well" else address(how, tmp_path)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", CONSOLE, named], env=environment, stdout=subprocess.PIPE, text=True
    ) as console:
        assert console.stdout is not None
        adapter = int(console.stdout.readline())
        assert is_running(adapter)
        console.send_signal(signal.SIGKILL)
    run(became(lambda: not is_running(adapter)))


def test_that_an_adapter_lives_as_long_as_it_is_wanted(tmp_path: Path) -> None:
    """The thread that starts a child must be one that stays: with it the child would end."""

    async def work() -> None:
        loop, threads = asyncio.get_running_loop(), ThreadPoolExecutor(1)
        loop.set_default_executor(threads)
        async with opened(racks(inventory(tmp_path / "inventory.db")), tmp_path) as source:
            await source.read()
            threads.shutdown()
            loop.set_default_executor(ThreadPoolExecutor(1))
            await source.read()
            assert source.session is not None

    run(work())
