"""A Slurm of our own: munged, slurmctld and four slurmd on this machine, in a folder and at ports that nobody else has."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

NODES = 4
PROGRAMS = ("munged", "slurmctld", "slurmd", "sinfo", "scontrol")
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def missing() -> str:
    """Say what is not there; empty when all is."""
    wanted = [name for name in PROGRAMS if shutil.which(name, path=PATH) is None]
    if wanted:
        return f"{', '.join(wanted)} not found; install them: python3 packaging/servers.py"
    return "" if os.getuid() == 0 else "slurmd runs as root only here; run the tests of servers as root"


def _ports(count: int) -> list[int]:
    with ExitStack() as stack:
        taken = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in taken:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in taken]


def _config(folder: Path, munge: Path) -> str:
    control, *ports = _ports(1 + NODES)
    host = socket.gethostname().split(".")[0]
    nodes = "\n".join(
        f"NodeName=n{at + 1} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} CPUs=1 State=UNKNOWN"
        for at, port in enumerate(ports)
    )
    return f"""ClusterName=underkeel-test
SlurmctldHost={host}(127.0.0.1)
SlurmUser=root
SlurmctldPort={control}
AuthType=auth/munge
AuthInfo=socket={munge}
CredType=cred/munge
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool-%n
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd-%n.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd-%n.log
ProctrackType=proctrack/pgid
TaskPlugin=task/none
SwitchType=switch/none
MpiDefault=none
SelectType=select/cons_tres
ReturnToService=2
{nodes}
PartitionName=short Nodes=n[1-{NODES}] Default=YES State=UP
PartitionName=long Nodes=n[1-2] State=UP
"""


@contextmanager
def cluster() -> Iterator[Path]:
    """Start it; gives its slurm.conf."""
    # Slurm takes no long paths for its sockets.
    with tempfile.TemporaryDirectory(prefix="slurm-") as made, ExitStack() as stack:
        folder = Path(made)
        folder.chmod(0o755)
        for name in ("state", "munge", *(f"spool-n{at + 1}" for at in range(NODES))):
            (folder / name).mkdir(mode=0o755)
        key, sock = folder / "munge" / "key", folder / "munge" / "socket"
        key.write_bytes(os.urandom(128))
        key.chmod(0o400)
        conf = folder / "slurm.conf"
        conf.write_text(_config(folder, sock))
        environment = {"PATH": PATH, "SLURM_CONF": str(conf)}
        munge = folder / "munge"
        _start(stack, folder, environment, "munged", "--foreground", "--force", f"--key-file={key}", f"--socket={sock}",
               f"--pid-file={munge}/pid", f"--log-file={munge}/log", f"--seed-file={munge}/seed")  # fmt: skip
        _until(lambda: sock.exists(), folder)
        _start(stack, folder, environment, "slurmctld", "-D", "-f", str(conf), "-i", "-c")
        for at in range(NODES):
            _start(stack, folder, environment, "slurmd", "-D", "-f", str(conf), "-N", f"n{at + 1}")
        _until(lambda: _idle(environment) == NODES, folder)
        yield conf


def _start(stack: ExitStack, folder: Path, environment: dict[str, str], program: str, *words: str) -> None:
    found = shutil.which(program, path=PATH) or program
    log = stack.enter_context((folder / "output.log").open("ab"))
    process = subprocess.Popen([found, *words], env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    stack.callback(_end, process)


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _idle(environment: dict[str, str]) -> int:
    with suppress(subprocess.TimeoutExpired):
        asked = ["sinfo", "-N", "-h", "-p", "short", "-o", "%T"]
        said = subprocess.run(asked, env=environment, capture_output=True, text=True, timeout=5, check=False)
        return said.stdout.split().count("idle")
    return 0


def _until(is_so: "object", folder: Path) -> None:
    import threading
    import time

    tick, until = threading.Event(), time.monotonic() + 60
    while not is_so():  # type: ignore[operator]
        if time.monotonic() > until:
            logs = "\n".join(file.read_text(errors="replace")[-1500:] for file in folder.glob("*.log"))
            raise AssertionError(f"Slurm did not come up:\n{logs}")
        tick.wait(0.1)
